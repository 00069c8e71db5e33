"""Synthetic enterprise profiles: plausible figures, any fact may be left out."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.items import (
    AwardKind,
    CertificateKind,
    IncidentKind,
    IpKind,
    Level,
    TitleKind,
)
from classifier.evaluator.profile import Chain, Conduct, Group, Operation, Profile

ON = date(2026, 3, 31)
ZERO_CHANCE = 0.03
INDUSTRIES = ("3985", "3521", "6513", "5177", "4710", "7220", "0111", "2652", "9011")


class Maker:
    """Makes profiles from one seed; ``gap`` is the chance that a fact is left out."""

    def __init__(self, seed: int, *, gap: float = 0.0, on: date = ON) -> None:
        self.random = random.Random(seed)  # noqa: S311  (no secret is made here)
        self.gap = gap
        self.on = on

    def maybe(self, value: Any) -> Any:
        """Return the value, or None with the chance of a gap."""
        return None if self.random.random() < self.gap else value

    def yes(self, chance: float = 0.5) -> bool | None:
        """Return a yes or no, or None."""
        return self.maybe(self.random.random() < chance)

    def claim(self, chance: float = 0.7) -> dict[str, Any]:
        """Return a claim with its evidence."""
        return {"met": self.yes(chance), "evidence": "材料1"}

    def day(self, years: int) -> date | None:
        """Return a day within the last years."""
        return self.maybe(self.on - timedelta(days=self.random.randrange(1, 365 * years)))

    def pick(self, kind: Any) -> Any:
        """Return one of the values of a Literal."""
        return self.maybe(self.random.choice(get_args(kind)))

    def some(self, make: Any, most: int) -> list[dict[str, Any]] | None:
        """Return up to so many items."""
        return self.maybe([make() for _ in range(self.random.randrange(most + 1))])

    def figures(self, revenue: Decimal) -> dict[str, Any]:
        """Return one year's figures around a revenue, 万元."""
        r = self.random
        main = (revenue * Decimal(str(round(r.uniform(0.4, 1), 3)))).quantize(Decimal("0.01"))
        employees = r.randrange(5, 1600)
        assets = revenue * Decimal(str(round(r.uniform(0.5, 3), 2)))
        return {
            "revenue": self.maybe(revenue),
            "main_revenue": self.maybe(main),
            "main_product_revenue": self.maybe(
                (main * Decimal(str(round(r.uniform(0.6, 1), 2)))).quantize(Decimal("0.01"))
            ),
            "rd_expense": self.maybe(revenue * Decimal(str(round(r.uniform(0, 0.15), 3)))),
            "cost": self.maybe(revenue * Decimal(str(round(r.uniform(0.7, 1.1), 2)))),
            "net_profit": self.maybe(revenue * Decimal(str(round(r.uniform(-0.1, 0.2), 3)))),
            "total_assets": self.maybe(assets),
            "total_liabilities": self.maybe(assets * Decimal(str(round(r.uniform(0, 1.1), 3)))),
            "employees": self.maybe(employees),
            "rd_staff": self.maybe(r.randrange(employees + 1)),
            "science_staff": self.maybe(r.randrange(employees + 1)),
        }

    def right(self) -> dict[str, Any]:
        """Return one intellectual property right."""
        granted = self.day(12)
        own = self.yes(0.8)
        return {
            "kind": self.pick(IpKind),
            "name": "权利",
            "applied": None if granted is None else granted - timedelta(days=700),
            "granted": granted,
            "in_force": self.yes(0.95),
            "acquired": None if own is None else ("own" if own else "transferred"),
            "transferred_on": None if own else self.day(3),
            "holder_rank": self.maybe(self.random.randrange(1, 5)),
            "related": self.yes(0.9),
            "in_use": self.yes(0.9),
            "earning": self.yes(0.9),
            "overseas_family": self.yes(0.1),
            "overseas_revenue": self.yes(0.1),
            "large_pledge": self.yes(0.05),
            "award": self.yes(0.05),
        }

    def award(self) -> dict[str, Any]:
        """Return one award."""
        return {
            "kind": self.pick(AwardKind),
            "level": self.pick(Level),
            "rank": self.maybe(self.random.choice((1, 3, 5, 10, 50, 500))),
            "year": self.maybe(self.random.randrange(2018, 2027)),
        }

    def title(self) -> dict[str, Any]:
        """Return one title."""
        granted = self.day(4)
        return {
            "kind": self.pick(TitleKind),
            "granted": granted,
            "valid_until": None if granted is None else granted + timedelta(days=1095),
        }

    def profile(self) -> Profile:
        """Return one profile."""
        r = self.random
        revenue = Decimal(r.choice((0, 900, 1500, 4000, 5000, 9000, 10000, 30000, 60000)))
        years = {}
        for back in range(1, 4):
            years[self.on.year - back] = self.figures(revenue)
            factor = Decimal(str(round(r.uniform(0.85, 1.3), 2)))
            revenue = Decimal(0) if r.random() < ZERO_CHANCE else revenue / factor
            revenue = revenue.quantize(Decimal("0.01"))
        data = {
            "name": f"企业{r.randrange(10**6)}",
            "legal_person": self.yes(0.97),
            "province": self.maybe(r.choice(("山东省", "广东省", "江苏省"))),
            "industry": self.maybe(r.choice(INDUSTRIES)),
            "segment_years": self.maybe(Decimal(r.randrange(0, 140)) / 10),
            "new_product": self.yes(0.2),
            "years": years,
            "platform_scores": {
                year: score
                for year in (self.on.year, self.on.year - 1)
                if (score := self.maybe(r.randrange(30, 90))) is not None
            },
            "intellectual_property": self.some(self.right, 6),
            "awards": self.some(self.award, 3),
            "financing": self.some(
                lambda: {
                    "on": self.day(4),
                    "amount": self.maybe(r.choice((300, 500, 2000, 6000, 8000))),
                    "qualified": self.yes(0.7),
                },
                2,
            ),
            "institutions": self.some(
                lambda: {"name": "中心", "level": self.pick(Level), "recognised": self.yes(0.8)}, 2
            ),
            "certificates": self.some(
                lambda: {
                    "kind": self.pick(CertificateKind),
                    "valid_until": self.maybe(self.on + timedelta(days=r.randrange(-300, 900))),
                },
                2,
            ),
            "brands": self.some(
                lambda: {
                    "own_ip": self.yes(0.8),
                    "registered": self.yes(0.8),
                    "earning": self.yes(0.8),
                },
                2,
            ),
            "standards": self.some(
                lambda: {
                    "role": self.maybe(r.choice(("led", "participated"))),
                    "level": self.maybe(r.choice(("national", "industry", "other"))),
                    "year": self.maybe(r.randrange(2016, 2027)),
                },
                2,
            ),
            "titles": self.some(self.title, 3),
            "market": {
                "domestic_share": self.maybe(r.randrange(101)),
                "international_share": self.maybe(r.randrange(101)),
                "domestic_rank": self.maybe(r.randrange(1, 20)),
                "provincial_rank": self.maybe(r.randrange(1, 20)),
                "global_rank": self.maybe(r.randrange(1, 20)),
                "relatively_high": self.claim(),
                "high_reputation": self.claim(),
            },
            "chain": {name: self.claim() for name in Chain.model_fields},
            "operation": {
                name: self.maybe(r.randrange(1, 6)) if name == "digital_level" else self.claim()
                for name in Operation.model_fields
            },
            "conduct": {
                name: self.yes(0.03) for name in Conduct.model_fields if name != "incidents"
            }
            | {
                "incidents": self.some(
                    lambda: {
                        "kind": self.pick(IncidentKind),
                        "on": self.day(5),
                        "serious": self.yes(0.2),
                    },
                    1,
                )
            },
            "group": {name: self.yes(0.05) for name in Group.model_fields},
            "local": {"plan-and-chain": True, "strategic-cluster": True},
        }
        return Profile.model_validate(data)

    def near(self, good: dict[str, Any], share: float = 0.1) -> Profile:
        """Return a good firm with a share of its parts taken from a random one."""
        other = self.profile().model_dump(mode="python")
        r = self.random
        mixed = {k: other[k] if k in other and r.random() < share else v for k, v in good.items()}
        return Profile.model_validate(mixed)

    def domain(self) -> dict[str, SchemeFinding] | None:
        """Return the finding of a domain, sure or not."""
        out = {}
        for scheme, notation in (
            ("sei2018", "2.1.4"),
            ("foundation", "F1"),
            ("mp10", "M05"),
            ("cyber", "C1"),
        ):
            found = self.random.choice((notation, None))
            sure = self.random.random() >= self.gap
            candidates = () if sure else (notation, None)
            out[scheme] = SchemeFinding(found, sure=sure, candidates=candidates)
        return self.maybe(out)
