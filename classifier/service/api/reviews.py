"""Reviews: import claims, take cases, decide, take back, adjudicate, agree."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field

from classifier.service.api.shapes import (
    MOST_ID,
    Answered,
    Asked,
    Id,
    Page,
    PageSize,
    versions,
)
from classifier.service.backend import Backend, Here
from classifier.service.problems import FieldProblem, documented
from classifier.service.reviews import agreement as agreeing
from classifier.service.reviews import cases, queue, verdicts
from classifier.service.reviews.concepts import ConceptView, NearConcept
from classifier.service.reviews.imports import KindOfFile
from classifier.service.reviews.intake import take_file
from classifier.service.reviews.model import CaseRow, Kind, Progress, Stake, State
from classifier.service.security.access import LabelReader, Lead, Reviewer, ReviewerOrLead

router = APIRouter(prefix="/v1/reviews", tags=["reviews"])

Notation = Annotated[str, Field(min_length=1, max_length=20, examples=["M07"])]
Scheme = Annotated[str | None, Query(max_length=20, description="分类 / Scheme", examples=["mp10"])]


class ImportBody(Answered):
    """What an import did."""

    id: int
    added: int = Field(description="新入列 / Added to the queue")
    known: int = Field(description="已在列 / Already in the queue")
    refused: int = Field(description="退回的行 / Refused")
    problems: list[FieldProblem] = Field(description="退回的原因，最多200条 / Why, 200 at most")


class CasesBody(Answered):
    """A page of the queue."""

    items: list[CaseRow]
    total: int
    page: int
    size: int


class NextBody(Answered):
    """The case that was leased; null where the queue is empty."""

    case: CaseRow | None


class LeaseBody(Answered):
    """Until when a case is leased."""

    until: datetime


class CaseBody(Answered):
    """A case with everything that a reviewer needs."""

    case: CaseRow
    file_row: int
    import_id: int | None
    enterprise_id: int | None
    record: dict[str, Any] = Field(
        description="导入时冻结的预测，不算复核 / The prediction, frozen; never a review"
    )
    claimed: ConceptView | None = Field(description="没有申报时为空 / Null: no claim")
    about: ConceptView = Field(description="依据所说的领域 / What the evidence is about")
    near: list[NearConcept]
    similar: list[cases.SimilarCase]
    verdicts: list[verdicts.VerdictView]
    comments: list[cases.CommentView]
    hidden: bool = Field(description="盲审中，他人的结论不显示 / Kept blind")
    may: cases.May


class VerdictAsked(Asked):
    """A verdict."""

    kind: Kind = Field(
        description="确认、更正、部分符合（有申报）；归入（没有申报）；无法判断、不在范围",
        examples=["correct"],
    )
    notation: Notation | None = Field(None, description="更正为 / The right notation")
    reason: str = Field("", max_length=verdicts.LONGEST_REASON, examples=["主导产品是储能电池"])


class StateBody(Answered):
    """Where a case stands."""

    id: int
    state: State
    outcome: Kind | None
    outcome_notation: str | None


class CommentAsked(Asked):
    """A remark."""

    text: str = Field(min_length=1, max_length=verdicts.LONGEST_REASON)


class CommentBody(Answered):
    """The id of a remark."""

    id: int


class ProgressBody(Answered):
    """How far the queue is."""

    progress: Progress


class AgreementBody(Answered):
    """Agreement on double-reviewed cases."""

    agreement: agreeing.AgreementReport


@router.post(
    "/imports",
    summary="导入申报 / Import claims",
    responses=documented(415),
    status_code=201,
)
def import_file(
    here: Here,
    caller: Lead,
    file: Annotated[UploadFile, File(description="CSV 或 XLSX / CSV or XLSX")],
    kind: Annotated[
        KindOfFile, Form(description="claims 申报，texts 没有申报的文本 / Claims, or texts only")
    ] = "claims",
) -> ImportBody:
    """每行一个产品，列名：text 产品描述、claim 申报领域、enterprise 企业、stake 重要程度。 Columns.

    A claim reads ``mp10:M07``; several claims are separated by ``;``. Predictions are frozen now.
    Texts without a claim (``kind`` = ``texts``) become cases in which a reviewer says where they
    belong. What was refused is kept: ``GET /v1/imports/{id}``.
    """
    given = (here.store, here.knowledge, here.settings, file.file, file.filename)
    imported = take_file(*given, by=caller, kind=kind)
    problems = [
        FieldProblem(field=p.field, detail=f"第{p.line}行：{p.message}")
        for p in imported.problems[:200]
    ]
    return ImportBody(
        id=imported.id,
        added=imported.added,
        known=imported.known,
        refused=len(imported.problems),
        problems=problems,
        versions=versions(here),
    )


@router.get("/cases", summary="队列 / The queue", responses=documented())
def list_cases(
    here: Here,
    caller: ReviewerOrLead,
    *,
    state: State | None = None,
    scheme: Scheme = None,
    claimed: Annotated[str | None, Query(max_length=20)] = None,
    model_verdict: Annotated[
        str | None, Query(pattern="^(supported|uncertain|contradicted|unclaimed)$")
    ] = None,
    stake: Stake | None = None,
    import_id: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None,
    enterprise: Annotated[str, Query(max_length=200)] = "",
    words: Annotated[str, Query(max_length=200, description="文中的字词 / Words")] = "",
    double: Annotated[bool | None, Query(description="双人复核 / Double review")] = None,
    available: Annotated[bool, Query(description="现在可取的 / Free to take")] = False,
    mine: Annotated[bool | None, Query(description="我判过的 / Decided by me")] = None,
    page: Page = 1,
    size: PageSize = 50,
) -> CasesBody:
    """最值得看的在前。 The most valuable first: claim against prediction, unsure, high stake."""
    wanted = queue.CaseFilter(
        state=state,
        scheme=scheme,
        claimed=claimed,
        model_verdict=model_verdict,
        stake=stake,
        import_id=import_id,
        enterprise=enterprise,
        words=words,
        double=double,
        available=available,
        mine=mine,
    )
    with here.store.read() as session:
        found = queue.list_cases(session, wanted, caller=caller, page=page, size=size)
    return CasesBody(
        items=list(found.items),
        total=found.total,
        page=found.page,
        size=found.size,
        versions=versions(here),
    )


@router.post("/next", summary="取下一个 / Take the next", responses=documented())
def take_next(here: Here, caller: Reviewer, scheme: Scheme = None) -> NextBody:
    """取最值得看、没有人在看的一个，并占用15分钟。 Leases the most valuable free case."""
    with here.store.write() as session:
        row = queue.next_case(
            session,
            queue.CaseFilter(scheme=scheme),
            caller=caller,
            minutes=here.settings.lease_minutes,
        )
    return NextBody(case=row, versions=versions(here))


@router.get("/cases/{case_id}", summary="案件 / A case", responses=documented(404))
def get_case(here: Here, caller: ReviewerOrLead, case_id: Id) -> CaseBody:
    """文字、依据、官方定义、相近概念、相似的已定案件。 With evidence and definitions."""
    with here.store.read() as session:
        view = cases.view_case(session, here.knowledge, case_id, caller=caller)
    return CaseBody(
        case=view.row,
        file_row=view.file_row,
        import_id=view.import_id,
        enterprise_id=view.enterprise_id,
        record=dict(view.record),
        claimed=view.claimed,
        about=view.about,
        near=list(view.near),
        similar=list(view.similar),
        verdicts=list(view.verdicts),
        comments=list(view.comments),
        hidden=view.hidden,
        may=view.may,
        versions=versions(here),
    )


@router.post("/cases/{case_id}/lease", summary="占用、续占 / Lease", responses=documented(404, 409))
def lease(here: Here, caller: Reviewer, case_id: Id) -> LeaseBody:
    """占用期间别人取不到。 Nobody else can take it meanwhile; call again to renew."""
    with here.store.write() as session:
        until = queue.take_lease(
            session, case_id, caller=caller, minutes=here.settings.lease_minutes
        )
    return LeaseBody(until=until, versions=versions(here))


@router.delete(
    "/cases/{case_id}/lease",
    summary="放回 / Give back",
    responses=documented(404),
    status_code=204,
)
def give_back(here: Here, caller: Reviewer, case_id: Id) -> None:
    """放回队列。 Gives the lease back."""
    with here.store.write() as session:
        queue.get_row(session, case_id, caller=caller)
        queue.release(session, case_id, caller=caller)


def _state(here: Backend, case: Any) -> StateBody:
    return StateBody(
        id=case.id,
        state=case.state,
        outcome=case.outcome,
        outcome_notation=case.outcome_notation,
        versions=versions(here),
    )


@router.post(
    "/cases/{case_id}/verdicts",
    summary="下结论 / Decide",
    responses=documented(404, 409),
    status_code=201,
)
def decide(here: Here, caller: Reviewer, case_id: Id, asked: VerdictAsked) -> StateBody:
    """结论只增不改。 Verdicts are only added; a blind second one may be needed."""
    with here.store.write() as session:
        case = verdicts.decide(
            session,
            here.knowledge,
            case_id,
            asked.kind,
            caller=caller,
            notation=asked.notation,
            reason=asked.reason,
            minutes=here.settings.lease_minutes,
        )
        here.metrics.verdicts.labels(asked.kind).inc()
        return _state(here, case)


@router.post("/cases/{case_id}/undo", summary="撤销 / Undo", responses=documented(404, 409))
def undo(here: Here, caller: Reviewer, case_id: Id) -> StateBody:
    """撤销自己的结论；裁定或导出后不能撤销。 Until adjudicated or exported."""
    with here.store.write() as session:
        return _state(here, verdicts.undo(session, case_id, caller=caller))


@router.post(
    "/cases/{case_id}/adjudication",
    summary="裁定 / Adjudicate",
    responses=documented(404, 409),
    status_code=201,
)
def adjudicate(here: Here, caller: Lead, case_id: Id, asked: VerdictAsked) -> StateBody:
    """两位审核员不一致时由组长裁定，须写理由。 Settles a disagreement; needs a reason."""
    with here.store.write() as session:
        case = verdicts.adjudicate(
            session,
            here.knowledge,
            case_id,
            asked.kind,
            caller=caller,
            notation=asked.notation,
            reason=asked.reason,
        )
        return _state(here, case)


@router.post(
    "/cases/{case_id}/comments",
    summary="备注 / Comment",
    responses=documented(404),
    status_code=201,
)
def comment(here: Here, caller: ReviewerOrLead, case_id: Id, asked: CommentAsked) -> CommentBody:
    """盲审期间他人看不到。 Not seen by others while the review is blind."""
    with here.store.write() as session:
        row = verdicts.comment(session, case_id, asked.text, caller=caller)
        return CommentBody(id=row.id, versions=versions(here))


@router.get("/progress", summary="进度 / Progress", responses=documented())
def progress(here: Here, caller: ReviewerOrLead) -> ProgressBody:
    """各状态的案件数和自己的结论数。 Cases by state, and one's own verdicts."""
    with here.store.read() as session:
        found = queue.progress(session, caller=caller)
    return ProgressBody(progress=found, versions=versions(here))


@router.get("/agreement", summary="一致性 / Agreement", responses=documented())
def agreement(here: Here, caller: LabelReader) -> AgreementBody:
    """双人复核的 kappa 和 alpha，按分类和审核员。 By scheme and by reviewer."""
    del caller
    with here.store.read() as session:
        found = agreeing.agreement(session)
    return AgreementBody(agreement=found, versions=versions(here))
