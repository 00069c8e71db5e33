"""Decided cases as rows of a file: the claim, what the model said, what people said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from classifier.service.knowledge import Knowledge
from classifier.service.pages.formatting import concept_name
from classifier.service.reviews.model import ADJUDICATION, KINDS, CaseRow
from classifier.service.reviews.queue import CaseFilter, list_cases
from classifier.service.reviews.verdicts import VerdictView, verdicts_of
from classifier.service.security.roles import Caller

PAGE = 200


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A decided case, in the words of the pages; probabilities are 0 to 1."""

    case: int
    enterprise: str
    text: str
    scheme: str
    claimed: str
    claimed_name: str
    predicted: str
    model_verdict: str
    probability: float
    outcome: str
    outcome_notation: str
    outcome_name: str
    reviewers: int
    adjudicated: bool
    said: str
    settled_at: datetime | None


def decided_rows(session: Session, knowledge: Knowledge, *, caller: Caller) -> Iterator[DecidedRow]:
    """Yield all settled cases, the most valuable first."""
    at, total = 1, 1
    while (at - 1) * PAGE < total:
        found = list_cases(session, CaseFilter(state="settled"), caller=caller, page=at, size=PAGE)
        for row in found.items:
            yield _row(knowledge, row, verdicts_of(session, row.id))
        at, total = at + 1, found.total


def _row(knowledge: Knowledge, row: CaseRow, given: list[VerdictView]) -> DecidedRow:
    standing = [one for one in given if not one.undone]
    return DecidedRow(
        case=row.id,
        enterprise=row.enterprise,
        text=row.text,
        scheme=row.scheme,
        claimed=row.claimed,
        claimed_name=concept_name(knowledge, "zh", row.scheme, row.claimed) if row.claimed else "",
        predicted=row.predicted or "-",
        model_verdict=row.model_verdict,
        probability=row.probability,
        outcome=_title(row.outcome or ""),
        outcome_notation=row.outcome_notation or "",
        outcome_name=concept_name(knowledge, "zh", row.scheme, row.outcome_notation)
        if row.outcome_notation
        else "",
        reviewers=len({one.user for one in standing if one.stage != ADJUDICATION}),
        adjudicated=any(one.stage == ADJUDICATION for one in standing),
        said="；".join(_said(one) for one in standing),
        settled_at=row.settled_at,
    )


def _said(one: VerdictView) -> str:
    notation = f" {one.notation}" if one.notation else ""
    reason = f"（{one.reason}）" if one.reason else ""
    return f"{one.user_name}：{_title(one.kind)}{notation}{reason}"


def _title(kind: str) -> str:
    return next((zh for key, (zh, _) in KINDS.items() if key == kind), kind)
