"""API keys: shown once, stored as hashes, compared in constant time.

A key reads ``kf_PREFIX_SECRET``. The prefix finds the row and may be shown; the secret has
256 random bits, for which one SHA-256 is as good as a slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError, MissingError
from classifier.service.security.roles import Caller, read_roles
from classifier.service.storage import audit
from classifier.service.storage.tables import ApiKey, User, now

_FORM = re.compile(r"kf_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY = "0" * 64


def digest(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_key(
    session: Session, user: User, label: str, *, actor: str, days: int | None = None
) -> tuple[ApiKey, str]:
    """Make a key; return its row, and the key itself, which is told nowhere again."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    made = now()
    key = ApiKey(
        user_id=user.id,
        label=label,
        prefix=prefix,
        digest=digest(secret),
        created_at=made,
        expires_at=None if days is None else made + timedelta(days=days),
        revoked_at=None,
    )
    session.add(key)
    session.flush()
    audit.append(session, actor, "key.create", f"key:{prefix}", {"user": user.id, "label": label})
    return key, f"kf_{prefix}_{secret}"


def list_keys(session: Session) -> list[tuple[ApiKey, User]]:
    """Return all keys with their users, the newest first."""
    found = session.execute(
        select(ApiKey, User).join(User, User.id == ApiKey.user_id).order_by(ApiKey.id.desc())
    )
    return [(key, user) for key, user in found]


def revoke_key(session: Session, prefix: str, *, actor: str) -> ApiKey:
    """Revoke a key at once and for good.

    Raises
    ------
    MissingError
        No key has this prefix.
    ConflictError
        It is revoked already.
    """
    key = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if key is None:
        raise MissingError(f"没有前缀为{prefix!r}的密钥", field="prefix")
    if key.revoked_at is not None:
        raise ConflictError("这把密钥已经吊销", reason="already-revoked")
    key.revoked_at = now()
    audit.append(session, actor, "key.revoke", f"key:{prefix}")
    return key


def caller_of_key(session: Session, given: str) -> Caller | None:
    """Return who a key belongs to; None if it is unknown, revoked or expired."""
    form = _FORM.fullmatch(given)
    row = None
    if form is not None:
        row = session.execute(
            select(ApiKey, User)
            .join(User, User.id == ApiKey.user_id)
            .where(ApiKey.prefix == form[1])
        ).one_or_none()
    stored = _NOBODY if row is None else row[0].digest
    same = hmac.compare_digest(stored, digest(form[2] if form else given))
    if row is None or not same:
        return None
    key, user = row
    if not user.active or not _valid(key, now()):
        return None
    return Caller(user.id, user.name, read_roles(user.roles), "key")


def _valid(key: ApiKey, at: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > at)
