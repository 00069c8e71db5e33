"""Indicator, evaluation and comparison of rule sets."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from classifier.evaluator.clauses import LADDER, Application, TierId
from classifier.evaluator.domain_indicator import domain_indicator
from classifier.findings import findings
from classifier.service.api.answers import EXAMPLE, as_json, check_text
from classifier.service.api.enterprises import PROFILE_EXAMPLE
from classifier.service.api.shapes import Answered, Asked, Plain, versions
from classifier.service.backend import Here
from classifier.service.enterprises import evaluating
from classifier.service.enterprises.evaluating import Terms, today
from classifier.service.problems import documented
from classifier.service.security.access import Anyone

router = APIRouter(prefix="/v1", tags=["answers"])

_ON = "评价日，决定适用哪套规则；默认今天 / Day that chooses the rules; today by default"


class IndicatorAsked(Asked):
    """A main product and a tier."""

    text: str = Field(examples=[EXAMPLE])
    tier: TierId = Field(examples=["little-giant"])
    on: date | None = Field(None, description=_ON)
    application: Application = "new"
    rules: str | None = Field(None, max_length=100, examples=["miit-2026-2"])


class IndicatorBody(Answered):
    """What a description is worth in a tier's domain indicator."""

    tier: str
    rule_set: str
    points: list[int] | None = Field(description="得分范围 / Range of points", examples=[[5, 5]])
    maximum: int | None
    verdict: str
    review: bool = Field(description="须人工看领域 / A person should look at the domain")
    settle: list[str] = Field(description="还缺的事实 / Facts that would settle it")
    trace: Plain
    domain: Plain


class EvaluateAsked(Asked):
    """A profile and the terms on which it is evaluated."""

    profile: Plain = Field(examples=[PROFILE_EXAMPLE])
    text: str = Field("", description="主导产品说明，代替画像中的 / Instead of the profile's")
    on: date | None = Field(None, description=_ON)
    application: Application = "new"
    province: str = Field("", max_length=100, examples=["shandong"])
    readings: dict[str, str] = Field(default_factory=dict)

    def terms(self, rules: str | None = None) -> Terms:
        """Return the terms as the evaluator takes them."""
        return Terms(
            on=self.on or today(),
            application=self.application,
            rules=rules,
            province=self.province,
            readings=self.readings,
        )


class TiersAsked(EvaluateAsked):
    """Which tiers, and by which rules."""

    tiers: list[TierId] = Field(
        default_factory=lambda: list(LADDER), min_length=1, max_length=5, examples=[["srdi"]]
    )
    rules: str | None = Field(None, max_length=100, examples=["miit-2026-2"])


class TiersBody(Answered):
    """A decision record and the gaps, tier by tier."""

    items: list[Plain]


class CompareAsked(EvaluateAsked):
    """A tier and the rule sets to compare (the first two that know the tier by default)."""

    tier: TierId = Field(examples=["srdi"])
    rule_sets: list[str] = Field(
        default_factory=list, max_length=4, examples=[["miit-2022-63", "miit-2026-2"]]
    )


class CompareBody(Answered):
    """Decision records by rule set, and their lines side by side."""

    evaluations: list[Plain]
    rows: list[Plain]


@router.post("/indicator", summary="领域指标 / Domain indicator", responses=documented())
def indicator(here: Here, caller: Anyone, asked: IndicatorAsked) -> IndicatorBody:
    """主导产品所属领域这一项得几分，或是否符合。 Points, or whether the condition is met."""
    del caller
    check_text(here.settings, asked.text, "text")
    (answer,) = here.knowledge.classifier.classify([asked.text])
    here.metrics.count_answer(answer.domains)
    found = findings(answer)
    score = domain_indicator(
        found,
        asked.tier,
        on=asked.on or today(),
        application=asked.application,
        rules=asked.rules,
        rulebook=here.knowledge.rulebook,
    )
    return IndicatorBody(
        **score.to_json(),
        domain={scheme: one.to_json() for scheme, one in found.items()},
        versions=versions(here),
    )


@router.post(
    "/evaluate", summary="评价 / Evaluate", responses=documented(), response_model=TiersBody
)
def evaluate(here: Here, caller: Anyone, asked: TiersAsked) -> Response:
    """按层级给出结论、得分范围、依据到条款、差距。 Decision, score, trace, gaps by tier."""
    del caller
    subject = _subject(here, asked)
    terms = asked.terms(asked.rules)
    items = [
        evaluating.evaluate_tier(here.knowledge, subject, tier, terms).to_json()
        for tier in dict.fromkeys(asked.tiers)
    ]
    return as_json(here, {"items": items})


@router.post(
    "/evaluate/compare",
    summary="规则对照 / Compare rules",
    responses=documented(),
    response_model=CompareBody,
)
def compare(here: Here, caller: Anyone, asked: CompareAsked) -> Response:
    """同一家企业按几套规则对照。 One firm by several rule sets, side by side."""
    del caller
    found = evaluating.compare_rules(
        here.knowledge, _subject(here, asked), asked.tier, asked.rule_sets, asked.terms()
    )
    content: dict[str, Any] = {
        "evaluations": [one.to_json() for one in found.evaluations],
        "rows": [asdict(row) for row in found.rows],
    }
    return as_json(here, content)


def _subject(here: Here, asked: EvaluateAsked) -> evaluating.Subject:
    profile = evaluating.read_profile(asked.profile)
    for field, text in (("text", asked.text), ("profile.main_product", profile.main_product)):
        if text:
            check_text(here.settings, text, field)
    return evaluating.subject_of(here.knowledge, profile, asked.text)
