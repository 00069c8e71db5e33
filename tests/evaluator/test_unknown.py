"""Unknown is a value: ranges, what would settle a decision, and reasons by cases."""

from __future__ import annotations

from typing import Any

import pytest

from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.engine import evaluate
from classifier.evaluator.profile import Profile

from .firms import AFTER, BEFORE, NOWHERE, SURE, judged, met, points, right, year


def test_an_empty_profile_is_open_everywhere_and_names_what_is_missing():
    """Nothing known: no silent zero, every tier is open."""
    for tier in ("innovative", "srdi", "little-giant", "champion"):
        found = evaluate(Profile(), tier, on=BEFORE)
        assert found.decision == "unknown"
        assert "segment_years" in found.settle or tier == "innovative"


def test_an_empty_profile_may_score_anything():
    """5 is the least, as the main field of 创新型 has no zero band."""
    score = evaluate(Profile(), "innovative", on=BEFORE).score
    assert score is not None
    assert (score.low, score.high) == (5, 100)


@pytest.mark.parametrize(
    ("changes", "indicator", "expected"),
    [
        ({"rd_expense.2025": None}, "rd-ratio", (0, 20)),
        ({"main_revenue.2024": None, "main_product_revenue.2024": None}, "main-growth", (0, 20)),
        ({"intellectual_property": None}, "ip", (0, 20)),
        ({"intellectual_property": [right(award=None)]}, "ip", (15, 20)),
        ({"intellectual_property": [right(related=None)]}, "ip", (0, 15)),
        ({"total_assets.2025": None}, "debt", (0, 10)),
        ({"main_revenue.2025": None, "main_product_revenue.2025": 6500}, "main-share", (0, 20)),
    ],
)
def test_a_missing_fact_gives_a_range(changes, indicator, expected):
    """Only the bands that are possible stand in the range."""
    assert expected == points(judged(changes, "innovative"), indicator)


def test_staff_known_and_unknown():
    """R&D staff can never be more than all staff, so the share stays within 100 %."""
    assert points(judged({"rd_staff.2025": None}), "rd-staff") == (0, 5)


def test_a_failed_gate_leaves_nothing_open():
    """Once a gate is closed, no missing fact can change the decision."""
    changes: dict[str, Any] = {
        "legal_person": False, "intellectual_property": None, "awards": None, "titles": None,
    }  # fmt: skip
    found = judged(changes, "innovative")
    assert (found.decision, found.settle) == ("fail", ())


def test_a_direct_pass_leaves_nothing_open():
    """With a direct pass, an unknown score changes nothing."""
    held = [{"kind": "high-tech", "granted": "2024-01-01", "valid_until": "2026-12-31"}]
    found = judged({"titles": held, "rd_expense.2025": None}, "innovative", domain=None)
    assert (found.decision, found.settle) == ("pass", ())


def test_settling_facts_are_those_that_matter():
    """Only the facts that keep the decision open are listed."""
    changes = {"operation.governance": {"met": None}, "market.provincial_rank": None}
    assert judged(changes, "little-giant").settle == ("operation.governance",)


def blind(rd: Any) -> dict[str, Any]:
    """Return the firm with last year's revenue unknown, and small known parts of it."""
    hidden = {"revenue": None, "main_revenue": None, "main_product_revenue": None}
    return {
        "years": {
            2025: year(8000, rd_expense=rd) | hidden,
            2024: year(4600, rd_expense=1200),
            2023: year(4300),
        }
    }


@pytest.mark.parametrize(
    ("tier", "day", "rd", "expected"),
    [
        # 3 % of revenue and 5,000 万 of revenue cannot both hold with 149 万 of R&D.
        ("little-giant", AFTER, 149, "fail"),
        ("little-giant", AFTER, 151, "unknown"),
        # 63号文: 299 万 is under 3 % from 1 亿 up and under 6 % from 5,000 万 up, and below
        # that the firm lacks financing.
        ("little-giant", BEFORE, 299, "fail"),
        ("little-giant", BEFORE, 301, "unknown"),
    ],
)
def test_conditions_that_exclude_each_other_fail_whatever_revenue_is(tier, day, rd, expected):
    """An unknown revenue does not keep open what no revenue can meet."""
    found = judged(blind(rd), tier, on=day)
    assert expected == found.decision
    if expected == "fail":
        assert [note.text for note in found.notes if note.kind == "cases"] == [
            "无论2025年营业收入取何值，结论相同"
        ]
        assert found.settle == ()


@pytest.mark.parametrize(("rd", "tier", "day"), [
    (151, "little-giant", AFTER), (301, "little-giant", BEFORE),
])  # fmt: skip
def test_an_open_decision_can_go_both_ways(rd, tier, day):
    """For the open ones there is a revenue with which the firm passes, and one where not."""
    decisions = set()
    for revenue in (4000, 5000, "5017", "10001", 90000):
        changes = blind(rd)
        changes["years"][2025] = year(revenue, rd_expense=rd)
        decisions.add(judged(changes, tier, on=day).decision)
    assert {"pass", "fail"} == decisions


@pytest.mark.parametrize(
    ("stated", "found", "expected"),
    [
        (None, None, None),
        (None, (), True),
        (None, ("含汞电池",), None),
        (False, ("含汞电池",), True),
        (True, (), False),
    ],
)
def test_restricted_products(stated, found, expected):
    """A hit in the text is a question; what the firm states decides."""
    evaluation = judged({"conduct.makes_restricted": stated}, restricted=found)
    assert expected is met(evaluation, "restricted")
    asked = any("含汞电池" in note.text for note in evaluation.notes)
    assert asked is bool(found)


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        ({"kind": "safety", "on": "2023-01-01", "serious": True}, False),
        ({"kind": "safety", "on": "2022-12-31", "serious": True}, True),
        ({"kind": "tax", "on": "2025-01-01", "serious": False}, True),
        ({"kind": "product-quality", "on": "2025-01-01"}, None),
    ],
)
def test_incidents(incident, expected):
    """Serious ones within three years close the gate; minor ones are asked about."""
    assert expected is met(judged({"conduct.incidents": [incident]}), "incidents")


def test_a_zero_denominator_is_the_worst_band_not_an_error():
    """Without revenue there is no ratio: no points, no pass."""
    zero = {
        "revenue": 0,
        "main_revenue": 0,
        "main_product_revenue": 0,
    }
    found = judged({"years": {2025: year(0) | zero, 2024: year(1), 2023: year(1)}}, "innovative")
    assert (points(found, "rd-ratio"), points(found, "main-share")) == (0, 0)
    assert found.decision == "fail"


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (SchemeFinding("2.1.4", sure=True), 10),
        (SchemeFinding(None, sure=True), 5),
        (SchemeFinding("2.1.4", sure=False, candidates=("2.1.4", None)), (5, 10)),
        (SchemeFinding("2.1.4", sure=False, candidates=("2.1.4", "3.1.1")), 10),
        (SchemeFinding(None, sure=False), (5, 10)),
    ],
)
def test_unsure_findings_in_an_evaluation(finding, expected):
    """An unsure finding gives a range and a review request, unless all candidates agree."""
    found = judged({}, "innovative", domain={**SURE, "sei2018": finding})
    assert expected == points(found, "main-field")
    assert any(note.kind == "review" for note in found.notes) is isinstance(expected, tuple)


def test_no_domain_at_all_is_unknown():
    """Without a finding, 品 is open and asks for the domain."""
    found = judged({}, "little-giant", domain=None)
    assert set(found.settle) == {"domain.foundation", "domain.mp10", "domain.cyber"}
    assert judged({}, "little-giant", domain=NOWHERE).decision == "fail"


@pytest.mark.parametrize("mark", ["overseas_family", "large_pledge", "award"])
def test_the_unknown_mark_of_high_value_is_named(mark):
    """The fact that would settle the class is the one that is unknown."""
    found = judged({"intellectual_property": [right(**{mark: None})]}, "innovative")
    step = found.trace.find("indicator", "ip")
    assert step is not None
    assert step.unknown_facts() == (f"intellectual_property[0].{mark}",)
