"""Finds the columns of a table's text and id, and says what is wrong where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DELIMITERS = {".csv": ",", ".tsv": "\t"}
"""By ending. Quotes mean something in the first, nothing in the other."""

ID = "id"
"""The id column that may be missing: the row's number stands in for it."""

NO_CHARACTER = "\ufffd"
"""Stands where bytes were no UTF-8."""


def refuse(path: Path, message: str, *, row: int = 0, field: str = "") -> InputError:
    """Return the error of a file that cannot be read at all."""
    return InputError([Problem(str(path), row, field, message)])


def find_columns(
    path: Path, header: Sequence[Any], text_column: str, id_column: str
) -> tuple[int, int | None]:
    """Return the places of the text and of the id (None: the file names no rows).

    Raises
    ------
    InputError
        No such column, one that stands twice, or a header that is not UTF-8.
    """
    names = ["" if name is None else str(name) for name in header]
    if not any(names):
        raise refuse(path, "no header; the first row must name the columns", row=1)
    if text_column not in names and any(NO_CHARACTER in name for name in names):
        raise refuse(path, 'not UTF-8; save it as "CSV UTF-8" and try again', row=1)
    for column, option in ((text_column, "--text-column"), (id_column, "--id-column")):
        if names.count(column) > 1:
            places = ", ".join(str(at) for at, name in enumerate(names, 1) if name == column)
            raise refuse(path, f"stands twice, as columns {places}; rename one", field=column)
        if column not in names and not (option == "--id-column" and column == ID):
            found = ", ".join(name for name in names if name)
            raise refuse(
                path, f"no such column; found: {found:.500}; name it with {option}", field=column
            )
    return names.index(text_column), names.index(id_column) if id_column in names else None
