"""Users: made, changed and reset by an admin; never deleted, so that records keep their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError, InvalidError, MissingError, SignInError
from classifier.service.security.keys import create_key
from classifier.service.security.passwords import (
    check_password,
    hash_password,
    matches,
    one_time_password,
)
from classifier.service.security.roles import Role, read_roles, write_roles
from classifier.service.storage import audit
from classifier.service.storage.tables import SignIn, User, now

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """What the first start prints once."""

    name: str
    password: str
    key: str


def first_admin(session: Session) -> FirstAdmin | None:
    """Make an admin with a key and a one-time password where there is no user at all."""
    if session.scalar(select(func.count()).select_from(User)):
        return None
    user, password = add_user(session, "admin", [Role.ADMIN], actor=audit.SYSTEM)
    _, key = create_key(session, user, "first start", actor=audit.SYSTEM)
    return FirstAdmin(user.name, password, key)


def add_user(session: Session, name: str, roles: Iterable[str], *, actor: str) -> tuple[User, str]:
    """Make a user; return the row and the one-time password.

    Raises
    ------
    InvalidError
        The name is empty or too long, or a role does not exist.
    ConflictError
        The name is taken.
    """
    called = name.strip()
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise InvalidError(f"用户名{name!r}；应为1至{LONGEST_NAME}个可见字符", field="name")
    stored = write_roles(read_roles(roles))
    if session.scalar(select(User.id).where(User.name == called)) is not None:
        raise ConflictError(f"已有用户“{called}”", field="name", reason="name-taken")
    password = one_time_password()
    user = User(
        name=called,
        roles=stored,
        password_hash=hash_password(password),
        must_change=True,
        active=True,
        created_at=now(),
    )
    session.add(user)
    session.flush()
    audit.append(session, actor, "user.add", f"user:{user.id}", {"name": called, "roles": stored})
    return user, password


def list_users(session: Session) -> list[User]:
    """Return all users in the order of their making."""
    return list(session.scalars(select(User).order_by(User.id)))


def get_user(session: Session, user_id: int) -> User:
    """Return a user.

    Raises
    ------
    MissingError
        There is none with this id.
    """
    user = session.get(User, user_id)
    if user is None:
        raise MissingError(f"没有编号为{user_id}的用户")
    return user


def user_named(session: Session, name: str) -> User:
    """Return the user of a name.

    Raises
    ------
    MissingError
        There is none.
    """
    user = session.scalar(select(User).where(User.name == name))
    if user is None:
        raise MissingError(f"没有用户“{name}”", field="name")
    return user


def change_user(
    session: Session,
    user_id: int,
    *,
    actor: str,
    roles: Iterable[str] | None = None,
    active: bool | None = None,
) -> User:
    """Give a user other roles, or close or open the account; closing ends the sessions.

    Raises
    ------
    MissingError
        There is no such user.
    ConflictError
        Nobody would be left who is an admin.
    """
    user = get_user(session, user_id)
    if roles is not None:
        user.roles = write_roles(read_roles(roles))
    if active is not None:
        user.active = active
    session.flush()
    left = session.scalars(select(User).where(User.active.is_(True)).with_for_update())
    if not any(Role.ADMIN in read_roles(one.roles) for one in left):
        raise ConflictError("至少要留一个启用的管理员", reason="last-admin")
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    detail = {"roles": user.roles, "active": user.active}
    audit.append(session, actor, "user.change", f"user:{user.id}", detail)
    return user


def reset_password(session: Session, user: User, *, actor: str) -> str:
    """Give a user a new one-time password and end the sessions; return the password."""
    password = one_time_password()
    user.password_hash = hash_password(password)
    user.must_change = True
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    audit.append(session, actor, "user.reset", f"user:{user.id}")
    return password


def change_password(session: Session, user_id: int, old: str, new: str) -> None:
    """Change one's own password; ends all of one's sessions.

    Raises
    ------
    SignInError
        The old password does not hold.
    InvalidError
        The new one is too short, or the old one again.
    """
    user = get_user(session, user_id)
    check_password(new)
    if not matches(old, user.password_hash):
        raise SignInError("原密码不对", field="old")
    if old == new:
        raise InvalidError("新密码与原密码相同", field="new")
    user.password_hash = hash_password(new)
    user.must_change = False
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    audit.append(session, f"user:{user.id}", "user.password", f"user:{user.id}")
