"""Small questions of the pages to the database: predictions beside verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifier.service.storage.tables import Case, Import


def import_file(session: Session, import_id: int | None) -> str:
    """Return the name of the file that an import brought in; empty if there was none."""
    found = None if import_id is None else session.get(Import, import_id)
    return "" if found is None else found.file


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A settled case: what the model had said of its scheme, and what people decided.

    ``outcome`` is a kind of verdict, ``notation`` what a correction names; ``probability`` is
    that of the model's first answer, 0 to 1.
    """

    scheme: str
    claimed: str
    predicted: str | None
    probability: float
    accepted: bool
    outcome: str
    notation: str | None


def decided_cases(session: Session, most: int = 5000) -> list[DecidedCase]:
    """Return the cases settled last, the newest first."""
    found = session.execute(
        select(
            Case.scheme,
            Case.claimed,
            Case.predicted,
            Case.record["domains"],
            Case.outcome,
            Case.outcome_notation,
        )
        .where(Case.state == "settled", Case.outcome.is_not(None))
        .order_by(Case.settled_at.desc(), Case.id.desc())
        .limit(most)
    )
    return [
        DecidedCase(
            scheme,
            claimed,
            predicted,
            float(domains[scheme]["probability"]),
            domains[scheme]["decision"] == "accept",
            outcome or "",
            notation,
        )
        for scheme, claimed, predicted, domains, outcome, notation in found
    ]


def predicted_fields(session: Session, most: int = 2000) -> dict[str, dict[str, int]]:
    """Return how often each field is predicted for the texts that came last, by scheme.

    A text that is claimed in several schemes counts once; ``-`` stands for none.
    """
    latest = select(func.max(Case.id)).group_by(Case.text).order_by(func.max(Case.id).desc())
    rows = session.scalars(
        select(Case.record["domains"]).where(Case.id.in_(latest.limit(most).scalar_subquery()))
    )
    out: dict[str, dict[str, int]] = {}
    for domains in rows:
        for scheme, found in domains.items():
            counts = out.setdefault(scheme, {})
            field = found["primary"] or "-"
            counts[field] = counts.get(field, 0) + 1
    return out
