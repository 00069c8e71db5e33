"""How far a figure is from a threshold, told in the fact that would have to change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from classifier.evaluator.derive import DERIVED
from classifier.evaluator.facts import FIGURES, UNITS, fact_title
from classifier.evaluator.values import Amount, plain, settled

if TYPE_CHECKING:
    from classifier.evaluator.clauses import Comparison
    from classifier.evaluator.sheet import Sheet

# Ratio → the figure that moves, and the one that is held.
_RATIOS = {
    "rd_ratio": ("rd_expense", "revenue"),
    "rd_cost_ratio": ("rd_expense", "cost"),
    "main_share": ("main_revenue", "revenue"),
    "main_product_share": ("main_product_revenue", "revenue"),
    "net_margin": ("net_profit", "revenue"),
    "debt_ratio": ("total_liabilities", "total_assets"),
    "rd_staff_share": ("rd_staff", "employees"),
    "science_staff_share": ("science_staff", "employees"),
}
_PERSONS = {"rd_staff", "science_staff", "employees"}
_TOTALS = {
    "rd_total": "rd_expense",
    "rd_mean": "rd_expense",
    "main_revenue_mean": "main_revenue",
    "revenue_mean": "revenue",
}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Lever:
    """A change that would meet a threshold.

    Parameters
    ----------
    fact, title, unit
        What would have to change.
    now, needed
        What it is and what it would have to be; the distance is their difference.
    rises
        Whether more is needed, or less.
    """

    fact: str
    title: str
    unit: str
    now: Decimal
    needed: Decimal
    rises: bool

    @property
    def distance(self) -> Decimal:
        """Return how much is missing, never negative."""
        return abs(self.needed - self.now)

    def __str__(self) -> str:
        if self.fact.endswith("_rank"):
            last = f"现为第{plain(self.now)}，须进入前{plain(self.needed)}"
            return f"{self.title}还差{plain(self.distance)}{self.unit}（{last}）"
        word = "还差" if self.rises else "需减少"
        return (
            f"{self.title}{word}{plain(self.distance)}{self.unit}"
            f"（现为{plain(self.now)}，需{'达到' if self.rises else '降到'}{plain(self.needed)}）"
        )


def lever(sheet: Sheet, comparison: Comparison) -> Lever | None:
    """Return what would have to change to meet a comparison; None where it is unknown."""
    query, threshold = comparison.query, comparison.threshold
    rises = comparison.operator in {"at_least", "above"}
    value, step = sheet.ask(query)
    if not isinstance(value, Amount) or not value.exact:
        return None
    arguments = dict(query.arguments)
    back = arguments.get("back", 0)
    year = sheet.last_year - (back if isinstance(back, int) else 0)
    found: tuple[str, Decimal, Decimal] | None = None
    if query.origin == "derived":
        if query.name in _RATIOS:
            found = _ratio(sheet, query.name, threshold, year)
        elif query.name in {"main_growth", "main_growth_average", "revenue_cagr"}:
            found = _growth(sheet, query.name, threshold)
        elif query.name in _TOTALS:
            found = _total(sheet, query.name, threshold, arguments.get("years", 1))
        elif query.name in FIGURES:
            found = f"{query.name}.{year}", value.low, threshold
    if found is None:
        derived = DERIVED[query.name] if query.origin == "derived" else None
        if derived is not None and derived.names:
            return None  # a rank has no distance
        unit = UNITS.get(query.name, "") if derived is None else derived.unit
        return Lever(query.name, step.title, unit, value.low, threshold, rises)
    path, now, needed = found
    name = path.partition(".")[0]
    return Lever(
        path,
        fact_title(path),
        "人" if name in _PERSONS else "万元",
        now,
        _round(needed, whole=name in _PERSONS, up=rises),
        rises,
    )


def _round(number: Decimal, *, whole: bool, up: bool) -> Decimal:
    """Round to persons or to 0.01 万元, always to the side that meets the threshold."""
    quantum = Decimal(1) if whole else _CENT
    sign = 1 if up else -1
    return sign * (sign * number).quantize(quantum, ROUND_CEILING)


def _known(sheet: Sheet, name: str, year: int) -> Decimal | None:
    amount = sheet.facts.figure(name, year)
    return amount.low if amount.exact else None


def _ratio(
    sheet: Sheet, name: str, threshold: Decimal, year: int
) -> tuple[str, Decimal, Decimal] | None:
    part, whole = _RATIOS[name]
    now, held = _known(sheet, part, year), _known(sheet, whole, year)
    if now is None or not held:
        return None
    return f"{part}.{year}", now, settled(held * threshold / 100)


def _growth(sheet: Sheet, name: str, threshold: Decimal) -> tuple[str, Decimal, Decimal] | None:
    figure = "revenue" if name == "revenue_cagr" else "main_revenue"
    year, rate = sheet.last_year, threshold / 100
    now = _known(sheet, figure, year)
    before, first = _known(sheet, figure, year - 1), _known(sheet, figure, year - 2)
    if now is None:
        return None
    compound = name == "revenue_cagr" or (
        name == "main_growth_average" and sheet.option("average-growth") == "geometric"
    )
    if compound:
        needed = None if not first else first * (1 + rate) ** 2
    elif not before:
        needed = None
    elif name == "main_growth":
        needed = before * (1 + rate)
    else:
        needed = None if not first else before * (2 + 2 * rate - before / first)
    return None if needed is None else (f"{figure}.{year}", now, settled(needed))


def _total(
    sheet: Sheet, name: str, threshold: Decimal, years: object
) -> tuple[str, Decimal, Decimal] | None:
    figure, span = _TOTALS[name], years if isinstance(years, int) else 1
    parts = [_known(sheet, figure, sheet.last_year - back) for back in range(span)]
    now = parts[0]
    others = [part for part in parts[1:] if part is not None]
    if now is None or len(others) != span - 1:
        return None
    wanted = threshold * span if name.endswith("_mean") else threshold
    return f"{figure}.{sheet.last_year}", now, wanted - sum(others)
