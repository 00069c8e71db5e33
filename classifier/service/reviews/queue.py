"""The queue: claims in, ordered by value; leases, so that two reviewers never meet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from classifier.errors import ConflictError, MissingError, Problem
from classifier.service.knowledge import Knowledge
from classifier.service.reviews import imports
from classifier.service.reviews.candidate import candidate
from classifier.service.reviews.claims import Claim
from classifier.service.reviews.model import REVIEW, UNDO, CasePage, CaseRow, Progress
from classifier.service.reviews.value import is_double, review_value
from classifier.service.security.roles import Caller
from classifier.service.settings import Settings
from classifier.service.storage import audit
from classifier.service.storage.engine import Store
from classifier.service.storage.tables import Case, Enterprise, User, Verdict, now

UNCLAIMED = "unclaimed"
"""In the place of the model's verdict on a claim, where there is none."""

DOUBLE = 2
"""Verdicts that a double-reviewed case needs."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; ``known`` counts claims that were in the queue already."""

    id: int
    added: int
    known: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list; None and empty mean all."""

    state: str | None = None
    scheme: str | None = None
    claimed: str | None = None
    model_verdict: str | None = None
    stake: str | None = None
    import_id: int | None = None
    enterprise: str = ""
    words: str = ""
    double: bool | None = None
    available: bool = False
    """Only what the reader could take now."""
    mine: bool | None = None
    """Only what the reader has (or has not) decided."""


def fingerprint(claim: Claim) -> str:
    """Return what makes two claims the same: firm, text and concept."""
    words = f"{claim.enterprise}\0{claim.text}\0{claim.scheme}\0{claim.notation}"
    return hashlib.sha256(words.encode()).hexdigest()


def import_claims(
    store: Store,
    knowledge: Knowledge,
    settings: Settings,
    claims: Sequence[Claim],
    *,
    by: Caller,
    file: str,
    digest: str,
    problems: Sequence[Problem] = (),
    kind: imports.KindOfFile = "claims",
) -> Imported:
    """Put claims into the queue, each with its prediction frozen as a decision record.

    Predictions are made before the database is written to, so that nobody waits for them.
    """
    fresh = _fresh(store, claims)
    cases = [_case(knowledge, settings, claim, mark) for mark, claim in fresh.items()]
    with store.write() as session:
        held = _held(session, fresh)  # what another import brought in meanwhile
        firms = _firms(session, claims)
        row = imports.record(
            session,
            by=by,
            file=file,
            digest=digest,
            kind=kind,
            state="taken",
            problems=problems,
        )
        for case in cases:
            if case.fingerprint not in held:
                case.import_id = row.id
                case.enterprise_id = firms.get(case.enterprise_name)
                session.add(case)
                row.added += 1
        row.known = len(claims) - row.added
        detail = {"added": row.added, "known": row.known, "refused": row.refused}
        audit.append(session, by.actor, "claims.import", f"import:{row.id}", detail)
    return Imported(row.id, row.added, row.known, tuple(problems))


def _fresh(store: Store, claims: Iterable[Claim]) -> dict[str, Claim]:
    marked = {fingerprint(claim): claim for claim in claims}
    with store.read() as session:
        held = _held(session, marked)
    return {mark: claim for mark, claim in marked.items() if mark not in held}


def _held(session: Session, marks: Iterable[str]) -> set[str]:
    wanted, found = list(marks), set[str]()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        found.update(session.scalars(select(Case.fingerprint).where(Case.fingerprint.in_(some))))
    return found


def _firms(session: Session, claims: Iterable[Claim]) -> dict[str, int]:
    names = sorted({claim.enterprise for claim in claims if claim.enterprise})
    out: dict[str, int] = {}
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        found = session.execute(
            select(Enterprise.name, Enterprise.id).where(Enterprise.name.in_(some))
        )
        out.update((name, firm) for name, firm in found)
    return out


def _case(knowledge: Knowledge, settings: Settings, claim: Claim, mark: str) -> Case:
    classifier = knowledge.classifier
    (answer,) = classifier.classify([claim.text])
    here = answer.domains[claim.scheme]
    shown = claim.notation or candidate(here, classifier.artefact.heads[claim.scheme])
    found = classifier.verify(claim.text, f"{claim.scheme}:{shown}")
    verdict = found.verdict if claim.notation else UNCLAIMED
    verification = found.to_json()
    for known in ("text", "versions"):
        verification.pop(known)
    return Case(
        import_id=None,
        row=claim.row,
        enterprise_id=None,
        enterprise_name=claim.enterprise,
        text=claim.text,
        scheme=claim.scheme,
        claimed=claim.notation,
        predicted=here.primary,
        model_verdict=verdict,
        probability=round(found.probability, 6),
        stake=claim.stake,
        value=review_value(verdict, found.probability, here.decision, claim.stake),
        record={
            "input": {
                "text": claim.text,
                "claim": f"{claim.scheme}:{claim.notation}" if claim.notation else None,
            },
            "versions": knowledge.versions.to_json(),
            "verification": verification,
            "domains": answer.to_json()["domains"],
        },
        fingerprint=mark,
        needs=DOUBLE if is_double(mark, settings.double_share, settings.seed) else 1,
        state="open",
        created_at=now(),
    )


def standing() -> ColumnElement[bool]:
    """Return the condition that a verdict was not taken back (and is no taking back)."""
    later = aliased(Verdict)
    return and_(Verdict.kind != UNDO, ~exists().where(later.undoes == Verdict.id))


def _decided_by(user_id: int) -> ColumnElement[bool]:
    return exists().where(
        Verdict.case_id == Case.id,
        Verdict.user_id == user_id,
        Verdict.stage == REVIEW,
        standing(),
    )


def _free(caller: Caller, at: datetime) -> ColumnElement[bool]:
    return and_(
        Case.state == "open",
        or_(Case.lease_by.is_(None), Case.lease_until < at, Case.lease_by == caller.user_id),
        ~_decided_by(caller.user_id),
    )


def _conditions(wanted: CaseFilter, caller: Caller, at: datetime) -> list[ColumnElement[bool]]:
    equal = (
        (Case.state, wanted.state),
        (Case.scheme, wanted.scheme),
        (Case.model_verdict, wanted.model_verdict),
        (Case.stake, wanted.stake),
        (Case.import_id, wanted.import_id),
    )
    out: list[ColumnElement[bool]] = [
        column == value for column, value in equal if value is not None
    ]
    if wanted.claimed:
        below = Case.claimed.startswith(f"{wanted.claimed}.", autoescape=True)
        out.append(or_(Case.claimed == wanted.claimed, below))
    if wanted.enterprise:
        out.append(Case.enterprise_name.contains(wanted.enterprise, autoescape=True))
    if wanted.words:
        out.append(Case.text.contains(wanted.words, autoescape=True))
    if wanted.double is not None:
        out.append((Case.needs == DOUBLE) if wanted.double else (Case.needs != DOUBLE))
    if wanted.available:
        out.append(_free(caller, at))
    if wanted.mine is not None:
        decided = _decided_by(caller.user_id)
        out.append(decided if wanted.mine else ~decided)
    return out


def list_cases(
    session: Session, wanted: CaseFilter, *, caller: Caller, page: int = 1, size: int = 50
) -> CasePage:
    """Return a page of the cases that fit, the most valuable first."""
    at = now()
    conditions = _conditions(wanted, caller, at)
    total = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    query = _rows(caller).where(*conditions).order_by(Case.value.desc(), Case.id)
    found = session.execute(query.limit(size).offset((page - 1) * size))
    items = tuple(_row(case, given, mine, who, at) for case, given, mine, who in found)
    return CasePage(items, total, page, size)


def get_row(session: Session, case_id: int, *, caller: Caller) -> CaseRow:
    """Return one case as the queue lists it.

    Raises
    ------
    MissingError
        There is none with this id.
    """
    found = session.execute(_rows(caller).where(Case.id == case_id)).one_or_none()
    if found is None:
        raise missing(case_id)
    case, given, mine, who = found
    return _row(case, given, mine, who, now())


def _rows(caller: Caller) -> Select[Case, int, bool, str | None]:
    given = (
        select(func.count())
        .select_from(Verdict)
        .where(Verdict.case_id == Case.id, Verdict.stage == REVIEW, standing())
        .correlate(Case)
        .scalar_subquery()
    )
    return select(Case, given, _decided_by(caller.user_id), User.name).outerjoin(
        User, User.id == Case.lease_by
    )


def _row(case: Case, given: int, mine: bool, who: str | None, at: datetime) -> CaseRow:
    leased = case.lease_until is not None and case.lease_until >= at
    return CaseRow(
        id=case.id,
        enterprise=case.enterprise_name,
        text=case.text,
        scheme=case.scheme,
        claimed=case.claimed,
        predicted=case.predicted,
        model_verdict=case.model_verdict,
        probability=case.probability,
        stake=case.stake,
        value=case.value,
        needs=case.needs,
        given=given,
        state=case.state,
        outcome=case.outcome,
        outcome_notation=case.outcome_notation,
        lease_by=who if leased else None,
        lease_until=case.lease_until if leased else None,
        mine=bool(mine),
        created_at=case.created_at,
        settled_at=case.settled_at,
    )


def missing(case_id: int) -> MissingError:
    """Return the error that there is no such case."""
    return MissingError(f"没有编号为{case_id}的案件")


def take_lease(session: Session, case_id: int, *, caller: Caller, minutes: float) -> datetime:
    """Lease a case to the caller, or renew the lease; return until when.

    One ``UPDATE … WHERE`` decides, so of two who ask at once one gets it.

    Raises
    ------
    MissingError
        There is no such case.
    ConflictError
        It is settled, leased to somebody else, or the caller has decided it already.
    """
    at = now()
    if _lease(session, case_id, caller, at, minutes):
        return at + timedelta(minutes=minutes)
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise missing(case_id)
    if case.state != "open":
        raise ConflictError("案件已定或在裁定中", reason="not-open")
    if session.scalar(select(_decided_by(caller.user_id)).where(Case.id == case_id)):
        raise ConflictError("你已经判过这个案件；要改先撤销", reason="already-decided")
    raise ConflictError("另一位审核员正在看这个案件", reason="leased")


def _lease(session: Session, case_id: int, caller: Caller, at: datetime, minutes: float) -> bool:
    taken = session.scalar(
        update(Case)
        .where(Case.id == case_id, _free(caller, at))
        .values(lease_by=caller.user_id, lease_until=at + timedelta(minutes=minutes))
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def next_case(
    session: Session, wanted: CaseFilter, *, caller: Caller, minutes: float
) -> CaseRow | None:
    """Lease the most valuable case that fits and is free; None if there is none."""
    at = now()
    conditions = [*_conditions(wanted, caller, at), _free(caller, at)]
    best = (
        select(Case.id)
        .where(*conditions)
        .order_by(Case.value.desc(), Case.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # PostgreSQL: whoever is at a case already keeps it
    )
    case_id = session.scalar(best)
    if case_id is None or not _lease(session, case_id, caller, at, minutes):
        return None
    session.expire_all()
    return get_row(session, case_id, caller=caller)


def release(session: Session, case_id: int, *, caller: Caller) -> None:
    """Give a lease back; nothing happens if the caller has none."""
    session.execute(
        update(Case)
        .where(Case.id == case_id, Case.lease_by == caller.user_id)
        .values(lease_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def progress(session: Session, *, caller: Caller) -> Progress:
    """Return how far the queue is."""
    at = now()
    counts = session.execute(select(Case.state, func.count()).group_by(Case.state))
    states = {state: count for state, count in counts}  # noqa: C416  (rows are no pairs to mypy)
    double = session.scalar(select(func.count()).where(Case.needs == DOUBLE)) or 0
    leased = session.scalar(select(func.count()).where(Case.lease_until >= at)) or 0
    own = select(func.count()).where(Verdict.user_id == caller.user_id, standing())
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return Progress(
        total=sum(states.values()),
        open=states.get("open", 0),
        disputed=states.get("disputed", 0),
        settled=states.get("settled", 0),
        double=double,
        leased=leased,
        mine_today=session.scalar(own.where(Verdict.created_at >= midnight)) or 0,
        mine_total=session.scalar(own) or 0,
    )
