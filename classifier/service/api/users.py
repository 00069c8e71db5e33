"""Users, for admins."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from classifier.service.api.shapes import Answered, Asked, Id, versions
from classifier.service.backend import Here
from classifier.service.problems import documented
from classifier.service.security import users
from classifier.service.security.access import Admin
from classifier.service.security.roles import Role
from classifier.service.storage.tables import User

router = APIRouter(prefix="/v1/users", tags=["admin"])


class UserBody(BaseModel):
    """A user."""

    id: int
    name: str = Field(examples=["审核员甲"])
    roles: list[str] = Field(examples=[["reviewer"]])
    active: bool
    must_change: bool
    created_at: datetime


class UsersBody(Answered):
    """All users."""

    items: list[UserBody]


class OneUser(Answered):
    """One user."""

    user: UserBody


class NewUser(OneUser):
    """A user with the one-time password, shown once."""

    password: str = Field(description="一次性密码，只显示这一次 / Shown once")


class UserAsked(Asked):
    """A user to make."""

    name: str = Field(max_length=100, examples=["审核员甲"])
    roles: list[Role] = Field(min_length=1, max_length=4, examples=[["reviewer"]])


class UserChange(Asked):
    """What to change of a user."""

    roles: list[Role] | None = Field(None, min_length=1, max_length=4)
    active: bool | None = None


def _body(user: User) -> UserBody:
    return UserBody(
        id=user.id,
        name=user.name,
        roles=user.roles.split(","),
        active=user.active,
        must_change=user.must_change,
        created_at=user.created_at,
    )


@router.get("", summary="用户列表 / All users", responses=documented())
def list_all(here: Here, caller: Admin) -> UsersBody:
    """全部用户，按建立次序。 All users in the order of their making."""
    del caller
    with here.store.read() as session:
        found = [_body(user) for user in users.list_users(session)]
    return UsersBody(items=found, versions=versions(here))


@router.post("", summary="新建用户 / Add a user", responses=documented(409), status_code=201)
def add(here: Here, caller: Admin, asked: UserAsked) -> NewUser:
    """返回一次性密码，只显示这一次。 The one-time password is shown once."""
    with here.store.write() as session:
        user, password = users.add_user(session, asked.name, asked.roles, actor=caller.actor)
        return NewUser(user=_body(user), password=password, versions=versions(here))


@router.patch("/{user_id}", summary="修改用户 / Change a user", responses=documented(404, 409))
def change(here: Here, caller: Admin, user_id: Id, asked: UserChange) -> OneUser:
    """改角色，或停用、启用；其会话随之结束。 Ends the user's sessions."""
    with here.store.write() as session:
        user = users.change_user(
            session, user_id, actor=caller.actor, roles=asked.roles, active=asked.active
        )
        return OneUser(user=_body(user), versions=versions(here))


@router.post(
    "/{user_id}/password", summary="重置密码 / Reset a password", responses=documented(404)
)
def reset(here: Here, caller: Admin, user_id: Id) -> NewUser:
    """给出新的一次性密码，只显示这一次。 A new one-time password, shown once."""
    with here.store.write() as session:
        user = users.get_user(session, user_id)
        password = users.reset_password(session, user, actor=caller.actor)
        return NewUser(user=_body(user), password=password, versions=versions(here))
