"""What a reader of the reports must be able to see, and what a command must not do to them."""

import re

import pytest

from .firms import run, told, widest, written

BEFORE, AFTER = "2026-03-31", "2026-04-01"


@pytest.fixture(autouse=True)
def _told(monkeypatch):
    told(monkeypatch)


@pytest.fixture
def path(tmp_path):
    """Return the file of a firm that passes every tier but the champion's."""
    return written(tmp_path / "firm.json")


def squeezed(out):
    """Return a report without its line breaks."""
    return re.sub(r"\n *", "", out)


def test_formulas_and_readings_from_memory_are_marked_where_they_show(capsys, path):
    """净利润率 and the mean of two growth rates: unconfirmed beside the value and below."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE)
    text = squeezed(out)
    assert "净利润率 10%：≥10%得10分〔未经证实〕" in text
    assert "〔未经证实〕算法：净利润率（净利润÷营业收入×100%）" in text
    assert (
        "近两年平均增长率的算法：两个年度增长率的算术平均〔未经证实〕（average-growth=arithmetic）"
        in text
    )


def test_the_page_marks_them_too(capsys, path, tmp_path):
    """The same on paper."""
    page = tmp_path / "r.html"
    run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE, "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "≥10%得10分〔未经证实〕" in text
    assert "两个年度增长率的算术平均〔未经证实〕" in text


def test_a_choice_within_a_condition_shows_its_branches(capsys, path):
    """新: the direct pass, and the general conditions with the revenue's three bands."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "little-giant", "--on", BEFORE)
    assert widest(out) <= 80
    assert "✗ 创新直通条件" in out
    assert "✓ 创新一般性条件" in out
    assert "　　✓ 营业收入1亿元以上，近两年研发费用占比均不低于3%" in out


def test_size_is_told_by_its_name(capsys, path):
    """No rank numbers; a firm that is too large is told so."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE)
    assert "企业规模 小型（≤中型）" in out
    sets = ("--set", "employees.2025=1500", "--set", "revenue.2025=50000")
    _, out, _ = run(capsys, "gap", path, "--tier", "srdi", "--on", BEFORE, *sets)
    assert "企业规模≤中型" in squeezed(out)


def test_a_size_sector_that_does_not_exist_asks_for_one_that_does(capsys, path):
    """制造业 is no sector of 300号文; it is not taken for unknown in silence."""
    sets = ("--set", "size_sector=制造业")
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE, *sets)
    assert "划型行业“制造业”不在300号文的行业中，请核实；有：农林牧渔业、工业" in squeezed(out)


def test_local_facts_that_nobody_declared_are_named(capsys, path):
    """A slip in a local fact's name is a remark, not a silent unknown."""
    sets = ("--set", "local.gren=true", "--province", "广东")
    _, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", "--on", BEFORE, *sets)
    assert "地方事实gren没有用到" in squeezed(out)
    assert "green（绿色制造）" in squeezed(out)


@pytest.mark.parametrize(
    ("command", "option"),
    [(("evaluate", "--tier", "srdi"), "--html"), (("calendar",), "--ics")],
)
def test_a_file_that_cannot_be_written_is_an_error_not_a_traceback(
    capsys, path, tmp_path, command, option
):
    """A folder that is not there."""
    name, *rest = command
    out = tmp_path / "nowhere" / "x"
    code, _, err = run(capsys, name, path, *rest, "--on", AFTER, option, out)
    assert code == 2
    assert f"{out}: 写不进去" in err


def test_a_yearly_figure_without_its_year_says_how(capsys, path):
    """``--set rd_expense=600`` is answered with the way to write it."""
    code, _, err = run(capsys, "evaluate", path, "--tier", "srdi", "--set", "rd_expense=600")
    assert code == 2
    assert "“研发费用”是年度数据，请写年份，如 rd_expense.2025" in err


def test_a_standard_is_headed_by_its_own_name(capsys, path):
    """A province's champion is not called the national one."""
    rules = ("--rules", "champion-guangdong-2024")
    _, out, _ = run(capsys, "evaluate", path, "--tier", "champion", "--on", AFTER, *rules)
    assert "广东省制造业单项冠军企业" in out.split("\n")[0]
    assert "守法等基本条件没有查到" in squeezed(out)


def test_what_decides_nothing_is_a_part_of_its_own(capsys, path):
    """Remarks and bonus items stand in the report, with their marks."""
    _, out, _ = run(capsys, "evaluate", path, "--tier", "champion", "--on", AFTER)
    assert "加分项（不影响结论）" in out
    assert "？ 攻克“卡脖子”技术或产品" in out


def test_the_domain_indicator_of_the_readme_has_an_answer(capsys):
    """专精特新 asks for the domain under 63号文 only; without it the way out is named."""
    code, _, err = run(capsys, "indicator", "风电主轴轴承", "--tier", "srdi", "--on", AFTER)
    assert code == 2
    assert "用 --rules 指定）：miit-2022-63" in err
    rules = ("--rules", "miit-2022-63")
    code, out, _ = run(capsys, "indicator", "风电主轴轴承", "--tier", "srdi", *rules)
    assert code == 0
    assert "3～5分（满分5分）" in out
