"""Tables that people send: CSV (UTF-8 or GB 18030), TSV, XLSX; a bad row stops nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem
from classifier.training.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ENDINGS = (".csv", ".tsv", ".xlsx")
FORMULAS = ("=", "+", "-", "@")
"""Beginnings before which an export puts an apostrophe, so that no spreadsheet runs them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: column names, and (line, cells by column) of every row that has as many cells.

    ``sha256`` is that of the file; lines count from 1, the header included.
    """

    name: str
    sha256: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    problems: tuple[Problem, ...]


def read_sheet(path: Path) -> Sheet:
    """Read the first table of a file.

    Raises
    ------
    InputError
        The file is missing, of another ending, damaged, in an unknown encoding, or empty.
    """
    if not path.is_file():
        raise InputError([Problem(str(path), 0, "", "没有这个文件")])
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        words = f"扩展名是“{ending}”，只能是 {'、'.join(ENDINGS)}"
        raise InputError([Problem(str(path), 0, "", words)])
    data = path.read_bytes()
    table = _workbook(path) if ending == ".xlsx" else _delimited(path, data, ending)
    try:
        _, first = next(table)
    except StopIteration:
        raise InputError([Problem(str(path), 0, "", "空文件：至少要有一行列名")]) from None
    header = tuple(cell.strip() for cell in first)
    repeated = sorted({h for h in header if h and header.count(h) > 1})
    if repeated:
        raise InputError([Problem(str(path), 1, "、".join(repeated), "列名重复；只留一列")])
    rows, problems = [], []
    for line, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            words = f"有{len(cells)}格，列名有{len(header)}格；含分隔符的文字要加引号"
            problems.append(Problem(path.name, line, "", words))
            continue
        rows.append((line, {h: _plain(c) for h, c in zip(header, cells, strict=True) if h}))
    digest = hashlib.sha256(data).hexdigest()
    return Sheet(path.name, digest, header, tuple(rows), tuple(problems))


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULAS) else cell


def _delimited(path: Path, data: bytes, ending: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            words = f"第{error.start}字节既不是 UTF-8 也不是 GB 18030；请另存为 UTF-8"
            raise InputError([Problem(str(path), 0, "", words)]) from None
    stream = io.StringIO(text.replace("\0", "\ufffd"), newline="")
    if ending == ".tsv":
        for number, line in enumerate(stream, 1):
            yield number, line.rstrip("\r\n").split("\t")
        return
    reader = csv.reader(stream)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        words = f"从第{reader.line_num}行起不能读：{error}"
        raise InputError([Problem(str(path), reader.line_num, "", words)]) from None


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # noqa: PLC0415  (150 ms that CSV need not pay)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise InputError([Problem(str(path), 0, "", f"不是 XLSX 工作簿：{error}")]) from None
    try:
        width = 0
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            texts = [_cell(cell) for cell in cells]
            width = width or len(texts)
            texts += [""] * (width - len(texts))
            while len(texts) > width and not texts[-1]:
                texts.pop()
            yield line, texts
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time().isoformat() != "00:00:00" else _day(value)
    if isinstance(value, date):
        return _day(value)
    return str(value)


def _day(value: date) -> str:
    return value.strftime("%Y-%m-%d")


TEXT = ("text", "主导产品", "产品描述", "描述", "文本", "主营业务")
"""What the column of the texts may be called."""


def text_column(sheet: Sheet, name: str | None = None) -> str:
    """Return the column that holds the texts.

    Raises
    ------
    InputError
        There is none of that name, or of any of ``TEXT``.
    """
    for column in [name] if name else [h for h in sheet.header if h.lower() in TEXT]:
        if column in sheet.header:
            return column
    words = f"列名是 {'、'.join(sheet.header)}；没有 {name or 'text'} 列，用 --text-column 指明"
    raise InputError([Problem(sheet.name, 1, name or "text", words)])


def texts_by_key(paths: Iterable[Path]) -> dict[str, str]:
    """Return the texts of some files by their key (see ``keys``)."""
    out: dict[str, str] = {}
    for path in paths:
        sheet = read_sheet(path)
        column = text_column(sheet)
        out.update((text_key(row[column]), row[column]) for _, row in sheet.rows)
    return out


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; ``-`` alone stays.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-")
    ("'=1+1", '-')
    """
    if isinstance(value, str) and value.startswith(FORMULAS) and value not in FORMULAS:
        return f"'{value}"
    return value


def write_sheet(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table as CSV (with a byte order mark, so that spreadsheets know UTF-8) or TSV.

    The file appears under its name once all is written.

    Raises
    ------
    InputError
        Another ending, or no such folder.
    """
    if path.suffix.lower() not in {".csv", ".tsv"}:
        words = f"扩展名是“{path.suffix}”，只能是 .csv、.tsv"
        raise InputError([Problem(str(path), 0, "", words)])
    if not path.parent.is_dir():
        raise InputError([Problem(str(path), 0, "", f"没有文件夹 {path.parent}，请先建立")])
    work = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".csv":
            with work.open("w", encoding="utf-8-sig", newline="") as stream:
                table = csv.writer(stream, lineterminator="\n")
                table.writerow(list(header))
                table.writerows([safe_cell(c) for c in row] for row in rows)
        else:
            with work.open("w", encoding="utf-8", newline="") as stream:
                for row in (header, *rows):
                    cells = (" ".join(str(c).split()) for c in row)
                    stream.write("\t".join(cells) + "\n")
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)
