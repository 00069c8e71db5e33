"""Label files: every row is used or listed, whatever the form, encoding or spreadsheet did."""

import datetime

import openpyxl
import pytest

from classifier.errors import InputError
from classifier.schemes.loader import load_schemes
from classifier.training.keys import text_key
from classifier.training.labels import Provenance, read_labels
from classifier.training.sheets import safe_cell, write_sheet
from tests.training.make import write_scheme


@pytest.fixture(scope="module")
def schemes(tmp_path_factory):
    """Return the provincial scheme."""
    return load_schemes(write_scheme(tmp_path_factory.mktemp("own")))


def write(path, text, encoding="utf-8"):
    """Write one file."""
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_people_send(tmp_path, schemes, encoding):
    """UTF-8 with and without a mark, and what Chinese spreadsheets save."""
    path = write(tmp_path / "l.csv", "主导产品,zj10,标注人\n绿茶的加工,P01,审核员甲\n", encoding)
    (row,) = read_labels([path], schemes).rows
    assert (row.text, str(row.labels["zj10"])) == ("绿茶的加工", "P01")
    assert row.source == Provenance("审核员甲", "", "")


def test_a_row_says_who_when_and_by_which_guide(tmp_path, schemes):
    """The file's words win over the defaults."""
    text = "id,text,zj10,who,when,guide\n7,绿茶,P01,,2026-03-02 10:00:00,\n8,红茶,P01,乙,,2.0\n"
    path = write(tmp_path / "l.csv", text)
    found = read_labels([path], schemes, Provenance("甲", "2026-01-01", "1.2"))
    assert [r.source for r in found.rows] == [
        Provenance("甲", "2026-03-02", "1.2"),
        Provenance("乙", "2026-01-01", "2.0"),
    ]
    assert [r.id for r in found.rows] == ["7", "8"]


def test_exported_reviews_are_read_a_label_a_row(tmp_path, schemes):
    """A claim that is only defensible gives an also, and no primary."""
    path = write(
        tmp_path / "export.csv",
        "case,enterprise,text,scheme,notation,kind,verdict,settled_at,exported\n"
        "1,某厂,绿茶的加工,zj10,P01,primary,confirm,2026-03-02T08:00:00,True\n"
        "2,某厂,丝巾,zj10,P01,also,partial,2026-03-02T08:00:00,True\n"
        "3,某厂,速冻水饺,zj10,-,primary,out_of_scope,2026-03-02T08:00:00,True\n",
    )
    found = read_labels([path], schemes)
    assert [str(r.labels["zj10"]) for r in found.rows] == ["P01", "?|P01", "-"]
    assert [r.labels["zj10"].known for r in found.rows] == [True, False, True]
    assert found.files[0].ignored == ("enterprise", "verdict", "exported")


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("绿茶,P99,short,2026-01-01", "zj10", "unknown code 'P99'"),
        (",P01,short,2026-01-01", "text", "没有文字"),
        ("，。,P01,short,2026-01-01", "text", "没有文字"),
        ("茶" * 2001 + ",P01,short,2026-01-01", "text", "有2001字，最多2000字"),
        ("绿茶,,short,2026-01-01", "", "没有任何分类的标注"),
        ("绿茶,P01,essay,2026-01-01", "kind", "是“essay”，只能是 short"),
        ("绿茶,P01,short,三月", "when", "是“三月”，应如 2026-04-01"),
        ("绿茶,2003-01-01,short,2026-01-01", "zj10", "“2003-01-01”是日期"),
        ("绿茶,P01", "", "有2格，列名有4格"),
    ],
)
def test_a_bad_row_is_listed_and_the_good_one_comes_through(tmp_path, schemes, row, field, words):
    """Line, field, what was found and what is allowed."""
    text = f"text,zj10,kind,when\n{row}\n红茶,P01,short,2026-01-01\n"
    found = read_labels([write(tmp_path / "l.csv", text)], schemes)
    assert [r.text for r in found.rows] == ["红茶"]
    (problem,) = found.problems
    assert (problem.line, problem.field) == (2, field)
    assert words in problem.message
    assert (found.files[0].rows, found.files[0].bad) == (2, 1)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("l.csv", b"", "空文件"),
        ("l.csv", b"\xff\xff\xff", "既不是 UTF-8 也不是 GB 18030"),
        ("l.doc", b"x", "扩展名是“.doc”"),
        ("l.xlsx", b"x", "不是 XLSX 工作簿"),
        ("l.csv", "text,who\n绿茶,甲\n".encode(), "还要有分类列"),
        ("l.csv", b"text,zj10,zj10\n", "列名重复"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, schemes, name, data, words):
    """The message says what to do."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=words):
        read_labels([path], schemes)


def test_a_workbook_is_read_as_it_was_typed(tmp_path, schemes):
    """Numbers, dates and empty cells; a notation that became a date is listed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["编号", "text", "zj10", "标注日期", None])
    sheet.append([1, "绿茶", "P01", datetime.date(2026, 3, 2), None])
    sheet.append([2, "红茶", datetime.date(2003, 1, 1), None, None])
    book.save(tmp_path / "l.xlsx")
    found = read_labels([tmp_path / "l.xlsx"], schemes)
    assert [(r.id, r.source.when) for r in found.rows] == [("1", "2026-03-02")]
    assert "表格软件改了编号" in found.problems[0].message


def test_what_is_written_is_read_back_and_no_text_becomes_a_formula(tmp_path, schemes):
    """An apostrophe goes before it in CSV, and goes away again."""
    path = tmp_path / "l.csv"
    write_sheet(path, ("text", "zj10"), [("=1+1茶", "P01"), ("水饺", "-")])
    assert "'=1+1茶" in path.read_text("utf-8-sig")
    found = read_labels([path], schemes)
    assert [(r.text, str(r.labels["zj10"])) for r in found.rows] == [
        ("=1+1茶", "P01"),
        ("水饺", "-"),
    ]
    assert safe_cell(3) == 3


def test_a_text_is_known_by_its_letters():
    """Width, case, spaces and punctuation aside."""
    assert text_key("ＰＬＣ 控制器。") == text_key("plc控制器")
    assert text_key("plc控制器") != text_key("plc控制柜")
