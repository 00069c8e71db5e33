"""One firm evaluated on the command line: report, what-if, record, page."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from classifier.evaluator.loading import RULES
from classifier.evaluator.record import Evaluation
from classifier.home import taxonomy_dir
from classifier.schemes.restricted import load_restricted

from .firms import run, sure, told, unsure, widest, written

BEFORE, AFTER = "2026-03-31", "2026-04-01"


@pytest.fixture(autouse=True)
def _told(monkeypatch):
    told(monkeypatch)


@pytest.fixture
def path(tmp_path):
    """Return the file of a firm that passes every tier but the champion's."""
    return written(tmp_path / "firm.json")


def decision(out):
    """Return the decision of the first report."""
    return re.search(r"^结论  (\S+)", out, re.MULTILINE).group(1)


@pytest.mark.parametrize("tier", ["innovative", "tech", "srdi", "little-giant", "champion"])
@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_a_report_fits_80_columns_and_names_its_rules(capsys, path, tier, on):
    """Every tier, before and after the change of rules."""
    code, out, _ = run(capsys, "evaluate", path, "--tier", tier, "--on", on)
    assert code == 0
    assert widest(out) <= 80
    assert "规则来源" in out
    assert decision(out) == ("不符合" if tier == "champion" else "符合")


def test_the_rule_set_follows_from_the_date(capsys, path):
    """The same firm on 2026-03-31 and on 2026-04-01."""
    _, before, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE)
    _, after, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", AFTER)
    assert "miit-2022-63" in before
    assert "得分" in before
    assert "miit-2026-2" in after
    assert "得分  " not in after


def test_a_debt_ratio_of_72_fails_the_little_giant_before_april_2026_and_passes_after(
    capsys, tmp_path
):
    """≤70 % by 63号文, ≤75 % by 2号文."""
    path = written(tmp_path / "f.json", {"total_liabilities.2025": "8640"})
    args = ("evaluate", path, "--tier", "little-giant", "--on")
    _, before, _ = run(capsys, *args, BEFORE)
    _, after, _ = run(capsys, *args, AFTER)
    assert (decision(before), decision(after)) == ("不符合", "符合")
    assert "✗ 资产负债率 72%（≤70%）" in before
    assert "✓ 资产负债率 72%（≤75%）" in after


def test_the_report_shows_bands_values_and_points(capsys, path):
    """An indicator with what was found, the band and its points."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE)
    assert "主营业务收入占比 95%：≥80%得5分" in out
    assert re.search(r"1 上年度主营业务收入总额占营业收入总额比重 +5/5", out)
    assert re.search(r"9 地方特色化指标（由省级设定） +0～15/15", out)


def test_what_is_not_seen_in_several_sources_is_marked(capsys, path):
    """A memory or an inference never looks like a quotation."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", AFTER)
    assert "〔单一来源〕" in out
    assert "请核对原文" in out


def test_a_missing_fact_leaves_the_decision_open_and_is_named(capsys, tmp_path):
    """The platform's score cannot be recomputed: pending, not failed."""
    path = written(tmp_path / "f.json", {"platform_scores": {}})
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", AFTER)
    assert decision(out) == "待定"
    assert "补齐下列事实即可定论\n  ·  2026年专精特新发展评价得分" in out


def test_an_unsure_domain_gives_a_range_and_a_review_request(capsys, path, monkeypatch):
    """创新型 indicator 5: 10 or 5 points."""
    told(monkeypatch, sei2018=unsure(("6.2.1", 0.6), (None, 0.38)))
    _, out, _ = run(capsys, "evaluate", path, "--tier", "innovative", "--on", BEFORE)
    assert re.search(r"5 主导产品所属领域 +5～10/10", out)
    assert "提请复核" in out
    assert "6.2.1、不属于" in out.replace("\n     ", "")


def test_a_sure_domain_gives_its_points(capsys, path, monkeypatch):
    """In the 2018 classification 10, elsewhere 5."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "innovative", "--on", BEFORE)
    assert re.search(r"5 主导产品所属领域 +10/10", out)
    told(monkeypatch, sei2018=sure(None))
    _, out, _ = run(capsys, "evaluate", path, "--tier", "innovative", "--on", BEFORE)
    assert re.search(r"5 主导产品所属领域 +5/10", out)


def test_a_restricted_product_in_the_text_is_a_question(capsys, tmp_path):
    """Named in the text, denied or not by the firm: unknown until it says."""
    entry = load_restricted(taxonomy_dir() / "restricted.yaml")[0]
    conduct = {"abnormal_list": False, "dishonesty_list": False, "incidents": []}
    path = written(tmp_path / "f.json", {"conduct": conduct})
    args = ("evaluate", path, "--tier", "srdi", "--on", BEFORE, "--text")
    _, clean, _ = run(capsys, *args, "风电主轴轴承")
    _, hit, _ = run(capsys, *args, f"{entry.terms[0]}的生产")
    assert decision(clean) == "符合"
    assert decision(hit) == "待定"
    assert "请核实是否生产" in hit


def test_without_a_model_the_domain_is_unknown(capsys, path, monkeypatch):
    """--no-model asks nothing of the classifier."""
    monkeypatch.setattr("classifier.domains.classifier.Classifier.load", None)
    args = ("--tier", "innovative", "--on", BEFORE, "--no-model")
    _, out, _ = run(capsys, "evaluate", path, *args)
    assert re.search(r"5 主导产品所属领域 +5～10/10", out)


def test_what_if_shows_before_and_after(capsys, tmp_path):
    """R&D of 462 万元 against 600: two points more."""
    path = written(tmp_path / "f.json", {"rd_expense.2025": "462"})
    args = ("--tier", "srdi", "--on", BEFORE, "--set", "rd_expense.2025=600")
    _, out, _ = run(capsys, "evaluate", path, *args)
    assert "假设：rd_expense.2025=600" in out
    low, high = re.search(r"专精特新中小企业：符合 (\d+)～\d+ → 符合 (\d+)", out).groups()
    assert int(high) == int(low) + 2


def test_all_tiers_give_the_whole_ladder(capsys, path):
    """Four reports, lowest first."""
    _, out, _ = run(capsys, "evaluate", path, "--all-tiers", "--on", AFTER)
    heads = re.findall(r"^示例精密零部件有限公司  (\S+)", out, re.MULTILINE)
    assert heads == [
        "科技和创新型中小企业",
        "专精特新中小企业",
        "专精特新“小巨人”企业",
        "制造业单项冠军企业",
    ]


def test_the_record_can_be_read_back(capsys, path):
    """JSON of one tier, and of the ladder."""
    args = ("evaluate", path, "--on", AFTER, "--json")
    _, out, _ = run(capsys, *args, "--tier", "srdi")
    record = json.loads(out)
    assert Evaluation.from_json(record).to_json() == record
    assert record["inputs"]["domain"]["foundation"]["notation"] == "F1"
    _, out, _ = run(capsys, *args, "--all-tiers")
    assert [r["tier"] for r in json.loads(out)] == [
        "innovative",
        "srdi",
        "little-giant",
        "champion",
    ]


def test_the_page_to_print_needs_nothing_else(capsys, tmp_path):
    """No script, no asset from anywhere, and no markup out of a firm's name."""
    path = written(tmp_path / "f.json", {"name": "<b>甲</b> & 乙"})
    page = tmp_path / "report.html"
    code, _, _ = run(capsys, "evaluate", path, "--all-tiers", "--on", AFTER, "--html", page)
    text = page.read_text("utf-8")
    assert code == 0
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import|https?:", text)
    assert "&lt;b&gt;甲&lt;/b&gt; &amp; 乙" in text
    assert "<b>甲" not in text
    for piece in ("结论：", "规则来源", "差距", "@page", 'lang="zh-CN"'):
        assert piece in text


class Balance(HTMLParser):
    """Keeps the tags that are open."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        """Open a tag, unless it is of the kind that never closes."""
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Close the tag that was opened last."""
        assert self.open.pop() == tag


def test_every_tag_of_the_page_is_closed(capsys, path, tmp_path):
    """So that every browser prints the same."""
    page = tmp_path / "report.html"
    run(capsys, "evaluate", path, "--all-tiers", "--on", BEFORE, "--html", page)
    balance = Balance()
    balance.feed(page.read_text("utf-8"))
    assert balance.open == []


def test_a_fallback_is_certain_only_where_nothing_above_it_is_in_doubt(capsys, path):
    """Shandong's own indicators, of which nothing is known."""
    args = ("--tier", "srdi", "--on", BEFORE, "--province", "山东")
    _, out, _ = run(capsys, "evaluate", path, *args)
    assert "否则 其他，0分" in out
    assert "✓ 其他，0分" not in out


def test_a_provinces_own_file_gives_its_indicators(capsys, tmp_path, path):
    """--province FILE, or the name of one that ships."""
    own = tmp_path / "own.yaml"
    shutil.copy(RULES / "province-shandong.yaml", own)
    text = own.read_text("utf-8").replace("id: province-shandong", "id: province-own")
    own.write_text(text, encoding="utf-8")
    args = ("evaluate", path, "--tier", "srdi", "--on", BEFORE, "--province")
    _, by_file, _ = run(capsys, *args, own)
    _, by_name, _ = run(capsys, *args, "山东")
    assert "province-own" in by_file
    assert "province-shandong" in by_name


def test_a_reading_can_be_chosen(capsys, path):
    """The geometric mean instead of the arithmetic one, shown in the report."""
    args = ("--tier", "srdi", "--on", BEFORE, "--reading", "average-growth=geometric")
    _, out, _ = run(capsys, "evaluate", path, *args)
    assert "average-growth=geometric" in out


def test_a_renewal_of_2026_runs_on_the_old_rules(capsys, path):
    """117号: renewals of 小巨人 in 2026 by 63号文."""
    args = ("--tier", "little-giant", "--on", AFTER, "--renewal")
    _, out, _ = run(capsys, "evaluate", path, *args)
    assert "miit-2022-63" in out
    assert "复核" in out.splitlines()[0]


def test_headings_are_there_in_english(capsys, path):
    """Rules keep their official wording."""
    args = ("--tier", "srdi", "--on", AFTER, "--lang", "en")
    _, out, _ = run(capsys, "evaluate", path, *args)
    assert "Decision  pass" in out
    assert "Sources" in out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["evaluate", "no.yaml", "--tier", "srdi"], "打不开"),
        (["evaluate", "no.xlsx", "--tier", "srdi"], "打不开"),
        (["evaluate", "{}"], "--all-tiers"),
        (
            ["evaluate", "{}", "--tier", "srdi", "--on", "2020-01-01"],
            "没有适用于srdi（新申报）的规则集",
        ),
        (["evaluate", "{}", "--tier", "srdi", "--rules", "miit-1999"], "没有规则集“miit-1999”"),
        (["evaluate", "{}", "--tier", "srdi", "--province", "no.yaml"], "没有这个文件"),
        (["evaluate", "{}", "--tier", "srdi", "--province", "云梦"], "没有“云梦”的省级特色化文件"),
        (["evaluate", "{}", "--tier", "srdi", "--reading", "x=y"], "没有口径“x”"),
        (["evaluate", "{}", "--tier", "srdi", "--set", "rd.2025=1"], "没有这一项"),
        (["evaluate", "{}", "--tier", "srdi", "--set", "rd_expense.2025=x"], "应为数"),
    ],
)
def test_what_cannot_be_done_says_why(capsys, path, args, message):
    """Exit code 2 and one plain message, no traceback."""
    code, out, err = run(capsys, *[a.replace("{}", str(path)) for a in args])
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("args", [["--on", "1月1日"], ["--set", "rd_expense"]])
def test_a_misspelt_option_is_refused_by_the_parser(capsys, path, args):
    """With what was found."""
    with pytest.raises(SystemExit) as caught:
        run(capsys, "evaluate", path, "--tier", "srdi", *args)
    assert caught.value.code == 2
    assert args[1] in capsys.readouterr().err


def test_other_commands_start_without_the_evaluator():
    """A cold start of ``classify`` imports neither pydantic nor openpyxl."""
    code = (
        "import sys, classifier.cli; classifier.cli.parser(); "
        "print([m for m in sys.modules if m.split('.')[0] in ('pydantic', 'openpyxl') "
        "or m.startswith('classifier.evaluator')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
