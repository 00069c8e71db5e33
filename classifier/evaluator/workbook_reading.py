"""Reads a filled enterprise workbook: good firms come through, bad rows are listed.

A firm with a bad cell anywhere, on its own row or on an item's, is refused whole: an
evaluation without the patent that could not be read would be a wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from classifier.errors import Problem, ProfileError
from classifier.evaluator.profile_files import build_profile
from classifier.evaluator.workbook_cells import CellError, cell_text, cell_value
from classifier.evaluator.workbook_layout import (
    FIRMS,
    GUIDE,
    KEY,
    LISTED,
    LOCAL,
    NONE,
    OPTIONS,
    REMARKS,
    YEARS,
    Column,
    SheetPlan,
    item_lists,
    plan,
    plans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from classifier.evaluator.profile import Profile


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm of a file: its 编号, its row, and its profile."""

    key: str
    row: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class FirmsRead:
    """What a workbook gave: firms in order, every problem, and the keys that were refused."""

    firms: tuple[Firm, ...]
    problems: tuple[Problem, ...]
    refused: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    row: int
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    bad: bool = False


@dataclass(slots=True)
class _Reading:
    file: str
    drafts: dict[str, _Draft] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, sheet: str, row: int, column: str, message: str) -> None:
        self.problems.append(Problem(self.file, row, f"{sheet}!{column}", message))


def read_workbook(path: Path) -> FirmsRead:
    """Read a filled workbook.

    Parameters
    ----------
    path
        An ``.xlsx`` file made from the template.

    Returns
    -------
    FirmsRead
        The firms that are whole, and what is wrong with the others.

    Raises
    ------
    ProfileError
        The file is no workbook, has no sheet 企业, or a sheet or heading is unknown,
        missing or stands twice: then no firm can be trusted.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        words = f"打不开：{error}；应为由 keyfield profile template 生成的XLSX"
        raise ProfileError([Problem(str(path), 0, "", words)]) from error
    reading = _Reading(str(path))
    try:
        _check_sheets(reading, book.sheetnames)
        tables = {
            p.name: _table(reading, p, book[p.name].iter_rows(values_only=True))
            for p in plans()
            if p.name in book.sheetnames
        }
    finally:
        book.close()
    if reading.problems:
        raise ProfileError(reading.problems)
    for row, cells in tables[FIRMS]:
        _firm(reading, row, cells)
    for name, rows in tables.items():
        found = plan(name)
        if found is not None and name != FIRMS:
            for row, cells in rows:
                _item(reading, found, row, cells)
    return _finish(reading)


_Row = tuple[int, list[tuple[str, Column, Any]]]


def _check_sheets(reading: _Reading, names: Iterable[str]) -> None:
    known = [p.name for p in plans()]
    if FIRMS not in names:
        reading.complain(FIRMS, 0, "", f"没有这张表；有：{'、'.join(names)}")
    for name in names:
        if name not in {*known, GUIDE, OPTIONS} and not name.startswith(REMARKS):
            words = f"不认识的表；允许：{'、'.join(known)}；自用的表请以“{REMARKS}”开头"
            reading.complain(name, 0, "", words)


def _columns(
    reading: _Reading, about: SheetPlan, head: list[str]
) -> list[tuple[str, Column] | None]:
    out: list[tuple[str, Column] | None] = []
    for at, heading in enumerate(head, 1):
        letter = get_column_letter(at)
        found = about.column(heading)
        if heading and found is None:
            allowed = "、".join(c.heading for c in about.columns)
            words = f"不认识的标题“{heading}”；允许：{allowed}"
            reading.complain(about.name, 1, f"{letter}列", words)
        elif heading and heading in head[: at - 1]:
            reading.complain(about.name, 1, f"{letter}列", f"标题“{heading}”重复；请保留一列")
        out.append(None if found is None else (letter, found))
    for column in about.columns:
        if column.required and column.heading not in head:
            words = f"缺少“{column.heading}”列；请用 keyfield profile template 重新生成"
            reading.complain(about.name, 1, "标题行", words)
    return out


def _table(reading: _Reading, about: SheetPlan, rows: Iterator[tuple[Any, ...]]) -> list[_Row]:
    """Return the rows that are not blank, each cell with its column."""
    columns = _columns(reading, about, [cell_text(cell) for cell in next(rows, ())])
    out: list[_Row] = []
    for number, row in enumerate(rows, 2):
        cells = []
        for at, cell in enumerate(row):
            if cell is None or cell_text(cell) == "":
                continue
            about_column = columns[at] if at < len(columns) else None
            if about_column is None:
                reading.complain(
                    about.name, number, f"{get_column_letter(at + 1)}列", "这一列没有标题"
                )
            else:
                cells.append((*about_column, cell))
        if cells:
            out.append((number, cells))
    return out


def _values(
    reading: _Reading, about: SheetPlan, row: int, cells: list[tuple[str, Column, Any]]
) -> tuple[dict[str, tuple[str, Any]], bool]:
    """Return the values of a row by heading, each with its place, and whether all are good."""
    out: dict[str, tuple[str, Any]] = {}
    good = True
    for letter, column, cell in cells:
        place = f"{letter}列“{column.heading}”"
        try:
            out[column.heading] = (place, cell_value(column, cell))
        except CellError as error:
            reading.complain(about.name, row, place, str(error))
            good = False
    for column in about.columns:
        if column.required and column.heading not in {c.heading for _, c, _ in cells}:
            reading.complain(about.name, row, f"“{column.heading}”", "空白；必填")
            good = False
    return out, good


def _firm(reading: _Reading, row: int, cells: list[tuple[str, Column, Any]]) -> None:
    about = plans()[0]
    values, good = _values(reading, about, row, cells)
    if KEY not in values:
        return
    place, key = values.pop(KEY)
    known = reading.drafts.get(key)
    if known is not None:
        words = f"编号“{key}”在第{known.row}行已用；每家企业一个编号"
        reading.complain(about.name, row, place, words)
        known.bad = True
        return
    draft = reading.drafts[key] = _Draft(row, bad=not good)
    lists = {path for path, _, _ in item_lists()}
    for heading, (where, value) in values.items():
        column = about.column(heading)
        if column is None:
            continue
        draft.places[column.path] = (about.name, row, where)
        if column.path in lists:
            draft.states[column.path] = value
        else:
            _put(draft.data, column.path, value)


def _item(
    reading: _Reading, about: SheetPlan, row: int, cells: list[tuple[str, Column, Any]]
) -> None:
    values, good = _values(reading, about, row, cells)
    if KEY not in values:
        return
    place, key = values.pop(KEY)
    draft = reading.drafts.get(key)
    if draft is None:
        words = f"编号“{key}”不在“{FIRMS}”表中；请先在那里填一行"
        reading.complain(about.name, row, place, words)
        return
    draft.bad = draft.bad or not good
    if not good:
        return
    if not values:
        reading.complain(about.name, row, place, "只有编号，没有内容；请填写或删去这一行")
        draft.bad = True
        return
    fields = {c.heading: c.path for c in about.columns}
    item = {fields[heading]: value for heading, (_, value) in values.items()}
    places = {fields[h]: (about.name, row, where) for h, (where, _) in values.items()}
    if about.name == YEARS:
        _year(reading, draft, item, places)
    elif about.name == LOCAL:
        draft.data.setdefault("local", {})[item["name"]] = item["value"]
        draft.places[f"local.{item['name']}"] = places["value"]
    else:
        items = _list(draft.data, about.path)
        base = f"{about.path}[{len(items)}]"
        items.append(item)
        draft.places |= {f"{base}.{name}": where for name, where in places.items()}


def _year(
    reading: _Reading,
    draft: _Draft,
    item: dict[str, Any],
    places: dict[str, tuple[str, int, str]],
) -> None:
    year = item.pop("year")
    sheet, row, where = places.pop("year")
    if f"year {year}" in draft.places:
        other = draft.places[f"year {year}"][1]
        reading.complain(sheet, row, where, f"{year}年在第{other}行已填；一年一行")
        draft.bad = True
        return
    draft.places[f"year {year}"] = draft.places[f"years.{year}"] = (sheet, row, where)
    if "platform_score" in item:
        draft.data.setdefault("platform_scores", {})[year] = item.pop("platform_score")
        draft.places[f"platform_scores.{year}"] = places["platform_score"]
    if item:
        draft.data.setdefault("years", {})[year] = item
    draft.places |= {f"years.{year}.{name}": place for name, place in places.items()}


def _finish(reading: _Reading) -> FirmsRead:
    titles = {path: title for path, title, _ in item_lists()}
    firms, refused = [], []
    for key, draft in reading.drafts.items():
        for path, title in titles.items():
            _settle_list(reading, draft, path, title)
        if not draft.bad:
            try:
                firms.append(Firm(key, draft.row, build_profile(draft.data, reading.file)))
                continue
            except ProfileError as error:
                for problem in error.problems:
                    reading.complain(*_place(draft, problem.field), problem.message)
        refused.append(key)
    return FirmsRead(tuple(firms), tuple(reading.problems), tuple(refused))


def _settle_list(reading: _Reading, draft: _Draft, path: str, title: str) -> None:
    state = draft.states.get(path, "")
    if not state:
        return
    given = bool(_list(draft.data, path))
    if given is (state == "listed"):
        return
    sheet, row, where = draft.places[path]
    said = LISTED if state == "listed" else NONE
    found = "有内容" if given else "没有这家企业的行"
    reading.complain(sheet, row, where, f"填的是“{said}”，但“{title}”表{found}；请改正一处")
    draft.bad = True


def _place(draft: _Draft, path: str) -> tuple[str, int, str]:
    while path:
        if path in draft.places:
            return draft.places[path]
        path = path.rpartition("." if path.rfind(".") > path.rfind("[") else "[")[0]
    return FIRMS, draft.row, "整行"


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        data = data.setdefault(name, {})
    data[last] = value


def _list(data: dict[str, Any], path: str) -> list[Any]:
    *parents, last = path.split(".")
    for name in parents:
        data = data.setdefault(name, {})
    found: list[Any] = data.setdefault(last, [])
    return found
