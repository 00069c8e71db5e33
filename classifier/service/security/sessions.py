"""Sessions: a random cookie, of which the database knows the hash, with a CSRF token."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from classifier.errors import SignInError
from classifier.service.security.keys import digest
from classifier.service.security.passwords import matches
from classifier.service.security.roles import Caller, read_roles
from classifier.service.storage import audit
from classifier.service.storage.engine import Store
from classifier.service.storage.tables import SignIn, User, now

COOKIE = "keyfield_session"
COOKIE_BYTES = 32


def sign_in(store: Store, name: str, password: str, *, hours: float) -> tuple[Caller, str]:
    """Sign in; return the caller and the value of the cookie.

    Raises
    ------
    SignInError
        Name or password does not hold, or the account is closed; it does not say which.
    """
    with store.read() as session:
        user = session.scalar(select(User).where(User.name == name.strip()))
    good = matches(password, None if user is None else user.password_hash)
    if user is None or not good or not user.active:
        with store.write() as session:
            about = "" if user is None else f"user:{user.id}"  # a name may be a mistyped password
            audit.append(session, audit.SYSTEM, "session.refuse", about)
        raise SignInError(
            "用户名或密码不对，或账号已停用",
            what_to_do="核对后再试；忘记密码请管理员重置",
            reason="wrong-password",
        )
    cookie, made = secrets.token_urlsafe(COOKIE_BYTES), now()
    row = SignIn(
        digest=digest(cookie),
        user_id=user.id,
        csrf=secrets.token_urlsafe(COOKIE_BYTES),
        created_at=made,
        expires_at=made + timedelta(hours=hours),
    )
    with store.write() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < made))
        session.add(row)
        audit.append(session, f"user:{user.id}", "session.begin", f"user:{user.id}")
    return _caller(row, user), cookie


def caller_of_cookie(session: Session, cookie: str) -> Caller | None:
    """Return whose session a cookie is; None if it is unknown or over."""
    row = session.execute(
        select(SignIn, User)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.digest == digest(cookie))
    ).one_or_none()
    if row is None or not row[1].active or row[0].expires_at <= now():
        return None
    return _caller(row[0], row[1])


def sign_out(store: Store, caller: Caller) -> None:
    """End a session."""
    with store.write() as session:
        session.execute(delete(SignIn).where(SignIn.digest == caller.session))
        audit.append(session, caller.actor, "session.end", caller.actor)


def _caller(row: SignIn, user: User) -> Caller:
    return Caller(
        user.id,
        user.name,
        read_roles(user.roles),
        "session",
        user.must_change,
        row.csrf,
        row.digest,
    )
