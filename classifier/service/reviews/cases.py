"""One case as a reviewer sees it: evidence, definition, near concepts, decided cases like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from classifier.service.knowledge import Knowledge
from classifier.service.reviews.concepts import (
    ConceptView,
    NearConcept,
    concept_view,
    near_concepts,
)
from classifier.service.reviews.model import ADJUDICATION, CaseRow
from classifier.service.reviews.queue import get_row, missing
from classifier.service.reviews.verdicts import VerdictView, verdicts_of
from classifier.service.security.roles import Caller, Role
from classifier.service.storage.tables import Case, Comment, User

SIMILAR = 5
"""Decided cases that are shown."""

LOOKED_AT = 500
"""Decided cases among which the similar ones are sought, the latest first."""

LEAST_LIKE = 0.15
"""Likeness below which a case is not called similar."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """A remark on a case."""

    id: int
    user_name: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A decided case with a like text; ``likeness`` is 0 to 1."""

    id: int
    text: str
    claimed: str
    outcome: str
    outcome_notation: str | None
    likeness: float


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do with the case now."""

    decide: bool
    undo: bool
    adjudicate: bool
    comment: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything that a reviewer needs.

    Parameters
    ----------
    row
        The case as the queue lists it.
    file_row, import_id, enterprise_id
        Where it came from.
    record
        The frozen decision record: ``input``, ``versions``, ``verification`` (verdict,
        probability, ``evidence_for``, ``evidence_against`` with spans), ``domains``.
    claimed
        The claimed concept with its official definition; None where nobody claimed anything.
    about
        The concept that the evidence is about: the claimed one, else the model's candidate.
    near, similar
        What could be meant instead, and decided cases like it.
    verdicts, comments
        Those that the reader may see: while a double review runs, only one's own.
    hidden
        Whether something is kept from the reader, so that the review stays blind.
    may
        What the reader may do.
    """

    row: CaseRow
    file_row: int
    import_id: int | None
    enterprise_id: int | None
    record: Mapping[str, Any]
    claimed: ConceptView | None
    about: ConceptView
    near: tuple[NearConcept, ...]
    similar: tuple[SimilarCase, ...]
    verdicts: tuple[VerdictView, ...]
    comments: tuple[CommentView, ...]
    hidden: bool
    may: May


def view_case(session: Session, knowledge: Knowledge, case_id: int, *, caller: Caller) -> CaseView:
    """Return a case as the caller may see it.

    Raises
    ------
    MissingError
        There is none with this id.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise missing(case_id)
    row = get_row(session, case_id, caller=caller)
    verdicts = verdicts_of(session, case_id)
    comments = _comments(session, case_id)
    open_book = case.state == "settled" or (
        case.state == "disputed" and caller.has(Role.LEAD) and not _took_part(verdicts, caller)
    )
    shown = [v for v in verdicts if open_book or v.user == caller.user_id]
    remarks = [c for c, user in comments if open_book or case.needs == 1 or user == caller.user_id]
    labels = case.record["domains"][case.scheme]["labels"]
    candidates = [(label["notation"], label["probability"]) for label in labels]
    about = concept_view(knowledge, case.scheme, case.record["verification"]["claimed"])
    return CaseView(
        row=row,
        file_row=case.row,
        import_id=case.import_id,
        enterprise_id=case.enterprise_id,
        record=case.record,
        claimed=about if case.claimed else None,
        about=about,
        near=near_concepts(knowledge, case.scheme, about.notation, candidates),
        similar=similar_cases(session, case),
        verdicts=tuple(shown),
        comments=tuple(remarks),
        hidden=len(shown) < len(verdicts) or len(remarks) < len(comments),
        may=_may(case, row, verdicts, caller),
    )


def _took_part(verdicts: list[VerdictView], caller: Caller) -> bool:
    return any(v.user == caller.user_id for v in verdicts)


def _may(case: Case, row: CaseRow, verdicts: list[VerdictView], caller: Caller) -> May:
    reviewer, lead = caller.has(Role.REVIEWER), caller.has(Role.LEAD)
    free = row.lease_by is None or case.lease_by == caller.user_id
    adjudicated = any(v.stage == ADJUDICATION for v in verdicts)
    return May(
        decide=reviewer and case.state == "open" and free and not row.mine,
        undo=reviewer and row.mine and case.exported_at is None and not adjudicated,
        adjudicate=lead and case.state == "disputed" and not _took_part(verdicts, caller),
        comment=reviewer or lead,
    )


def _comments(session: Session, case_id: int) -> list[tuple[CommentView, int]]:
    found = session.execute(
        select(Comment, User.name)
        .join(User, User.id == Comment.user_id)
        .where(Comment.case_id == case_id)
        .order_by(Comment.id)
    )
    return [(CommentView(c.id, name, c.text, c.created_at), c.user_id) for c, name in found]


def similar_cases(session: Session, case: Case) -> tuple[SimilarCase, ...]:
    """Return settled cases of the same scheme with the likest texts.

    Only cases about the claimed or the predicted concept are looked at, by the share of
    character pairs that two texts have in common (Jaccard).
    """
    about = [n for n in (case.claimed, case.predicted) if n]
    settled = session.scalars(
        select(Case)
        .where(
            Case.state == "settled",
            Case.scheme == case.scheme,
            Case.id != case.id,
            or_(Case.claimed.in_(about), Case.outcome_notation.in_(about)),
        )
        .order_by(Case.settled_at.desc(), Case.id)
        .limit(LOOKED_AT)
    )
    own = _pairs(case.text)
    found = [
        SimilarCase(
            other.id,
            other.text,
            other.claimed,
            other.outcome or "",
            other.outcome_notation,
            round(_likeness(own, _pairs(other.text)), 4),
        )
        for other in settled
    ]
    near = [one for one in found if one.likeness >= LEAST_LIKE]
    return tuple(sorted(near, key=lambda one: (-one.likeness, one.id))[:SIMILAR])


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one | other)
    return len(one & other) / both if both else 0.0
