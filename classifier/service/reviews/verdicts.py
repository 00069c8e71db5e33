"""Verdicts: decide, take back, adjudicate. Rows are only added; the case sums them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError, InvalidError
from classifier.schemes.model import Scheme
from classifier.service.knowledge import Knowledge
from classifier.service.reviews.model import (
    ADJUDICATION,
    KINDS,
    NAMING,
    REVIEW,
    UNDO,
    Kind,
    kinds_for,
)
from classifier.service.reviews.queue import missing, standing, take_lease
from classifier.service.security.roles import Caller
from classifier.service.storage import audit
from classifier.service.storage.tables import Case, Comment, User, Verdict, now

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A verdict as people read it; ``undone`` says that it was taken back."""

    id: int
    user: int
    user_name: str
    stage: str
    kind: str
    notation: str | None
    reason: str
    undone: bool
    created_at: datetime


def decide(
    session: Session,
    knowledge: Knowledge,
    case_id: int,
    kind: Kind,
    *,
    caller: Caller,
    notation: str | None = None,
    reason: str = "",
    minutes: float = 15.0,
) -> Case:
    """Give a verdict on a case that is leased to the caller or free.

    Parameters
    ----------
    session
        A writing session.
    knowledge
        Knows the concepts that ``notation`` may name.
    case_id, kind, notation, reason
        The verdict; ``correct`` and ``assign`` need the right notation, the others have none.
        ``assign`` is for a text without a claim, ``confirm``, ``correct`` and ``partial`` for
        one with a claim.
    caller
        The reviewer.
    minutes
        Life of a lease.

    Returns
    -------
    The case, summed up: ``open`` (a second verdict is needed), ``disputed`` or ``settled``.

    Raises
    ------
    MissingError, ConflictError
        As ``take_lease``.
    InvalidError
        The notation is missing, unknown, not called for, or the claimed one.
    """
    take_lease(session, case_id, caller=caller, minutes=minutes)
    case = _locked(session, case_id)
    _check(case, knowledge.schemes[case.scheme], kind, notation, reason)
    _add(session, case, caller, REVIEW, kind, notation, reason)
    case.lease_by = case.lease_until = None
    _sum_up(session, case)
    detail = {"kind": kind, "notation": notation, "state": case.state}
    audit.append(session, caller.actor, "case.decide", f"case:{case_id}", detail)
    return case


def undo(session: Session, case_id: int, *, caller: Caller) -> Case:
    """Take the caller's standing verdict back, as a new row.

    Raises
    ------
    MissingError
        There is no such case.
    ConflictError
        The caller has no standing verdict on it, it was adjudicated, or exported.
    """
    case = _locked(session, case_id)
    if case.exported_at is not None:
        raise ConflictError("案件的标注已经导出，不能撤销", reason="exported")
    adjudicated = exists().where(Verdict.case_id == case_id, Verdict.stage == ADJUDICATION)
    if session.scalar(select(adjudicated)):
        raise ConflictError("案件已经裁定，不能撤销", reason="adjudicated")
    own = session.scalar(
        select(Verdict)
        .where(
            Verdict.case_id == case_id,
            Verdict.user_id == caller.user_id,
            Verdict.stage == REVIEW,
            standing(),
        )
        .order_by(Verdict.id.desc())
        .limit(1)
    )
    if own is None:
        raise ConflictError("你在这个案件上没有可撤销的结论", reason="nothing-to-undo")
    _add(session, case, caller, REVIEW, UNDO, None, "", undoes=own.id)
    _sum_up(session, case)
    audit.append(session, caller.actor, "case.undo", f"case:{case_id}", {"undoes": own.id})
    return case


def adjudicate(
    session: Session,
    knowledge: Knowledge,
    case_id: int,
    kind: Kind,
    *,
    caller: Caller,
    notation: str | None = None,
    reason: str = "",
) -> Case:
    """Settle a case on which two reviewers disagree.

    Raises
    ------
    MissingError
        There is no such case.
    ConflictError
        It is not disputed, or the caller was one of its reviewers.
    InvalidError
        As ``decide``; a reason is required here.
    """
    case = _locked(session, case_id)
    if case.state != "disputed":
        raise ConflictError("这个案件没有分歧，不需要裁定", reason="not-disputed")
    reviewed = exists().where(
        Verdict.case_id == case_id, Verdict.user_id == caller.user_id, Verdict.stage == REVIEW
    )
    if session.scalar(select(reviewed)):
        raise ConflictError("参加过复核的人不能裁定", reason="own-case")
    if not reason.strip():
        raise InvalidError("裁定须写明理由", field="reason")
    _check(case, knowledge.schemes[case.scheme], kind, notation, reason)
    _add(session, case, caller, ADJUDICATION, kind, notation, reason)
    _settle(case, kind, notation)
    detail = {"kind": kind, "notation": notation}
    audit.append(session, caller.actor, "case.adjudicate", f"case:{case_id}", detail)
    return case


def comment(session: Session, case_id: int, text: str, *, caller: Caller) -> Comment:
    """Add a remark to a case.

    Raises
    ------
    MissingError
        There is no such case.
    InvalidError
        The remark is empty or too long.
    """
    if session.get(Case, case_id) is None:
        raise missing(case_id)
    said = text.strip()
    if not said or len(said) > LONGEST_REASON:
        raise InvalidError(f"备注应为1至{LONGEST_REASON}个字符", field="text")
    row = Comment(case_id=case_id, user_id=caller.user_id, text=said, created_at=now())
    session.add(row)
    session.flush()
    audit.append(session, caller.actor, "case.comment", f"case:{case_id}", {"comment": row.id})
    return row


def verdicts_of(session: Session, case_id: int) -> list[VerdictView]:
    """Return all verdicts on a case, taken back or not, in the order in which they came."""
    found = session.execute(
        select(Verdict, User.name)
        .join(User, User.id == Verdict.user_id)
        .where(Verdict.case_id == case_id)
        .order_by(Verdict.id)
    ).all()
    undone = {verdict.undoes for verdict, _ in found if verdict.undoes is not None}
    return [
        VerdictView(
            id=verdict.id,
            user=verdict.user_id,
            user_name=name,
            stage=verdict.stage,
            kind=verdict.kind,
            notation=verdict.notation,
            reason=verdict.reason,
            undone=verdict.id in undone,
            created_at=verdict.created_at,
        )
        for verdict, name in found
        if verdict.kind != UNDO
    ]


def judgement(kind: str, notation: str | None) -> str:
    """Return what two verdicts must share to agree."""
    return f"{kind}:{notation}" if notation else kind


def _locked(session: Session, case_id: int) -> Case:
    case = session.scalar(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise missing(case_id)
    return case


def _check(case: Case, scheme: Scheme, kind: Kind, notation: str | None, reason: str) -> None:
    if kind not in KINDS:
        raise InvalidError(f"没有结论{kind!r}；允许：{'、'.join(KINDS)}", field="kind")
    if kind not in kinds_for(case.claimed):
        allowed = "、".join(KINDS[one][0] for one in kinds_for(case.claimed))
        which = "有申报" if case.claimed else "没有申报"
        raise InvalidError(
            f"这个案件{which}，不能用“{KINDS[kind][0]}”；允许：{allowed}", field="kind"
        )
    if len(reason) > LONGEST_REASON:
        raise InvalidError(f"理由最多{LONGEST_REASON}个字符", field="reason")
    if kind not in NAMING:
        if notation:
            raise InvalidError("只有更正和归入才填编号", field="notation")
        return
    if not notation:
        raise InvalidError(f"{KINDS[kind][0]}须填正确的编号", field="notation")
    if notation not in scheme:
        raise InvalidError(f"分类{scheme.id}中没有{notation!r}", field="notation")
    if notation == case.claimed:
        raise InvalidError("编号与申报的相同；应选确认", field="notation")


def _add(
    session: Session,
    case: Case,
    caller: Caller,
    stage: str,
    kind: str,
    notation: str | None,
    reason: str,
    undoes: int | None = None,
) -> None:
    session.add(
        Verdict(
            case_id=case.id,
            user_id=caller.user_id,
            stage=stage,
            kind=kind,
            notation=notation or None,
            reason=reason.strip(),
            undoes=undoes,
            created_at=now(),
        )
    )
    session.flush()


def _sum_up(session: Session, case: Case) -> None:
    """Bring the case to what its standing verdicts say."""
    given = session.scalars(
        select(Verdict)
        .where(Verdict.case_id == case.id, Verdict.stage == REVIEW, standing())
        .order_by(Verdict.id)
    ).all()
    case.outcome = case.outcome_notation = case.settled_at = None
    if len(given) < case.needs:
        case.state = "open"
    elif len({judgement(v.kind, v.notation) for v in given}) > 1:
        case.state = "disputed"
    else:
        _settle(case, given[0].kind, given[0].notation)
    session.flush()


def _settle(case: Case, kind: str, notation: str | None) -> None:
    case.state = "settled"
    case.outcome = kind
    case.outcome_notation = notation or None
    case.settled_at = now()
