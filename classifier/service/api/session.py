"""Sessions: sign in, who am I, sign out, change one's password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from classifier.errors import InvalidError
from classifier.service.api.shapes import Answered, Asked, versions
from classifier.service.backend import Backend, Here
from classifier.service.problems import documented
from classifier.service.security import users
from classifier.service.security.access import OPEN, AnyoneAtAll
from classifier.service.security.csrf import check_origin
from classifier.service.security.roles import Caller, Role
from classifier.service.security.sessions import COOKIE, sign_in, sign_out

router = APIRouter(prefix="/v1/session", tags=["session"])

Password = Annotated[str, Field(max_length=200, examples=["四个不相干的词连在一起"])]


class SignInBody(Asked):
    """Name and password."""

    name: str = Field(max_length=100, examples=["审核员甲"])
    password: Password


class PasswordBody(Asked):
    """Old and new password."""

    old: Password
    new: Password


class Who(Answered):
    """Who is signed in."""

    user: int
    name: str
    roles: list[Role]
    via: str = Field(examples=["session"])
    must_change: bool = Field(description="须先修改一次性密码 / Has to change the password")
    csrf_token: str = Field(description="随写操作放在 X-CSRF-Token / To be sent with every write")


def _who(here: Backend, caller: Caller) -> Who:
    return Who(
        user=caller.user_id,
        name=caller.name,
        roles=sorted(caller.roles, key=list(Role).index),
        via=caller.via,
        must_change=caller.must_change,
        csrf_token=caller.csrf,
        versions=versions(here),
    )


def set_cookie(here: Backend, response: Response, cookie: str) -> None:
    """Give a browser the cookie of a session."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(here.settings.session_hours * 3600),
        httponly=True,
        secure=here.settings.secure_cookie,
        samesite="strict",
    )


@router.post(
    "", dependencies=[OPEN], summary="登录 / Sign in", responses=documented(), status_code=201
)
def begin(here: Here, request: Request, response: Response, asked: SignInBody) -> Who:
    """用户名和密码；回应里的 CSRF 令牌随每次写操作发送。 Sets the session's cookie."""
    check_origin(request)
    caller, cookie = sign_in(
        here.store, asked.name, asked.password, hours=here.settings.session_hours
    )
    set_cookie(here, response, cookie)
    return _who(here, caller)


@router.get("", summary="我是谁 / Who am I", responses=documented())
def who(here: Here, caller: AnyoneAtAll) -> Who:
    """当前用户和角色。 The user of the key or session."""
    return _who(here, caller)


@router.delete("", summary="退出 / Sign out", responses=documented(), status_code=204)
def end(here: Here, caller: AnyoneAtAll, response: Response) -> None:
    """结束会话。 Ends the session."""
    if caller.via == "session":
        sign_out(here.store, caller)
    response.delete_cookie(COOKIE)


@router.post(
    "/password", summary="修改密码 / Change password", responses=documented(), status_code=204
)
def password(here: Here, caller: AnyoneAtAll, asked: PasswordBody) -> None:
    """修改自己的密码；所有会话随之结束。 Ends all sessions of the user."""
    if caller.via != "session":
        raise InvalidError("修改密码须先登录，不能用密钥", reason="needs-session")
    with here.store.write() as session:
        users.change_password(session, caller.user_id, asked.old, asked.new)
