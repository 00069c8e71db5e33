"""Roles and callers: who asks, and what each route requires of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from classifier.errors import InvalidError


class Role(StrEnum):
    """What someone may do; a user can have several."""

    REVIEWER = "reviewer"
    LEAD = "lead"
    ANALYST = "analyst"
    ADMIN = "admin"


ROLE_TITLES = {
    Role.REVIEWER: ("审核员", "Reviewer"),
    Role.LEAD: ("审核组长", "Lead"),
    Role.ANALYST: ("分析员", "Analyst"),
    Role.ADMIN: ("管理员", "Administrator"),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Parameters
    ----------
    user_id, name, roles
        The user.
    via
        ``key`` or ``session``; only a session needs a CSRF token.
    must_change
        Has a one-time password, and may do nothing but change it.
    csrf
        Token of the session, empty for a key.
    session
        Digest of the session, empty for a key.
    """

    user_id: int
    name: str
    roles: frozenset[Role]
    via: Literal["key", "session"] = "key"
    must_change: bool = False
    csrf: str = ""
    session: str = ""

    @property
    def actor(self) -> str:
        """Return the caller as the audit log names them."""
        return f"user:{self.user_id}"

    def has(self, *roles: Role) -> bool:
        """Return whether the caller has one of these roles."""
        return bool(self.roles & set(roles))


def read_roles(text: str | Iterable[str]) -> frozenset[Role]:
    """Return roles from ``lead,reviewer`` or a list of names.

    Raises
    ------
    InvalidError
        A name is no role, or there is none.
    """
    names = text.split(",") if isinstance(text, str) else list(text)
    known = {role.value for role in Role}
    odd = [name for name in names if name.strip() not in known]
    if odd or not names:
        raise InvalidError(
            f"没有角色{'、'.join(odd) or '（空）'}；允许：{'、'.join(known_in_order())}",
            field="roles",
        )
    return frozenset(Role(name.strip()) for name in names)


def known_in_order() -> list[str]:
    """Return the names of all roles."""
    return [role.value for role in Role]


def write_roles(roles: Iterable[Role]) -> str:
    """Return roles as they are stored."""
    return ",".join(sorted(set(roles), key=known_in_order().index))
