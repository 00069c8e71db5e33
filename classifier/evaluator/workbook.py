"""Writes the enterprise workbook: an empty template, or profiles as they stand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from classifier.evaluator.profile import Profile, YearFigures
from classifier.evaluator.workbook_layout import (
    FIRMS,
    GUIDE,
    KEY,
    LISTED,
    LOCAL,
    NO,
    NONE,
    OPTIONS,
    REMARKS,
    YEARS,
    YES,
    Column,
    SheetPlan,
    plans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 20000
"""Rows below the heading that have drop-downs."""

_FORMATS = {"date": "yyyy-mm-dd", "text": "@", "choice": "@"}
_HEAD = PatternFill("solid", fgColor="DDE6F0")
_NEEDED = PatternFill("solid", fgColor="F7D9C4")

GUIDE_LINES = (
    "企业信息表（优质中小企业梯度培育评价用）",
    "",
    f"1. “{FIRMS}”表一行一家企业；“{KEY}”自定，各表靠它相连，必填。",
    f"2. “{YEARS}”表一行一家企业一个年度；金额单位万元，人数单位人，比例单位%，只填数，不带单位。",
    "3. 知识产权、奖励、融资等各表一行一项；同一企业有几项就填几行。",
    f"4. “{FIRMS}”表的“…清单”列：逐项填了的选“{LISTED}”，确实一项也没有的选“{NONE}”，",
    "   不清楚的留空（未知，不作“没有”处理）。",
    "5. 任何一格留空都表示“未知”：不是0，也不是“否”。未知的不会被扣分，而会列为待补材料。",
    "6. 标题行的批注说明每一列填什么；有下拉框的只能从中选。不要改标题。",
    f"7. 自用的表请以“{REMARKS}”开头命名，程序不读。",
    f"8. “{LOCAL}”表只在省级特色化指标有另外的事实要填时使用，事实编号见省级文件。",
    "9. 填好后用 keyfield profile check 文件名 检查：问题按表、行、列逐条列出。",
)


def write_workbook(path: Path, firms: Mapping[str, Profile] | None = None) -> None:
    """Write a workbook of firms, or the empty template.

    Parameters
    ----------
    path
        The ``.xlsx`` file; overwritten.
    firms
        Profiles by 企业编号; none gives the template.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    guide = book.create_sheet(GUIDE)
    guide.column_dimensions["A"].width = 110
    for line in GUIDE_LINES:
        guide.append([line])
    guide["A1"].font = Font(bold=True, size=14)
    options = book.create_sheet(OPTIONS)
    sheets = {plan.name: book.create_sheet(plan.name, index=-1) for plan in plans()}
    book.move_sheet(options, len(sheets))
    options.sheet_state = "hidden"
    lists: dict[tuple[str, ...], str] = {}
    for plan in plans():
        _head(sheets[plan.name], plan, options, lists)
    for plan in plans():
        rows = (row for key, profile in (firms or {}).items() for row in _rows(plan, key, profile))
        _fill(sheets[plan.name], rows)
    book.active = book.worksheets.index(sheets[FIRMS])
    book.save(path)


def _fill(sheet: Worksheet, rows: Iterable[list[Any]]) -> None:
    for number, row in enumerate(rows, 2):
        sheet.append(row)
        for cell in sheet[number]:
            if cell.data_type == "f":  # a firm's text that begins with =, never a formula
                cell.data_type = "s"


def _head(
    sheet: Worksheet, plan: SheetPlan, options: Worksheet, lists: dict[tuple[str, ...], str]
) -> None:
    for at, column in enumerate(plan.columns, 1):
        letter = get_column_letter(at)
        cell = sheet.cell(1, at, column.heading)
        cell.font = Font(bold=True)
        cell.fill = _NEEDED if column.required else _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        note = Comment(f"{column.note}\n允许：{column.allowed}", "keyfield")
        note.width, note.height = 280, 120
        cell.comment = note
        sheet.column_dimensions[letter].width = max(12, min(30, 2 * len(column.heading) + 2))
        if column.kind in _FORMATS:
            sheet.column_dimensions[letter].number_format = _FORMATS[column.kind]
        check = _validation(column, options, lists)
        if check is not None:
            check.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(check)
    sheet.freeze_panes = "B2"


def _validation(
    column: Column, options: Worksheet, lists: dict[tuple[str, ...], str]
) -> DataValidation | None:
    check: DataValidation
    if column.kind in {"truth", "choice"}:
        words = (YES, NO) if column.kind == "truth" else tuple(w for w, _ in column.choices)
        check = DataValidation(type="list", formula1=_list_range(words, options, lists))
    elif column.kind in {"number", "whole"} and column.low is not None:
        kind: Literal["whole", "decimal"] = "whole" if column.kind == "whole" else "decimal"
        if column.high is None:
            check = DataValidation(
                type=kind, operator="greaterThanOrEqual", formula1=str(column.low)
            )
        else:
            check = DataValidation(
                type=kind, operator="between", formula1=str(column.low), formula2=str(column.high)
            )
    else:
        return None
    check.allow_blank = True
    check.showErrorMessage = True
    check.errorTitle = column.heading[:30]
    check.error = f"允许：{column.allowed}"[:250]
    return check


def _list_range(
    words: tuple[str, ...], options: Worksheet, lists: dict[tuple[str, ...], str]
) -> str:
    """Return the cells that hold a drop-down's words; each list is written once."""
    if words not in lists:
        at = len(lists) + 1
        for row, word in enumerate(words, 1):
            options.cell(row, at, word)
        letter = get_column_letter(at)
        lists[words] = f"'{OPTIONS}'!${letter}$1:${letter}${len(words)}"
    return lists[words]


def _rows(plan: SheetPlan, key: str, profile: Profile) -> Iterator[list[Any]]:
    if plan.name == FIRMS:
        yield [key, *(_firm_cell(column, profile) for column in plan.columns[1:])]
    elif plan.name == YEARS:
        for year in sorted({*profile.years, *profile.platform_scores}):
            figures = profile.years.get(year) or YearFigures()
            score = profile.platform_scores.get(year)
            cells = [_cell(c, getattr(figures, c.path)) for c in plan.columns[2:-1]]
            yield [key, year, *cells, score]
    elif plan.name == LOCAL:
        for name, value in profile.local.items():
            yield [key, name, _word(value)]
    else:
        for item in _at(profile, plan.path) or ():
            yield [key, *(_cell(c, getattr(item, c.path)) for c in plan.columns[1:])]


def _firm_cell(column: Column, profile: Profile) -> Any:
    value = _at(profile, column.path)
    if isinstance(value, tuple):
        return LISTED if value else NONE
    return _cell(column, value)


def _cell(column: Column, value: Any) -> Any:
    if column.kind == "choice":
        return next((word for word, choice in column.choices if choice == value), None)
    return _word(value)


def _word(value: Any) -> Any:
    if isinstance(value, bool):
        return YES if value else NO
    return value


def _at(profile: Profile, path: str) -> Any:
    value: Any = profile
    for name in path.split("."):
        value = None if value is None else getattr(value, name)
    return value


def number_firms(profiles: Iterable[Profile]) -> dict[str, Profile]:
    """Return profiles under their credit code where it is known and unique, else a number."""
    given = list(profiles)
    codes = Counter(p.credit_code for p in given)
    out: dict[str, Profile] = {}
    for number, profile in enumerate(given, 1):
        code = profile.credit_code
        out[code if code is not None and codes[code] == 1 else str(number)] = profile
    return out
