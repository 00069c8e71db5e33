"""Writes answers as JSONL, CSV, TSV, Parquet or XLSX, as they come."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from classifier.domains.answer import Answer

ENDINGS = (".jsonl", ".csv", ".tsv", ".parquet", ".xlsx")

Write = "Callable[[str, Answer], None]"


def flat(row_id: str, answer: Answer) -> dict[str, Any]:
    """Return one row of a table: id, then primary, probability and decision a scheme."""
    out: dict[str, Any] = {"id": row_id}
    for scheme, found in answer.domains.items():
        out[scheme] = found.primary or "-"
        out[f"{scheme}_probability"] = round(found.probability, 4)
        out[f"{scheme}_decision"] = found.decision
    out["model"] = answer.versions.model
    out["taxonomy"] = answer.versions.taxonomy
    return out


@contextmanager
def open_output(path: Path) -> Iterator[Callable[[str, Answer], None]]:
    """Open a file for answers; the file appears under its name once all is written.

    Raises
    ------
    InputError
        An ending that is not in ``ENDINGS``, or a folder that does not exist.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        allowed = ", ".join(ENDINGS)
        raise InputError(
            [Problem(str(path), 0, "", f"found ending {ending!r}, allowed: {allowed}")]
        )
    if not path.parent.is_dir():
        raise InputError([Problem(str(path), 0, "", f"no folder {path.parent}; make it first")])
    work = path.with_name(f".{path.name}.part")
    try:
        if ending == ".jsonl":
            with work.open("w", encoding="utf-8") as stream:
                yield lambda row_id, answer: _json_line(stream.write, row_id, answer)
        elif ending in {".csv", ".tsv"}:
            with work.open("w", encoding="utf-8", newline="") as stream:
                delimiter = "," if ending == ".csv" else "\t"
                table = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
                yield _table(table.writerow)
        elif ending == ".xlsx":
            import openpyxl  # noqa: PLC0415

            book = openpyxl.Workbook(write_only=True)
            sheet = book.create_sheet("keyfield")
            yield _table(sheet.append)
            book.save(work)
        else:
            with _parquet(work) as write:
                yield write
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)


def _json_line(write: Callable[[str], Any], row_id: str, answer: Answer) -> None:
    write(json.dumps(answer.to_json(row_id), ensure_ascii=False) + "\n")


def _table(append: Callable[[list[Any]], Any]) -> Callable[[str, Answer], None]:
    begun = False

    def write(row_id: str, answer: Answer) -> None:
        nonlocal begun
        row = flat(row_id, answer)
        if not begun:
            append(list(row))
            begun = True
        append(list(row.values()))

    return write


@contextmanager
def _parquet(path: Path) -> Iterator[Callable[[str, Answer], None]]:
    import pyarrow  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    buffer: list[dict[str, Any]] = []
    writer: Any = None

    def flush() -> None:
        nonlocal writer
        if not buffer:
            return
        table = pyarrow.Table.from_pylist(buffer)
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
        buffer.clear()

    def write(row_id: str, answer: Answer) -> None:
        buffer.append(flat(row_id, answer))
        if len(buffer) >= 8192:  # noqa: PLR2004  (rows of a row group)
            flush()

    yield write
    flush()
    if writer is None:
        pyarrow.parquet.write_table(
            pyarrow.table({"id": pyarrow.array([], pyarrow.string())}), path
        )
    else:
        writer.close()
