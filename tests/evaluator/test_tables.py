"""Every row of the scoring tables, at, just below and just above each edge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .firms import AFTER, BEFORE, NOWHERE, SURE, judged, points, right, year

STEP = Decimal("0.01")


def ratio(part: str) -> Any:
    """Return how a percentage of 10,000 万元 revenue (or assets, or persons) is set."""

    def changes(value: Decimal) -> dict[str, Any]:
        main = {"main_product_revenue": Decimal(0)} if part == "main_revenue" else {}
        return {"years": {**YEARS, 2025: year(10000, **{part: value * 100}, **main)}}

    return changes


YEARS = {2024: year(10000), 2023: year(10000), 2022: year(10000)}


def staff(part: str) -> Any:
    """Return how a percentage of 10,000 employees is set."""

    def changes(value: Decimal) -> dict[str, Any]:
        figures = {"employees": 10000, "rd_staff": 0, "science_staff": 0, part: value * 100}
        return {"years": {**YEARS, 2025: year(10000, **figures)}}

    return changes


def growth(value: Decimal) -> dict[str, Any]:
    """Set last year's growth of the main business to a percentage."""
    main = 1000 + value * 10
    return {
        "years": {
            **YEARS,
            2024: year(10000, main_revenue=1000, main_product_revenue=1000),
            2025: year(10000, main_revenue=main, main_product_revenue=0),
        }
    }


def two_year_growth(value: Decimal) -> dict[str, Any]:
    """Set two equal yearly rates, so that every mean of them is the same."""
    factor = 1 + value / 100
    return {
        "years": {
            2023: year(10000, main_revenue=1000, main_product_revenue=0),
            2024: year(10000, main_revenue=1000 * factor, main_product_revenue=0),
            2025: year(10000, main_revenue=1000 * factor * factor, main_product_revenue=0),
        }
    }


def amount(value: Decimal) -> dict[str, Any]:
    """Set last year's R&D in 万元, at a ratio too small to score."""
    return {"years": {**YEARS, 2025: year(100000, rd_expense=value)}}


def small_ratio(value: Decimal) -> dict[str, Any]:
    """Set the R&D ratio at an amount too small to score."""
    return {"years": {**YEARS, 2025: year(100, rd_expense=value)}}


def cost_ratio(value: Decimal) -> dict[str, Any]:
    """Set R&D over cost at a ratio to revenue too small to score."""
    return {"years": {**YEARS, 2025: year(10**6, rd_expense=value, cost=100)}}


def years_in(value: Decimal) -> dict[str, Any]:
    """Set the years in the segment."""
    return {"segment_years": value}


# tier, day, indicator, how it is set, better side, [(edge, points from there on)], points at worst
TABLES = [
    ("innovative", BEFORE, "rd-ratio", ratio("rd_expense"), "up",
     [(5, 20), (3, 15), (2, 10), (1, 5)], 0),
    ("innovative", BEFORE, "main-growth", growth, "up", [(15, 20), (10, 15), (5, 10), (0, 5)], 0),
    ("innovative", BEFORE, "debt", ratio("total_liabilities"), "down", [(55, 10), (75, 5)], 0),
    ("innovative", BEFORE, "main-share", ratio("main_revenue"), "up",
     [(70, 20), (60, 15), (55, 10), (50, 5)], 0),
    ("srdi", BEFORE, "main-share", ratio("main_revenue"), "up", [(80, 5), (70, 3), (60, 1)], 0),
    ("srdi", BEFORE, "growth", two_year_growth, "up",
     [(10, 10), (8, 8), (6, 6), (4, 4), (0, 2)], 0),
    ("srdi", BEFORE, "years", years_in, "up", [(10, 5), (8, 4), (6, 3), (4, 2), (2, 1)], 0),
    ("srdi", BEFORE, "margin", ratio("net_profit"), "up",
     [(10, 10), (8, 8), (6, 6), (4, 4), (2, 2)], 0),
    ("srdi", BEFORE, "debt", ratio("total_liabilities"), "down", [(50, 5), (60, 3), (70, 1)], 0),
    ("srdi", BEFORE, "rd", amount, "up", [(500, 10), (400, 8), (300, 6), (200, 4), (100, 2)], 0),
    ("srdi", BEFORE, "rd", small_ratio, "up", [(10, 10), (8, 8), (6, 6), (4, 4), (3, 2)], 0),
    ("srdi", BEFORE, "rd-staff", staff("rd_staff"), "up", [(20, 5), (10, 3), (5, 1)], 0),
    ("tech", AFTER, "staff", staff("science_staff"), "up",
     [(30, 20), (25, 16), (20, 12), (15, 8), (10, 4)], 0),
    ("tech", AFTER, "rd", ratio("rd_expense"), "up",
     [(6, 50), (5, 40), (4, 30), (3, 20), (2, 10)], 0),
    ("tech", AFTER, "rd", cost_ratio, "up",
     [(30, 50), (25, 40), (20, 30), (15, 20), (10, 10)], 0),
]  # fmt: skip


def edges() -> list[Any]:
    """Return one case for each edge and each side of it."""
    out = []
    for tier, day, indicator, setter, better, rows, worst in TABLES:
        sign = 1 if better == "up" else -1
        for at, (edge, best) in enumerate(rows):
            below = rows[at + 1][1] if at + 1 < len(rows) else worst
            for offset, expected in ((0, best), (sign * STEP, best), (-sign * STEP, below)):
                value = Decimal(edge) + offset
                name = f"{tier}-{indicator}-{setter.__qualname__.split('.')[0]}-{value}"
                out.append(pytest.param(tier, day, indicator, setter(value), expected, id=name))
    return out


@pytest.mark.parametrize(("tier", "day", "indicator", "changes", "expected"), edges())
def test_band_edge(tier, day, indicator, changes, expected):
    """A value on an edge takes the better band, 0.01 to either side its own."""
    readings = {"main-product-half": "ignore"}
    assert points(judged(changes, tier, on=day, readings=readings), indicator) == expected


def test_no_hole_below_ten_percent():
    """9.95 % scores in the band of 8 to 10 %."""
    assert points(judged(ratio("net_profit")(Decimal("9.95"))), "margin") == 8


CLASS2 = right(kind="software-copyright")
CLASS1 = right(acquired="transferred", transferred_on="2020-01-01")
OWN = right()
HIGH = right(award=True)


@pytest.mark.parametrize(
    ("tier", "by_row"),
    [("innovative", (20, 15, 10, 5, 0)), ("srdi", (10, 8, 6, 2, 0))],
)
def test_rights_score_by_their_best_class(tier, by_row):
    """高价值Ⅰ类, 自主研发Ⅰ类, Ⅰ类, Ⅱ类 and none, from the best down."""
    found = [
        points(judged({"intellectual_property": rights}, tier), "ip")
        for rights in ([CLASS2, HIGH], [OWN, CLASS1], [CLASS1, CLASS2], [CLASS2], [])
    ]
    assert list(by_row) == found


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ([OWN], 30),
        ([CLASS1], 30),
        ([CLASS2] * 5, 24),
        ([CLASS2] * 4, 24),
        ([CLASS2] * 3, 18),
        ([right(kind="utility-model", granted="2026-01-01")] * 2, 12),
        ([right(kind="design")], 6),
        ([], 0),
    ],
)
def test_tech_results(rights, expected):
    """科技型: one Ⅰ类 30, four Ⅱ类 24, three 18, two 12, one 6; no two-year rule."""
    assert expected == points(judged({"intellectual_property": rights}, "tech"), "results")


@pytest.mark.parametrize(("level", "expected"), [(1, 0), (2, 3), (3, 5), (4, 5), (5, 5)])
def test_digital_level(level, expected):
    """Level 3 and above 5, level 2 3, level 1 0."""
    assert expected == points(judged({"operation.digital_level": level}), "digital")


@pytest.mark.parametrize(
    ("levels", "expected"),
    [(["national"], 10), (["provincial"], 8), (["city"], 4), (["county"], 2), ([], 0),
     (["county", "provincial"], 8)],
)  # fmt: skip
def test_institution_level(levels, expected):
    """National 10, provincial 8, city 4, below 2, none 0; the best one counts."""
    rows = [{"name": "中心", "level": level, "recognised": True} for level in levels]
    assert expected == points(judged({"institutions": rows}), "institution")


QUALITY = {
    "awards": [{"kind": "quality", "level": "provincial", "rank": 1, "year": 2020}],
    "certificates": [{"kind": "quality-management", "valid_until": "2027-01-01"}],
    "brands": [{"own_ip": True, "registered": True, "earning": False}],
    "standards": [{"role": "participated", "level": "industry", "year": 2019}],
}


@pytest.mark.parametrize(
    ("kept", "expected"),
    [((), 0), (("awards",), 3), (("certificates",), 3), (("brands",), 3), (("standards",), 3),
     (("awards", "brands"), 5), (tuple(QUALITY), 5)],
)  # fmt: skip
def test_quality_adds_three_each_up_to_five(kept, expected):
    """+3 for each of prize, certificate, brand, standards; never more than 5."""
    changes = {name: rows if name in kept else [] for name, rows in QUALITY.items()}
    assert expected == points(judged(changes), "quality")


@pytest.mark.parametrize(
    ("claims", "domain", "expected"),
    [
        ({"gap_filling": True}, NOWHERE, 5),
        ({}, SURE, 3),
        ({"time_honoured": True}, NOWHERE, 3),
        ({"serves_leader": True}, NOWHERE, 3),
        ({}, NOWHERE, 0),
    ],
)
def test_srdi_main_field(claims, domain, expected):
    """补短板 5; 六基, 老字号 or a leading firm's supplier 3; other 0."""
    names = ("gap_filling", "time_honoured", "serves_leader")
    changes = {f"chain.{name}": {"met": claims.get(name, False)} for name in names}
    assert expected == points(judged(changes, domain=domain), "main-field")


@pytest.mark.parametrize(("domain", "expected"), [(SURE, 10), (NOWHERE, 5), (None, (5, 10))])
def test_innovative_main_field(domain, expected):
    """In the classification of strategic industries 10, other 5, never zero."""
    assert expected == points(judged({}, "innovative", domain=domain), "main-field")


def test_group_and_total_maxima():
    """40 + 30 + 30 for 创新型, 25 + 25 + 15 + 35 for 专精特新, 20 + 50 + 30 for 科技型."""
    maxima = {
        tier: [s.maximum for s in judged({}, tier).trace.walk() if s.kind == "group"]
        for tier in ("innovative", "srdi", "tech")
    }
    assert maxima == {"innovative": [40, 30, 30], "srdi": [25, 25, 15, 35], "tech": [20, 50, 30]}
