"""For admins: users, API keys, and the audit log with its verification."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Query, Response

from classifier.errors import ConflictError, InvalidError
from classifier.service.api.keys import Prefix
from classifier.service.api.shapes import MOST_ID, Id
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.security import keys, users
from classifier.service.security.access import Admin
from classifier.service.security.roles import Caller, Role, read_roles
from classifier.service.storage import audit
from classifier.service.storage.tables import now

router = page_router()
SIZE = 50
MOST_DAYS = 3650

Name = Annotated[str, Form(max_length=100)]
Roles = Annotated[list[Role] | None, Form()]


@router.get("/admin/users")
def show_users(page: Page, caller: Admin, done: int = 0) -> Response:
    """List the users."""
    return _users(page, caller, done=done)


@router.post("/admin/users")
def add_user(page: Page, caller: Admin, name: Name = "", roles: Roles = None) -> Response:
    """Make a user; the one-time password stands in the answer and nowhere else."""
    try:
        with page.here.store.write() as session:
            given = [role.value for role in roles or ()]
            user, password = users.add_user(session, name, given, actor=caller.actor)
            told = (user.name, password)
    except (InvalidError, ConflictError) as error:
        return _users(page, caller, wrong=error.detail, given=name)
    return _users(page, caller, told=told)


@router.post("/admin/users/{user_id}/roles")
def change_roles(page: Page, caller: Admin, user_id: Id, roles: Roles = None) -> Response:
    """Give a user other roles."""
    return _change(page, caller, user_id, roles=[role.value for role in roles or ()])


@router.post("/admin/users/{user_id}/active")
def change_active(
    page: Page, caller: Admin, user_id: Id, active: Annotated[bool, Form()]
) -> Response:
    """Close or open an account."""
    return _change(page, caller, user_id, active=active)


@router.post("/admin/users/{user_id}/password")
def reset(page: Page, caller: Admin, user_id: Id) -> Response:
    """Give a user a new one-time password, shown once."""
    with page.here.store.write() as session:
        user = users.get_user(session, user_id)
        told = (user.name, users.reset_password(session, user, actor=caller.actor))
    return _users(page, caller, told=told)


def _change(page: PageShell, caller: Caller, user_id: int, **what: Any) -> Response:
    try:
        with page.here.store.write() as session:
            users.change_user(session, user_id, actor=caller.actor, **what)
    except (InvalidError, ConflictError) as error:
        return _users(page, caller, wrong=error.detail)
    return page.go("/admin/users", done=user_id)


def _users(
    page: PageShell,
    caller: Caller,
    *,
    told: tuple[str, str] | None = None,
    wrong: str = "",
    given: str = "",
    done: int = 0,
) -> Response:
    with page.here.store.read() as session:
        found = [(user, read_roles(user.roles)) for user in users.list_users(session)]
    return page.render(
        "users.html",
        caller,
        status=422 if wrong else 200,
        path="/admin/users",
        found=found,
        roles=tuple(Role),
        told=told,
        wrong=wrong,
        given=given,
        done=done,
    )


@router.get("/admin/keys")
def show_keys(page: Page, caller: Admin, gone: str = "") -> Response:
    """List the keys, by their prefixes."""
    return _keys(page, caller, gone=gone[:12])


@router.post("/admin/keys")
def create_key(
    page: Page,
    caller: Admin,
    user: Annotated[int, Form(ge=1, le=MOST_ID)],
    label: Name = "",
    days: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make a key; its secret stands in the answer and nowhere else."""
    try:
        last = _days(days)
        called = _label(label)
        with page.here.store.write() as session:
            owner = users.get_user(session, user)
            _, secret = keys.create_key(session, owner, called, actor=caller.actor, days=last)
    except (InvalidError, ConflictError) as error:
        return _keys(page, caller, wrong=error.detail, given=label)
    return _keys(page, caller, told=(called, secret))


def _label(said: str) -> str:
    if not said.strip():
        raise InvalidError("用途不能空白", field="label")
    return said.strip()


def _days(said: str) -> int | None:
    words = said.strip()
    if not words:
        return None
    if not (words.isascii() and words.isdigit() and 1 <= int(words) <= MOST_DAYS):
        raise InvalidError(f"有效天数{words!r}；应为1至{MOST_DAYS}的整数，或不填", field="days")
    return int(words)


@router.post("/admin/keys/{prefix}/revocation")
def revoke_key(page: Page, caller: Admin, prefix: Prefix) -> Response:
    """Revoke a key at once and for good."""
    try:
        with page.here.store.write() as session:
            keys.revoke_key(session, prefix, actor=caller.actor)
    except ConflictError as error:
        return _keys(page, caller, wrong=error.detail)
    return page.go("/admin/keys", gone=prefix)


def _keys(
    page: PageShell,
    caller: Caller,
    *,
    told: tuple[str, str] | None = None,
    wrong: str = "",
    given: str = "",
    gone: str = "",
) -> Response:
    with page.here.store.read() as session:
        found = [
            (key, user.name, _state(key.revoked_at, key.expires_at))
            for key, user in keys.list_keys(session)
        ]
        people = [user for user in users.list_users(session) if user.active]
    return page.render(
        "keys.html",
        caller,
        status=422 if wrong else 200,
        path="/admin/keys",
        found=found,
        people=people,
        told=told,
        wrong=wrong,
        given=given,
        gone=gone,
    )


def _state(revoked: datetime | None, expires: datetime | None) -> str:
    if revoked is not None:
        return "revoked"
    return "expired" if expires is not None and expires <= now() else "valid"


@router.get("/admin/audit")
def log(
    page: Page, caller: Admin, before: Annotated[int, Query(ge=1, le=MOST_ID)] = MOST_ID
) -> Response:
    """Show rows of the log, the newest first."""
    return _log(page, caller, before)


@router.post("/admin/audit/verification")
def verify(page: Page, caller: Admin) -> Response:
    """Verify the whole chain, and name the first row at which it breaks."""
    with page.here.store.read() as session:
        rows, broken = audit.verify(session)
    return _log(page, caller, MOST_ID, verified=(rows, broken))


def _log(
    page: PageShell,
    caller: Caller,
    before: int,
    verified: tuple[int, audit.Broken | None] | None = None,
) -> Response:
    with page.here.store.read() as session:
        rows = audit.rows_before(session, before, SIZE)
        names = {f"user:{user.id}": user.name for user in users.list_users(session)}
    return page.render(
        "audit.html",
        caller,
        path="/admin/audit",
        rows=rows,
        names=names,
        verified=verified,
        before=before,
        more=len(rows) == SIZE,
        most=MOST_ID,
    )
