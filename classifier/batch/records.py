"""Whole rows of a small table: every column, for files of which more than the text is read."""

from __future__ import annotations

import csv
import zipfile
from typing import TYPE_CHECKING, Any

from classifier.batch.header import DELIMITERS
from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDINGS = (*DELIMITERS, ".xlsx")


def read_records(path: Path) -> Iterator[dict[str, Any] | Problem]:
    """Yield the rows of a CSV, TSV or XLSX file in order, each by its columns or as a problem.

    Raises
    ------
    InputError
        The file is missing, of another ending, or damaged.
    """
    if not path.is_file():
        raise InputError([Problem(str(path), 0, "", "no such file")])
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        allowed = ", ".join(ENDINGS)
        raise InputError(
            [Problem(str(path), 0, "", f"found ending {ending!r}, allowed: {allowed}")]
        )
    return _workbook(path) if ending == ".xlsx" else _delimited(path, DELIMITERS[ending])


def _delimited(path: Path, delimiter: str) -> Iterator[dict[str, Any] | Problem]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        lines = (line.replace("\0", "\ufffd") for line in stream)
        if delimiter == "\t":
            reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            reader = csv.reader(lines, delimiter=delimiter)
        header = next(reader, [])
        number = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield Problem(str(path), number, "", f"not a row: {error}")
                continue
            if not cells:
                continue
            number += 1
            if len(cells) == len(header):
                yield dict(zip(header, cells, strict=True))
            else:
                yield Problem(
                    str(path),
                    number,
                    "",
                    f"found {len(cells)} cells, the header has {len(header)}; "
                    "quote a text that holds the delimiter",
                )


def _workbook(path: Path) -> Iterator[dict[str, Any] | Problem]:
    import openpyxl  # noqa: PLC0415  (150 ms that other endings need not pay)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise InputError([Problem(str(path), 0, "", f"not an XLSX workbook: {error}")]) from None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(c) if c is not None else "" for c in next(rows, ())]
        for cells in rows:
            if any(c is not None for c in cells):
                yield dict(zip(header, cells, strict=False))
    finally:
        book.close()
