"""The life cycle of a title: dates as the documents give them, each with its source."""

from datetime import date

import pytest

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES
from classifier.evaluator.lifecycle import (
    calendar_of,
    load_life_cycle,
    months_after,
    shipped_life_cycle,
)
from classifier.evaluator.profile import Profile

CHAIN = ("innovative", "srdi", "little-giant")
GOOD = (
    "kind: step, tiers: [srdi], text: 申请, document: 甲〔2026〕1号, clause: 一, "
    "confidence: confirmed, from: 2026-04-01"
)


def holder(kind, granted, **more):
    """Return a firm that holds one title."""
    return Profile.model_validate({"titles": [{"kind": kind, "granted": granted, **more}]})


def days(profile, kind, on, **more):
    """Return the days of one kind of event."""
    return [e.day for e in calendar_of(profile, on=on, **more) if e.kind == kind]


def entry(tier, kind, on, province=None):
    """Return the single provision of a kind."""
    (found,) = [
        e
        for e in shipped_life_cycle().of(tier, on, province)
        if e.kind == kind and bool(e.province) == bool(province)
    ]
    return found


@pytest.mark.parametrize("tier", CHAIN)
def test_the_yearly_update_moved_from_30_april_to_31_may_in_2026(tier):
    """63号文 until 2026-03-31, 2号文 after."""
    profile = holder(tier, "2024-06-01")
    found = days(profile, "update", date(2025, 1, 1))
    assert found == [date(2025, 4, 30), date(2026, 5, 31), date(2027, 5, 31)]


def test_the_deadline_of_the_year_is_that_of_the_rules_in_force_on_the_deadline():
    """Nobody has to update by 30 April 2026: by then the new rules are in force."""
    profile = holder("srdi", "2024-06-01", valid_until="2026-12-31")
    assert days(profile, "update", date(2026, 1, 1)) == [date(2026, 5, 31)]


@pytest.mark.parametrize("tier", [*CHAIN, "champion"])
@pytest.mark.parametrize("granted", [date(2024, 6, 1), date(2026, 6, 1)])
def test_a_title_is_valid_for_three_years(tier, granted):
    """By both rule sets, and for the champion."""
    found = days(holder(tier, granted), "validity", granted)
    assert found == [date(granted.year + 3, 6, 1)]


def test_a_registered_tech_firm_is_valid_for_one_year_and_renews_by_the_end_of_march():
    """115号文."""
    profile = holder("tech", "2025-06-01")
    assert days(profile, "validity", date(2025, 7, 1)) == [date(2026, 6, 1)]
    assert days(profile, "update", date(2025, 7, 1)) == [date(2026, 3, 31)]


def test_the_validity_that_a_firm_states_goes_before_the_computed_one():
    """What stands on the certificate."""
    profile = holder("srdi", "2024-06-01", valid_until="2027-05-31")
    assert days(profile, "validity", date(2026, 1, 1)) == [date(2027, 5, 31)]


def test_a_title_that_has_run_out_has_no_dates():
    """Neither updates nor renewal."""
    profile = holder("srdi", "2020-06-01")
    assert days(profile, "update", date(2026, 1, 1)) == []
    assert days(profile, "validity", date(2026, 1, 1)) == []


@pytest.mark.parametrize("tier", [*CHAIN, "champion"])
def test_a_major_change_is_reported_within_three_months(tier):
    """更名, merger and the like."""
    found = days(
        holder(tier, "2024-06-01"),
        "report",
        date(2026, 1, 10),
        changes={date(2025, 11, 30): "更名"},
    )
    assert found == [date(2026, 2, 28)]


@pytest.mark.parametrize("on", [date(2026, 3, 31), date(2026, 4, 1)])
@pytest.mark.parametrize("tier", CHAIN)
def test_cancellation_bars_for_three_years(tier, on):
    """By both rule sets."""
    assert entry(tier, "ban", on).years == 3
    assert entry(tier, "ban", on).source.confidence == "confirmed"


def test_the_grounds_of_cancellation_are_those_of_the_day():
    """63号文 names accident, dishonesty, tax evasion and fraud; of 2号文 fraud is known."""
    before = entry("srdi", "cancel", date(2026, 3, 31)).text
    assert all(word in before for word in ("重大安全", "严重失信", "偷漏税", "数据造假"))
    assert "弄虚作假" in entry("srdi", "cancel", date(2026, 4, 1)).text


def test_two_missed_updates_cancel_a_title_in_zhejiang_only():
    """浙经信企业〔2026〕108号, a single source."""
    on = date(2026, 5, 1)
    found = entry("srdi", "note", on, "浙江省")
    assert "两次" in found.text
    assert found.source.confidence == "single-source"
    assert all(not e.province for e in shipped_life_cycle().of("srdi", on, "江苏省"))


@pytest.mark.parametrize(
    ("tier", "actors"),
    [
        ("innovative", ["企业", "省级中小企业主管部门"]),
        ("srdi", ["创新型中小企业", "省级中小企业主管部门"]),
        ("little-giant", ["专精特新中小企业", "省级中小企业主管部门", "工业和信息化部"]),
    ],
)
def test_who_acts_at_each_tier(tier, actors):
    """63号文: self-evaluation, provincial review, and the ministry for the little giant."""
    steps = [e for e in shipped_life_cycle().of(tier, date(2025, 6, 1)) if e.kind == "step"]
    assert [e.who for e in steps] == actors


def test_the_little_giant_round_of_2026_ran_from_25_april_to_25_may():
    """117号: online, then provincial recommendation to 30 June; shown to those below too."""
    profile = holder("srdi", "2024-06-01")
    assert days(profile, "round", date(2026, 4, 1)) == [date(2026, 5, 25), date(2026, 6, 30)]
    assert days(profile, "round", date(2026, 7, 1)) == []


def test_a_provincial_round_is_shown_to_its_province():
    """Guangdong's 创新型 round of July 2026."""
    assert days(Profile(province="广东省"), "round", date(2026, 6, 1)) == [date(2026, 7, 31)]
    assert days(Profile(province="江苏省"), "round", date(2026, 6, 1)) == []


def test_every_provision_has_a_document_and_a_confidence():
    """Nothing is stated without its source."""
    for found in shipped_life_cycle().entries:
        assert found.source.document
        assert found.source.clause
        assert found.source.confidence in CONFIDENCES


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_last_day_there_is(day, months, later):
    """No date that does not exist."""
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (GOOD.replace("step", "fee"), "found 'fee', allowed: step"),
        (GOOD.replace("step", "validity"), "[years]: found None"),
        (GOOD.replace("step", "update") + ", month: 2, day: 30", "there is no day 2-30"),
        (GOOD.replace("step", "round"), "a round needs an end"),
        (GOOD.replace("srdi", "giant"), "found 'giant', allowed: innovative"),
        (GOOD.replace("document: 甲〔2026〕1号, ", ""), "[document]"),
        (GOOD.replace("confirmed", "sure"), "allowed: confirmed"),
        (GOOD.replace(", from: 2026-04-01", ""), "since when does it apply"),
        (GOOD.replace("2026-04-01", "spring"), "expected a date"),
        (GOOD + ", fee: 1", "unknown key"),
    ],
)
def test_a_broken_life_cycle_is_refused(tmp_path, line, words):
    """With file, line and field."""
    path = tmp_path / "lifecycle.yaml"
    path.write_text(f"entries:\n  - {{{line}}}\n", encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_life_cycle(path)
    assert words in str(caught.value)
    assert "lifecycle.yaml" in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    """By name."""
    with pytest.raises(RuleError, match=r"none\.yaml"):
        load_life_cycle(tmp_path / "none.yaml")


def test_certificates_of_the_old_rules_stay_valid():
    """Issued before 2026-04-01: valid to their end, then the rules of 2026."""
    notes = [e.text for e in shipped_life_cycle().of("srdi", date(2026, 5, 1)) if e.kind == "note"]
    assert any("到期前继续有效，到期按2号文复核" in text for text in notes)


def test_a_round_shows_its_dates():
    """The window of 2026 with its first and last day."""
    (online,) = (
        e for e in shipped_life_cycle().of("little-giant", date(2026, 5, 1)) if "网上填报" in e.text
    )
    assert online.window == "2026-04-25至2026-05-25"
