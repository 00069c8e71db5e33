"""The words of a review: verdicts, states, stakes, and what a case looks like in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["confirm", "correct", "partial", "assign", "undecidable", "out_of_scope"]
State = Literal["open", "disputed", "settled"]
Stake = Literal["low", "normal", "high"]

KINDS: dict[Kind, tuple[str, str]] = {
    "confirm": ("确认", "Confirm"),
    "correct": ("更正", "Correct"),
    "partial": ("部分符合", "Partly"),
    "assign": ("归入", "Assign"),
    "undecidable": ("无法判断", "Undecidable"),
    "out_of_scope": ("不在范围", "Out of scope"),
}
STATES: dict[State, tuple[str, str]] = {
    "open": ("待审", "Open"),
    "disputed": ("待裁定", "To adjudicate"),
    "settled": ("已定", "Settled"),
}
STAKES: dict[Stake, tuple[str, str]] = {
    "low": ("低", "Low"),
    "normal": ("一般", "Normal"),
    "high": ("高", "High"),
}
NO_CLAIM = ""
"""In the place of a claimed notation, where nobody claimed anything."""

WITHOUT_CLAIM: tuple[Kind, ...] = ("assign", "undecidable", "out_of_scope")
WITH_CLAIM: tuple[Kind, ...] = ("confirm", "correct", "partial", "undecidable", "out_of_scope")
NAMING: tuple[Kind, ...] = ("correct", "assign")
"""Verdicts that name a notation."""

UNDO = "undo"
"""Kind of a row that takes an earlier one back."""

REVIEW, ADJUDICATION = "review", "adjudication"
"""Stages of a verdict."""


def kinds_for(claimed: str) -> tuple[Kind, ...]:
    """Return the verdicts that a case can get."""
    return WITH_CLAIM if claimed else WITHOUT_CLAIM


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the queue lists it.

    Parameters
    ----------
    id, enterprise, text, scheme, claimed
        The claim; ``claimed`` is empty where nobody claimed anything.
    predicted, model_verdict, probability
        What the model said when the claim was imported; never a review.
    stake, value
        What hangs on it, and its place in the queue (higher comes first).
    needs, given
        Verdicts needed, and given so far.
    state, outcome, outcome_notation
        Where it stands; the outcome once it is settled.
    lease_by, lease_until
        Who has it open, until when; None if nobody.
    mine
        Whether the reader has a standing verdict on it.
    created_at, settled_at
        When it came and when it was settled.
    """

    id: int
    enterprise: str
    text: str
    scheme: str
    claimed: str
    predicted: str | None
    model_verdict: str
    probability: float
    stake: str
    value: float
    needs: int
    given: int
    state: str
    outcome: str | None
    outcome_notation: str | None
    lease_by: str | None
    lease_until: datetime | None
    mine: bool
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the queue, and how many cases the filter finds in all."""

    items: tuple[CaseRow, ...]
    total: int
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is: cases by state, double-reviewed ones, verdicts of the reader."""

    total: int
    open: int
    disputed: int
    settled: int
    double: int
    leased: int
    mine_today: int
    mine_total: int
