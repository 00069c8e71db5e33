"""Every condition of every tier at its threshold and on the failing side of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .firms import AFTER, BEFORE, NOWHERE, judged, met, right, year

FINE = Decimal("0.01")


def last(revenue: Any = 10000, **figures: Any) -> dict[str, Any]:
    """Return last year's figures replaced, the others as they are."""
    return {"years": {2025: year(revenue, **figures), 2024: year(10000), 2023: year(9000)}}


def both(rd: Any, before: Any, revenue: Any = 10000) -> dict[str, Any]:
    """Return two years' R&D, 万元, at the same revenue."""
    return {
        "years": {
            2025: year(revenue, rd_expense=rd),
            2024: year(revenue, rd_expense=before),
            2023: year(revenue),
        }
    }


def money(amount: Any, on: str = "2025-06-01", *, qualified: bool = True) -> dict[str, Any]:
    """Return one financing round."""
    return {"financing": [{"on": on, "amount": amount, "qualified": qualified}]}


def share(percent: Any) -> dict[str, Any]:
    """Return a main-business share in %."""
    return last(main_revenue=Decimal(str(percent)) * 100, main_product_revenue=5500)


def debt(percent: Any) -> dict[str, Any]:
    """Return a debt ratio in %."""
    return last(total_liabilities=Decimal(str(percent)) * 100)


def main_two_years(first: Any, second: Any, third: Any) -> dict[str, Any]:
    """Return main-business revenue of three years."""
    values = zip((2023, 2024, 2025), (first, second, third), strict=True)
    return {
        "years": {
            y: year(2000, main_revenue=v, main_product_revenue=v, rd_expense=100) for y, v in values
        }
    }


def revenues(first: Any, third: Any) -> dict[str, Any]:
    """Return revenue two years ago and last year."""
    return {"years": {2023: year(first), 2024: year(8000), 2025: year(third)}}


NO_TITLE: dict[str, Any] = {"titles": []}
HELD = [{"kind": "tech", "granted": "2025-04-01", "valid_until": "2026-12-31"}]

# tier, day, condition, changes, expected
ROWS: list[tuple[str, Any, str, dict[str, Any], bool]] = [
    # 专精特新 2022
    ("srdi", BEFORE, "years", {"segment_years": 2}, True),
    ("srdi", BEFORE, "years", {"segment_years": "1.9"}, False),
    ("srdi", BEFORE, "years", {"segment_years": "2.1"}, True),
    ("srdi", BEFORE, "rd", last(3000, rd_expense=100), True),
    ("srdi", BEFORE, "rd", last(3000, rd_expense="99.99"), False),
    ("srdi", BEFORE, "rd", last(10000, rd_expense=300), True),
    ("srdi", BEFORE, "rd", last(10000, rd_expense="299.99"), False),
    ("srdi", BEFORE, "rd", last(10000, rd_expense="300.01"), True),
    ("srdi", BEFORE, "revenue", last(1000), True),
    ("srdi", BEFORE, "revenue", last("999.99"), False),
    ("srdi", BEFORE, "revenue", last("999.99") | money(2000), True),
    ("srdi", BEFORE, "revenue", last("999.99") | money("1999.99"), False),
    ("srdi", BEFORE, "revenue", last("999.99") | money(2000, qualified=False), False),
    # "小巨人" 2022
    ("little-giant", BEFORE, "years", {"segment_years": 3}, True),
    ("little-giant", BEFORE, "years", {"segment_years": "2.99"}, False),
    ("little-giant", BEFORE, "main-share", share(70), True),
    ("little-giant", BEFORE, "main-share", share("69.99"), False),
    ("little-giant", BEFORE, "main-share", share("70.01"), True),
    ("little-giant", BEFORE, "growth", main_two_years(1000, 1050, "1102.5"), True),
    ("little-giant", BEFORE, "growth", main_two_years(1000, 1050, "1102.4"), False),
    ("little-giant", BEFORE, "growth", main_two_years(1000, 1050, "1102.6"), True),
    ("little-giant", BEFORE, "debt", debt(70), True),
    ("little-giant", BEFORE, "debt", debt("70.01"), False),
    ("little-giant", BEFORE, "debt", debt("69.99"), True),
    ("little-giant", BEFORE, "system", {"operation.information_system": {"met": False}}, False),
    ("little-giant", BEFORE, "governance", {"operation.governance": {"met": False}}, False),
    ("little-giant", BEFORE, "certificate", {"certificates": []}, False),
    ("little-giant", BEFORE, "certificate",
     {"certificates": [{"kind": "developed-market-product", "valid_until": "2026-03-31"}]}, True),
    ("little-giant", BEFORE, "certificate",
     {"certificates": [{"kind": "management-system", "valid_until": "2026-03-30"}]}, False),
    ("little-giant", BEFORE, "share", {"market.domestic_share": 10}, True),
    ("little-giant", BEFORE, "share", {"market.domestic_share": "9.99"}, False),
    ("little-giant", BEFORE, "share", {"market.domestic_share": "10.01"}, True),
    ("little-giant", BEFORE, "share", {"market.high_reputation": {"met": False}}, False),
    ("little-giant", BEFORE, "brand", {"brands": []}, False),
    ("little-giant", BEFORE, "rd", both(300, 300, 10000), True),
    ("little-giant", BEFORE, "rd", both("299.99", 300, 10000), False),
    ("little-giant", BEFORE, "rd", both(300, "299.99", 10000), False),
    ("little-giant", BEFORE, "rd", both("599.99", 600, "9999.99"), False),
    ("little-giant", BEFORE, "rd", both(600, 600, "9999.99"), True),
    ("little-giant", BEFORE, "rd", both(300, 300, 5000), True),
    ("little-giant", BEFORE, "rd", both("299.99", 300, 5000), False),
    ("little-giant", BEFORE, "institution", {"institutions": []}, False),
    ("little-giant", BEFORE, "ip", {"intellectual_property": [right()] * 2}, True),
    ("little-giant", BEFORE, "ip", {"intellectual_property": [right()]}, False),
    ("little-giant", BEFORE, "ip",
     {"intellectual_property": [right(), right(earning=False)]}, False),
    ("little-giant", BEFORE, "ip",
     {"intellectual_property": [right(), right(in_use=False)]}, False),
    ("little-giant", BEFORE, "chain", {"chain.key_link": {"met": False}}, False),
    ("little-giant", BEFORE, "chain", {"chain.key_basics": {"met": False}}, False),
    ("little-giant", BEFORE, "chain", {"chain.gap_filling": {"met": False}}, False),
    # 专精特新 2026
    ("srdi", AFTER, "title", {}, True),
    ("srdi", AFTER, "title", {"titles": HELD}, True),
    ("srdi", AFTER, "title", NO_TITLE, False),
    ("srdi", AFTER, "years", {"segment_years": 3}, True),
    ("srdi", AFTER, "years", {"segment_years": "2.9"}, False),
    ("srdi", AFTER, "revenue", last(1500), True),
    ("srdi", AFTER, "revenue", last("1499.99"), False),
    ("srdi", AFTER, "revenue", last("1500.01"), True),
    ("srdi", AFTER, "revenue", last(100) | money(2000), True),
    ("srdi", AFTER, "revenue", last(100) | money("1999.99"), False),
    ("srdi", AFTER, "main-share", share(80), True),
    ("srdi", AFTER, "main-share", share("79.99"), False),
    ("srdi", AFTER, "main-share", share("80.01"), True),
    ("srdi", AFTER, "debt", debt(80), True),
    ("srdi", AFTER, "debt", debt("80.01"), False),
    ("srdi", AFTER, "debt", debt("79.99"), True),
    ("srdi", AFTER, "rd", both(100, 100, 3000), True),
    ("srdi", AFTER, "rd", both("99.99", 100, 3000), False),
    ("srdi", AFTER, "rd", both(100, "99.99", 3000), False),
    ("srdi", AFTER, "rd", both(300, 300, 10000), True),
    ("srdi", AFTER, "rd", both(300, "299.99", 10000), False),
    ("srdi", AFTER, "ip", {"intellectual_property": [right()]}, True),
    ("srdi", AFTER, "ip", {"intellectual_property": []}, False),
    ("srdi", AFTER, "share", {"market.relatively_high": {"met": False}}, False),
    ("srdi", AFTER, "platform-score", {"platform_scores.2026": 50}, True),
    ("srdi", AFTER, "platform-score", {"platform_scores.2026": "49.99"}, False),
    # "小巨人" 2026
    ("little-giant", AFTER, "title", NO_TITLE, False),
    ("little-giant", AFTER, "years", {"segment_years": 3}, True),
    ("little-giant", AFTER, "years", {"segment_years": "2.9"}, False),
    ("little-giant", AFTER, "revenue", last(5000), True),
    ("little-giant", AFTER, "revenue", last("4999.99") | money(90000), False),
    ("little-giant", AFTER, "revenue", last("5000.01"), True),
    ("little-giant", AFTER, "main-share", share(90), True),
    ("little-giant", AFTER, "main-share", share("89.99"), False),
    ("little-giant", AFTER, "main-share", share("90.01"), True),
    ("little-giant", AFTER, "growth", revenues(8000, 8820), True),
    ("little-giant", AFTER, "growth", revenues(8000, "8819.99"), False),
    ("little-giant", AFTER, "growth", revenues(8000, "8820.01"), True),
    ("little-giant", AFTER, "debt", debt(75), True),
    ("little-giant", AFTER, "debt", debt("75.01"), False),
    ("little-giant", AFTER, "debt", debt("74.99"), True),
    ("little-giant", AFTER, "rd", both(600, 600), True),
    ("little-giant", AFTER, "rd", both("599.99", 600), False),
    ("little-giant", AFTER, "rd", both(900, 300), True),
    ("little-giant", AFTER, "rd", both(1000, "299.99"), False),
    ("little-giant", AFTER, "ip", {"intellectual_property": [right()] * 4}, True),
    ("little-giant", AFTER, "ip", {"intellectual_property": [right()] * 3}, False),
    ("little-giant", AFTER, "share", {"market.domestic_share": 10}, True),
    ("little-giant", AFTER, "share", {"market.domestic_share": "9.99"}, False),
    ("little-giant", AFTER, "share",
     {"market.domestic_share": 1, "market.international_share": 10}, True),
    ("little-giant", AFTER, "share",
     {"market.domestic_share": 1, "market.domestic_rank": 3}, True),
    ("little-giant", AFTER, "share",
     {"market.domestic_share": 1, "market.domestic_rank": 4}, False),
    ("little-giant", AFTER, "share", {"market.high_reputation": {"met": False}}, False),
    ("little-giant", AFTER, "product", {"chain.upgrading": {"met": False}}, True),
    ("little-giant", AFTER, "product", {"chain.key_link": {"met": False}}, False),
    ("little-giant", AFTER, "product", {"chain.resilience": {"met": False}}, False),
    ("little-giant", AFTER, "platform-score", {"platform_scores.2026": 60}, True),
    ("little-giant", AFTER, "platform-score", {"platform_scores.2026": "59.99"}, False),
    # 科技型
    ("tech", AFTER, "employees", last(employees=500), True),
    ("tech", AFTER, "employees", last(employees=501), False),
    ("tech", AFTER, "revenue", last(20000), True),
    ("tech", AFTER, "revenue", last("20000.01"), False),
    ("tech", AFTER, "assets", last(total_assets=20000), True),
    ("tech", AFTER, "assets", last(total_assets="20000.01"), False),
    # 单项冠军
    ("champion", AFTER, "years", {"segment_years": 10}, True),
    ("champion", AFTER, "years", {"segment_years": "9.9"}, False),
    ("champion", AFTER, "years", {"segment_years": 5, "new_product": True}, True),
    ("champion", AFTER, "years", {"segment_years": "4.9", "new_product": True}, False),
    ("champion", AFTER, "share", {"market.global_rank": 3}, True),
    ("champion", AFTER, "share", {"market.global_rank": 4}, False),
    ("champion", AFTER, "process", {"operation.advanced_process": {"met": False}}, False),
    ("champion", AFTER, "energy", {"operation.energy_advanced": {"met": False}}, False),
    ("champion", AFTER, "innovation", {"operation.strong_innovation": {"met": False}}, False),
    ("champion", AFTER, "results", {"operation.leading_results": {"met": False}}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "day", "condition", "changes", "expected"),
    ROWS,
    ids=[f"{at}-{row[0]}-{row[1].month}-{row[2]}" for at, row in enumerate(ROWS)],
)
def test_condition(tier, day, condition, changes, expected):
    """A condition holds at its threshold and not on the wrong side of it."""
    assert expected is met(judged(changes, tier, on=day), condition)


@pytest.mark.parametrize(("mean", "expected"), [("40000", True), ("39999.99", False)])
def test_champion_revenue_is_the_mean_of_three_years(mean, expected):
    """Mean main-business revenue of three years: 4 亿, whatever titles are held."""
    value = Decimal(mean)
    figures = {
        y: year(90000, main_revenue=value + offset, main_product_revenue=0)
        for y, offset in ((2025, 5000), (2024, 0), (2023, -5000))
    }
    assert expected is met(judged({"years": figures}, "champion"), "revenue")


@pytest.mark.parametrize(
    ("financing", "rd", "staff", "expected"),
    [
        (8000, 1500, 100, True),
        ("7999.99", 1500, 100, False),
        (8000, "1499.99", 100, False),
        (8000, 1500, 99, False),
    ],
)
def test_low_revenue_way_of_the_2022_little_giant(financing, rd, staff, expected):
    """Under 5,000 万: financing 8,000, R&D of both years 3,000, half of the staff in R&D."""
    figures = {
        2025: year(4000, rd_expense=rd, employees=200, rd_staff=staff),
        2024: year(4000, rd_expense=1500),
        2023: year(3000),
    }
    found = judged({"years": figures} | money(financing), "little-giant")
    assert expected is met(found, "rd")


def gate_cases() -> list[Any]:
    """Return every gate with a change that closes it."""
    serious = [{"kind": "environment", "on": "2025-05-01", "serious": True}]
    return [
        ("legal-person", {"legal_person": False}),
        ("sme", last(50000, employees=1200)),
        ("abnormal", {"conduct.abnormal_list": True}),
        ("dishonesty", {"conduct.dishonesty_list": True}),
        ("restricted", {"conduct.makes_restricted": True, "conduct.makes_prohibited": True}),
        ("incidents", {"conduct.incidents": serious}),
    ]


@pytest.mark.parametrize(("gate", "changes"), gate_cases())
@pytest.mark.parametrize(
    ("tier", "day"),
    [(t, d) for t in ("innovative", "srdi", "little-giant") for d in (BEFORE, AFTER)],
)
def test_a_closed_gate_fails_every_tier(gate, changes, tier, day):
    """Each gate alone turns the good firm's pass into a fail."""
    found = judged(changes, tier, on=day)
    assert (met(found, gate), found.decision) == (False, "fail")


@pytest.mark.parametrize(
    ("changes"),
    [
        {"group.tied_to_little_giant": True},
        {"group.similar_in_group": True},
        {"titles": [{"kind": "champion", "granted": "2025-01-01", "valid_until": "2027-12-31"}]},
    ],
)
def test_firms_that_are_not_recommended(changes):
    """Champions, and firms tied to a little giant, are not recommended (2022 rules)."""
    assert False is met(judged(changes, "little-giant"), "recommended")


@pytest.mark.parametrize(("scheme", "expected"), [("foundation", True), ("mp10", True),
                                                  ("cyber", True), ("sei2018", False)])  # fmt: skip
def test_little_giant_product_schemes(scheme, expected):
    """品: 六基, the ten sectors or 网络强国; the strategic industries do not count."""
    from classifier.evaluator.domain import SchemeFinding

    domain = {**NOWHERE, scheme: SchemeFinding("X1", sure=True)}
    assert expected is met(judged({}, "little-giant", domain=domain), "product")
