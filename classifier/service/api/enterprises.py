"""Stored enterprises: profiles, products, frozen assessments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from classifier.evaluator.clauses import Application, TierId
from classifier.service.api.shapes import MOST_ID, Answered, Asked, Id, Page, PageSize, versions
from classifier.service.backend import Backend, Here
from classifier.service.enterprises import store
from classifier.service.enterprises.evaluating import Terms, today
from classifier.service.problems import documented
from classifier.service.security.access import Anyone, ReviewerOrLead

router = APIRouter(prefix="/v1", tags=["enterprises"])

PROFILE_EXAMPLE: dict[str, Any] = {
    "name": "示例精密轴承有限公司",
    "province": "江苏省",
    "industry": "3451",
    "main_product": "风电主轴轴承的研发、生产和销售",
    "years": {"2025": {"revenue": 21000, "rd_expense": 1450, "employees": 180}},
}


class ProfileAsked(Asked):
    """A profile, as ``keyfield profile template`` describes it; what is left out is unknown."""

    profile: dict[str, Any] = Field(examples=[PROFILE_EXAMPLE])


class ProfileChange(ProfileAsked):
    """A profile in place of the one at a revision."""

    revision: int = Field(ge=1, le=MOST_ID, description="改自哪一版 / Revision it was made from")


class EnterprisesBody(Answered):
    """A page of enterprises."""

    items: list[store.EnterpriseRow]
    total: int
    page: int
    size: int


class EnterpriseBody(Answered):
    """An enterprise."""

    id: int
    name: str
    profile: dict[str, Any]
    revision: int
    products: list[store.ProductView]
    created_at: datetime
    updated_at: datetime


class ProductAsked(Asked):
    """A product with its claims."""

    text: str = Field(min_length=1, max_length=5000, examples=["风电主轴轴承的研发、生产和销售"])
    claims: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=20, examples=[["mp10:M07", "foundation:F1"]]
    )


class ProductBody(Answered):
    """A product."""

    product: store.ProductView


class AssessmentAsked(Asked):
    """On what terms to evaluate."""

    tiers: list[TierId] = Field(min_length=1, max_length=5, examples=[["srdi"]])
    on: date | None = Field(None, description="评价日，默认今天 / Day, today by default")
    application: Application = "new"
    rules: str | None = Field(None, max_length=100, examples=["miit-2026-2"])
    province: str = Field("", max_length=100)
    readings: dict[str, str] = Field(default_factory=dict)

    def terms(self) -> Terms:
        """Return the terms as the evaluator takes them."""
        return Terms(
            on=self.on or today(),
            application=self.application,
            rules=self.rules,
            province=self.province,
            readings=self.readings,
        )


class AssessmentsBody(Answered):
    """Assessments without their records."""

    items: list[store.AssessmentRow]


class AssessmentBody(Answered):
    """An assessment with its frozen record."""

    assessment: store.AssessmentRow
    record: dict[str, Any]


@router.get("/enterprises", summary="企业列表 / Enterprises", responses=documented())
def list_all(
    here: Here,
    caller: Anyone,
    words: Annotated[str, Query(max_length=200, description="名称中的字词 / In the name")] = "",
    page: Page = 1,
    size: PageSize = 50,
) -> EnterprisesBody:
    """各企业和最近的评价结论。 With their latest decisions."""
    del caller
    with here.store.read() as session:
        found = store.list_enterprises(session, words=words, page=page, size=size)
    return EnterprisesBody(
        items=list(found.items),
        total=found.total,
        page=found.page,
        size=found.size,
        versions=versions(here),
    )


def _body(here: Backend, view: store.EnterpriseView) -> EnterpriseBody:
    return EnterpriseBody(
        id=view.id,
        name=view.name,
        profile=view.profile.to_json(),
        revision=view.revision,
        products=list(view.products),
        created_at=view.created_at,
        updated_at=view.updated_at,
        versions=versions(here),
    )


@router.post("/enterprises", summary="新建企业 / Add", responses=documented(409), status_code=201)
def add(here: Here, caller: ReviewerOrLead, asked: ProfileAsked) -> EnterpriseBody:
    """企业画像须有名称。 The profile must have a name."""
    with here.store.write() as session:
        row = store.add_enterprise(session, asked.profile, caller=caller)
        return _body(here, store.get_enterprise(session, row.id))


@router.get("/enterprises/{enterprise_id}", summary="企业 / One", responses=documented(404))
def get(here: Here, caller: Anyone, enterprise_id: Id) -> EnterpriseBody:
    """画像和产品。 Profile and products."""
    del caller
    with here.store.read() as session:
        return _body(here, store.get_enterprise(session, enterprise_id))


@router.put(
    "/enterprises/{enterprise_id}", summary="修改企业 / Change", responses=documented(404, 409)
)
def change(
    here: Here, caller: ReviewerOrLead, enterprise_id: Id, asked: ProfileChange
) -> EnterpriseBody:
    """改自旧版的修改会被拒绝。 Refused if somebody changed it meanwhile."""
    with here.store.write() as session:
        store.change_enterprise(
            session, enterprise_id, asked.profile, revision=asked.revision, caller=caller
        )
        return _body(here, store.get_enterprise(session, enterprise_id))


@router.post(
    "/enterprises/{enterprise_id}/products",
    summary="添加产品 / Add a product",
    responses=documented(404),
    status_code=201,
)
def add_product(
    here: Here, caller: ReviewerOrLead, enterprise_id: Id, asked: ProductAsked
) -> ProductBody:
    """产品描述和申报领域。 A description with the domains claimed for it."""
    with here.store.write() as session:
        product = store.add_product(
            session, here.knowledge, enterprise_id, asked.text, asked.claims, caller=caller
        )
    return ProductBody(product=product, versions=versions(here))


@router.post(
    "/enterprises/{enterprise_id}/assessments",
    summary="评价并存档 / Assess",
    responses=documented(404),
    status_code=201,
)
def assess(
    here: Here, caller: ReviewerOrLead, enterprise_id: Id, asked: AssessmentAsked
) -> AssessmentsBody:
    """决定记录就此冻结。 The decision records are frozen."""
    rows = store.assess(
        here.store, here.knowledge, enterprise_id, asked.tiers, asked.terms(), caller=caller
    )
    return AssessmentsBody(items=rows, versions=versions(here))


@router.get(
    "/enterprises/{enterprise_id}/assessments",
    summary="历次评价 / Assessments",
    responses=documented(404),
)
def list_assessments(here: Here, caller: Anyone, enterprise_id: Id) -> AssessmentsBody:
    """从新到旧。 The latest first."""
    del caller
    with here.store.read() as session:
        rows = store.list_assessments(session, enterprise_id)
    return AssessmentsBody(items=rows, versions=versions(here))


@router.get("/assessments/{assessment_id}", summary="一次评价 / One", responses=documented(404))
def get_assessment(here: Here, caller: Anyone, assessment_id: Id) -> AssessmentBody:
    """含冻结的决定记录。 With its frozen record."""
    del caller
    with here.store.read() as session:
        row = store.get_assessment(session, assessment_id)
    return AssessmentBody(
        assessment=store.assessment_row(row), record=row.record, versions=versions(here)
    )
