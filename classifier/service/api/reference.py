"""What the answers rest on: schemes, concepts, rule sets, incentives, the model."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from classifier.errors import MissingError, NotationError
from classifier.evaluator.clauses import Condition, TierId
from classifier.evaluator.clauses import Source as RuleSource
from classifier.evaluator.model import RuleSet, Tier
from classifier.schemes.model import Scheme
from classifier.service.api.shapes import Answered, Plain, versions
from classifier.service.backend import Backend, Here
from classifier.service.enterprises.evaluating import offers
from classifier.service.problems import documented
from classifier.service.reviews.concepts import ConceptView, concept_view
from classifier.service.security.access import Anyone

router = APIRouter(prefix="/v1", tags=["reference"])

SchemeId = Annotated[str, Path(max_length=20, examples=["mp10"], description="分类 / Scheme")]
Notation = Annotated[str, Path(max_length=20, examples=["M07"], description="编号 / Notation")]


class SchemeBody(BaseModel):
    """A scheme and the document that it comes from."""

    id: str = Field(examples=["mp10"])
    zh: str
    en: str
    document: str
    number: str
    issuer: str
    date: str
    confidence: str = Field(description="文本的可信度 / How well the document was seen")
    note: str
    levels: list[str]
    concepts: int


class SchemesBody(Answered):
    """All schemes."""

    items: list[SchemeBody]


class ConceptRow(BaseModel):
    """A concept in a list."""

    notation: str
    zh: str
    en: str
    broader: str | None


class OneSchemeBody(Answered):
    """A scheme with its concepts in official order."""

    scheme: SchemeBody
    concepts: list[ConceptRow]


class OneConceptBody(Answered):
    """A concept with its official definition."""

    concept: ConceptView


class RuleSetBody(BaseModel):
    """A rule set: one document's rules, dated."""

    id: str = Field(examples=["miit-2026-2"])
    title: str
    document: str
    confidence: str
    start: date
    end: date | None
    tiers: list[str]
    note: str
    hash: str


class RuleSetsBody(Answered):
    """All rule sets."""

    items: list[RuleSetBody]


class OneRuleSetBody(Answered):
    """A rule set with what it asks, tier by tier."""

    rule_set: RuleSetBody
    tiers: list[Plain]


class IncentivesBody(Answered):
    """What is promised to a tier in a region."""

    note: str
    known_regions: list[str]
    offer: Plain


class ModelBody(Answered):
    """The model: how it was made, how well it does, where its thresholds lie."""

    name: str
    counts: Plain
    metrics: Plain
    metrics_by_kind: Plain
    recall_by_concept: Plain
    heads: list[Plain]
    hashes: dict[str, str]
    libraries: dict[str, str]
    card: str = Field(description="模型卡 / Model card, Markdown")


def _scheme(scheme: Scheme) -> SchemeBody:
    source = scheme.source
    return SchemeBody(
        id=scheme.id,
        zh=scheme.title.zh,
        en=scheme.title.en,
        document=source.document,
        number=source.number,
        issuer=source.issuer,
        date=source.date,
        confidence=source.confidence,
        note=source.note,
        levels=list(scheme.levels),
        concepts=len(scheme.concepts),
    )


def _found(here: Backend, scheme_id: str) -> Scheme:
    scheme = here.knowledge.schemes.get(scheme_id)
    if scheme is None:
        raise MissingError(f"没有分类{scheme_id!r}；有：{'、'.join(here.knowledge.schemes)}")
    return scheme


@router.get("/schemes", summary="分类 / Schemes", responses=documented())
def schemes(here: Here, caller: Anyone) -> SchemesBody:
    """各官方分类及其文件。 The official schemes with their documents."""
    del caller
    items = [_scheme(scheme) for scheme in here.knowledge.schemes.values()]
    return SchemesBody(items=items, versions=versions(here))


@router.get("/schemes/{scheme_id}", summary="一个分类 / A scheme", responses=documented(404))
def one_scheme(here: Here, caller: Anyone, scheme_id: SchemeId) -> OneSchemeBody:
    """分类和它的全部概念。 A scheme with all its concepts."""
    del caller
    scheme = _found(here, scheme_id)
    rows = [
        ConceptRow(notation=c.notation, zh=c.label.zh, en=c.label.en, broader=c.broader)
        for c in scheme.concepts.values()
    ]
    return OneSchemeBody(scheme=_scheme(scheme), concepts=rows, versions=versions(here))


@router.get(
    "/schemes/{scheme_id}/concepts/{notation}",
    summary="概念 / A concept",
    responses=documented(404),
)
def concept(here: Here, caller: Anyone, scheme_id: SchemeId, notation: Notation) -> OneConceptBody:
    """官方定义、范围、不含的内容。 Official definition, scope, exclusions."""
    del caller
    _found(here, scheme_id)
    try:
        view = concept_view(here.knowledge, scheme_id, notation)
    except NotationError as error:
        raise MissingError(str(error)) from None
    return OneConceptBody(concept=view, versions=versions(here))


def _rule_set(one: RuleSet) -> RuleSetBody:
    return RuleSetBody(
        id=one.id,
        title=one.title,
        document=one.source.document,
        confidence=one.source.confidence,
        start=one.source.start,
        end=one.source.end,
        tiers=list(one.tiers),
        note=one.note,
        hash=one.hash,
    )


@router.get("/rule-sets", summary="规则集 / Rule sets", responses=documented())
def rule_sets(here: Here, caller: Anyone) -> RuleSetsBody:
    """各规则集及其施行日期。 With their dates in force."""
    del caller
    items = [_rule_set(one) for one in here.knowledge.rulebook.rule_sets.values()]
    return RuleSetsBody(items=items, versions=versions(here))


@router.get("/rule-sets/{rule_set}", summary="一套规则 / A rule set", responses=documented(404))
def one_rule_set(
    here: Here,
    caller: Anyone,
    rule_set: Annotated[str, Path(max_length=100, examples=["miit-2026-2"])],
) -> OneRuleSetBody:
    """各层级的条件、指标、直通条件和条款。 Conditions, indicators and clauses by tier."""
    del caller
    known = here.knowledge.rulebook.rule_sets
    found = known.get(rule_set)
    if found is None:
        raise MissingError(f"没有规则集{rule_set!r}；有：{'、'.join(known)}")
    return OneRuleSetBody(
        rule_set=_rule_set(found),
        tiers=[_tier(tier) for tier in found.tiers.values()],
        versions=versions(here),
    )


def _source(source: RuleSource) -> dict[str, Any]:
    return {
        "document": source.document,
        "clause": source.clause,
        "confidence": source.confidence,
        "in_force": source.period,
    }


def _conditions(found: tuple[Condition, ...]) -> list[dict[str, Any]]:
    return [{"id": c.id, "title": c.title, **_source(c.source)} for c in found]


def _tier(tier: Tier) -> dict[str, Any]:
    groups = () if tier.score is None else tier.score.groups
    return {
        "id": tier.id,
        "title": tier.title,
        **_source(tier.source),
        "gates": _conditions(tier.gates),
        "conditions": _conditions(tier.conditions),
        "direct": _conditions(tier.direct),
        "routes": [
            {"id": r.id, "title": r.title, "rule_set": r.rule_set, "tier": r.tier}
            for r in tier.routes
        ],
        "indicators": [
            {
                "group": group.title,
                "id": one.id,
                "title": one.title,
                "maximum": one.maximum,
                **_source(one.source),
            }
            for group in groups
            for one in group.indicators
        ],
    }


@router.get("/incentives", summary="奖励 / Incentives", responses=documented())
def incentives(
    here: Here,
    caller: Anyone,
    tier: TierId,
    region: Annotated[str, Query(max_length=50, examples=["江苏省"])] = "全国",
    on: date | None = None,
) -> IncentivesBody:
    """地区对某一层级的奖励：金额、文号、能否叠加；没有的不猜。 Amounts with document numbers."""
    del caller
    known = here.knowledge.incentives
    found = offers(here.knowledge, region, tier, on=on)
    return IncentivesBody(
        note=known.note,
        known_regions=["全国", *known.regions],
        offer=found.to_json(),
        versions=versions(here),
    )


@router.get("/model", summary="模型 / The model", responses=documented())
def model(here: Here, caller: Anyone) -> ModelBody:
    """语料、留出评测、各分类的阈值和校准误差、模型卡。 Corpus, held-out figures, thresholds."""
    del caller
    artefact = here.knowledge.classifier.artefact
    manifest = artefact.manifest
    card = artefact.folder / "MODEL_CARD.md"
    names = ("name", "counts", "metrics", "metrics_by_kind", "recall_by_concept", "hashes")
    return ModelBody(
        **{name: manifest[name] for name in names},
        heads=[
            {key: value for key, value in head.items() if key != "defensible"}
            for head in manifest["heads"]
        ],
        libraries=manifest["libraries"],
        card=card.read_text(encoding="utf-8") if card.is_file() else "",
        versions=versions(here),
    )
