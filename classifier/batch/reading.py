"""Reads texts to classify from CSV, TSV, JSONL, Parquet or XLSX, row by row.

A row that cannot be classified is not lost: it is returned as a problem with its number,
and the rows after it go on.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ENDINGS = (".csv", ".tsv", ".jsonl", ".parquet", ".xlsx")

csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class InputRow:
    """A text to classify; ``number`` counts the rows of data from 1."""

    number: int
    id: str
    text: str


def read_rows(
    path: Path, text_column: str = "text", id_column: str = "id"
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
        Column that names the row; where it is missing, the row's number does.

    Raises
    ------
    InputError
        The file is missing, of another ending, damaged, or has no such text column.
    """
    return _rows(path, read_records(path), text_column, id_column)


def read_records(path: Path) -> Iterator[dict[str, Any] | Problem]:
    """Yield the rows of a file in order, each by its columns or as a problem.

    Raises
    ------
    InputError
        The file is missing, of another ending, or damaged.
    """
    if not path.is_file():
        raise InputError([Problem(str(path), 0, "", "no such file")])
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        allowed = ", ".join(ENDINGS)
        raise InputError(
            [Problem(str(path), 0, "", f"found ending {path.suffix!r}, allowed: {allowed}")]
        )
    return reader(path)


def _rows(
    path: Path,
    records: Iterator[dict[str, Any] | Problem],
    text_column: str,
    id_column: str,
) -> Iterator[InputRow | Problem]:
    for number, record in enumerate(records, 1):
        if isinstance(record, Problem):
            yield record
            continue
        if text_column not in record:
            if number == 1 and path.suffix.lower() != ".jsonl":
                columns = ", ".join(str(c) for c in record) or "none"
                raise InputError(
                    [
                        Problem(
                            str(path),
                            0,
                            text_column,
                            f"no such column; found: {columns}; name it with --text-column",
                        )
                    ]
                )
            yield Problem(str(path), number, text_column, "missing; expected a text")
            continue
        text = record[text_column]
        if not isinstance(text, str) or not text.strip():
            yield Problem(str(path), number, text_column, f"found {text!r}, expected a text")
            continue
        if "\ufffd" in text:
            yield Problem(
                str(path),
                number,
                text_column,
                "not UTF-8 (bytes that are no character); save as UTF-8",
            )
            continue
        given = record.get(id_column)
        yield InputRow(number, str(number if given is None or given == "" else given), text)


def _delimited(delimiter: str) -> Callable[[Path], Iterator[dict[str, Any] | Problem]]:
    def read(path: Path) -> Iterator[dict[str, Any] | Problem]:
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
                if len(cells) != len(header):
                    yield Problem(
                        str(path),
                        number,
                        "",
                        f"found {len(cells)} cells, the header has {len(header)}; "
                        "quote a text that holds the delimiter",
                    )
                    continue
                yield dict(zip(header, cells, strict=True))

    return read


def _jsonl(path: Path) -> Iterator[dict[str, Any] | Problem]:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        for number, line in enumerate((x for x in stream if x.strip()), 1):
            try:
                value = json.loads(line)
            except json.JSONDecodeError as error:
                yield Problem(str(path), number, "", f"not JSON: {error.msg}")
                continue
            if isinstance(value, dict):
                yield value
            else:
                yield Problem(str(path), number, "", f"found {value!r:.40}, expected an object")


def _parquet(path: Path) -> Iterator[dict[str, Any] | Problem]:
    import pyarrow  # noqa: PLC0415  (80 ms that other endings need not pay)
    import pyarrow.parquet  # noqa: PLC0415

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise InputError([Problem(str(path), 0, "", f"not a Parquet file: {error}")]) from None
    for batch in file.iter_batches(batch_size=4096):
        yield from batch.to_pylist()


def _xlsx(path: Path) -> Iterator[dict[str, Any] | Problem]:
    import zipfile  # noqa: PLC0415

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


_READERS: dict[str, Callable[[Path], Iterator[dict[str, Any] | Problem]]] = {
    ".csv": _delimited(","),
    ".tsv": _delimited("\t"),
    ".jsonl": _jsonl,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
