"""Reads Parquet by row groups and XLSX row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classifier.batch.header import find_columns, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from classifier.errors import InputError

ROWS = 4096
"""Rows of a Parquet file that are decoded at once."""

_OLE = b"\xd0\xcf\x11\xe0"
"""How an encrypted workbook begins, and one of Excel before 2007."""


def read_parquet(path: Path, text_column: str, id_column: str) -> Iterator[tuple[Any, Any]]:
    """Yield id and text of a Parquet file's rows."""
    import pyarrow  # noqa: PLC0415  (80 ms that other endings need not pay)
    import pyarrow.parquet  # noqa: PLC0415

    begin, end = _ends(path)
    if begin == b"PARE" or end == b"PARE":
        raise refuse(path, "an encrypted Parquet file; write it without encryption")
    if begin != b"PAR1":
        raise refuse(path, f"not a Parquet file: it begins with {begin!r}, expected b'PAR1'")
    if end != b"PAR1":
        raise refuse(path, "not a Parquet file: it is cut off before its footer; copy it again")
    done = 0
    try:
        # page by page: by default the whole row group would be fetched before its first row
        file = pyarrow.parquet.ParquetFile(
            path, buffer_size=1 << 20, pre_buffer=False, page_checksum_verification=True
        )
        names = file.schema_arrow.names
        text, name = find_columns(path, names, text_column, id_column)
        wanted = [names[text]] if name is None else list({names[text]: 0, names[name]: 0})
        for batch in file.iter_batches(batch_size=ROWS, columns=wanted, use_threads=False):
            texts = _values(batch.column(names[text]))
            ids = [None] * len(texts) if name is None else _values(batch.column(names[name]))
            yield from zip(ids, texts, strict=True)
            done += len(texts)
    except (pyarrow.ArrowException, OSError, EOFError) as error:
        raise _damaged(path, "Parquet file", done, error) from None


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as stream:
        begin = stream.read(4)
        stream.seek(max(-4, -path.stat().st_size), 2)
        return begin, stream.read(4)


def _values(column: Any) -> list[Any]:
    """Return a column's values; a string that is not UTF-8 holds U+FFFD where it is not."""
    import pyarrow  # noqa: PLC0415

    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        binary = column.cast(pyarrow.large_binary())
        return [None if v is None else v.decode("utf-8", "replace") for v in binary.to_pylist()]
    return values


def read_xlsx(path: Path, text_column: str, id_column: str) -> Iterator[tuple[Any, Any]]:
    """Yield id and text of the rows of a workbook's first sheet; empty rows do not count."""
    import warnings  # noqa: PLC0415

    import openpyxl  # noqa: PLC0415  (150 ms that other endings need not pay)

    with path.open("rb") as stream:
        if stream.read(4) == _OLE:
            message = "an encrypted workbook, or one of the old .xls kind; save it as .xlsx without"
            raise refuse(path, f"{message} a password")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles, which nobody asks for
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001  (a damaged one makes a dozen types of error)
        raise _damaged(path, "XLSX workbook", 0, error) from None
    try:
        if not book.worksheets:
            raise refuse(path, "a workbook without a sheet of cells")
        yield from _sheet(path, book.worksheets[0], text_column, id_column)
    finally:
        book.close()


def _sheet(path: Path, sheet: Any, text_column: str, id_column: str) -> Iterator[tuple[Any, Any]]:
    sheet.reset_dimensions()  # some programs write a size that is too small
    done = 0
    rows = sheet.iter_rows(values_only=True)
    text: int | None = None
    name: int | None = None
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001  (as above)
            raise _damaged(path, "XLSX workbook", done, error) from None
        if all(cell is None for cell in cells):
            continue
        if text is None:
            text, name = find_columns(path, cells, text_column, id_column)
            continue
        yield (
            cells[name] if name is not None and name < len(cells) else None,
            cells[text] if text < len(cells) else None,
        )
        done += 1
    if text is None:
        find_columns(path, (), text_column, id_column)


def _damaged(path: Path, kind: str, done: int, error: Exception) -> InputError:
    """Return the refusal of a file that breaks off, at its beginning or behind some rows."""
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    if not done:
        return refuse(path, f"not an {kind}: {what}" if kind[0] == "X" else f"not a {kind}: {what}")
    return refuse(
        path, f"the {kind} is damaged behind row {done}: {what:.200}; make it again", row=done + 1
    )
