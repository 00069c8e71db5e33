"""Many firms: a folder or a workbook in, one result workbook out, bad rows listed."""

from datetime import datetime

import pytest
from openpyxl import load_workbook

from classifier.evaluator.workbook import write_workbook
from tests.evaluator.firms import firm

from .firms import run, told, written

ON = ("--on", "2026-04-01")


@pytest.fixture(autouse=True)
def _told(monkeypatch):
    told(monkeypatch)


@pytest.fixture
def workbook(tmp_path):
    """Return a workbook of two firms: one passes, one spends too little on R&D."""
    path = tmp_path / "firms.xlsx"
    poor = firm({"name": "=乙", "rd_expense.2025": 200})
    write_workbook(path, {"1": firm({"main_product": "轴承"}), "2": poor})
    return path


def rows(path, sheet):
    """Return the rows of a sheet as mappings."""
    head, *rest = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_a_workbook_gives_a_sheet_of_decisions_and_one_of_gaps(capsys, workbook, tmp_path):
    """One row a firm and tier; a gap a row, with its distance."""
    out = tmp_path / "out.xlsx"
    args = ("evaluate", workbook, "--tier", "srdi", *ON, "--output", out)
    code, _, err = run(capsys, *args)
    assert code == 0
    assert "已评价 2 家企业" in err
    found = rows(out, "结论")
    assert [(r["企业编号"], r["结论"]) for r in found] == [("1", "符合"), ("2", "不符合")]
    assert found[0]["规则集"] == "miit-2026-2"
    assert found[0]["评价日"] == datetime(2026, 4, 1)  # noqa: DTZ001
    gaps = rows(out, "差距")
    assert {g["企业编号"] for g in gaps} == {"2"}
    (rd,) = [g for g in gaps if g["事实"] == "rd_expense.2025"]
    assert rd["差距"].startswith("2025年研发费用还差160万元")
    assert (rd["差额"], rd["单位"]) == (160, "万元")  # 3 % of 12,000 is 360
    assert rows(out, "问题行") == []


def test_all_tiers_give_four_rows_a_firm(capsys, workbook, tmp_path):
    """The whole ladder."""
    out = tmp_path / "out.xlsx"
    run(capsys, "evaluate", workbook, "--all-tiers", *ON, "--output", out)
    assert len(rows(out, "结论")) == 8


def test_a_name_never_becomes_a_formula(capsys, workbook, tmp_path):
    """A firm may be called =乙."""
    out = tmp_path / "out.xlsx"
    run(capsys, "evaluate", workbook, "--tier", "srdi", *ON, "--output", out)
    assert [c.data_type for c in load_workbook(out)["结论"]["C"][1:]] == ["s", "s"]


def test_bad_rows_are_listed_and_the_rest_comes_through(capsys, workbook, tmp_path):
    """Exit code 3."""
    book = load_workbook(workbook)
    book["知识产权"]["B2"] = "专利"
    book.save(workbook)
    out = tmp_path / "out.xlsx"
    code, _, err = run(capsys, "evaluate", workbook, "--tier", "srdi", *ON, "--output", out)
    assert code == 3
    assert "知识产权!B列“类型”" in err
    assert [r["企业编号"] for r in rows(out, "结论")] == ["2"]
    (problem,) = rows(out, "问题行")
    assert problem["行"] == 2
    assert "填的是“专利”" in problem["问题"]


def test_a_folder_is_read_file_by_file(capsys, tmp_path):
    """YAML, JSON and workbooks; the result is not read in again."""
    folder = tmp_path / "firms"
    folder.mkdir()
    written(folder / "a.json")
    (folder / "b.yaml").write_text("name: 乙\n", encoding="utf-8")
    (folder / "c.yml").write_text("nmae: 丙\n", encoding="utf-8")
    (folder / "readme.txt").write_text("不读", encoding="utf-8")
    out = folder / "out.xlsx"
    for _ in range(2):
        code, _, err = run(capsys, "evaluate", folder, "--tier", "srdi", *ON, "--output", out)
        assert code == 3
        assert "c.yml:1 [nmae]" in err
        found = [(r["企业编号"], r["结论"]) for r in rows(out, "结论")]
        assert found == [("a", "符合"), ("b", "待定")]


def test_the_result_stands_beside_the_input_by_default(capsys, workbook):
    """Named after it."""
    run(capsys, "evaluate", workbook, "--tier", "srdi", *ON)
    assert workbook.with_name("firms-评价结果.xlsx").is_file()


def test_a_workbook_of_one_firm_is_a_report(capsys, tmp_path):
    """As a YAML file would be."""
    path = tmp_path / "one.xlsx"
    write_workbook(path, {"1": firm()})
    code, out, _ = run(capsys, "evaluate", path, "--tier", "srdi", *ON)
    assert code == 0
    assert "结论  " in out


@pytest.mark.parametrize("option", [["--json"], ["--html", "o.html"], ["--set", "name=x"]])
def test_what_makes_sense_for_one_firm_only_is_refused_for_many(capsys, workbook, option):
    """Exit code 2."""
    code, _, err = run(capsys, "evaluate", workbook, "--tier", "srdi", *ON, *option)
    assert code == 2
    assert option[0] in err


@pytest.mark.parametrize("output", ["out.csv", "no/such/folder/out.xlsx"])
def test_an_output_that_cannot_be_written_is_refused(capsys, workbook, tmp_path, output):
    """By its name."""
    args = ("--tier", "srdi", *ON, "--output", tmp_path / output)
    code, _, err = run(capsys, "evaluate", workbook, *args)
    assert code == 2
    assert output in err


def test_a_folder_without_firms_is_refused(capsys, tmp_path):
    """With the endings that are read."""
    code, _, err = run(capsys, "evaluate", tmp_path, "--tier", "srdi", *ON)
    assert code == 2
    assert ".yaml" in err


def test_a_terminal_sees_a_progress_bar(capsys, workbook, monkeypatch):
    """And a pipe does not."""
    _, _, err = run(capsys, "evaluate", workbook, "--tier", "srdi", *ON)
    assert "2/2" not in err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    _, _, err = run(capsys, "evaluate", workbook, "--tier", "srdi", *ON)
    assert "2/2" in err


def test_nothing_but_bad_files_is_refused(capsys, tmp_path):
    """Exit code 2, every problem listed."""
    folder = tmp_path / "firms"
    folder.mkdir()
    (folder / "a.yaml").write_text("nmae: 甲\n", encoding="utf-8")
    code, _, err = run(capsys, "evaluate", folder, "--tier", "srdi", *ON)
    assert code == 2
    assert "nmae" in err
