"""Stored enterprises: profiles with revisions, products with claims, frozen assessments."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError, InvalidError, MissingError
from classifier.evaluator.clauses import TierId
from classifier.evaluator.profile import Profile
from classifier.service.enterprises.evaluating import (
    Evaluated,
    Subject,
    Terms,
    evaluate_tier,
    read_profile,
    subject_of,
)
from classifier.service.knowledge import Knowledge
from classifier.service.reviews.claims import parse_claim
from classifier.service.reviews.flaws import Flaw
from classifier.service.security.roles import Caller
from classifier.service.storage import audit
from classifier.service.storage.engine import Store
from classifier.service.storage.tables import Assessment, Enterprise, Product, now

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise as lists show it; ``decisions`` are the latest by tier."""

    id: int
    name: str
    province: str
    main_product: str
    revision: int
    decisions: Mapping[str, str]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """A page of enterprises, and how many the filter finds in all."""

    items: tuple[EnterpriseRow, ...]
    total: int
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with the domains claimed for it, as ``scheme:notation``."""

    id: int
    text: str
    claims: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EnterpriseView:
    """An enterprise with profile and products."""

    id: int
    name: str
    profile: Profile
    revision: int
    products: tuple[ProductView, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An assessment as lists show it."""

    id: int
    tier: str
    on: date
    rule_set: str
    decision: str
    digest: str
    created_at: datetime


def add_enterprise(session: Session, data: Any, *, caller: Caller) -> Enterprise:
    """Store a new enterprise.

    Raises
    ------
    ProfileError
        The profile is refused.
    InvalidError, ConflictError
        It has no name, or there is an enterprise of this name.
    """
    profile = read_profile(data)
    name = _name(session, profile)
    made = now()
    row = Enterprise(
        name=name,
        profile=profile.to_json(),
        revision=1,
        created_by=caller.user_id,
        created_at=made,
        updated_at=made,
    )
    session.add(row)
    session.flush()
    audit.append(session, caller.actor, "enterprise.add", f"enterprise:{row.id}")
    return row


def change_enterprise(
    session: Session, enterprise_id: int, data: Any, *, revision: int, caller: Caller
) -> Enterprise:
    """Replace a profile, if nobody changed it since ``revision``.

    Raises
    ------
    MissingError, ProfileError, InvalidError
        As elsewhere.
    ConflictError
        Somebody changed it meanwhile, or the new name is taken.
    """
    profile = read_profile(data)
    row = _locked(session, enterprise_id)
    if row.revision != revision:
        raise ConflictError(
            f"档案已被他人改到第{row.revision}版，你看到的是第{revision}版", reason="stale"
        )
    row.name = _name(session, profile, but=row.id)
    row.profile = profile.to_json()
    row.revision += 1
    row.updated_at = now()
    detail = {"revision": row.revision}
    audit.append(session, caller.actor, "enterprise.change", f"enterprise:{row.id}", detail)
    return row


def _name(session: Session, profile: Profile, but: int | None = None) -> str:
    name = (profile.name or "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidError(f"企业名称应为1至{LONGEST_NAME}个字符", field="name")
    other = session.scalar(select(Enterprise.id).where(Enterprise.name == name))
    if other is not None and other != but:
        raise ConflictError(f"已有企业“{name}”（编号{other}）", field="name", reason="name-taken")
    return name


def _locked(session: Session, enterprise_id: int) -> Enterprise:
    row = session.scalar(select(Enterprise).where(Enterprise.id == enterprise_id).with_for_update())
    if row is None:
        raise _missing(enterprise_id)
    return row


def _missing(enterprise_id: int) -> MissingError:
    return MissingError(f"没有编号为{enterprise_id}的企业")


def get_enterprise(session: Session, enterprise_id: int) -> EnterpriseView:
    """Return an enterprise with profile and products.

    Raises
    ------
    MissingError
        There is none with this id.
    """
    row = session.get(Enterprise, enterprise_id)
    if row is None:
        raise _missing(enterprise_id)
    products = session.scalars(
        select(Product).where(Product.enterprise_id == enterprise_id).order_by(Product.id)
    )
    return EnterpriseView(
        id=row.id,
        name=row.name,
        profile=Profile.from_json(row.profile),
        revision=row.revision,
        products=tuple(product_view(product) for product in products),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def product_view(product: Product) -> ProductView:
    """Return a product as people read it."""
    return ProductView(product.id, product.text, tuple(product.claims), product.created_at)


def list_enterprises(
    session: Session, *, words: str = "", page: int = 1, size: int = 50
) -> EnterprisePage:
    """Return a page of enterprises by name, each with its latest decisions."""
    conditions = [Enterprise.name.contains(words, autoescape=True)] if words else []
    total = session.scalar(select(func.count()).select_from(Enterprise).where(*conditions)) or 0
    found = list(
        session.scalars(
            select(Enterprise)
            .where(*conditions)
            .order_by(Enterprise.id)
            .limit(size)
            .offset((page - 1) * size)
        )
    )
    decisions = _decisions(session, [row.id for row in found])
    items = tuple(
        EnterpriseRow(
            id=row.id,
            name=row.name,
            province=str(row.profile.get("province", "")),
            main_product=str(row.profile.get("main_product", "")),
            revision=row.revision,
            decisions=decisions.get(row.id, {}),
            updated_at=row.updated_at,
        )
        for row in found
    )
    return EnterprisePage(items, total, page, size)


def _decisions(session: Session, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    found = session.execute(
        select(Assessment.enterprise_id, Assessment.tier, Assessment.decision)
        .where(Assessment.enterprise_id.in_(ids))
        .order_by(Assessment.id)
    )
    out: dict[int, dict[str, str]] = {}
    for enterprise, tier, decision in found:
        out.setdefault(enterprise, {})[tier] = decision
    return out


def add_product(
    session: Session,
    knowledge: Knowledge,
    enterprise_id: int,
    text: str,
    claims: Sequence[str],
    *,
    caller: Caller,
) -> ProductView:
    """Add a product with the domains claimed for it.

    Raises
    ------
    MissingError
        There is no such enterprise.
    InvalidError
        The text is empty, or a claim names no concept.
    """
    _locked(session, enterprise_id)
    if not text.strip():
        raise InvalidError("空白；应为产品描述", field="text")
    written = []
    for at, claim in enumerate(claims):
        found = parse_claim(claim, knowledge.schemes)
        if isinstance(found, Flaw):
            raise InvalidError(found.say(), field=f"claims[{at}]")
        written.append(f"{found[0]}:{found[1]}")
    product = Product(
        enterprise_id=enterprise_id,
        text=text.strip(),
        claims=list(dict.fromkeys(written)),
        created_at=now(),
    )
    session.add(product)
    session.flush()
    subject = f"enterprise:{enterprise_id}"
    audit.append(session, caller.actor, "product.add", subject, {"product": product.id})
    return product_view(product)


def subject_from(knowledge: Knowledge, view: EnterpriseView) -> Subject:
    """Return a stored enterprise as the evaluator takes it.

    The text is the main product of the profile, or else the first product.
    """
    first = view.products[0].text if view.products else ""
    return subject_of(knowledge, view.profile, view.profile.main_product or first)


def assess(
    database: Store,
    knowledge: Knowledge,
    enterprise_id: int,
    tiers: Sequence[TierId],
    terms: Terms,
    *,
    caller: Caller,
) -> list[AssessmentRow]:
    """Evaluate a stored enterprise and freeze the decision records, all or none.

    Raises
    ------
    MissingError
        There is no such enterprise.
    SelectionError
        No rule set is in force on that day, or a name does not exist.
    """
    with database.read() as session:
        view = get_enterprise(session, enterprise_id)
    subject = subject_from(knowledge, view)
    found = [evaluate_tier(knowledge, subject, tier, terms) for tier in tiers]
    rows = [_assessment(knowledge, view, subject, one, caller) for one in found]
    with database.write() as session:
        for row in rows:
            session.add(row)
            session.flush()
            detail = {
                "assessment": row.id,
                "tier": row.tier,
                "decision": row.decision,
                "digest": row.digest,
            }
            audit.append(session, caller.actor, "assessment.make", f"enterprise:{view.id}", detail)
    return [assessment_row(row) for row in rows]


def _assessment(
    knowledge: Knowledge,
    view: EnterpriseView,
    subject: Subject,
    found: Evaluated,
    caller: Caller,
) -> Assessment:
    record = {
        **found.to_json(),
        "domains": None if subject.answer is None else subject.answer.to_json(),
        "versions": knowledge.versions.to_json(),
        "revision": view.revision,
    }
    return Assessment(
        enterprise_id=view.id,
        tier=found.evaluation.tier,
        on_day=found.evaluation.on,
        rule_set=found.evaluation.rule_set,
        decision=found.evaluation.decision,
        record=record,
        digest=hashlib.sha256(audit.canonical(record).encode()).hexdigest(),
        created_by=caller.user_id,
        created_at=now(),
    )


def list_assessments(session: Session, enterprise_id: int) -> list[AssessmentRow]:
    """Return the assessments of an enterprise, the latest first.

    Raises
    ------
    MissingError
        There is no such enterprise.
    """
    if session.get(Enterprise, enterprise_id) is None:
        raise _missing(enterprise_id)
    found = session.scalars(
        select(Assessment)
        .where(Assessment.enterprise_id == enterprise_id)
        .order_by(Assessment.id.desc())
    )
    return [assessment_row(row) for row in found]


def assessment_row(row: Assessment) -> AssessmentRow:
    """Return an assessment as lists show it."""
    return AssessmentRow(
        id=row.id,
        tier=row.tier,
        on=row.on_day,
        rule_set=row.rule_set,
        decision=row.decision,
        digest=row.digest,
        created_at=row.created_at,
    )


def get_assessment(session: Session, assessment_id: int) -> Assessment:
    """Return an assessment with its frozen record.

    Raises
    ------
    MissingError
        There is none with this id.
    """
    row = session.get(Assessment, assessment_id)
    if row is None:
        raise MissingError(f"没有编号为{assessment_id}的评价")
    return row
