"""Reads CSV, TSV and JSONL line by line: no line, cell or quote can fill the memory."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TextIO

from classifier.batch.header import DELIMITERS, NO_CHARACTER, find_columns, refuse
from classifier.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LONGEST = 1 << 20
"""Characters of a line or a cell; what is longer is a bad row."""

_END = "\0"
"""A row of its own behind the last, unless a quote is open; no input holds a NUL by then."""

_TOO_LONG = f"a line of over {LONGEST:,} characters; expected a row a line"

csv.field_size_limit(LONGEST)

Cells = tuple[Any, Any]
"""Id and text as the file has them."""


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as stream:
        if stream.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            raise refuse(path, "found UTF-16, expected UTF-8; save it as UTF-8")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        yield text


class _Lines:
    """The lines of a file, each cut at ``LONGEST``; ``cut`` says that the last one was."""

    def __init__(self, stream: TextIO, end: str = "") -> None:
        self._stream = stream
        self._end = end
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        readline = self._stream.readline
        while line := readline(LONGEST):
            if len(line) == LONGEST and line[-1] not in "\r\n":
                rest = line
                while len(rest) == LONGEST and rest[-1] not in "\r\n":
                    rest = readline(LONGEST)
                    self.cut = self.cut or bool(rest)
            yield line.replace("\0", NO_CHARACTER) if "\0" in line else line
        if self._end:
            yield self._end


class Shape(NamedTuple):
    """Where the rows of a file have their text and their id.

    Parameters
    ----------
    path, ending
        The file's.
    column
        What the text's column is called.
    text, name
        Columns by their place, or by their name in objects; ``name`` None where there is none.
    width
        Cells of a row; 0 where rows are objects, and no header stands before them.
    """

    path: str
    ending: str
    column: str
    text: Any
    name: Any
    width: int


def read_shape(path: Path, text_column: str, id_column: str) -> Shape:
    """Read the header of a file with one of ``DELIMITERS``, or of JSONL, which has none.

    Raises
    ------
    InputError
        There is no header, or it names no such column.
    """
    ending = path.suffix.lower()
    with _open(path) as stream:
        if ending not in DELIMITERS:
            return Shape(str(path), ending, text_column, text_column, id_column, 0)
        lines = _Lines(stream, _END)
        header = next(_records(lines, ending), [])
    if isinstance(header, str):
        raise refuse(path, f"no header: {header}", row=1)
    text, name = find_columns(path, header, text_column, id_column)
    return Shape(str(path), ending, text_column, text, name, len(header))


def read_lines(path: Path, text_column: str, id_column: str) -> Iterator[Cells | Problem]:
    """Yield the rows of a file.

    Raises
    ------
    InputError
        As ``read_shape``.
    """
    shape = read_shape(path, text_column, id_column)
    with _open(path) as stream:
        yield from read_stream(stream, shape, headed=shape.width > 0)


def read_stream(
    stream: TextIO, shape: Shape, *, first: int = 1, headed: bool = False
) -> Iterator[Cells | Problem]:
    """Yield the rows of an open file, or of a part of one that begins and ends with a row.

    Parameters
    ----------
    first
        Number of the first row.
    headed
        Whether the header stands before it.
    """
    if shape.ending not in DELIMITERS:
        yield from _objects(_Lines(stream), shape, first)
        return
    *_, text, name, width = shape
    hint = "a text must hold no tab"
    if shape.ending == ".csv":
        hint = "quote a text that holds the delimiter"
    records = _records(_Lines(stream, _END), shape.ending)
    if headed:
        next(records, None)
    for number, cells in enumerate(records, first):
        if isinstance(cells, str):
            yield Problem(shape.path, number, "", cells)
        elif len(cells) != width:
            what = f"found {len(cells)} cells, the header has {width}; {hint}"
            yield Problem(shape.path, number, "", what)
        else:
            yield (None if name is None else cells[name], cells[text])


def open_table(lines: Iterable[str], ending: str) -> Any:
    """Return what reads rows of cells by one of ``DELIMITERS``."""
    quoting: Literal[0, 3] = csv.QUOTE_NONE if ending == ".tsv" else csv.QUOTE_MINIMAL
    return csv.reader(lines, delimiter=DELIMITERS[ending], quoting=quoting)


def _records(lines: _Lines, ending: str) -> Iterator[list[str] | str]:
    """Yield the cells of each row that is not blank, or what is wrong with it."""
    rows = open_table(lines, ending)
    before = 0
    while True:
        try:
            for cells in rows:
                if lines.cut:
                    lines.cut = False
                    yield _TOO_LONG
                elif cells and cells[-1].endswith(_END):
                    if cells != [_END]:
                        line = before + 1
                        yield f"a quote in line {line} is never closed; all that follows is in it"
                    return
                elif cells:
                    yield cells
                before = rows.line_num
        except csv.Error as error:
            yield _not_a_row(error, before, rows.line_num)
            before = rows.line_num
        else:
            return


def _not_a_row(error: csv.Error, before: int, after: int) -> str:
    if "field limit" in str(error):
        return (
            f"lines {before + 1} to {after} make one cell of over {LONGEST:,} characters; "
            "is a quote not closed?"
        )
    return f"line {before + 1} is not a row: {error}"


def _objects(lines: _Lines, shape: Shape, first: int) -> Iterator[Cells | Problem]:
    """Yield what the objects of a file with one a line hold."""
    number = first - 1
    for line in lines:
        if lines.cut:
            lines.cut = False
            number += 1
            yield Problem(shape.path, number, "", _TOO_LONG)
            continue
        if not line.strip():
            continue
        number += 1
        yield _object(shape.path, number, line, shape.text, shape.name)


def _object(path: str, number: int, line: str, text_column: str, id_column: str) -> Cells | Problem:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at character {error.pos + 1}; expected an object a line"
        return Problem(path, number, "", message)
    except (ValueError, RecursionError) as error:
        return Problem(path, number, "", f"not JSON: {error}")
    if not isinstance(value, dict):
        return Problem(path, number, "", f"found {_short(value)}, expected an object")
    if text_column not in value:
        found = ", ".join(map(str, value)) or "none"
        message = f"missing; expected a text; found: {found:.200}"
        return Problem(path, number, text_column, message)
    return value.get(id_column), value[text_column]


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:40] + "…"  # noqa: PLR2004
