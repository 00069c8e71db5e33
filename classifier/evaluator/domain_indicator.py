"""The domain indicator (主导产品所属领域) of a tier, from a finding alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifier.errors import SelectionError
from classifier.evaluator.judge import Judge
from classifier.evaluator.model import Indicator
from classifier.evaluator.profile import Profile
from classifier.evaluator.question import put
from classifier.evaluator.record import Inputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from classifier.evaluator.clauses import Application, Condition, TierId
    from classifier.evaluator.domain import SchemeFinding
    from classifier.evaluator.loading import Rulebook
    from classifier.evaluator.model import Tier
    from classifier.evaluator.question import Question
    from classifier.evaluator.trace import Points, Step, Verdict


@dataclass(frozen=True, slots=True)
class DomainScore:
    """What a finding is worth in one tier.

    Parameters
    ----------
    tier, rule_set
        What was asked.
    points, maximum
        Range of points; None where the tier has a condition instead.
    verdict
        ``met``, ``unmet`` or ``unknown`` for a condition; ``none`` for points.
    review
        Whether a person should look at the domain: an unsure finding moves the result.
    settle
        Facts that would settle it, claims that no text can prove among them.
    trace
        How it came about.
    """

    tier: TierId
    rule_set: str
    points: Points | None
    maximum: int | None
    verdict: Verdict
    review: bool
    settle: tuple[str, ...]
    trace: Step

    def to_json(self) -> dict[str, Any]:
        """Return the score as plain values."""
        return {
            "tier": self.tier,
            "rule_set": self.rule_set,
            "points": None if self.points is None else [self.points.low, self.points.high],
            "maximum": self.maximum,
            "verdict": self.verdict,
            "review": self.review,
            "settle": list(self.settle),
            "trace": self.trace.to_json(),
        }


def domain_indicator(
    findings: Mapping[str, SchemeFinding],
    tier: TierId,
    *,
    on: date,
    application: Application = "new",
    rules: str | None = None,
    profile: Profile | None = None,
    rulebook: Rulebook | None = None,
) -> DomainScore:
    """Score the domain indicator of a tier.

    Parameters
    ----------
    findings
        What was found, by scheme.
    tier, on, application, rules, rulebook
        As for ``evaluate``.
    profile
        Holds the claims that no text can prove (补短板, 中华老字号, 配套龙头); without it
        they are unknown. The product is taken for the main one.

    Raises
    ------
    SelectionError
        No rule set applies, or the tier's standard has no domain indicator.
    """
    inputs = Inputs(profile or Profile(), domain=findings)
    question = put(inputs, tier, on, application, rules=rules, rulebook=rulebook)
    judge = Judge(question.judge().sheet)
    line = _line(question)
    step = judge.indicator(line) if isinstance(line, Indicator) else judge.condition(line)
    settle = step.unknown_facts()
    return DomainScore(
        tier=tier,
        rule_set=question.rule_set.id,
        points=step.points,
        maximum=step.maximum,
        verdict=step.verdict,
        review=any(path.startswith("domain.") for path in settle),
        settle=settle,
        trace=step,
    )


def _line(question: Question) -> Indicator | Condition:
    """Return the indicator or condition that rests on the domain."""
    rule_sets = question.rulebook.rule_sets
    ways = [rule_sets[route.rule_set].tiers[route.tier] for route in question.tier.routes]
    standards: list[Tier] = [question.tier, *ways]
    for tier in standards:
        for condition in tier.conditions:
            if condition.id == tier.domain:
                return condition
        for group in tier.score.groups if tier.score is not None else ():
            for indicator in group.indicators:
                if indicator.id == tier.domain:
                    return indicator
    having = [
        name
        for name, rules in rule_sets.items()
        if question.tier.id in rules.tiers and rules.tiers[question.tier.id].domain
    ]
    words = f"{question.rule_set.id} 的{question.tier.title}没有主导产品所属领域这一项"
    also = f"；有这一项的规则集（用 --rules 指定）：{'、'.join(having)}" if having else ""
    raise SelectionError(words + also)
