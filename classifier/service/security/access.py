"""Who may call a route: every route declares it, and an app with one that does not won't start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.routing import BaseRoute

from classifier.errors import ForbiddenError, SettingsError, SignInError
from classifier.service.backend import backend_of
from classifier.service.security.csrf import check_csrf
from classifier.service.security.keys import caller_of_key
from classifier.service.security.roles import ROLE_TITLES, Caller, Role
from classifier.service.security.sessions import COOKIE, caller_of_cookie

_bearer = HTTPBearer(auto_error=False, description="密钥 / API key: kf_…")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="会话 / Session")


def signed_in(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> Caller:
    """Return who calls, by key or by session.

    Raises
    ------
    SignInError
        Nobody is signed in, or the key or session does not hold.
    """
    if bearer is None and cookie is None:
        raise SignInError("请求没有带密钥，也没有登录", reason="nobody")
    with backend_of(request).store.read() as session:
        if bearer is not None:
            caller = caller_of_key(session, bearer.credentials)
        else:
            caller = caller_of_cookie(session, cookie or "")
    if caller is None:
        what = "会话" if bearer is None else "密钥"
        raise SignInError(f"{what}不存在、已失效或已吊销", reason="unknown")
    request.scope["caller"] = caller.actor
    return caller


class Requires:
    """A dependency that lets only callers with one of some roles pass."""

    def __init__(self, *roles: Role, one_time: bool = False) -> None:
        self.roles = frozenset(roles)
        self.one_time = one_time

    async def __call__(
        self, request: Request, caller: Annotated[Caller, Depends(signed_in)]
    ) -> Caller:
        """Return the caller.

        Raises
        ------
        ForbiddenError
            A role or the CSRF token is missing, or the one-time password is not changed yet.
        """
        await check_csrf(request, caller)
        if caller.must_change and not self.one_time:
            raise ForbiddenError(
                "还在使用一次性密码",
                what_to_do="先修改密码：POST /v1/session/password",
                reason="one-time-password",
            )
        if not caller.has(*self.roles):
            titles = "、".join(ROLE_TITLES[role][0] for role in Role if role in self.roles)
            raise ForbiddenError(f"这项操作需要角色：{titles}", reason="role")
        return caller


async def open_to_all() -> None:
    """Declare that a route is open to everybody."""


EVERY_ROLE = tuple(Role)
Anyone = Annotated[Caller, Depends(Requires(*EVERY_ROLE))]
AnyoneAtAll = Annotated[Caller, Depends(Requires(*EVERY_ROLE, one_time=True))]
Reviewer = Annotated[Caller, Depends(Requires(Role.REVIEWER))]
Lead = Annotated[Caller, Depends(Requires(Role.LEAD))]
ReviewerOrLead = Annotated[Caller, Depends(Requires(Role.REVIEWER, Role.LEAD))]
LabelReader = Annotated[Caller, Depends(Requires(Role.LEAD, Role.ANALYST))]
ModelReader = Annotated[Caller, Depends(Requires(Role.LEAD, Role.ANALYST, Role.ADMIN))]
Watcher = Annotated[Caller, Depends(Requires(Role.ANALYST, Role.ADMIN))]
Admin = Annotated[Caller, Depends(Requires(Role.ADMIN))]
OPEN = Depends(open_to_all)


def declared(route: APIRoute) -> frozenset[Role] | None:
    """Return the roles that a route requires; empty if it is open, None if it says nothing."""
    for call in _calls(route.dependant):
        if isinstance(call, Requires):
            return call.roles
        if call is open_to_all:
            return frozenset()
    return None


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def walk(app: FastAPI) -> Iterator[BaseRoute]:
    """Yield every route of an app."""
    ahead = list(app.routes)
    while ahead:
        route = ahead.pop(0)
        router = getattr(route, "original_router", None)  # a router that was included whole
        if router is not None:
            ahead.extend(router.routes)
        else:
            yield route


def check_declared(app: FastAPI, *, static: tuple[str, ...] = ()) -> None:
    """Refuse an app in which some route does not say who may call it.

    Parameters
    ----------
    app
        With all its routes.
    static
        Paths of mounts that serve files which hold no data.

    Raises
    ------
    SettingsError
        With the routes.
    """
    silent = []
    for route in walk(app):
        path = getattr(route, "path", "?")
        if isinstance(route, APIRoute):
            if declared(route) is None:
                silent.append(path)
        elif path not in static:
            silent.append(path)
    if silent:
        raise SettingsError(f"routes that do not declare who may call them: {', '.join(silent)}")
