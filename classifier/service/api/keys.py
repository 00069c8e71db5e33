"""API keys, for admins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from classifier.service.api.shapes import MOST_ID, Answered, Asked, versions
from classifier.service.backend import Here
from classifier.service.problems import documented
from classifier.service.security import keys, users
from classifier.service.security.access import Admin
from classifier.service.storage.tables import ApiKey, User

router = APIRouter(prefix="/v1/keys", tags=["admin"])


class KeyBody(BaseModel):
    """A key, without its secret."""

    prefix: str = Field(examples=["3f9a1c5e7b20"])
    label: str = Field(examples=["申报系统"])
    user: int
    user_name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeysBody(Answered):
    """All keys."""

    items: list[KeyBody]


class OneKey(Answered):
    """One key."""

    key: KeyBody


class NewKey(OneKey):
    """A key with its secret, shown once."""

    secret: str = Field(description="密钥，只显示这一次 / Shown once", examples=["kf_…_…"])


class KeyAsked(Asked):
    """A key to make."""

    user: int = Field(ge=1, le=MOST_ID, description="归谁 / Whose key")
    label: str = Field(min_length=1, max_length=100, examples=["申报系统"])
    days: int | None = Field(None, ge=1, le=3650, description="有效天数 / Days that it holds")


Prefix = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$", description="前缀 / Prefix")]


def _body(key: ApiKey, user: User) -> KeyBody:
    return KeyBody(
        prefix=key.prefix,
        label=key.label,
        user=user.id,
        user_name=user.name,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )


@router.get("", summary="密钥列表 / All keys", responses=documented())
def list_all(here: Here, caller: Admin) -> KeysBody:
    """只有前缀，没有密钥本身。 Prefixes only; secrets are not kept."""
    del caller
    with here.store.read() as session:
        found = [_body(key, user) for key, user in keys.list_keys(session)]
    return KeysBody(items=found, versions=versions(here))


@router.post("", summary="新建密钥 / Make a key", responses=documented(404), status_code=201)
def create(here: Here, caller: Admin, asked: KeyAsked) -> NewKey:
    """密钥只显示这一次，库中只存其散列。 The key is shown once; its hash is kept."""
    with here.store.write() as session:
        user = users.get_user(session, asked.user)
        key, secret = keys.create_key(
            session, user, asked.label, actor=caller.actor, days=asked.days
        )
        return NewKey(key=_body(key, user), secret=secret, versions=versions(here))


@router.delete("/{prefix}", summary="吊销密钥 / Revoke a key", responses=documented(404, 409))
def revoke(here: Here, caller: Admin, prefix: Prefix) -> OneKey:
    """立即失效，不能恢复。 At once and for good."""
    with here.store.write() as session:
        key = keys.revoke_key(session, prefix, actor=caller.actor)
        user = users.get_user(session, key.user_id)
        return OneKey(key=_body(key, user), versions=versions(here))
