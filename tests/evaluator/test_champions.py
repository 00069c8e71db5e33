"""制造业单项冠军: the national standard with its bonus items, that before 2023, the provinces'."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from tests.evaluator.firms import AFTER, YES, judged, met, right, year

BIG = {
    "segment_years": 12,
    "years": {y: year(50000, employees=900) for y in (2022, 2023, 2024, 2025)},
    "market.global_rank": 3,
    "titles": [],
}


def decided(rules, **changes):
    """Return the decision by a rule set for the big firm with facts changed."""
    return judged(deepcopy(BIG) | changes, "champion", on=AFTER, rules=rules).decision


def test_bonus_items_are_shown_and_decide_nothing():
    """Platform, chain, bottleneck, sharing: a firm without them passes all the same."""
    found = judged(BIG, "champion", on=AFTER)
    bonus = found.trace.find("remark", "bonus")
    assert [(s.id, s.truth) for s in bonus.children] == [
        ("platform", False),
        ("chain", True),
        ("bottleneck", None),
        ("sharing", None),
    ]
    assert (found.decision, found.settle) == ("pass", ())


def test_bonus_items_settle_nothing():
    """A missing bonus fact is never asked for to settle a decision."""
    found = judged(BIG | {"market.global_rank": None}, "champion", on=AFTER)
    assert (found.decision, found.settle) == ("unknown", ("market.global_rank",))


def test_the_product_is_named_by_its_catalogue_code():
    """《统计用产品分类目录》 with 8 or 10 digits: a remark of the national standard."""
    found = judged(BIG | {"product_code": "34890101"}, "champion", on=AFTER)
    steps = {s.id: s.truth for s in found.trace.find("remark", "findings").children}
    assert steps == {"priority": False, "product-code": True}


def test_the_revenue_floor_is_a_reading_without_the_lower_figure():
    """4 亿 for all; 2 亿 is not applied, 小巨人 is a priority only."""
    low = {y: year(30000, employees=900) for y in (2022, 2023, 2024, 2025)}
    found = judged(BIG | {"years": low}, "champion", on=AFTER)
    assert met(found, "revenue") is False
    assert "champion-revenue=40000" in found.trace.find("condition", "revenue").readings


BEFORE_2023 = [
    ({"segment_years": 10}, "pass"),
    ({"segment_years": "9.9"}, "fail"),
    ({"segment_years": 3, "new_product": True}, "pass"),
    ({"segment_years": "2.9", "new_product": True}, "fail"),
    ({"market.global_rank": 4}, "fail"),
]
GUANGDONG = [
    ({"segment_years": 5}, "pass"),
    ({"segment_years": "4.9"}, "fail"),
    ({"segment_years": 3, "new_product": True}, "pass"),
    ({"market.global_rank": 5, "market.domestic_rank": 4}, "pass"),
    ({"market.global_rank": 6, "market.domestic_rank": 3}, "pass"),
    ({"market.global_rank": 6, "market.domestic_rank": 4}, "fail"),
    ({"rd_expense.2025": 1500}, "pass"),
    ({"rd_expense.2025": 1499}, "fail"),
    ({"intellectual_property": [right(), right()]}, "pass"),
    ({"intellectual_property": [right(), right(kind="ic-layout")]}, "fail"),
    ({"years": {y: year(39999, employees=900) for y in (2023, 2024, 2025)}}, "fail"),
    ({"years": {y: year(10000) for y in (2023, 2024, 2025)}, "titles": [
        {"kind": "little-giant", "granted": "2024-01-01", "valid_until": "2026-12-31"}]}, "pass"),
    ({"years": {y: year(9999) for y in (2023, 2024, 2025)}, "titles": [
        {"kind": "little-giant", "granted": "2024-01-01", "valid_until": "2026-12-31"}]}, "fail"),
]  # fmt: skip
SMALLER = {y: year(30000, employees=900) for y in (2023, 2024, 2025)}
ZHEJIANG = [
    ({"segment_years": 6}, "pass"),
    ({"segment_years": 5}, "unknown"),
    ({"segment_years": 5, "local": {"mountain-island": True}}, "pass"),
    ({"segment_years": 5, "local": {"mountain-island": False}}, "fail"),
    ({"segment_years": 3, "new_product": True}, "pass"),
    ({"segment_years": 2, "new_product": True, "local": {"mountain-island": True}}, "pass"),
    ({"market.global_rank": 5, "market.domestic_rank": 9}, "pass"),
    ({"market.global_rank": 6, "market.domestic_rank": 4}, "fail"),
    ({"years": SMALLER | {2023: year(40000, employees=900)}}, "pass"),
    ({"years": SMALLER}, "unknown"),
    ({"years": SMALLER, "local": {"revenue-exempt": True}}, "pass"),
    ({"years": SMALLER, "local": {"revenue-exempt": False}}, "fail"),
    ({"rd_expense.2025": 1499}, "fail"),
]
HIDDEN = [
    ({"segment_years": 10}, "pass"),
    ({"segment_years": 9}, "fail"),
    ({"years": {y: year(5000) for y in (2024, 2025)}}, "pass"),
    ({"years": {y: year(4999) for y in (2024, 2025)}}, "fail"),
    ({"years": {y: year(200000) for y in (2024, 2025)}}, "pass"),
    ({"years": {y: year(200001) for y in (2024, 2025)}}, "fail"),
    ({"total_liabilities.2025": 37500}, "pass"),
    ({"total_liabilities.2025": 37501}, "fail"),
    ({"rd_expense.2024": 2000}, "pass"),
    ({"rd_expense.2024": 1999}, "fail"),
    ({"intellectual_property": [right() for _ in range(4)]}, "pass"),
    ({"intellectual_property": [right() for _ in range(3)]}, "fail"),
    ({"market.global_rank": 10, "market.domestic_rank": 9}, "pass"),
    ({"market.global_rank": 11, "market.domestic_rank": 4}, "fail"),
]


@pytest.mark.parametrize(
    ("rules", "changes", "expected"),
    [
        (rules, *case)
        for rules, cases in (
            ("champion-before-2023", BEFORE_2023),
            ("champion-guangdong-2024", GUANGDONG),
            ("champion-zhejiang-2025", ZHEJIANG),
            ("hidden-champion-zhejiang-2026", HIDDEN),
        )
        for case in cases
    ],
)
def test_standards_that_are_known_in_part(rules, changes, expected):
    """Each edge of what one source says."""
    assert expected == decided(rules, **changes)


def test_before_2023_four_hundred_million_is_an_unconfirmed_remark():
    """4 亿 makes a 示范企业; below it, only a 产品 can be applied for."""
    low = {y: year(39999, employees=900) for y in (2023, 2024, 2025)}
    found = judged(BIG | {"years": low}, "champion", on=AFTER, rules="champion-before-2023")
    (scale,) = found.trace.find("remark", "findings").children
    assert (found.decision, scale.truth, scale.confidence) == ("pass", False, "unconfirmed")
    by_date = judged({}, "champion", on=date(2022, 12, 31))
    assert by_date.rule_set == "champion-before-2023"


def test_claims_of_the_champion_are_kept_apart_from_the_chain():
    """攻克卡脖子 and 融通 are facts of their own."""
    claims = {"chain.bottleneck": YES, "chain.shares_with_smes": {"met": False}}
    found = judged(BIG | claims, "champion", on=AFTER)
    steps = {s.id: s.truth for s in found.trace.find("remark", "bonus").children}
    assert (steps["bottleneck"], steps["sharing"]) == (True, False)
