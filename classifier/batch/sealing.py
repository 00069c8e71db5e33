"""Turns a whole table of answers into Parquet or XLSX, row group by row group.

Neither kind can be written on after a break: a job keeps a plain table until its last row
is there. The same table gives the same bytes.
"""

from __future__ import annotations

import csv
import re
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROW_GROUP = 65_536
"""Rows of a Parquet row group."""

SHEET = 1_048_576
"""Rows that a sheet can hold, its header among them; what is more goes onto a further one."""

_NO_CELL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML, and so a cell, cannot hold."""


def seal_parquet(table: Path, target: Path) -> None:
    """Write a table of answers (CSV with a header) as Parquet."""
    import pyarrow  # noqa: PLC0415
    import pyarrow.csv  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    with table.open(encoding="utf-8", newline="") as stream:
        names = next(csv.reader(stream))
    schema = pyarrow.schema(
        [(n, pyarrow.float64() if n.endswith("_probability") else pyarrow.string()) for n in names]
    )
    reader = pyarrow.csv.open_csv(
        table,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=1 << 22),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=schema, strings_can_be_null=False),
    )
    with pyarrow.parquet.ParquetWriter(target, schema, write_page_checksum=True) as writer:
        waiting: list[Any] = []
        rows = 0
        for batch in reader:
            waiting.append(batch)
            rows += batch.num_rows
            while rows >= ROW_GROUP:
                whole = pyarrow.Table.from_batches(waiting, schema)
                writer.write_table(whole.slice(0, ROW_GROUP).combine_chunks(), ROW_GROUP)
                waiting = whole.slice(ROW_GROUP).to_batches()
                rows -= ROW_GROUP
        if rows:
            last = pyarrow.Table.from_batches(waiting, schema)
            writer.write_table(last.combine_chunks(), ROW_GROUP)


def seal_xlsx(table: Path, target: Path) -> None:
    """Write a table of answers (CSV with a header) as a workbook.

    Texts are written as texts: an id that begins with ``=`` is no formula.
    """
    import openpyxl  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    with table.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        number = [name.endswith("_probability") for name in header]
        sheet: Any = None
        for at, cells in enumerate(rows):
            if at % (SHEET - 1) == 0:
                sheet = _sheet(book, header)
            values: list[Any] = [
                float(c) if is_number else c for c, is_number in zip(cells, number, strict=True)
            ]
            name = WriteOnlyCell(sheet, _NO_CELL.sub("\ufffd", cells[0]))
            name.data_type = "s"
            values[0] = name
            sheet.append(values)
        if sheet is None:
            _sheet(book, header)
    _save(book, target)


def _sheet(book: Any, header: list[str]) -> Any:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet("keyfield" if number == 1 else f"keyfield {number}")
    sheet.append(header)
    return sheet


class _Undated(zipfile.ZipFile):
    """An archive that is the same whenever it is written."""

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:
        with (
            open(filename, "rb") as stream,  # noqa: PTH123  (openpyxl's, and not a Path)
            self.open(self._entry(str(arcname)), "w", force_zip64=True) as out,
        ):
            while block := stream.read(1 << 20):
                out.write(block)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any) -> None:
        name = str(zinfo_or_arcname)
        if name == "docProps/core.xml":
            text = data.decode() if isinstance(data, bytes) else data
            data = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2000-01-01T00:00:00Z", text)
        super().writestr(self._entry(name), data)

    @staticmethod
    def _entry(name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


def _save(book: Any, target: Path) -> None:
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415

    with _Undated(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).save()


SEALS: dict[str, Callable[[Path, Path], None]] = {".parquet": seal_parquet, ".xlsx": seal_xlsx}
"""How the kinds are made that a job cannot write piece by piece."""
