"""The rules said a second time, plainly, for firms of which every fact is known.

Written from the documents' restatement alone, without a look at the rule files or the
engine, so that both can be held against it. Fractions, no unknowns, no trace.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

CLASS_ONE = {
    "invention", "defence-invention", "plant-variety", "crop-variety", "new-drug",
    "protected-tcm", "ic-layout",
}  # fmt: skip
INVENTIONS = {"invention", "defence-invention"}

# Edges with their points, from the best down; the edge belongs to the better side.
INNOVATIVE = {
    "rd-ratio": ((5, 20), (3, 15), (2, 10), (1, 5)),
    "main-growth": ((15, 20), (10, 15), (5, 10), (0, 5)),
    "debt": ((55, 10), (75, 5)),
    "main-share": ((70, 20), (60, 15), (55, 10), (50, 5)),
}
SRDI = {
    "main-share": ((80, 5), (70, 3), (60, 1)),
    "growth": ((10, 10), (8, 8), (6, 6), (4, 4), (0, 2)),
    "digital": ((3, 5), (2, 3)),
    "margin": ((10, 10), (8, 8), (6, 6), (4, 4), (2, 2)),
    "debt": ((50, 5), (60, 3), (70, 1)),
    "rd-amount": ((500, 10), (400, 8), (300, 6), (200, 4), (100, 2)),
    "rd-ratio": ((10, 10), (8, 8), (6, 6), (4, 4), (3, 2)),
    "rd-staff": ((20, 5), (10, 3), (5, 1)),
}
LOCAL_POINTS = 15


def at_least(value: Any, edges: tuple[tuple[int, int], ...]) -> int:
    """Return the points of the first edge that is reached from above."""
    return next((points for edge, points in edges if value >= edge), 0)


def at_most(value: Any, edges: tuple[tuple[int, int], ...]) -> int:
    """Return the points of the first edge that is reached from below."""
    return next((points for edge, points in edges if value <= edge), 0)


def later(day: date, years: int) -> date:
    """Return the same day so many years later."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Firm:
    """A firm's plain values on a day, with the fields that its product belongs to."""

    def __init__(self, data: dict[str, Any], on: date, fields: dict[str, bool]) -> None:
        self.data, self.on, self.fields = data, on, fields

    def figure(self, name: str, back: int = 0) -> Fraction:
        """Return a figure of the last complete year, or of one further back."""
        return Fraction(self.data["years"][self.on.year - 1 - back][name])

    def ratio(self, part: str, whole: str, back: int = 0) -> Fraction:
        """Return a ratio, %."""
        return 100 * self.figure(part, back) / self.figure(whole, back)

    def growth(self, back: int = 0) -> Fraction:
        """Return the growth of the main business, %."""
        now, before = (self.figure("main_revenue", back + at) for at in (0, 1))
        return 100 * (now - before) / before

    def raised(self, years: int) -> Fraction:
        """Return the equity that qualified institutions paid in, 万元."""
        first = date(self.on.year - years, 1, 1)
        counted = (f for f in self.data["financing"] if f["qualified"] and first <= f["on"])
        return sum((Fraction(f["amount"]) for f in counted if f["on"] <= self.on), Fraction(0))

    def won(self, kind: str, ranks: dict[str, int], since: int = 0) -> bool:
        """Return whether an award of the last three years has the rank that its level asks."""
        first = max(self.on.year - 3, since)
        found = (a for a in self.data["awards"] if a["kind"] == kind)
        recent = (a for a in found if first <= a["year"] <= self.on.year)
        return any(a["rank"] <= ranks.get(a["level"], 0) for a in recent)

    def has(self, *titles: str) -> bool:
        """Return whether one of the titles is valid."""
        found = (t for t in self.data["titles"] if t["kind"] in titles)
        return any(t["granted"] <= self.on <= t["valid_until"] for t in found)

    def institution(self, *levels: str) -> bool:
        """Return whether there is a recognised institution of one of the levels."""
        found = self.data["institutions"]
        return any(i["recognised"] and i["level"] in levels for i in found)

    @property
    def years(self) -> int:
        """Return the complete years in the segment."""
        return int(self.data["segment_years"])

    @property
    def brand(self) -> bool:
        """Return whether there is a brand of its own."""
        return any(b["own_ip"] and (b["registered"] or b["earning"]) for b in self.data["brands"])

    def rights(self) -> list[dict[str, Any]]:
        """Return the rights in force that are related to the product."""
        found = self.data["intellectual_property"]
        return [i for i in found if i["in_force"] and i["related"] and i["granted"] <= self.on]

    def rights_2022(self) -> list[dict[str, Any]]:
        """Return those that are not transferred, or for a year at least."""
        return [
            i
            for i in self.rights()
            if i["acquired"] == "own" or later(i["transferred_on"], 1) <= self.on
        ]

    def working(self, rules: int) -> int:
        """Return how many Ⅰ类 rights are in use and earning."""
        if rules == 2022:
            found = self.rights_2022()
        else:
            own = (i for i in self.rights() if i["acquired"] == "own")
            found = [i for i in own if i["holder_rank"] <= 3]
        return sum(i["kind"] in CLASS_ONE and i["in_use"] and i["earning"] for i in found)

    def ip_points(self, points: tuple[int, int, int, int]) -> int:
        """Return the points for: of high value, own Ⅰ类, Ⅰ类, Ⅱ类."""
        ones = [i for i in self.rights_2022() if i["kind"] in CLASS_ONE]
        twos = [
            i
            for i in self.rights_2022()
            if i["kind"] == "software-copyright"
            or (i["kind"] in {"utility-model", "design"} and later(i["granted"], 2) < self.on)
        ]
        held = [
            any(self.high_value(i) for i in ones),
            any(i["acquired"] == "own" for i in ones),
            bool(ones),
            bool(twos),
        ]
        return next((p for p, there in zip(points, held, strict=True) if there), 0)

    def high_value(self, item: dict[str, Any]) -> bool:
        """Return whether a Ⅰ类 right is of high value."""
        abroad = "overseas_family" if item["kind"] in INVENTIONS else "overseas_revenue"
        old = later(item["applied"], 10) < self.on
        return bool(item[abroad] or old or item["large_pledge"] or item["award"])


def open_gates(firm: Firm) -> bool:
    """Return whether nothing bars the firm: size (工业), lists, incidents."""
    small = firm.figure("employees") < 1000 or firm.figure("revenue") < 40000
    conduct = firm.data["conduct"]
    first = date(firm.on.year - 3, 1, 1)
    grave = any(i["serious"] and first <= i["on"] <= firm.on for i in conduct["incidents"])
    return small and not grave and not conduct["abnormal_list"]


def innovative(firm: Firm) -> tuple[dict[str, int], str]:
    """创新型 (63号文附件1): points by indicator, and the decision."""
    table = INNOVATIVE
    points = {
        "ip": firm.ip_points((20, 15, 10, 5)),
        "rd-ratio": at_least(firm.ratio("rd_expense", "revenue"), table["rd-ratio"]),
        "main-growth": at_least(firm.growth(), table["main-growth"]),
        "debt": at_most(firm.ratio("total_liabilities", "total_assets"), table["debt"]),
        "main-field": 10 if firm.fields["sei2018"] else 5,
        "main-share": at_least(firm.ratio("main_revenue", "revenue"), table["main-share"]),
    }
    direct = (
        firm.won("science", {"national": 10**6, "provincial": 10**6})
        or firm.has("high-tech", "innovation-demonstration", "ip-advantage", "ip-demonstration")
        or firm.institution("national", "provincial")
        or firm.raised(3) >= 500
    )
    reached = (
        sum(points.values()) >= 60
        and points["ip"] + points["rd-ratio"] >= 20
        and points["main-growth"] + points["debt"] >= 15
        and points["main-field"] + points["main-share"] >= 15
    )
    return points, "pass" if open_gates(firm) and (direct or reached) else "fail"


def srdi_2022(firm: Firm) -> tuple[dict[str, int], str]:
    """专精特新 (63号文附件2): points without the local ones, and the decision without them."""
    table, chain = SRDI, firm.data["chain"]
    served = chain["time_honoured"]["met"] or chain["serves_leader"]["met"]
    amount, ratio = firm.figure("rd_expense"), firm.ratio("rd_expense", "revenue")
    certified = any(
        c["kind"] == "quality-management" and c["valid_until"] >= firm.on
        for c in firm.data["certificates"]
    )
    prized = any(
        a["kind"] == "quality" and a["level"] in {"national", "provincial"}
        for a in firm.data["awards"]
    )
    quality = [prized, certified, firm.brand, bool(firm.data["standards"])]
    levels = (("national", 10), ("provincial", 8), ("city", 4))
    below = 2 if firm.data["institutions"] else 0
    points = {
        "main-share": at_least(firm.ratio("main_revenue", "revenue"), table["main-share"]),
        "growth": at_least((firm.growth() + firm.growth(1)) / 2, table["growth"]),
        "years": min(5, firm.years // 2),
        "main-field": 5
        if chain["gap_filling"]["met"]
        else 3 * bool(served or firm.fields["foundation"]),
        "digital": at_least(firm.data["operation"]["digital_level"], table["digital"]),
        "quality": min(5, 3 * sum(quality)),
        "margin": at_least(firm.ratio("net_profit", "revenue"), table["margin"]),
        "debt": at_most(firm.ratio("total_liabilities", "total_assets"), table["debt"]),
        "ip": firm.ip_points((10, 8, 6, 2)),
        "rd": max(at_least(amount, table["rd-amount"]), at_least(ratio, table["rd-ratio"])),
        "rd-staff": at_least(firm.ratio("rd_staff", "employees"), table["rd-staff"]),
        "institution": next((p for level, p in levels if firm.institution(level)), below),
    }
    base = (
        firm.years >= 2
        and amount >= 100
        and ratio >= 3
        and (firm.figure("revenue") >= 1000 or firm.raised(2) >= 2000)
    )
    direct = (
        firm.won("science", {"provincial": 3, "national": 5})
        or (amount + firm.figure("rd_expense", 1)) / 2 >= 1000
        or firm.raised(2) >= 6000
        or firm.won("maker-china", {"national": 500}, since=2021)
    )
    if not (open_gates(firm) and base):
        return points, "fail"
    total = sum(points.values())
    sure = "pass" if direct or total >= 60 else "unknown"
    return points, "fail" if sure == "unknown" and total + LOCAL_POINTS < 60 else sure


def little_giant_2022(firm: Firm) -> dict[str, bool]:
    """小巨人 (63号文附件3): the six groups."""
    market, chain, run = (firm.data[name] for name in ("market", "chain", "operation"))
    ratios = [firm.ratio("rd_expense", "revenue", back) for back in (0, 1)]
    spent = sum(firm.figure("rd_expense", back) for back in (0, 1))
    revenue = firm.figure("revenue")
    if revenue >= 5000:
        invested = min(ratios) >= (3 if revenue >= 10000 else 6)
    else:
        staff = firm.ratio("rd_staff", "employees")
        invested = firm.raised(2) >= 8000 and spent >= 3000 and staff >= 50
    direct = firm.won("science", {"national": 3}) or firm.won("maker-china", {"national": 50}, 2021)
    valid = any(c["valid_until"] >= firm.on for c in firm.data["certificates"])
    general = invested and bool(firm.data["institutions"]) and firm.working(2022) >= 2
    return {
        "专": firm.years >= 3
        and firm.ratio("main_revenue", "revenue") >= 70
        and (firm.growth() + firm.growth(1)) / 2 >= 5,
        "精": run["information_system"]["met"]
        and valid
        and firm.ratio("total_liabilities", "total_assets") <= 70
        and run["governance"]["met"],
        "特": market["domestic_share"] >= 10 and market["high_reputation"]["met"] and firm.brand,
        "新": direct or general,
        "链": all(chain[name]["met"] for name in ("key_link", "key_basics", "gap_filling")),
        "品": any(firm.fields[name] for name in ("foundation", "mp10", "cyber")),
    }


def srdi_2026(firm: Firm, *, renewal: bool) -> dict[int, bool]:
    """专精特新 (2号文附件1): the six conditions."""
    scores, year = firm.data["platform_scores"], firm.on.year
    exempt = firm.won("science", {"provincial": 3, "national": 3}) or firm.institution(
        "provincial", "national"
    )
    return {
        1: firm.has("innovative", "tech") and firm.years >= 3,
        2: (firm.figure("revenue") >= 1500 or firm.raised(2) >= 2000)
        and firm.ratio("main_revenue", "revenue") >= 80
        and firm.ratio("total_liabilities", "total_assets") <= 80,
        3: all(
            firm.figure("rd_expense", back) >= 100
            and firm.ratio("rd_expense", "revenue", back) >= 3
            for back in (0, 1)
        ),
        4: exempt or firm.working(2026) >= 1,
        5: firm.data["market"]["relatively_high"]["met"],
        6: scores[year] >= 50 or (renewal and scores[year - 1] >= 50),
    }


def little_giant_2026(firm: Firm, *, renewal: bool) -> dict[int, bool]:
    """小巨人 (2号文附件2): the seven conditions."""
    scores, year = firm.data["platform_scores"], firm.on.year
    market, chain = firm.data["market"], firm.data["chain"]
    grown = firm.figure("revenue") / firm.figure("revenue", 2) >= Fraction(105, 100) ** 2
    spent = sum(firm.figure("rd_expense", back) for back in (0, 1))
    shares = max(market["domestic_share"], market["international_share"])
    return {
        1: firm.has("srdi") and firm.years >= 3,
        2: firm.figure("revenue") >= 5000
        and firm.ratio("main_revenue", "revenue") >= 90
        and firm.ratio("total_liabilities", "total_assets") <= 75
        and (renewal or grown),
        3: spent >= 1200 and all(firm.ratio("rd_expense", "revenue", b) >= 3 for b in (0, 1)),
        4: firm.won("science", {"national": 3}) or firm.working(2026) >= 4,
        5: (shares >= 10 or market["domestic_rank"] <= 3) and market["high_reputation"]["met"],
        6: (firm.fields["foundation"] or chain["upgrading"]["met"])
        and chain["key_link"]["met"]
        and chain["resilience"]["met"],
        7: scores[year] >= 60 or (renewal and scores[year - 1] >= 60),
    }
