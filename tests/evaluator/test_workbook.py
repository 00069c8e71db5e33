"""The enterprise workbook: a firm a row, items on their own sheets, nothing read by guess."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from classifier.errors import ProfileError
from classifier.evaluator.items import Claim
from classifier.evaluator.profile import Profile, YearFigures
from classifier.evaluator.workbook import number_firms, write_workbook
from classifier.evaluator.workbook_cells import CellError, cell_value
from classifier.evaluator.workbook_layout import (
    FIRMS,
    GUIDE,
    KEY,
    OPTIONS,
    YEARS,
    Column,
    item_lists,
    plan,
    plans,
)
from classifier.evaluator.workbook_reading import read_workbook
from tests.synthetic import Maker

from .firms import firm


def sheets(tmp_path, firms):
    """Write firms and open the workbook for changes."""
    path = tmp_path / "firms.xlsx"
    write_workbook(path, firms)
    return path, load_workbook(path)


def cell(book, sheet, heading, row=2):
    """Return the cell of a row under a heading."""
    heads = [c.value for c in book[sheet][1]]
    return book[sheet].cell(row, heads.index(heading) + 1)


def changed(tmp_path, sheet, heading, value, row=2):
    """Return what is read after one cell of two good firms was changed."""
    path, book = sheets(tmp_path, {"甲": firm(), "乙": firm()})
    cell(book, sheet, heading, row).value = value
    book.save(path)
    return read_workbook(path)


def test_every_field_of_the_profile_has_a_column():
    """No fact can be asked of a firm that the workbook has no place for."""
    paths = {column.path for column in plans()[0].columns}
    for name in ("name", "industry", "segment_years", "market.domestic_share"):
        assert name in paths
    for name in ("chain.gap_filling.met", "chain.gap_filling.evidence", "conduct.abnormal_list"):
        assert name in paths
    assert {p for p, _, _ in item_lists()} <= paths
    years = plan(YEARS)
    assert years is not None
    assert {c.path for c in years.columns} >= set(YearFigures.model_fields)
    for path, title, model in item_lists():
        sheet = plan(title)
        assert sheet is not None
        assert sheet.path == path
        assert {c.path for c in sheet.columns} - {""} == set(model.model_fields)


def test_headings_are_chinese_and_stand_once():
    """A sheet is read by its headings."""
    for sheet in plans():
        headings = [column.heading for column in sheet.columns]
        assert len(headings) == len(set(headings))
        assert all(any("一" <= char <= "鿿" for char in heading) for heading in headings)


def test_the_template_has_notes_and_drop_downs(tmp_path):
    """Every heading has a note; yes-or-no and choices have a list, numbers their bounds."""
    path, book = sheets(tmp_path, {})
    assert book.sheetnames == [GUIDE, *(p.name for p in plans()), OPTIONS]
    assert book[OPTIONS].sheet_state == "hidden"
    for sheet in plans():
        assert all(head.comment is not None for head in book[sheet.name][1])
        lists = sum(c.kind in {"truth", "choice"} for c in sheet.columns)
        found = [v for v in book[sheet.name].data_validations.dataValidation if v.type == "list"]
        assert len(found) == lists
    assert "万元" in cell(book, YEARS, "营业收入", 1).comment.text
    assert read_workbook(path).firms == ()


def test_drop_downs_hold_the_words_of_their_own_list():
    """质量 is an incident's kind, 质量奖 an award's, though both are called quality."""
    incidents, awards = plan("事故和处罚"), plan("奖励和大赛")
    assert incidents is not None
    assert awards is not None
    assert ("产品质量", "product-quality") in incidents.columns[1].choices
    assert ("质量奖", "quality") in awards.columns[1].choices


@pytest.mark.parametrize("gap", [0.0, 0.3])
def test_what_is_written_is_read_back(tmp_path, gap):
    """Unknown stays unknown, an empty list stays empty, no figure is smeared."""
    firms = {str(seed): Maker(seed, gap=gap).profile() for seed in range(25)}
    firms = {
        key: profile
        for key, profile in firms.items()
        if not any(  # an item of which nothing at all is known cannot be told from a slip
            item == type(item)()
            for path, _, _ in item_lists()
            if "." not in path
            for item in getattr(profile, path) or ()
        )
    }
    path = tmp_path / "firms.xlsx"
    write_workbook(path, firms)
    read = read_workbook(path)
    assert read.problems == ()
    assert {f.key: f.profile for f in read.firms} == firms


def test_local_facts_and_scores_without_figures_are_read_back(tmp_path):
    """A platform score may stand in a year of which nothing else is known."""
    profile = Profile(platform_scores={2026: Decimal(61)}, local={"listed": True, "n": Decimal(2)})
    path = tmp_path / "one.xlsx"
    write_workbook(path, {"1": profile})
    assert [f.profile for f in read_workbook(path).firms] == [profile]


def test_a_blank_cell_is_unknown_and_not_zero(tmp_path):
    """Neither zero nor no."""
    read = changed(tmp_path, YEARS, "研发费用", None)
    assert read.firms[0].profile.years[2022].rd_expense is None
    assert (
        changed(tmp_path, FIRMS, "经营异常名录", None).firms[0].profile.conduct.abnormal_list
        is None
    )


def test_a_share_of_9_95_percent_is_read_as_written(tmp_path):
    """Fifteen digits, as a spreadsheet shows them, not the binary number behind."""
    read = changed(tmp_path, FIRMS, "国内市场占有率", 9.95)
    assert read.firms[0].profile.market.domestic_share == Decimal("9.95")


@pytest.mark.parametrize(
    "written",
    [datetime(2023, 5, 6), "2023-05-06", "2023/5/6", "2023.5.6", "2023年5月6日"],  # noqa: DTZ001
)
def test_dates_are_read_in_the_ways_people_write_them(tmp_path, written):
    """Cells of date type and the usual wordings."""
    read = changed(tmp_path, "知识产权", "授权日", written)
    assert read.firms[0].profile.intellectual_property[0].granted == date(2023, 5, 6)


def test_a_numeric_industry_code_stays_a_code(tmp_path):
    """3985, not 3985.0."""
    assert changed(tmp_path, FIRMS, "行业代码", 3985.0).firms[0].profile.industry == "3985"


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "pieces"),
    [
        (YEARS, "研发费用", "四百", ["填的是“四百”", "数（不带单位）"]),
        (YEARS, "研发费用", -1, ["填的是-1", "不小于0"]),
        (YEARS, "年份", "去年", ["整数，1980至2100"]),
        (YEARS, "年份", None, ["空白；必填"]),
        (YEARS, "专精特新发展评价得分", 101, ["0至100"]),
        (FIRMS, "经营异常名录", "无", ["填的是“无”", "是、否"]),
        (FIRMS, "数字化水平", 6, ["1至5"]),
        (FIRMS, "数字化水平", 2.5, ["整数"]),
        (FIRMS, "国内市场占有率", 120, ["0至100"]),
        (FIRMS, "统一社会信用代码", "123", ["统一社会信用代码"]),
        ("知识产权", "类型", "专利", ["填的是“专利”", "发明专利", "软件著作权"]),
        ("知识产权", "授权日", "2023-02-30", ["日期，如2024-05-31"]),
        ("已获称号", "称号", "小巨人", ["专精特新“小巨人”企业"]),
    ],
)
def test_a_bad_cell_is_named_by_sheet_row_and_column(tmp_path, sheet, heading, value, pieces):
    """What was found and what is allowed; the firm is refused, the other comes through."""
    read = changed(tmp_path, sheet, heading, value)
    (problem,) = read.problems
    assert problem.line == 2
    assert f"{sheet}!" in problem.field
    assert f"“{heading}”" in problem.field
    assert all(piece in str(problem) for piece in pieces)
    assert [f.key for f in read.firms] == ["乙"]
    assert read.refused == ("甲",)


def test_main_revenue_above_revenue_is_told_at_the_year(tmp_path):
    """A part cannot be more than its whole; units are the usual cause."""
    read = changed(tmp_path, YEARS, "主营业务收入", 10**9)
    (problem,) = read.problems
    assert (problem.line, problem.field.split("!")[0]) == (2, YEARS)
    assert "核对单位" in problem.message


def test_a_list_is_none_only_when_the_firm_says_so(tmp_path):
    """没有 gives an empty list; blank leaves it unknown."""
    profile = firm({"awards": [], "financing": None})
    path = tmp_path / "one.xlsx"
    write_workbook(path, {"1": profile})
    (read,) = read_workbook(path).firms
    assert read.profile.awards == ()
    assert read.profile.financing is None


@pytest.mark.parametrize(
    ("heading", "said", "words"),
    [
        ("知识产权清单", "没有", "“知识产权”表有内容"),
        ("奖励和大赛清单", "已逐项列出", "“奖励和大赛”表没有这家企业的行"),
    ],
)
def test_a_list_that_contradicts_its_sheet_is_refused(tmp_path, heading, said, words):
    """None and rows, or complete and no row."""
    read = changed(tmp_path, FIRMS, heading, said)
    assert [words in p.message for p in read.problems] == [True]
    assert read.refused == ("甲",)


def test_a_number_used_twice_refuses_the_firm(tmp_path):
    """Its items could be either's."""
    read = changed(tmp_path, FIRMS, KEY, "甲", row=3)
    assert any("编号“甲”在第2行已用" in p.message for p in read.problems)
    assert read.firms == ()


def test_a_year_that_stands_twice_refuses_the_firm(tmp_path):
    """One row a year."""
    read = changed(tmp_path, YEARS, "年份", 2023, row=2)
    assert [("2023年在第2行已填" in p.message, p.line) for p in read.problems] == [(True, 3)]


def test_an_item_of_no_firm_is_listed(tmp_path):
    """And refuses nobody but the firm that lacks it by its own statement."""
    read = changed(tmp_path, "品牌", KEY, "丙")
    assert any("编号“丙”不在“企业”表中" in p.message for p in read.problems)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.remove(book[FIRMS]), "没有这张表"),
        (lambda book: book.create_sheet("专利"), "不认识的表"),
        (lambda book: setattr(book[FIRMS]["B1"], "value", "公司"), "不认识的标题“公司”"),
        (lambda book: setattr(book[FIRMS]["C1"], "value", "企业名称"), "标题“企业名称”重复"),
        (lambda book: setattr(book[FIRMS]["A1"], "value", None), f"缺少“{KEY}”列"),
    ],
)
def test_a_workbook_whose_layout_was_changed_is_refused_whole(tmp_path, change, words):
    """A column that nobody reads would make every evaluation wrong."""
    path, book = sheets(tmp_path, {"1": firm()})
    change(book)
    book.save(path)
    with pytest.raises(ProfileError) as caught:
        read_workbook(path)
    assert words in str(caught.value)


def test_a_sheet_of_remarks_is_the_users_own(tmp_path):
    """Its name begins with 备注."""
    path, book = sheets(tmp_path, {"1": firm()})
    book.create_sheet("备注：联系人")["A1"] = "张三"
    book.save(path)
    assert len(read_workbook(path).firms) == 1


@pytest.mark.parametrize("content", [b"", b"no workbook", None])
def test_what_is_no_workbook_is_refused(tmp_path, content):
    """Empty, text, or not there at all."""
    path = tmp_path / "firms.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProfileError, match="打不开"):
        read_workbook(path)


def test_firms_are_numbered_by_credit_code_where_it_tells_them_apart():
    """Else by their place."""
    code = "91320583MA1X000000"
    profiles = [Profile(credit_code=code), Profile(), Profile(name="丙")]
    assert list(number_firms(profiles)) == [code, "2", "3"]
    assert list(number_firms([profiles[0], profiles[0]])) == ["1", "2"]


def test_a_claim_keeps_its_evidence_without_its_answer(tmp_path):
    """Evidence may be there before the firm has said yes."""
    profile = firm({"chain.key_link": {"evidence": "材料3"}})
    path = tmp_path / "one.xlsx"
    write_workbook(path, {"1": profile})
    assert read_workbook(path).firms[0].profile.chain.key_link == Claim(evidence="材料3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12,000", 12000), ("1,234,567.5", "1234567.5"), ("-3,000", -3000), ("400,5", None)],
)
def test_commas_at_the_thousands_are_read(text, expected):
    """Spreadsheets keep 12,000 as text; a comma elsewhere is a slip and refused."""
    column = Column("净利润", "", "net_profit", "number")
    if expected is None:
        with pytest.raises(CellError, match="填的是“400,5”"):
            cell_value(column, text)
    else:
        assert Decimal(str(expected)) == cell_value(column, text)
