"""The navigation: which page is offered to whom, in the order of the day's work."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.service.security.roles import Caller, Role


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page in the navigation; ``wording`` is a key of the catalogue."""

    path: str
    wording: str
    roles: frozenset[Role]


_REVIEWER, _LEAD, _ANALYST, _ADMIN = Role.REVIEWER, Role.LEAD, Role.ANALYST, Role.ADMIN

NAVIGATION = (
    NavItem("/queue", "nav.queue", frozenset({_REVIEWER, _LEAD})),
    NavItem("/imports", "nav.imports", frozenset({_LEAD})),
    NavItem("/disputes", "nav.disputes", frozenset({_LEAD})),
    NavItem("/agreement", "nav.agreement", frozenset({_LEAD, _ANALYST})),
    NavItem("/labels", "nav.labels", frozenset({_LEAD, _ANALYST})),
    NavItem("/enterprises", "nav.firms", frozenset({_REVIEWER, _LEAD, _ANALYST})),
    NavItem("/admin/users", "nav.users", frozenset({_ADMIN})),
    NavItem("/admin/keys", "nav.keys", frozenset({_ADMIN})),
    NavItem("/admin/audit", "nav.audit", frozenset({_ADMIN})),
    NavItem("/model", "nav.model", frozenset({_LEAD, _ANALYST, _ADMIN})),
    NavItem("/try", "nav.try", frozenset({_REVIEWER, _LEAD, _ANALYST})),
)
ACCOUNT = "/account"


def offered(caller: Caller) -> tuple[NavItem, ...]:
    """Return what the caller may open."""
    return tuple(item for item in NAVIGATION if caller.has(*item.roles))


def start_of(caller: Caller) -> str:
    """Return the page on which the caller begins."""
    return next((item.path for item in offered(caller)), ACCOUNT)
