"""The gap (差距): what is missing for a tier, each with its distance, by points gained."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from classifier.evaluator.clauses import (
    LADDER,
    Comparison,
    Condition,
    Every,
    InScheme,
    IsApplication,
    ReadAs,
    Some,
)
from classifier.evaluator.domain import SCHEME_TITLES
from classifier.evaluator.engine import finding
from classifier.evaluator.facts import fact_title
from classifier.evaluator.judge import PROVINCE_RULES, clause_of, in_force
from classifier.evaluator.levers import lever
from classifier.evaluator.model import Bands, BetterOf, Cases, Local, Sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from classifier.evaluator.clauses import Expression, TierId
    from classifier.evaluator.judge import Judge
    from classifier.evaluator.model import Band, Case, Indicator, Scale, Tier
    from classifier.evaluator.question import Question

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing.

    Parameters
    ----------
    kind
        ``required``: a gate or condition; ``score``: points that could be gained.
    id, title, clause
        The condition or indicator.
    state
        ``unmet``, or ``unknown``: the fact is missing.
    text
        What people read, such as 研发费用还差38万元.
    fact, distance, unit
        The fact that would have to change, by how much; None where it is a yes or no.
    gained
        Points that it would bring; 0 for what is required.
    either
        Title of the choice where one of several is enough.
    """

    kind: Literal["required", "score"]
    id: str
    title: str
    clause: str
    state: Literal["unmet", "unknown"]
    text: str
    fact: str = ""
    distance: Decimal | None = None
    unit: str = ""
    gained: int = 0
    either: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the gap as plain values."""
        out = asdict(self)
        if self.distance is not None:
            out["distance"] = str(self.distance)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Gap:
        """Read back what ``to_json`` gave."""
        given = dict(data)
        if given["distance"] is not None:
            given["distance"] = Decimal(given["distance"])
        return cls(**given)


@dataclass(frozen=True, slots=True)
class _Missing:
    """A leaf that is not met, before it is told as a gap."""

    state: Literal["unmet", "unknown"]
    text: str
    fact: str = ""
    distance: Decimal | None = None
    unit: str = ""
    either: str = ""


def next_tier(tier: TierId) -> TierId | None:
    """Return the tier above on the ladder, or None above the last."""
    place = LADDER.index(tier) if tier in LADDER else 0
    return LADDER[place + 1] if place + 1 < len(LADDER) else None


def find_gaps(question: Question) -> tuple[Gap, ...]:
    """Return what is missing for a tier: what is required first, then by points gained.

    Points are listed only while neither the score nor a direct pass is reached; a tier
    with several ways in lists those of each way.
    """
    judge = question.judge()
    tier = question.tier
    local = () if question.province is None else question.province.conditions
    out: list[Gap] = []
    for condition in in_force((*tier.gates, *tier.conditions, *local), judge.sheet):
        out.extend(_required(judge, condition))
    if tier.score is not None and not _qualified(question):
        for group in tier.score.groups:
            for indicator in group.indicators:
                out.extend(_points(judge, indicator))
    if not any(step.truth for step in finding(question).children if step.id == "routes"):
        for route in tier.routes:
            rules = question.rulebook.rule_sets[route.rule_set]
            way = _along(question, route.rule_set, rules.tiers[route.tier])
            out.extend(find_gaps(way))
    return tuple(sorted(dict.fromkeys(out), key=_order))


def _along(question: Question, rules: str, tier: Tier) -> Question:
    bare = replace(tier, gates=())
    return replace(question, rule_set=question.rulebook.rule_sets[rules], tier=bare, province=None)


def _order(gap: Gap) -> tuple[bool, int, bool, str]:
    return gap.kind != "required", -gap.gained, gap.state != "unmet", gap.id


def _qualified(question: Question) -> bool:
    parts = finding(question).children
    return any(step.id == "qualification" and step.truth is True for step in parts)


def _required(judge: Judge, condition: Condition) -> Iterator[Gap]:
    if judge.condition(condition).truth is True:
        return
    for missing in _leaves(judge, condition, ""):
        yield Gap(
            "required",
            condition.id,
            condition.title,
            clause_of(condition.source),
            missing.state,
            missing.text,
            missing.fact,
            missing.distance,
            missing.unit,
            0,
            missing.either,
        )


def _leaves(judge: Judge, expression: Expression, either: str) -> Iterator[_Missing]:
    """Yield the leaves that keep an expression from being met."""
    step = judge.test(expression)
    if step.truth is True:
        return
    if isinstance(expression, Condition):
        yield from _leaves(judge, expression.test, either)
        if step.missing and judge.test(expression.test).truth is True:
            titles = _titles(judge, step.missing)
            yield _Missing("unknown", f"待核实：{titles}", step.missing[0], either=either)
    elif isinstance(expression, Every):
        for part in expression.parts:
            yield from _leaves(judge, part, either)
    elif isinstance(expression, Some):
        for part in expression.parts:
            if isinstance(part, IsApplication):
                continue
            title = part.title if isinstance(part, Condition) else ""
            yield from _leaves(judge, part, title or either or "满足其一")
    elif not isinstance(expression, (IsApplication, ReadAs)):
        yield _leaf(judge, expression, either)


def _titles(judge: Judge, paths: tuple[str, ...]) -> str:
    return "、".join(fact_title(path, judge.sheet.facts.local_titles) for path in paths)


def _leaf(judge: Judge, expression: Expression, either: str) -> _Missing:
    step = judge.test(expression)
    unknown = step.unknown_facts()
    if isinstance(expression, InScheme):
        title = f"主导产品须属于{SCHEME_TITLES[expression.scheme]}"
        state: Literal["unmet", "unknown"] = "unknown" if unknown else "unmet"
        return _Missing(state, title, f"domain.{expression.scheme}", either=either)
    if unknown:
        titles = _titles(judge, unknown)
        return _Missing("unknown", f"缺少事实：{titles}", unknown[0], either=either)
    if isinstance(expression, Comparison):
        found = lever(judge.sheet, expression)
        if found is not None:
            return _Missing("unmet", str(found), found.fact, found.distance, found.unit, either)
    return _Missing("unmet", f"{step.title}{step.formula}", step.id, either=either)


def _points(judge: Judge, indicator: Indicator) -> Iterator[Gap]:
    step = judge.indicator(indicator)
    now = 0 if step.points is None else step.points.low
    if now >= indicator.maximum:
        return
    if isinstance(indicator.scale, Local) and judge.province is not None:
        for own in judge.province.indicators:
            yield from _points(judge, own)
        return
    for gained, missing in _better(judge, indicator.scale, now):
        yield Gap(
            "score",
            indicator.id,
            step.title,
            step.clause,
            missing.state,
            missing.text,
            missing.fact,
            missing.distance,
            missing.unit,
            min(gained, indicator.maximum - now),
            missing.either,
        )


def _better(judge: Judge, scale: Scale, now: int) -> Iterator[tuple[int, _Missing]]:
    """Yield ways to more points: the next step up and the best one."""
    if isinstance(scale, Bands):
        yield from _better_bands(judge, scale, now)
    elif isinstance(scale, Cases):
        better = [case for case in scale.cases if case.test is not None and case.high > now]
        yield from _by_case(judge, _next_and_best(better), lambda case: case.high - now)
    elif isinstance(scale, Sum):
        cap = scale.cap
        yield from _by_case(judge, scale.cases, lambda case: min(case.high, cap - now))
    elif isinstance(scale, BetterOf):
        for part in scale.scales:
            yield from _better(judge, part, now)
    else:
        yield 0, _Missing("unknown", "缺少省级特色化指标文件", PROVINCE_RULES)


def _better_bands(judge: Judge, scale: Bands, now: int) -> Iterator[tuple[int, _Missing]]:
    above = [band for band in scale.bands if band.points > now]
    for band in _next_and_best(above):
        comparison = Comparison(scale.query, *_edge(band, scale.better))
        if judge.test(comparison).truth is not True:
            yield band.points - now, _leaf(judge, comparison, "")


def _by_case(
    judge: Judge, cases: Iterable[Case], gained: Callable[[Case], int]
) -> Iterator[tuple[int, _Missing]]:
    for case in cases:
        if case.test is not None:
            for missing in _leaves(judge, case.test, case.title):
                yield gained(case), missing


def _next_and_best(ranked: list[_T]) -> list[_T]:
    """Return the last and the first of what stands from the best down."""
    return [ranked[-1], ranked[0]] if len(ranked) > 1 else ranked


def _edge(band: Band, better: str) -> tuple[str, Decimal]:
    """Return the comparison by which a band is reached from the worse side."""
    if better == "higher":
        return ("at_least" if band.low_in else "above"), band.low or Decimal(0)
    return ("at_most" if band.high_in else "below"), band.high or Decimal(0)
