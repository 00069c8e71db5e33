"""Passwords: Argon2id hashes, a few at a time, and the same time for a name that is unknown."""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from classifier.errors import InvalidError

LEAST = 12
"""Characters that a password has at least."""
MOST = 200

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)  # each hash takes 64 MiB


def check_password(password: str) -> None:
    """Refuse a password that is too short or too long.

    Raises
    ------
    InvalidError
        With the lengths allowed.
    """
    if not LEAST <= len(password) <= MOST:
        raise InvalidError(
            f"密码有{len(password)}个字符；允许{LEAST}至{MOST}个",
            field="password",
            what_to_do="换一个更长的密码，几个不相干的词连在一起就好记",
        )


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _at_once:
        return _hasher.hash(password)


def one_time_password() -> str:
    """Return a random password, to be changed at the first sign-in."""
    return secrets.token_urlsafe(15)


@cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe(15))


def matches(password: str, hashed: str | None) -> bool:
    """Return whether a password has this hash; None (no such user) takes as long and is false."""
    known = hashed or _nobody()
    with _at_once:
        try:
            _hasher.verify(known, password[: MOST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None
