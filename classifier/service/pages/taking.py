"""Which case comes next for a reviewer who goes down the queue and may skip."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from classifier.errors import ConflictError
from classifier.service.reviews.model import CaseRow
from classifier.service.reviews.queue import CaseFilter, list_cases, next_case, take_lease
from classifier.service.security.roles import Caller

PAGE = 200


def take_after(
    session: Session, wanted: CaseFilter, after: CaseRow, *, caller: Caller, minutes: float
) -> int | None:
    """Lease the next free case below one in the queue; from the top where nothing is below.

    Parameters
    ----------
    session
        A writing session.
    wanted
        What the reviewer goes through; must ask for what is available.
    after
        The case just decided or skipped; it is never the answer.
    caller, minutes
        Who takes it, for how long.

    Returns
    -------
    The case's number, or None if nothing is free.
    """
    for case_id in _below(session, wanted, after, caller):
        try:
            take_lease(session, case_id, caller=caller, minutes=minutes)
        except ConflictError:
            continue
        return case_id
    first = next_case(session, wanted, caller=caller, minutes=minutes)
    return first.id if first is not None and first.id != after.id else None


def _below(session: Session, wanted: CaseFilter, after: CaseRow, caller: Caller) -> Iterator[int]:
    at = 1
    while True:
        found = list_cases(session, wanted, caller=caller, page=at, size=PAGE)
        for row in found.items:
            if (-row.value, row.id) > (-after.value, after.id):
                yield row.id
        if at * PAGE >= found.total:
            return
        at += 1
