"""Gap, comparison, peers, indicator, life cycle, calendar, incentives, and the workbook."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from classifier.cli.folding import fold_text
from classifier.evaluator.domain import membership
from classifier.evaluator.workbook import write_workbook
from classifier.findings import scheme_finding
from classifier.home import default_model_dir
from tests.evaluator.firms import firm

from .firms import run, sure, told, unsure, widest, width, written

BEFORE, AFTER = ("--on", "2026-03-31"), ("--on", "2026-04-01")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Return a firm's file; the classifier answers surely."""
    told(monkeypatch)
    return written(tmp_path / "firm.json")


def test_a_gap_is_told_in_the_fact_that_would_have_to_change(capsys, tmp_path, monkeypatch):
    """研发费用还差38万元: 462 of 500, where the firm has too few points."""
    told(monkeypatch, foundation=sure(None))
    changes = {
        "rd_expense.2025": "462",
        "intellectual_property": [],
        "institutions": [],
        "segment_years": 3,
        "certificates": [],
        "chain": {"gap_filling": {"met": False}, "serves_leader": {"met": False}},
        "net_profit.2025": "0",
        "total_liabilities.2025": "9000",
    }
    path = written(tmp_path / "f.json", changes)
    code, out, _ = run(capsys, "gap", path, "--tier", "srdi", *BEFORE)
    assert code == 0
    assert widest(out) <= 80
    assert "2025年研发费用还差38万元" in out.replace("\n     ", "")
    gains = [int(n) for n in re.findall(r"（\+(\d+)分）", out.split("小巨人")[0])]
    assert gains == sorted(gains, reverse=True)


def test_the_gap_covers_the_next_tier_too(capsys, path):
    """专精特新 and then 小巨人; above the champion there is none."""
    _, out, _ = run(capsys, "gap", path, "--tier", "srdi", *AFTER, "--json")
    assert list(json.loads(out)) == ["srdi", "little-giant"]
    _, out, _ = run(capsys, "gap", path, "--tier", "champion", *AFTER, "--json")
    found = json.loads(out)
    assert list(found) == ["champion"]
    years = next(g for g in found["champion"]["gaps"] if g["id"] == "years")
    assert years["distance"] == "2"  # eight of ten years


def test_a_gap_moves_with_what_if(capsys, path):
    """--set closes it."""
    args = ("gap", path, "--tier", "champion", *AFTER, "--json", "--set", "segment_years=10")
    _, out, _ = run(capsys, *args)
    assert all(g["id"] != "years" for g in json.loads(out)["champion"]["gaps"])


def test_a_rule_set_named_for_a_tier_need_not_know_the_next_one(capsys, path):
    """The next tier then follows the date."""
    args = ("gap", path, "--tier", "little-giant", "--rules", "miit-2026-2", *AFTER, "--json")
    _, out, _ = run(capsys, *args)
    assert json.loads(out)["champion"]["rule_set"] == "champion-2023-138"


def test_two_rule_sets_stand_side_by_side(capsys, tmp_path, monkeypatch):
    """A debt ratio of 72 %: fails 63号文, passes 2号文."""
    told(monkeypatch)
    path = written(tmp_path / "f.json", {"total_liabilities.2025": "8640"})
    args = ("compare-rules", path, "--tier", "little-giant")
    code, out, _ = run(capsys, *args, *AFTER)
    assert code == 0
    assert widest(out) <= 80
    assert re.search(r"miit-2022-63 +miit-2026-2", out)
    assert re.search(r"^不符合 +符合$", out, re.MULTILINE)
    assert re.search(r"✗ 资产负债率不高于70% +✓ 资产负债率不高于75%", out)
    _, out, _ = run(capsys, *args, *AFTER, "--json")
    assert [r["decision"] for r in json.loads(out).values()] == ["fail", "pass"]


@pytest.mark.parametrize("tier", ["innovative", "srdi", "little-giant"])
def test_a_comparison_fits_80_columns(capsys, path, tier):
    """Whatever the tier; the ways into 创新型 by 2号文 each with their own rows."""
    code, out, _ = run(capsys, "compare-rules", path, "--tier", tier, *AFTER)
    assert code == 0
    assert widest(out) <= 80
    assert ("科技型中小企业（115号文）" in out) is (tier == "innovative")


def test_one_rule_set_cannot_be_compared(capsys, path):
    """The standard of 科技型 stands alone; the champion's has one before it."""
    code, _, err = run(capsys, "compare-rules", path, "--tier", "tech", *AFTER)
    assert code == 2
    assert "tech-2017-115" in err
    code, out, _ = run(capsys, "compare-rules", path, "--tier", "champion", *AFTER)
    assert code == 0
    assert re.search(r"champion-before-2023 +champion-2023-138", out)


def test_peers_are_marked_as_unconfirmed(capsys, path):
    """The figures are those of the slides."""
    code, out, _ = run(capsys, "peers", path, *AFTER)
    assert code == 0
    assert widest(out) <= 80
    assert "未经证实" in out
    assert re.search(r"研发费用占营业收入比重 +8% +7% +达到", out)
    assert re.search(r"有效专利数量 +5项 +超过50项 +未达到", out)
    _, out, _ = run(capsys, "peers", path, *AFTER, "--json")
    assert json.loads(out)["confidence"] == "unconfirmed"


@pytest.mark.parametrize(
    ("tier", "rules", "domains", "points"),
    [
        ("innovative", "miit-2022-63", {}, [10, 10]),
        ("innovative", "miit-2022-63", {"sei2018": sure(None)}, [5, 5]),
        ("srdi", "miit-2022-63", {}, [3, 5]),
        ("srdi", "miit-2022-63", {"foundation": sure(None)}, [0, 5]),
        (
            "innovative",
            "miit-2022-63",
            {"sei2018": unsure(("6.2.1", 0.5), (None, 0.48))},
            [5, 10],
        ),
    ],
)
def test_the_domain_indicator_of_a_text(capsys, monkeypatch, tier, rules, domains, points):
    """创新型 10 or 5; 专精特新 3 for 六基, up to 5 with a claim that no text proves."""
    told(monkeypatch, **domains)
    args = ("indicator", "风电主轴轴承", "--tier", tier, "--rules", rules, *BEFORE)
    code, out, _ = run(capsys, *args, "--json")
    assert code == 0
    assert json.loads(out)["points"] == points
    assert run(capsys, *args)[0] == 0


@pytest.mark.parametrize(
    ("domains", "verdict"),
    [
        ({"foundation": sure(None)}, "met"),  # one of the ten sectors is enough
        ({"foundation": sure(None), "mp10": sure(None), "cyber": sure("C3")}, "met"),
        ({"foundation": sure(None), "mp10": sure(None)}, "unmet"),
    ],
)
def test_the_product_condition_of_the_little_giant(capsys, monkeypatch, domains, verdict):
    """63号文 品: 六基, ten sectors or 网络强国."""
    told(monkeypatch, **domains)
    args = ("indicator", "轴承", "--tier", "little-giant", *BEFORE, "--json")
    assert json.loads(run(capsys, *args)[1])["verdict"] == verdict


def test_claims_that_no_text_can_prove_are_named(capsys, monkeypatch):
    """补短板, and in 2026 the key link and resilience."""
    told(monkeypatch)
    _, out, _ = run(capsys, "indicator", "轴承", "--tier", "srdi", *BEFORE)
    assert "补短板锻长板填空白" in out
    assert "F1 核心基础零部件" in out
    _, out, _ = run(capsys, "indicator", "轴承", "--tier", "little-giant", *AFTER)
    assert "关键环节" in out
    assert "待定" in out
    assert widest(out) <= 80


def test_an_unsure_finding_asks_for_review(capsys, monkeypatch):
    """Where it moves the points."""
    told(monkeypatch, sei2018=unsure(("6.2.1", 0.5), (None, 0.48)))
    _, out, _ = run(capsys, "indicator", "轴承", "--tier", "innovative", *BEFORE)
    assert "提请复核" in out
    assert "5～10分" in out


@pytest.mark.skipif(not default_model_dir().is_dir(), reason="no model in this checkout")
def test_the_shipped_model_scores_a_wind_bearing(capsys):
    """核心基础零部件: three points at least."""
    args = ("indicator", "风电主轴轴承的研发、生产和销售", "--tier", "srdi", *BEFORE, "--json")
    assert json.loads(run(capsys, *args)[1])["points"] == [3, 5]


@pytest.mark.parametrize(
    ("labels", "candidates", "truth"),
    [
        ([("F1", 0.6), ("F2", 0.36), (None, 0.03)], ("F1", "F2"), True),
        ([("F1", 0.6), (None, 0.36), ("F2", 0.03)], ("F1", None), None),
        ([("F1", 0.5), ("F2", 0.3)], ("F1", "F2", None), None),  # the rest may be none
        ([(None, 0.6), ("F1", 0.3), ("F2", 0.1)], (None, "F1", "F2"), None),
    ],
)
def test_an_unsure_finding_keeps_every_notation_that_may_be_true(labels, candidates, truth):
    """The likeliest that hold 95 %; what the list leaves out may be none of the scheme."""
    found = scheme_finding(unsure(*labels))
    assert not found.sure
    assert found.candidates == candidates
    assert membership(found) is truth


def test_a_sure_finding_stands_alone():
    """Also a sure "none"."""
    assert membership(scheme_finding(sure("F1"))) is True
    assert membership(scheme_finding(sure(None))) is False


@pytest.mark.parametrize("tier", ["innovative", "tech", "srdi", "little-giant", "champion"])
@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_the_life_cycle_is_listed_with_sources(capsys, tier, on):
    """In 80 columns, each line with its document."""
    code, out, _ = run(capsys, "lifecycle", "--tier", tier, *on)
    assert code == 0
    assert widest(out) <= 80
    assert "有效期" in out
    _, out, _ = run(capsys, "lifecycle", "--tier", tier, *on, "--json")
    assert all(row["clause"] and row["confidence"] for row in json.loads(out))


def test_the_calendar_is_a_list_and_a_file(capsys, path, tmp_path):
    """Update by 31 May 2026 and expiry; the same in the .ics file."""
    ics = tmp_path / "firm.ics"
    change = ("--change", "2026-03-20=更名")
    code, out, _ = run(capsys, "calendar", path, *AFTER, *change, "--ics", ics)
    assert code == 0
    assert widest(out) <= 80
    assert "2026-05-31  专精特新中小企业年度信息更新截止" in out
    assert "2027-05-31  专精特新中小企业称号到期" in out
    assert "2026-06-20  专精特新中小企业重大变化报告截止" in out
    text = ics.read_bytes().decode()
    assert text.count("BEGIN:VEVENT") == len(re.findall(r"^\d{4}-", out, re.MULTILINE))
    assert "DTSTART;VALUE=DATE:20260531" in text


def test_a_change_without_a_date_is_refused(capsys, path):
    """Exit code 2."""
    code, _, err = run(capsys, "calendar", path, *AFTER, "--change", "昨天=更名")
    assert code == 2
    assert "昨天" in err


def test_incentives_say_plainly_that_no_regional_table_is_known(capsys):
    """And invent none."""
    args = ("incentives", "--region", "昆山市", "--tier", "little-giant", *AFTER)
    code, out, _ = run(capsys, *args)
    assert code == 0
    assert widest(out) <= 80
    assert "没有昆山市、苏州市、江苏省的奖励表" in out.replace("\n", "")
    assert re.findall(r"(\d+)万元", out.split("─" * 80)[1]) == ["600", "2000"]
    assert "财建〔2024〕148号" in out


def test_a_table_of_ones_own_is_added(capsys, tmp_path):
    """--file, by the way that the data file describes."""
    own = tmp_path / "own.yaml"
    own.write_text(
        "incentives:\n  - {id: k, region: 昆山市, tier: srdi, title: 示例, amount: 20, "
        "combine: stacking, group: '', document: 示例〔2026〕1号, clause: 一, "
        "confidence: single-source, from: 2026-01-01}\n",
        encoding="utf-8",
    )
    args = ("incentives", "--region", "昆山市", "--tier", "srdi", *AFTER, "--file", own)
    _, out, _ = run(capsys, *args)
    assert "可得合计 20 万元" in out
    assert "没有昆山市" not in out


def test_the_template_is_written_and_never_over_an_older_file(capsys, tmp_path):
    """Unless it is forced."""
    out = tmp_path / "t.xlsx"
    assert run(capsys, "profile", "template", out)[0] == 0
    code, _, err = run(capsys, "profile", "template", out)
    assert code == 2
    assert "--force" in err
    assert run(capsys, "profile", "template", out, "--force")[0] == 0
    assert run(capsys, "profile", "template", tmp_path / "t.csv")[0] == 2


def test_a_check_lists_good_firms_and_bad_cells(capsys, tmp_path, path):
    """0 for a good file, 3 for a workbook with bad rows, 2 for a file that is refused."""
    book = tmp_path / "f.xlsx"
    write_workbook(book, {"甲": firm(), "乙": firm()})
    code, out, _ = run(capsys, "profile", "check", book)
    assert code == 0
    assert "甲  示例精密零部件有限公司  年度 2022、2023、2024、2025  知识产权5" in out
    assert run(capsys, "profile", "check", path)[0] == 0
    loaded = load_workbook(book)
    loaded["年度数据"]["C2"] = "一亿"
    loaded.save(book)
    code, out, err = run(capsys, "profile", "check", book)
    assert code == 3
    assert "年度数据!C列“营业收入”" in err
    assert "退回 1 家（甲）" in out
    bad = tmp_path / "bad.yaml"
    bad.write_text("years: {2025: {revenue: 一亿}}\n", encoding="utf-8")
    assert run(capsys, "profile", "check", bad)[0] == 2


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("研发费用还差38万元（现为462，≥3%）〔一〕 ab-c"), max_size=200))
def test_folding_loses_nothing_and_keeps_the_width(text):
    """Only spaces at a break may go."""
    lines = fold_text(text, 30, "  ")
    assert all(width(line) <= 30 + 2 for line in lines)  # a closing bracket may hang over
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_number_is_never_torn():
    """338, not 3 and 38."""
    for columns in range(10, 40):
        lines = fold_text("现为462，需达到800，还差338万元", columns)
        assert all(any(n in line for line in lines) for n in ("462", "800", "338"))


def test_a_code_longer_than_a_line_is_torn_after_all():
    """Rather than run over the edge."""
    assert fold_text("a" * 25, 10, "  ") == ["  " + "a" * 8, "  " + "a" * 8, "  " + "a" * 8, "  a"]


def test_commands_on_one_firm_read_a_workbook_that_holds_one(capsys, tmp_path, monkeypatch):
    """Several firms, or a bad one, are refused with the way out."""
    told(monkeypatch)
    book = tmp_path / "f.xlsx"
    write_workbook(book, {"1": firm()})
    assert run(capsys, "gap", book, "--tier", "srdi", *AFTER)[0] == 0
    write_workbook(book, {"1": firm(), "2": firm()})
    code, _, err = run(capsys, "gap", book, "--tier", "srdi", *AFTER)
    assert code == 2
    assert "有2家企业" in err
    write_workbook(book, {"1": firm()})
    loaded = load_workbook(book)
    loaded["年度数据"]["C2"] = "一亿"
    loaded.save(book)
    code, _, err = run(capsys, "peers", book, *AFTER)
    assert code == 2
    assert "年度数据!C列" in err


def test_a_firm_of_which_nothing_is_known_gets_a_report_too(capsys, tmp_path):
    """Everything is unknown, nothing fails, and every command answers."""
    path = tmp_path / "e.json"
    path.write_text("{}", encoding="utf-8")
    for command in (
        ("evaluate", path, "--all-tiers"),
        ("gap", path, "--tier", "little-giant"),
        ("compare-rules", path, "--tier", "srdi"),
        ("peers", path),
        ("calendar", path),
    ):
        code, out, _ = run(capsys, *command, *AFTER)
        assert code == 0
        assert widest(out) <= 80
        assert "结论  不符合" not in out
    assert "没有填已获称号" in out


def test_the_calendar_and_the_incentives_are_there_as_json(capsys, path):
    """With clause and confidence."""
    events = json.loads(run(capsys, "calendar", path, *AFTER, "--json")[1])
    assert {"day", "kind", "title", "text", "clause", "confidence"} == set(events[0])
    args = ("incentives", "--region", "全国", "--tier", "little-giant", *AFTER, "--json")
    found = json.loads(run(capsys, *args)[1])
    assert [e["document"] for e in found["entries"]] == ["财建〔2024〕148号"]
    assert "没有收入任何地区的奖励表" in found["note"]
    none = run(capsys, "incentives", "--region", "全国", "--tier", "srdi", *AFTER)[1]
    assert "没有查到这一层级的奖励" in none


def test_two_changes_on_one_day_are_one_report(capsys, path):
    """更名 and 合并."""
    change = ("--change", "2026-03-20=更名", "--change", "2026-03-20=合并")
    _, out, _ = run(capsys, "calendar", path, *AFTER, *change)
    assert "更名、合并（2026-03-20）" in out.replace("\n" + " " * 12, "")
