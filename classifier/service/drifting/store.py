"""Measurements of drift in the database: one is asked for, taken by one process, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from classifier.service.storage.engine import Store
from classifier.service.storage.tables import Case, DriftReport, now

PATIENCE = timedelta(minutes=15)
"""Time after which a measurement that has not ended is taken for lost."""

OPEN = ("asked", "running")


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement that was done; ``report`` is that of ``classifier.training.drift_report``."""

    id: int
    at: datetime
    model: str
    texts: int
    level: str
    report: dict[str, Any]


def basis_of(session: Session, model: str) -> str:
    """Return what a measurement hangs on: the model, the cases, the settled ones."""
    newest = session.scalar(select(func.max(Case.id))) or 0
    settled = session.scalar(select(func.count()).where(Case.state == "settled")) or 0
    return f"{model}:{newest}:{settled}"


def latest(session: Session) -> Measured | None:
    """Return the last measurement that was done."""
    row = session.scalar(
        select(DriftReport)
        .where(DriftReport.state == "done")
        .order_by(DriftReport.id.desc())
        .limit(1)
    )
    if row is None or row.finished_at is None:
        return None
    return Measured(row.id, row.finished_at, row.model, row.texts, row.level, row.report)


def pending(session: Session) -> bool:
    """Return whether one is asked for or under way."""
    found = select(DriftReport.id).where(
        DriftReport.state.in_(OPEN), DriftReport.asked_at > now() - PATIENCE
    )
    return session.scalar(found.limit(1)) is not None


def ask(store: Store, slot: str) -> bool:
    """Ask for a measurement; false where one is on its way, or the slot was used before."""
    try:
        with store.write() as session:
            if pending(session):
                return False
            session.add(
                DriftReport(
                    slot=slot,
                    state="asked",
                    basis="",
                    model="",
                    texts=0,
                    level="unknown",
                    report={},
                    asked_at=now(),
                )
            )
    except IntegrityError:
        return False
    return True


def ask_when_due(store: Store, model: str, minutes: float) -> bool:
    """Ask where the last one is old and something has changed since; return whether it was."""
    with store.read() as session:
        last = session.scalar(select(DriftReport).order_by(DriftReport.id.desc()).limit(1))
        basis = basis_of(session, model)
        new = last is None or (
            last.asked_at < now() - timedelta(minutes=minutes)
            and (last.state != "done" or last.basis != basis)
        )
        if not new or basis.split(":")[1] == "0":
            return False
    return ask(store, f"{int(now().timestamp() // (minutes * 60))}")


def take(session: Session) -> int | None:
    """Take the one that is asked for; of several processes, one gets it."""
    row = select(DriftReport.id).where(DriftReport.state == "asked").limit(1).scalar_subquery()
    return session.scalar(
        update(DriftReport)
        .where(DriftReport.id == row, DriftReport.state == "asked")
        .values(state="running")
        .returning(DriftReport.id)
        .execution_options(synchronize_session=False)
    )


def finish(
    session: Session, report_id: int, *, basis: str, model: str, report: dict[str, Any]
) -> None:
    """Keep what was measured."""
    row = session.get_one(DriftReport, report_id)
    row.state, row.basis, row.model = "done", basis, model
    row.texts, row.level, row.report = report["recent"], report["level"], report
    row.finished_at = now()


def fail(session: Session, report_id: int) -> None:
    """Note that a measurement came to nothing, unless it was done."""
    session.execute(
        update(DriftReport)
        .where(DriftReport.id == report_id, DriftReport.state == "running")
        .values(state="failed", finished_at=now())
        .execution_options(synchronize_session=False)
    )
