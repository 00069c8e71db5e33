"""The gap: what is missing, how far it is, and what it would bring."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from classifier.evaluator.gaps import Gap, find_gaps, next_tier
from classifier.evaluator.profile_files import change_profile
from classifier.evaluator.question import put
from classifier.evaluator.record import Inputs

from .firms import AFTER, BEFORE, SURE, firm, judged, points, right, year
from .test_conditions import both, last
from .test_direct import WEAK


def gaps(changes: dict[str, Any], tier: Any, day: Any = BEFORE, **more: Any) -> tuple[Gap, ...]:
    """Return the gaps of the changed firm."""
    return find_gaps(put(Inputs(firm(changes), SURE, ()), tier, day, **more))


def test_a_firm_that_passes_has_no_gap():
    """Nothing is missing where everything is met."""
    for tier in ("innovative", "srdi", "little-giant"):
        for day in (BEFORE, AFTER):
            assert gaps({}, tier, day) == ()


@pytest.mark.parametrize(
    ("tier", "day", "changes", "fact", "distance", "text"),
    [
        ("srdi", BEFORE, last(10000, rd_expense=262), "rd_expense.2025", "38",
         "2025年研发费用还差38万元（现为262，需达到300）"),
        ("little-giant", AFTER, last(4900), "revenue.2025", "100",
         "2025年营业收入还差100万元（现为4900，需达到5000）"),
        ("little-giant", AFTER, last(10000, total_liabilities=8000), "total_liabilities.2025",
         "500", "2025年负债总额需减少500万元（现为8000，需降到7500）"),
        ("little-giant", AFTER, last(10000, main_revenue=8500), "main_revenue.2025", "500",
         "2025年主营业务收入还差500万元（现为8500，需达到9000）"),
        ("little-giant", AFTER, both(500, 600), "rd_expense.2025", "100",
         "2025年研发费用还差100万元（现为500，需达到600）"),
        ("little-giant", AFTER, {"years": {2025: year(8800), 2024: year(8000), 2023: year(8000)}},
         "revenue.2025", "20", "2025年营业收入还差20万元（现为8800，需达到8820）"),
        ("srdi", AFTER, {"segment_years": 1}, "segment_years", "2",
         "从事细分市场年限还差2年（现为1，需达到3）"),
        ("srdi", AFTER, {"platform_scores.2026": 42}, "platform_score", "8",
         "专精特新发展评价得分还差8分（现为42，需达到50）"),
        ("little-giant", AFTER, {"intellectual_property": [right()]}, "ip", "3",
         "与主导产品相关的知识产权（Ⅰ类、已应用并产生效益）还差3项（现为1，需达到4）"),
        ("champion", AFTER, {"segment_years": 12, "market.global_rank": 5}, "market.global_rank",
         "2", "全球排名还差2名（现为第5，须进入前3）"),
    ],
)  # fmt: skip
def test_required_gap(tier, day, changes, fact, distance, text):
    """Each unmet condition is told in the fact that would have to change."""
    found = {gap.fact: gap for gap in gaps(changes, tier, day) if gap.kind == "required"}
    assert (Decimal(distance), text) == (found[fact].distance, found[fact].text)


def test_closing_a_gap_meets_the_condition():
    """The distance is enough: setting the fact to what is needed passes."""
    before = last(10000, rd_expense=262)
    assert judged(before).decision == "fail"
    after = change_profile(firm(before), {"rd_expense.2025": "300"})
    assert after.years[2025].rd_expense == 300
    assert judged(before | {"rd_expense.2025": 300}).decision == "pass"


def test_points_stand_in_falling_order_after_what_is_required():
    """What is required first, then by points gained."""
    found = gaps(WEAK, "srdi")
    kinds = [gap.kind for gap in found]
    assert kinds == sorted(kinds)
    gained = [gap.gained for gap in found if gap.kind == "score"]
    assert gained
    assert gained == sorted(gained, reverse=True)


def test_points_gained_are_those_of_the_band():
    """Next and best band, each with its points and its distance."""
    found = [gap for gap in gaps(WEAK, "srdi") if gap.id == "rd"]
    told = {(gap.gained, gap.text) for gap in found}
    assert (2, "2025年研发费用还差100万元（现为300，需达到400）") in told
    assert (4, "2025年研发费用还差200万元（现为300，需达到500）") in told
    assert points(judged(WEAK), "rd") == 6


@pytest.mark.parametrize(("fact", "value", "gained"), [
    ("rd_expense.2025", 400, 2), ("rd_expense.2025", 500, 4), ("net_profit.2025", 200, 2),
    ("total_liabilities.2025", 7000, 1), ("rd_staff.2025", 40, 5),
])  # fmt: skip
def test_closing_a_score_gap_brings_its_points(fact, value, gained):
    """The indicator gains what the gap says."""
    told = {(g.fact, g.gained) for g in gaps(WEAK, "srdi") if g.kind == "score"}
    assert (fact, gained) in told
    changed = {**WEAK, "years": {k: dict(v) for k, v in WEAK["years"].items()}}
    changed["years"][2025][fact.partition(".")[0]] = value
    before, after = judged(WEAK).score, judged(changed).score
    assert before is not None
    assert after is not None
    assert gained <= after.low - before.low


def test_unknown_facts_are_gaps_too():
    """What is not known is named, not counted as zero."""
    found = gaps({"rd_expense.2025": None}, "srdi", AFTER)
    assert list(dict.fromkeys((gap.state, gap.text) for gap in found)) == [
        ("unknown", "缺少事实：2025年研发费用")
    ]


def test_a_choice_is_told_as_a_choice():
    """Revenue or financing: either is enough."""
    found = [gap for gap in gaps(last(1000), "srdi", AFTER) if gap.id == "revenue"]
    assert [(gap.fact, gap.either) for gap in found] == [
        ("revenue.2025", "满足其一"),
        ("financing", "满足其一"),
    ]


def test_first_tier_lists_both_ways_in():
    """From 2026-04-01 the first tier has two ways; both are told."""
    found = gaps(WEAK | {"science_staff.2025": 0}, "innovative", AFTER)
    assert {"staff", "ip"} <= {gap.id for gap in found}


def test_next_tier():
    """The ladder goes up to the champion."""
    assert [
        next_tier(tier) for tier in ("innovative", "srdi", "little-giant", "champion", "tech")
    ] == ["srdi", "little-giant", "champion", None, "srdi"]


def test_gaps_round_trip_through_json():
    """A gap read back from JSON is the same."""
    for gap in gaps(WEAK, "srdi"):
        assert gap == Gap.from_json(json.loads(json.dumps(gap.to_json())))


def test_missing_province_is_named():
    """Without a province's file, its fifteen points stand among the gaps."""
    assert "缺少省级特色化指标文件" in {gap.text for gap in gaps(WEAK, "srdi")}


@pytest.mark.parametrize(
    ("readings", "text"),
    [
        # (x − 1000) / 1000 + 0 % must give 2 × 5 %.
        ({}, "2025年主营业务收入还差100万元（现为1000，需达到1100）"),
        # 1000 × 1.05² = 1102.5
        (
            {"average-growth": "geometric"},
            "2025年主营业务收入还差102.5万元（现为1000，需达到1102.5）",
        ),
    ],
)  # fmt: skip
def test_growth_gap_follows_the_reading(readings, text):
    """The distance to 5 % of two-year growth, by the arithmetic and the geometric mean."""
    flat = {y: year(1400, main_revenue=1000, main_product_revenue=1000) for y in (2025, 2024, 2023)}
    question = put(Inputs(firm({"years": flat}), SURE, (), readings), "little-giant", BEFORE)
    found = [gap.text for gap in find_gaps(question) if gap.id == "growth"]
    assert [text] == found


def test_growth_gap_of_the_first_tier():
    """Last year's growth from 0 to the next band and to the best."""
    flat = {y: year(1400, main_revenue=1000, main_product_revenue=1000) for y in (2025, 2024, 2023)}
    weak = WEAK | {"years": {y: f | {"rd_expense": 0} for y, f in flat.items()}}
    found = [gap.text for gap in gaps(weak, "innovative") if gap.id == "main-growth"]
    assert found == [
        "2025年主营业务收入还差150万元（现为1000，需达到1150）",
        "2025年主营业务收入还差50万元（现为1000，需达到1050）",
    ]


def test_a_gap_is_rounded_to_the_side_that_meets_the_threshold():
    """3 % of 9,999.99 is 299.9997, so 300 is needed; persons are whole."""
    found = gaps(last("9999.99", rd_expense=200), "srdi", AFTER)
    assert "2025年研发费用还差100万元（现为200，需达到300）" in {gap.text for gap in found}
    staff = gaps(WEAK | {"employees.2025": 111}, "srdi")
    assert {Decimal(6), Decimal(23)} == {g.distance for g in staff if g.id == "rd-staff"}


def test_unproved_main_product_is_a_gap():
    """Where there is no main product, the gap is to verify it."""
    found = gaps(last(main_product_revenue=4000), "little-giant")
    told = [gap.text for gap in found if gap.id == "share"]
    assert told == ["待核实：2025年主导产品收入"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"conduct.incidents": [{"kind": "tax", "on": "2025-01-01"}]},
         "缺少事实：事故和处罚第1项的“是否严重”"),
        ({"certificates": [{"kind": "quality-management"}]},
         "缺少事实：认证第1项的“有效期至”"),
        ({"market.domestic_share": None}, "缺少事实：国内市场占有率"),
    ],
)  # fmt: skip
def test_missing_facts_are_named_in_chinese(changes, text):
    """Fields of items are named by list, place and title."""
    assert text in {gap.text for gap in gaps(changes, "little-giant")}
