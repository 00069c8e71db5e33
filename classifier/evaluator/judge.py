"""Judges conditions and scores indicators: every verdict is a step of the trace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from classifier.evaluator.clauses import (
    APPLICATION_TITLES,
    Comparison,
    Condition,
    Every,
    InScheme,
    IsApplication,
    ReadAs,
    Some,
    Statement,
)
from classifier.evaluator.derive import DERIVED
from classifier.evaluator.domain import domain_step
from classifier.evaluator.facts import UNITS
from classifier.evaluator.model import Bands, BetterOf, Cases, Sum
from classifier.evaluator.trace import Points, Step, sum_points, verdict
from classifier.evaluator.values import OPERATORS, Amount, Truth, all_of, any_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classifier.evaluator.clauses import Expression, Query, Source
    from classifier.evaluator.model import Band, Case, Indicator, Province, Scale
    from classifier.evaluator.sheet import Sheet
    from classifier.evaluator.trace import Kind

RULE_SOURCE = "rule-source"
"""Stands among the missing facts where the source itself leaves points open."""
PROVINCE_RULES = "province-rules"
"""Stands among the missing facts where no province's file was given."""


def least_points(scale: Scale) -> int:
    """Return the fewest points that a scale can give."""
    if isinstance(scale, Bands):
        return 0 if scale.when is not None else min(band.points for band in scale.bands)
    if isinstance(scale, Cases):
        return min(case.low for case in scale.cases)
    if isinstance(scale, BetterOf):
        return max(least_points(part) for part in scale.scales)
    return 0


def _unit(query: Query) -> str:
    return DERIVED[query.name].unit if query.origin == "derived" else UNITS.get(query.name, "")


def _said(asked: Comparison) -> str:
    if asked.query.origin == "derived":
        return DERIVED[asked.query.name].shown(asked.threshold)
    return f"{plain(asked.threshold)}{_unit(asked.query)}"


def in_force(conditions: Iterable[Condition], sheet: Sheet) -> tuple[Condition, ...]:
    """Return the conditions that are in force on the sheet's day.

    Those without dates of their own are in force as long as their document is applied.
    """
    return tuple(c for c in conditions if not c.dated or c.source.covers(sheet.on))


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges one tier's rules over one sheet.

    Parameters
    ----------
    sheet
        The firm, date and definitions.
    main_product
        What makes a product the main one, where the rule set says so.
    province
        The province's own part, if any.
    """

    sheet: Sheet
    main_product: Condition | None = None
    province: Province | None = None

    def condition(self, condition: Condition, kind: Kind = "condition") -> Step:
        """Judge a named condition: waivers first, then what it asks."""
        children: list[Step] = []
        truths: list[Truth] = []
        for waiver in in_force(condition.waivers, self.sheet):
            step = self.condition(waiver, "waiver")
            children.append(step)
            truths.append(step.truth)
        asked = self.test(condition.test)
        own = asked.truth
        missing: tuple[str, ...] = ()
        if condition.needs_main_product:
            about, missing = self._main_product()
            if about is not None:
                children.append(about)
                own = None
        children.append(asked)
        truth = any_of([*truths, own])
        return Step(
            kind,
            condition.id,
            condition.title,
            verdict=verdict(truth),
            readings=self._readings(condition),
            missing=missing if truth is None else (),
            children=tuple(children),
            clause=clause_of(condition.source),
            confidence=condition.source.confidence,
            in_force=period_of(condition.source),
        )

    def _readings(self, line: Condition | Indicator) -> tuple[str, ...]:
        names = line.readings if isinstance(line, Condition) else ()
        if line.needs_main_product:
            names = (*names, "main-product-half")
        return tuple(f"{name}={self.sheet.option(name)}" for name in names)

    def _main_product(self) -> tuple[Step | None, tuple[str, ...]]:
        """Return the step that leaves a verdict open, where no main product is proved."""
        if self.main_product is None or self.sheet.option("main-product-half") == "ignore":
            return None, ()
        step = self.condition(self.main_product)
        if step.truth is True:
            return None, ()
        return step, (f"main_product_revenue.{self.sheet.last_year}",)

    def test(self, expression: Expression) -> Step:
        """Judge any expression."""
        if isinstance(expression, Condition):
            return self.condition(expression)
        if isinstance(expression, (Comparison, Statement)):
            return self._asked(expression)
        if isinstance(expression, InScheme):
            return domain_step(expression.scheme, self.sheet.domain)
        if isinstance(expression, IsApplication):
            same = self.sheet.application == expression.kind
            title = f"属于{APPLICATION_TITLES[expression.kind]}"
            shown = APPLICATION_TITLES[self.sheet.application]
            return Step("comparison", "application", title, verdict=verdict(same), value=shown)
        if isinstance(expression, ReadAs):
            used = self.sheet.option(expression.reading)
            return Step(
                "comparison",
                expression.reading,
                "口径",
                verdict=verdict(used == expression.option),
                readings=(f"{expression.reading}={used}",),
            )
        return self._several(expression)

    def _several(self, expression: Every | Some) -> Step:
        parts = [p for p in expression.parts if not isinstance(p, Condition) or self._now(p)]
        steps = tuple(self.test(part) for part in parts)
        truths = [step.truth for step in steps]
        if isinstance(expression, Every):
            return Step("all", "all", "同时满足", verdict=verdict(all_of(truths)), children=steps)
        return Step("any", "any", "满足其一", verdict=verdict(any_of(truths)), children=steps)

    def _now(self, condition: Condition) -> bool:
        return bool(in_force((condition,), self.sheet))

    def _asked(self, expression: Comparison | Statement) -> Step:
        value, step = self.sheet.ask(expression.query)
        truth: Truth
        if isinstance(expression, Comparison):
            asked = f"{OPERATORS[expression.operator]}{_said(expression)}"
            truth = (
                value.compare(expression.operator, expression.threshold)
                if isinstance(value, Amount)
                else None
            )
        else:
            asked = "应为“是”" if expression.expected else "应为“否”"
            known = value if isinstance(value, bool) else None
            truth = None if known is None else known == expression.expected
        return Step(
            "comparison",
            expression.query.name,
            step.title,
            verdict=verdict(truth),
            value=step.value,
            formula=asked,
            children=(step,),
        )

    def indicator(self, indicator: Indicator) -> Step:
        """Score one indicator."""
        points, children = self._scale(indicator.scale, indicator.maximum)
        missing: tuple[str, ...] = ()
        if indicator.needs_main_product:
            about, missing = self._main_product()
            if about is not None:
                points = Points(least_points(indicator.scale), indicator.maximum)
                children = (about, *children)
        return Step(
            "indicator",
            indicator.id,
            f"{indicator.number} {indicator.title}",
            points=points,
            maximum=indicator.maximum,
            readings=self._readings(indicator),
            missing=missing if not points.settled else (),
            children=children,
            clause=clause_of(indicator.source),
            confidence=indicator.source.confidence,
            in_force=period_of(indicator.source),
        )

    def _scale(self, scale: Scale, maximum: int) -> tuple[Points, tuple[Step, ...]]:
        if isinstance(scale, Bands):
            return self._bands(scale)
        if isinstance(scale, Cases):
            return self._cases(scale)
        if isinstance(scale, Sum):
            steps = tuple(self._case(case) for case in scale.cases)
            total = sum_points(step.points for step in steps if step.points is not None)
            return Points(min(total.low, scale.cap), min(total.high, scale.cap)), steps
        if isinstance(scale, BetterOf):
            return self._better_of(scale, maximum)
        return self._local(maximum)

    def _better_of(self, scale: BetterOf, maximum: int) -> tuple[Points, tuple[Step, ...]]:
        found = [self._scale(part, maximum) for part in scale.scales]
        best = Points(max(p.low for p, _ in found), max(p.high for p, _ in found))
        steps = tuple(
            Step("case", f"way-{at + 1}", "就高取分", points=points, children=children)
            for at, (points, children) in enumerate(found)
        )
        return best, steps

    def _bands(self, scale: Bands) -> tuple[Points, tuple[Step, ...]]:
        value, step = self.sheet.ask(scale.query)
        amount = value if isinstance(value, Amount) else None
        hit = [band for band in scale.bands if amount is not None and _touches(band, amount)]
        if amount is None or amount.void or amount.doubtful or not hit:
            worst = min(scale.bands, key=lambda band: band.points)
            hit = [worst] if amount is None or amount.void else [*hit, worst]
        low, high = min(b.points for b in hit), max(b.points for b in hit)
        unit = _unit(scale.query)
        guard: tuple[Step, ...] = ()
        if scale.when is not None:
            allowed = self.test(scale.when)
            guard = (allowed,)
            low = low if allowed.truth is True else 0
            high = 0 if allowed.truth is False else high
        points = Points(low, high)
        found = Step(
            "case",
            scale.query.name,
            step.title,
            points=points,
            value=step.value,
            formula="；".join(f"{band}{unit}得{band.points}分" for band in hit),
            children=(*guard, step),
        )
        return points, (found,)

    def _cases(self, scale: Cases) -> tuple[Points, tuple[Step, ...]]:
        steps: list[Step] = []
        high: int | None = None
        low = 0
        for case in scale.cases:
            step = self._case(case)
            steps.append(step)
            if step.truth is False:
                continue
            high = case.high if high is None else max(high, case.high)
            low = case.low
            if step.truth is True:
                break
        return Points(min(low, high or 0), high or 0), tuple(steps)

    def _case(self, case: Case) -> Step:
        if case.test is None:
            return Step(
                "case",
                case.id,
                case.title,
                verdict="met",
                points=Points(case.low, case.high),
                missing=() if case.low == case.high else (RULE_SOURCE,),
            )
        asked = self.test(case.test)
        low = case.low if asked.truth is True else 0
        high = 0 if asked.truth is False else case.high
        # A case that the source leaves open keeps its range even where it holds.
        missing = (RULE_SOURCE,) if asked.truth is True and low != high else ()
        return Step(
            "case",
            case.id,
            case.title,
            verdict=asked.verdict,
            points=Points(low, high),
            missing=missing,
            children=(asked,),
        )

    def _local(self, maximum: int) -> tuple[Points, tuple[Step, ...]]:
        if self.province is None:
            return Points(0, maximum), (
                Step(
                    "fact",
                    PROVINCE_RULES,
                    "省级特色化指标",
                    value="未提供省级文件",
                    missing=(PROVINCE_RULES,),
                ),
            )
        steps = tuple(self.indicator(indicator) for indicator in self.province.indicators)
        total = sum_points(step.points for step in steps if step.points is not None)
        return Points(min(total.low, maximum), min(total.high, maximum)), steps


def _touches(band: Band, amount: Amount) -> bool:
    if band.low is not None and (
        amount.high < band.low or (amount.high == band.low and not band.low_in)
    ):
        return False
    return band.high is None or not (
        amount.low > band.high or (amount.low == band.high and not band.high_in)
    )


@cache
def clause_of(source: Source) -> str:
    """Return document and clause, as people read them."""
    if source.document in source.clause:
        return source.clause
    return f"{source.document} {source.clause}"


@cache
def period_of(source: Source) -> str:
    """Return the dates in force, as people read them."""
    return source.period
