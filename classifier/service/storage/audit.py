"""The audit log: append-only, each row chained to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classifier.errors import StorageError
from classifier.service.storage.tables import AuditHead, AuditRow, now

GENESIS = "0" * 64
"""What the first row names as the hash before it."""

SYSTEM = "system"
"""Actor of what the program does by itself; people are ``user:ID``."""


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(row: AuditRow) -> str:
    """Return the hash that a row must carry."""
    words = {
        "number": row.number,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "previous": row.previous,
    }
    return hashlib.sha256(canonical(words).encode()).hexdigest()


def append(
    session: Session,
    actor: str,
    action: str,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditRow:
    """Append a row in the transaction of what it tells of: both are kept or neither.

    Parameters
    ----------
    session
        A writing session; others that append wait until it ends.
    actor
        ``user:ID`` or ``SYSTEM``.
    action
        What was done, as ``part.verb`` (``case.decide``).
    subject
        To what, as ``kind:id``.
    detail
        Plain values; no product text, no secret.
    """
    head = session.execute(
        select(AuditHead).where(AuditHead.id == 1).with_for_update()
    ).scalar_one_or_none()
    if head is None:
        raise StorageError("the audit log has no head; restore the database from a backup")
    row = AuditRow(
        number=head.number + 1,
        at=now().isoformat(timespec="microseconds"),
        actor=actor,
        action=action,
        subject=subject,
        detail=canonical(detail or {}),
        previous=head.digest,
    )
    row.digest = digest_of(row)
    session.add(row)
    session.execute(
        update(AuditHead).where(AuditHead.id == 1).values(number=row.number, digest=row.digest)
    )
    session.flush()
    session.expire(head)
    return row


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row at which the chain does not hold, and why."""

    number: int
    why: str


def verify(session: Session) -> tuple[int, Broken | None]:
    """Return how many rows were checked, and the first broken one.

    A changed, removed, inserted or reordered row breaks the chain; a log that was cut
    short does not fit its head.
    """
    previous, expected = GENESIS, 1
    query = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as rows:
        for row in rows:
            why = _wrong(row, expected, previous)
            if why:
                return expected - 1, Broken(expected, why)
            previous, expected = row.digest, expected + 1
    head = session.get(AuditHead, 1)
    if head is None or (head.number, head.digest) != (expected - 1, previous):
        ends = "nowhere" if head is None else f"at row {head.number}"
        return expected - 1, Broken(expected, f"the log ends here, its head says {ends}")
    return expected - 1, None


def _wrong(row: AuditRow, expected: int, previous: str) -> str:
    if row.number != expected:
        return f"row {expected} is missing"
    if row.previous != previous:
        return "does not follow the row before it"
    return "" if row.digest == digest_of(row) else "its words do not match its hash"


def rows_before(session: Session, number: int, count: int) -> list[AuditRow]:
    """Return rows older than a number, the newest first."""
    found = session.scalars(
        select(AuditRow)
        .where(AuditRow.number < number)
        .order_by(AuditRow.number.desc())
        .limit(count)
    )
    return list(found)
