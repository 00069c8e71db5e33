"""What holds on which day, and where: overlays of single years, gates, cities of their own."""

from __future__ import annotations

from datetime import date

import pytest

from classifier.evaluator.loading import shipped
from classifier.evaluator.selection import select
from tests.evaluator.firms import AFTER, BEFORE, judged, met

CLUB_2020 = {"awards": [{"kind": "maker-china", "level": "national", "rank": 50, "year": 2020}]}
CLUB_2021 = {"awards": [{"kind": "maker-china", "level": "national", "rank": 50, "year": 2021}]}


@pytest.mark.parametrize(("awards", "expected"), [(CLUB_2020, False), (CLUB_2021, True)])
@pytest.mark.parametrize("tier", ["srdi", "little-giant"])
def test_lists_of_maker_china_count_from_2021(tier, awards, expected):
    """创客中国: the lists formally published from 2021 on, also where 2020 is recent."""
    found = judged(awards, tier, on=date(2023, 6, 1))
    step = next(s for s in found.trace.walk() if s.id == "maker-china")
    assert expected is step.truth


@pytest.mark.parametrize(
    ("restricted", "prohibited", "before", "after"),
    [
        (False, None, True, True),
        (True, False, False, True),
        (True, True, False, False),
        (True, None, False, None),
        (None, False, None, True),
    ],
)
def test_63_bars_restricted_products_and_2_only_prohibited_ones(
    restricted, prohibited, before, after
):
    """63号文: prohibited, restricted, eliminated; 2号文: prohibited."""
    said = {"conduct.makes_restricted": restricted, "conduct.makes_prohibited": prohibited}
    found = [met(judged(said, "srdi", on=day), "restricted") for day in (BEFORE, AFTER)]
    assert found == [before, after]


def test_a_prohibited_product_settles_what_is_open():
    """Where only the class is unknown, the class is what is asked for."""
    found = judged({"conduct.makes_restricted": True}, "srdi", on=AFTER)
    assert (found.decision, found.settle) == ("unknown", ("conduct.makes_prohibited",))


@pytest.mark.parametrize("kind", ["tax", "dishonesty", "fraud"])
@pytest.mark.parametrize("tier", ["innovative", "srdi", "little-giant"])
def test_serious_tax_evasion_dishonesty_or_fraud_is_not_law_abiding(tier, kind):
    """2号文 asks for a law-abiding firm; it names fraud's ban of three years elsewhere."""
    incidents = [{"kind": kind, "on": "2025-05-01", "serious": True}]
    found = judged({"conduct.incidents": incidents}, tier, on=AFTER)
    assert (met(found, "law-abiding"), found.decision) == (False, "fail")


@pytest.mark.parametrize(
    ("day", "clause"),
    [
        (date(2024, 6, 1), "63号文附件3"),
        (AFTER, "工信厅企业函〔2026〕117号"),
        (date(2027, 1, 1), "口径15：2026年以后的复核"),
    ],
)
def test_a_renewal_names_what_chose_its_rules(day, clause):
    """The notice of 2026 is not cited for a renewal of 2024."""
    assert clause == select(shipped(), "little-giant", "renewal", day)[1].source.clause


def test_tech_is_judged_by_its_own_document():
    """115号文 stands alone: no gate of the 2026 measures on a day in 2024."""
    found = judged({}, "tech", on=date(2024, 6, 1))
    documents = {s.clause.partition(" ")[0] for s in found.trace.walk() if s.clause}
    assert documents == {"国科发政〔2017〕115号"}


@pytest.mark.parametrize(
    ("province", "city", "expected"),
    [
        ("广东省", "广州市", "province-guangdong"),
        ("广东省", "深圳市", ""),
        ("广东省", None, "province-guangdong"),
        ("山东省", "青岛", ""),
        ("福建省", "厦门市", ""),
    ],
)
def test_cities_of_separate_planning_are_not_judged_by_the_province(province, city, expected):
    """计划单列市 count as provinces: Shenzhen has no part in Guangdong's points and pass mark."""
    changes = {"province": province} | ({} if city is None else {"city": city})
    assert expected == judged(changes).inputs.province


@pytest.mark.parametrize(
    ("industry", "fusion", "expected"),
    [
        ("3489", None, True),
        ("C34", None, True),
        ("1310", None, True),
        ("4390", None, True),
        ("4411", False, False),
        ("6513", True, True),
        ("I6513", None, None),
        (None, False, None),
    ],
)
def test_fujian_takes_manufacturing_and_its_fusion_with_it(industry, fusion, expected):
    """Fujian limits 专精特新 to manufacturing and firms that fuse it with IT."""
    local = {} if fusion is None else {"fusion": fusion}
    changes = {"province": "福建省", "industry": industry, "local": local}
    assert expected is met(judged(changes), "fj-industry")


def test_local_points_that_no_source_gives_stay_a_range():
    """Fujian's own points were not found: 0 to 15, and the record says why it is open."""
    few = {"province": "福建省", "operation.digital_level": 1, "chain.gap_filling": {"met": False},
           "chain.serves_leader": {"met": False}, "certificates": [], "brands": [],
           "intellectual_property": [], "institutions": []}  # fmt: skip
    found = judged(few)
    assert (found.decision, found.settle) == ("unknown", ("rule-source",))


def test_jiangsu_asks_for_its_library_in_2022_only():
    """千企升级: the round of 2022."""
    changes = {"province": "江苏省"}
    assert met(judged(changes, on=date(2022, 9, 1)), "js-library") is None
    assert judged(changes).inputs.province == ""


def test_revenue_below_50_million_was_not_accepted_in_2025():
    """The notice of 2025 stands in the trace with its document and its dates."""
    step = judged({}, "little-giant", on=date(2025, 7, 1)).trace.find("condition", "revenue-2025")
    assert step.clause == "工信厅企业函〔2025〕190号 申报要求"
    assert step.in_force == "2025-01-01起至2025-12-31"
    gate = judged({}, "little-giant", on=date(2025, 7, 1)).trace.find("gate", "recommended")
    assert "〔2025〕190号" in gate.clause
