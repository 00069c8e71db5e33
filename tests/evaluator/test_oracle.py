"""The engine with its rule files against the rules said a second time, on firms near the edges."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.engine import evaluate
from classifier.evaluator.profile_files import build_profile

from . import oracle
from .firms import good_firm, right

SEEDS = range(150)
OLD_DAYS = (date(2026, 3, 31), date(2024, 2, 29), date(2023, 7, 1))
NEW_DAYS = (date(2026, 4, 1), date(2028, 2, 29))
NOTATIONS = {"sei2018": "2.1.4", "foundation": "F1", "mp10": "M05", "cyber": "C1"}
GROUPS = {
    "专": ("years", "main-share", "growth"),
    "精": ("system", "certificate", "debt", "governance"),
    "特": ("share", "brand"),
    "新": ("innovation",),
    "链": ("chain",),
    "品": ("product",),
}
SRDI = {
    1: ("title", "years"),
    2: ("revenue", "main-share", "debt"),
    3: ("rd",),
    4: ("ip",),
    5: ("share",),
    6: ("platform-score",),
}
GIANT = {
    1: ("title", "years"),
    2: ("revenue", "main-share", "growth", "debt"),
    3: ("rd",),
    4: ("ip",),
    5: ("share",),
    6: ("product",),
    7: ("platform-score",),
}


class Near:
    """Makes a firm whose facts lie at, just below or just above the edges of the rules."""

    def __init__(self, seed: int, on: date) -> None:
        self.random, self.on = random.Random(seed), on  # noqa: S311  (no secret is made here)

    def pick(self, *values: Any) -> Any:
        """Return one of the values."""
        return self.random.choice(values)

    def chance(self, share: float) -> bool:
        """Return true in this share of cases."""
        return self.random.random() < share

    def edge(self, *edges: int) -> Decimal:
        """Return one of the edges, or a little beside it."""
        return self.pick(*edges) + Decimal(self.pick("0", "0", "-0.01", "0.01", "3.3"))

    def day(self, years: int) -> date:
        """Return the day so many years ago, or the day before or after it."""
        at = self.on.replace(year=self.on.year - years, day=min(self.on.day, 28))
        return min(self.on, at + timedelta(days=self.pick(-1, 0, 1, 200)))

    def item(self) -> dict[str, Any]:
        """Return a right."""
        kind = self.pick("invention", "invention", "ic-layout", "utility-model", "design",
                         "software-copyright")  # fmt: skip
        granted = self.day(self.pick(1, 2, 3))
        bought = self.chance(0.3)
        abroad = "overseas_family" if kind == "invention" else "overseas_revenue"
        return right(
            kind=kind, granted=granted, applied=min(granted, self.day(self.pick(3, 10))),
            in_force=self.chance(0.9), acquired="transferred" if bought else "own",
            transferred_on=max(granted, self.day(1)) if bought else None,
            holder_rank=self.pick(1, 3, 4), related=self.chance(0.9), in_use=self.chance(0.9),
            earning=self.chance(0.9), large_pledge=self.chance(0.05), **{abroad: self.chance(0.1)},
        )  # fmt: skip

    def figures(self, revenue: Decimal) -> dict[str, Any]:
        """Return a year's figures."""
        spent = revenue * self.edge(1, 2, 3, 4, 5, 6, 8, 10) / 100
        return {
            "revenue": revenue,
            "main_revenue": revenue * min(Decimal(100), self.edge(55, 60, 70, 80, 90, 95)) / 100,
            "main_product_revenue": revenue * Decimal("0.51"),
            "rd_expense": self.pick(spent, spent, Decimal(self.pick(99, 100, 450, 500, 600, 1000))),
            "cost": revenue,
            "net_profit": revenue * self.edge(2, 4, 6, 8, 10) / 100,
            "total_assets": 10000,
            "total_liabilities": 100 * self.edge(50, 55, 60, 70, 75, 80),
            "employees": self.pick(200, 200, 999, 1000),
            "rd_staff": self.pick(10, 20, 40, 100),
            "science_staff": 50,
        }

    def claims(self, part: dict[str, Any]) -> dict[str, Any]:
        """Return a part's claims, each met more often than not."""
        return {
            name: {"met": self.chance(0.85), "evidence": "材料"}
            if isinstance(value, dict)
            else value
            for name, value in part.items()
        }

    def firm(self) -> dict[str, Any]:
        """Return the plain values of a firm."""
        firm, year = good_firm(), self.on.year
        revenues = [Decimal(self.pick(900, 4000, 8000, 10000, 36000))]
        for _ in range(3):
            revenues.append(revenues[-1] * (100 + self.edge(0, 4, 5, 6, 8, 10, 15)) / 100)
        revenues[-1] = self.pick(
            revenues[-1], Decimal(self.pick(999, 1000, 1500, 5000, 10000, 40000))
        )
        firm["years"] = {year - 4 + at: self.figures(value) for at, value in enumerate(revenues)}
        firm["segment_years"] = self.pick(*map(Decimal, ("1.9", "2", "2.9", "3", "4", "8", "10")))
        firm["intellectual_property"] = [self.item() for _ in range(self.pick(0, 2, 5, 7))]
        firm["awards"] = [
            {"kind": self.pick("science", "quality", "maker-china"),
             "level": self.pick("national", "provincial", "city"),
             "rank": self.pick(1, 3, 4, 5, 6, 50, 51, 500, 501), "year": year - self.pick(0, 3, 4)}
            for _ in range(self.pick(0, 0, 1, 2))
        ]  # fmt: skip
        firm["financing"] = [
            {"on": self.pick(date(year - 2, 1, 1), date(year - 3, 12, 31), date(year - 4, 12, 31)),
             "amount": self.pick(499, 500, 1999, 2000, 6000, 8000), "qualified": self.chance(0.9)}
            for _ in range(self.pick(0, 0, 1))
        ]  # fmt: skip
        level = self.pick("national", "provincial", "city", "city", "county")
        firm["institutions"] = [{"name": "x", "level": level, "recognised": self.chance(0.8)}]
        firm["institutions"] *= self.pick(0, 1, 1)
        until = self.on + timedelta(days=self.pick(-1, 0, 300))
        kind = self.pick("quality-management", "management-system")
        firm["certificates"] = [{"kind": kind, "valid_until": until}]
        firm["titles"] = [
            {"kind": name, "granted": date(2020, 1, 1),
             "valid_until": self.on + timedelta(days=self.pick(-1, 0, 300, 300))}
            for name in ("innovative", "tech", "srdi")
        ]  # fmt: skip
        share = Decimal(self.pick("9.99", "10", "15"))
        firm["market"] = self.claims(firm["market"]) | {
            "domestic_share": share, "international_share": self.pick(1, 10),
            "domestic_rank": self.pick(3, 4),
        }  # fmt: skip
        firm["chain"] = self.claims(firm["chain"])
        level = self.pick(1, 2, 3, 4)
        firm["operation"] = self.claims(firm["operation"]) | {"digital_level": level}
        incident = {"kind": "safety", "on": date(year - self.pick(3, 4), 12, 31), "serious": True}
        firm["conduct"]["incidents"] = [incident] * self.chance(0.05)
        scores = [self.pick(*map(Decimal, ("49.9", "50", "59.9", "60"))) for _ in range(2)]
        firm["platform_scores"] = {year: scores[0], year - 1: scores[1]}
        return firm

    def fields(self) -> dict[str, bool]:
        """Return to which schemes the product belongs."""
        return {name: self.chance(0.7) for name in NOTATIONS}


def posed(seed: int, days: tuple[date, ...]) -> tuple[oracle.Firm, Any]:
    """Return a firm for the oracle, and a way to ask the engine about it."""
    on = days[seed % len(days)]
    maker = Near(seed, on)
    data, fields = maker.firm(), maker.fields()
    found = {
        n: SchemeFinding(NOTATIONS[n] if here else None, sure=True) for n, here in fields.items()
    }
    profile = build_profile(data, "firm")

    def ask(tier: Any, **more: Any) -> Any:
        return evaluate(profile, tier, on=on, domain=found, restricted=(), **more)

    return oracle.Firm(data, on, fields), ask


def scored(found: Any) -> dict[str, int]:
    """Return the points of each indicator that no missing file leaves open."""
    steps = (s for s in found.trace.walk() if s.kind == "indicator" and s.id != "local")
    return {s.id: s.points.low for s in steps if s.points.settled}


def held(found: Any, parts: dict[Any, tuple[str, ...]]) -> dict[Any, bool]:
    """Return which numbered parts hold, by the conditions that make them up."""
    conditions = {s.id: s.truth for s in found.trace.find("part", "conditions").children}
    return {part: all(conditions[name] for name in names) for part, names in parts.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_measures_of_2022(seed):
    """创新型 and 专精特新 by points and decision, 小巨人 by its six groups."""
    firm, ask = posed(seed, OLD_DAYS)
    found = ask("innovative")
    assert oracle.innovative(firm) == (scored(found), found.decision)
    found = ask("srdi")
    assert oracle.srdi_2022(firm) == (scored(found), found.decision)
    found = ask("little-giant")
    expected = oracle.little_giant_2022(firm)
    assert expected == held(found, GROUPS)
    passes = oracle.open_gates(firm) and all(expected.values())
    assert found.decision == ("pass" if passes else "fail")


@pytest.mark.parametrize("application", ["new", "renewal"])
@pytest.mark.parametrize("seed", SEEDS)
def test_measures_of_2026(seed, application):
    """专精特新 by its six conditions, 小巨人 by its seven, new and renewed."""
    firm, ask = posed(seed, NEW_DAYS)
    for tier, rules, parts in (
        ("srdi", oracle.srdi_2026, SRDI),
        ("little-giant", oracle.little_giant_2026, GIANT),
    ):
        found = ask(tier, application=application, rules="miit-2026-2")
        expected = rules(firm, renewal=application == "renewal")
        assert expected == held(found, parts)
        passes = oracle.open_gates(firm) and all(expected.values())
        assert found.decision == ("pass" if passes else "fail")
