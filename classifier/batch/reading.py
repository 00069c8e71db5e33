"""Reads texts to classify from CSV, TSV, JSONL, Parquet or XLSX, row by row.

A row that cannot be classified is not lost: it is returned as a problem with its number,
and the rows after it go on.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.batch.header import DELIMITERS, ID, NO_CHARACTER, refuse
from classifier.batch.lines import open_table, read_lines, read_stream
from classifier.batch.tables import read_parquet, read_xlsx
from classifier.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from classifier.batch.blocks import Block

ENDINGS = (".csv", ".tsv", ".jsonl", ".parquet", ".xlsx")

_EXAMINED = 1 << 17
"""Bytes of an input that are hashed at once."""

LONGEST_TEXT = 1_000_000
"""Characters of a text; no product description comes near, but a whole file in a cell does."""


class InputRow(NamedTuple):
    """A text to classify; ``number`` counts the rows of data from 1."""

    number: int
    id: str
    text: str


class Source(NamedTuple):
    """What an input was when a job began; ``rows`` is an estimate, None where none is cheap."""

    sha256: str
    size: int
    modified: int
    rows: int | None


def read_rows(
    path: Path, text_column: str = "text", id_column: str = ID
) -> Iterator[InputRow | Problem]:
    """Yield the rows of a file in order, each as a text or as a problem.

    Parameters
    ----------
    path
        File with one of the endings in ``ENDINGS``; text files are UTF-8, with or
        without a byte order mark.
    text_column
        Column that holds the text.
    id_column
        Column that names the row; where ``id`` is missing, or a row's is empty, the row's
        number does. Ids may stand twice.

    Raises
    ------
    InputError
        The file is missing, empty, of another ending, damaged, or has no such column.
    """
    check_input(path)
    records = _READERS[path.suffix.lower()](path, text_column, id_column)
    return _rows(str(path), records, text_column)


def read_block(block: Block) -> Iterator[InputRow | Problem]:
    """Yield the rows of a part of a file as ``read_rows`` yields them."""
    stream = io.TextIOWrapper(io.BytesIO(block.data), "utf-8", errors="replace", newline="")
    records = read_stream(stream, block.shape, first=block.first, headed=block.headed)
    return _rows(block.shape.path, records, block.shape.column, block.first)


def check_input(path: Path) -> None:
    """Refuse a file that is missing, empty or of another ending.

    Raises
    ------
    InputError
        With what was found and what is allowed.
    """
    if not path.is_file():
        raise refuse(path, "no such file")
    if path.suffix.lower() not in _READERS:
        raise refuse(path, f"found ending {path.suffix!r}, allowed: {', '.join(ENDINGS)}")
    if not path.stat().st_size:
        raise refuse(path, "the file is empty (0 bytes); export it again")


def read_plain(block: Block) -> tuple[list[str], list[str]] | None:
    """Return the ids and texts of a block, all at once.

    None where something may be wrong with a row, or rows are objects: then they are to be read
    one after another.
    """
    shape = block.shape
    if shape.ending not in DELIMITERS:
        return None
    try:
        text = block.data.decode()
        rows = [cells for cells in open_table(io.StringIO(text, newline=""), shape.ending) if cells]
    except (UnicodeDecodeError, csv.Error):
        return None
    rows = rows[block.headed :]
    if "\0" in text or NO_CHARACTER in text or set(map(len, rows)) != {shape.width}:
        return None
    texts = [cells[shape.text] for cells in rows]
    if shape.name is None:
        ids = [str(number) for number in range(block.first, block.first + len(rows))]
    else:
        ids = [cells[shape.name] for cells in rows]
    good = all(ids) and all(map(str.strip, texts)) and max(map(len, texts)) <= LONGEST_TEXT
    return (ids, texts) if good else None


def _rows(
    path: str, records: Iterator[tuple[Any, Any] | Problem], text_column: str, first: int = 1
) -> Iterator[InputRow | Problem]:
    for number, record in enumerate(records, first):
        if isinstance(record, Problem):
            yield record
            continue
        given, text = record
        name = str(number) if given is None or given == "" else str(given)
        if (wrong := _wrong(text)) is not None:
            yield Problem(path, number, text_column, wrong)
        elif not _is_unicode(name):
            yield Problem(path, number, "", "the id is not UTF-8; save as UTF-8")
        else:
            yield InputRow(number, name, text)


def _wrong(text: Any) -> str | None:
    """Return why a value is no text to classify."""
    if not isinstance(text, str) or not text.strip():
        shown = repr(text)
        return f"found {shown[:60]}{'…' * (len(shown) > 60)}, expected a text"  # noqa: PLR2004
    if len(text) > LONGEST_TEXT:
        return f"found {len(text):,} characters, allowed: {LONGEST_TEXT:,}; give a description"
    if not _is_unicode(text):
        return "not UTF-8 (bytes that are no character); save as UTF-8"
    return None


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    if NO_CHARACTER in text:
        return False
    try:
        text.encode()  # half of a surrogate pair, which JSON can name, has no UTF-8
    except UnicodeEncodeError:
        return False
    return True


def examine(path: Path) -> Source:
    """Return the hash and size of an input, and about how many rows it has."""
    digest = hashlib.sha256()
    counts = path.suffix.lower() in {".csv", ".tsv", ".jsonl"}
    lines = 0 if path.suffix.lower() == ".jsonl" else -1  # a table's first line is its header
    before = path.stat()
    with path.open("rb") as stream:
        while block := stream.read(_EXAMINED):
            digest.update(block)
            if counts:
                codes = np.frombuffer(block, dtype=np.uint8)
                lines += int(np.count_nonzero(codes == ord("\n")))
    rows = max(lines, 0) if counts else _counted(path)
    return Source(digest.hexdigest(), before.st_size, before.st_mtime_ns, rows)


def _counted(path: Path) -> int | None:
    """Return the rows that a Parquet file or a workbook itself says it has."""
    if path.suffix.lower() == ".parquet":
        import pyarrow  # noqa: PLC0415
        import pyarrow.parquet  # noqa: PLC0415

        try:
            return int(pyarrow.parquet.read_metadata(path).num_rows)
        except (pyarrow.ArrowException, OSError):
            return None
    try:
        with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
            found = re.search(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"', sheet.read(4096))
    except (zipfile.BadZipFile, KeyError, OSError, ValueError):
        return None
    return max(0, int(found[1]) - 1) if found else None


_READERS: dict[str, Callable[[Path, str, str], Iterator[tuple[Any, Any] | Problem]]] = {
    ".csv": read_lines,
    ".tsv": read_lines,
    ".jsonl": read_lines,
    ".parquet": read_parquet,
    ".xlsx": read_xlsx,
}
