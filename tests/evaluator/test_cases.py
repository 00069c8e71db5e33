"""The cases that other evaluators get wrong (section I of the rule notes)."""

from __future__ import annotations

from datetime import date

import pytest

from classifier.errors import SelectionError
from classifier.evaluator.engine import evaluate_ladder
from classifier.evaluator.loading import shipped
from classifier.evaluator.selection import select

from .firms import AFTER, BEFORE, NOWHERE, SURE, firm, judged, met, points, right, year
from .test_conditions import both, last


@pytest.mark.parametrize(
    ("figures", "indicator", "expected"),
    [
        ({"rd_expense": 300}, "rd-ratio", 15),
        ({"total_liabilities": 5500}, "debt", 10),
        ({"main_revenue": 7000, "main_product_revenue": 6000}, "main-share", 20),
    ],
)
def test_edge_takes_the_higher_band(figures, indicator, expected):
    """3.00 %, 55.00 % and 70.00 % score in the better band."""
    assert expected == points(judged(last(**figures), "innovative"), indicator)


def test_rd_scores_by_the_better_of_amount_and_ratio():
    """450 万 at 3.5 % gives 8 points by amount."""
    changes = {"years": {2025: year("12857.14", rd_expense=450), 2024: year(10000)}}
    assert points(judged(changes), "rd") == 8


def test_sixty_points_with_a_weak_group_fail():
    """创新能力 below 20 fails though the total is above 60."""
    changes = last(11500, rd_expense=300) | {"intellectual_property": []}
    found = judged(changes, "innovative")
    assert found.score is not None
    assert found.score.low >= 60
    assert found.decision == "fail"


def test_direct_pass_does_not_lift_the_base_conditions():
    """直通 with R&D of 90 万 fails the 2022 专精特新."""
    changes = last(2000, rd_expense=90) | {
        "awards": [{"kind": "science", "level": "national", "rank": 1, "year": 2025}]
    }
    found = judged(changes)
    assert (met(found, "award"), met(found, "rd"), found.decision) == (True, False, "fail")


@pytest.mark.parametrize(
    ("revenue", "rd", "expected"),
    [(10000, 300, True), ("9999.99", 300, False), (5000, 300, True), ("4999.99", 300, False)],
)
def test_revenue_bands_of_the_innovation_condition(revenue, rd, expected):
    """Exactly 1 亿 asks for 3 %, exactly 5,000 万 for 6 %."""
    assert expected is met(judged(both(rd, rd, revenue), "little-giant"), "rd")


def test_revenue_of_exactly_1500():
    """1,500 万 meets the 2026 专精特新."""
    assert met(judged(both(100, 100, 1500), "srdi", on=AFTER), "revenue") is True


def test_main_product_of_exactly_half_is_none():
    """50 % is not "more than 50 %"."""
    found = judged(last(main_product_revenue=5000), "innovative")
    assert points(found, "ip") == (0, 20)
    assert points(found, "main-field") == (5, 10)


@pytest.mark.parametrize(("transferred", "expected"), [("2025-04-30", 0), ("2025-02-28", 10)])
def test_transferred_patent_in_2022(transferred, expected):
    """Transferred 11 months ago: not counted; 13 months ago: Ⅰ类."""
    item = right(acquired="transferred", transferred_on=transferred)
    assert expected == points(judged({"intellectual_property": [item]}, "innovative"), "ip")


@pytest.mark.parametrize("transferred", ["2025-04-30", "2025-02-28", "2010-01-01"])
def test_transferred_patent_in_2026(transferred):
    """Transfers never count."""
    item = right(acquired="transferred", transferred_on=transferred)
    found = judged({"intellectual_property": [item]}, "srdi", on=AFTER)
    assert met(found, "ip") is False


def test_debt_of_72_percent():
    """Fails the 2022 little giant, passes the 2026 one."""
    changes = {"total_liabilities.2025": 8640}
    found = {day: judged(changes, "little-giant", on=day) for day in (BEFORE, AFTER)}
    assert [met(found[day], "debt") for day in (BEFORE, AFTER)] == [False, True]
    assert [found[day].decision for day in (BEFORE, AFTER)] == ["fail", "pass"]


def test_same_firm_on_two_days():
    """The rule set changes on 2026-04-01."""
    sets = [judged({}, "srdi", on=day).rule_set for day in (BEFORE, AFTER)]
    assert sets == ["miit-2022-63", "miit-2026-2"]


def test_platform_score_missing_is_pending():
    """Without the platform's score the decision is open, and says so."""
    found = judged({"platform_scores": {}}, "srdi", on=AFTER)
    assert (found.decision, found.settle) == ("unknown", ("platform_scores.2026",))


def test_platform_score_missing_cannot_save_a_failing_firm():
    """A missing score does not keep open what another condition has decided."""
    found = judged({"platform_scores": {}, "segment_years": 1}, "srdi", on=AFTER)
    assert (found.decision, found.settle) == ("fail", ())


def test_large_staff_with_small_revenue_is_an_sme():
    """1,500 staff and 3 亿: an SME, as only one of the two floors is reached."""
    changes = {"years": {2025: year(30000, employees=1500), 2024: year(28000), 2023: year(25000)}}
    assert met(judged(changes), "sme") is True


def test_first_tier_takes_either_title():
    """From 2026-04-01, 科技型 or 创新型 is enough, by title and by standard."""
    only_tech = {"titles": [{"kind": "tech", "granted": "2025-05-01", "valid_until": "2026-12-31"}]}
    assert met(judged(only_tech, "srdi", on=AFTER), "title") is True
    big = {"years": {y: year(30000, employees=900) for y in (2023, 2024, 2025)}}
    found = judged(big, "innovative", on=AFTER, domain=SURE)
    routes = {s.id: s.truth for s in found.trace.walk() if s.kind == "route"}
    assert routes == {"innovative": True, "tech": False}
    assert found.decision == "pass"


def test_guangdong_pass_mark_is_70():
    """Guangdong asks for 70 points since 2024; the reading of 60 can be chosen."""
    changes = last(
        10000, rd_expense=300, main_revenue=8000, main_product_revenue=6000, rd_staff=0
    ) | {"province": "广东省", "operation.digital_level": 1}
    strict = judged(changes, domain=NOWHERE)
    loose = judged(changes, domain=NOWHERE, readings={"guangdong-pass-mark": "60"})
    formulas = [found.trace.find("score", "srdi").formula for found in (strict, loose)]
    assert formulas == ["总分≥70分", "总分≥60分"]


@pytest.mark.parametrize(
    ("tier", "application", "day", "expected"),
    [
        ("innovative", "new", BEFORE, "miit-2022-63"),
        ("innovative", "renewal", BEFORE, "miit-2022-63"),
        ("innovative", "new", AFTER, "miit-2026-2"),
        ("innovative", "renewal", AFTER, "miit-2026-2"),
        ("tech", "new", BEFORE, "tech-2017-115"),
        ("tech", "renewal", AFTER, "tech-2017-115"),
        ("champion", "new", date(2022, 12, 31), "champion-before-2023"),
        ("champion", "renewal", date(2023, 1, 1), "champion-2023-138"),
        ("srdi", "new", BEFORE, "miit-2022-63"),
        ("srdi", "renewal", BEFORE, "miit-2022-63"),
        ("srdi", "new", AFTER, "miit-2026-2"),
        ("srdi", "renewal", AFTER, "miit-2026-2"),
        ("little-giant", "new", BEFORE, "miit-2022-63"),
        ("little-giant", "new", AFTER, "miit-2026-2"),
        ("little-giant", "renewal", BEFORE, "miit-2022-63"),
        ("little-giant", "renewal", AFTER, "miit-2022-63"),
        ("little-giant", "renewal", date(2026, 12, 31), "miit-2022-63"),
        ("little-giant", "renewal", date(2027, 1, 1), "miit-2026-2"),
        ("champion", "new", BEFORE, "champion-2023-138"),
        ("champion", "new", AFTER, "champion-2023-138"),
    ],
)
def test_rule_set_by_tier_application_and_date(tier, application, day, expected):
    """Which rule set applies follows from tier, kind of application and date."""
    assert expected == select(shipped(), tier, application, day)[0].id


def test_no_rule_set_before_the_first():
    """Before 2022-08-01 nothing applies, and the message says what does when."""
    with pytest.raises(SelectionError, match="2022-07-31没有适用于srdi（新申报）的规则集"):
        select(shipped(), "srdi", "new", date(2022, 7, 31))


def test_named_rules_override_the_date():
    """``rules`` wins over the date, and the record says who chose."""
    found = judged({}, "srdi", on=AFTER, rules="miit-2022-63")
    assert (found.rule_set, found.chosen_by) == ("miit-2022-63", "--rules")


@pytest.mark.parametrize(("rules", "message"), [
    ("miit-1999", "没有规则集“miit-1999”；有：champion-2023-138、champion-before-2023"),
    ("champion-2023-138", "没有层级 srdi；它有：champion；有这一层级的规则集：miit-2022-63"),
])  # fmt: skip
def test_wrong_rules_are_refused(rules, message):
    """A rule set that does not exist or does not know the tier is refused."""
    with pytest.raises(SelectionError, match=message):
        judged({}, "srdi", rules=rules)


def test_missing_title_is_a_process_finding_in_2022_and_a_condition_in_2026():
    """The tier below: a remark under 63号文, condition 1 under 2号文."""
    before, after = (judged({"titles": []}, "srdi", on=day) for day in (BEFORE, AFTER))
    assert before.decision == "pass"
    assert [note.text for note in before.notes if note.kind == "process"] == [
        "新申报须已是创新型中小企业，复核须持有专精特新称号（不满足）"
    ]
    assert (after.decision, met(after, "title")) == ("fail", False)


def test_ladder_evaluates_four_tiers():
    """The whole ladder, from the first tier up."""
    found = evaluate_ladder(firm(), on=AFTER, domain=SURE, restricted=())
    decisions = {tier: evaluation.decision for tier, evaluation in found.items()}
    expected = {"innovative": "pass", "srdi": "pass", "little-giant": "pass", "champion": "fail"}
    assert expected == decisions


@pytest.mark.parametrize(
    ("tier", "day", "kind", "step_id", "expected"),
    [
        ("tech", AFTER, "condition", "employees", "国科发政〔2017〕115号 基本条件"),
        ("srdi", BEFORE, "indicator", "debt", "工信部企业〔2022〕63号 附件2 指标8"),
        ("srdi", AFTER, "condition", "debt", "工信部企业〔2026〕2号 附件1 条件2"),
        ("little-giant", date(2025, 6, 1), "condition", "revenue-2025",
         "工信厅企业函〔2025〕190号 申报要求"),
        ("innovative", AFTER, "indicator", "ip", "工信部企业〔2022〕63号 附件1 指标1"),
    ],
)  # fmt: skip
def test_each_value_names_its_own_document(tier, day, kind, step_id, expected):
    """A clause is cited with the document that holds it, not with the one around it."""
    step = judged({}, tier, on=day).trace.find(kind, step_id)
    assert step is not None
    assert expected == step.clause


def test_confidence_is_carried_into_the_trace():
    """What only one source says shows as such, what is from memory as unconfirmed."""
    found = judged({"province": "山东省"})
    seen = {step.id: step.confidence for step in found.trace.walk()}
    assert (
        seen["debt"],
        seen["sd-industry"],
        seen["net_margin"],
    ) == ("confirmed", "single-source", "unconfirmed")
    assert any(note.text.startswith("未经证实：净利润率") for note in found.notes)
    assert any("average-growth=arithmetic" in note.text for note in found.notes)
