"""Takes terms from an official list (CSV or XLSX) into the lexicon's format."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, NotationError, Problem
from classifier.schemes.labels import NONE, SCHEME_IDS
from classifier.schemes.lexicon import LONGEST_TERM, Term, check_cells, term_key, write_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from classifier.schemes.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Intake:
    """New terms as lexicon text, with counts and the rows that were refused."""

    text: str
    added: int
    known: int
    problems: tuple[Problem, ...]


def import_terms(
    path: Path,
    taxonomy: Taxonomy,
    *,
    term_column: str,
    labels: Mapping[str, str],
    label_columns: Mapping[str, str],
) -> Intake:
    """Read a list and return the terms that the lexicon does not have.

    Parameters
    ----------
    path
        CSV (UTF-8) or XLSX with a header row.
    term_column
        Column of the product names; names in one cell may be parted by ``、`` or ``；``.
    labels
        Label cell by scheme for the whole list; schemes not named get ``-``.
    label_columns
        Column by scheme that gives the label of each row; it wins over ``labels``.

    Raises
    ------
    InputError
        The file is missing, of another ending, damaged, or lacks a column.
    NotationError
        A scheme that does not exist, or a whole-list label that cannot be read.
    """
    for scheme in (*labels, *label_columns):
        if scheme not in SCHEME_IDS:
            raise NotationError(f"no scheme {scheme!r}; known: {', '.join(SCHEME_IDS)}")
    base = {s: labels.get(s, NONE) for s in SCHEME_IDS}
    _, complaints = check_cells(base, taxonomy.schemes)
    if complaints:
        raise NotationError("; ".join(f"--label {s}: {message}" for s, message in complaints))
    known = {term_key(term.text) for term in taxonomy.lexicon.terms}
    added: list[Term] = []
    problems: list[Problem] = []
    repeated = 0
    for number, row in _rows(path, (term_column, *label_columns.values())):
        cells = base | {s: row[column] or NONE for s, column in label_columns.items()}
        parsed, complaints = check_cells(cells, taxonomy.schemes)
        if complaints:
            problems.extend(Problem(path.name, number, s, m) for s, m in complaints)
            continue
        for text in row[term_column].replace("；", "、").replace(";", "、").split("、"):
            name = text.strip()
            if not 1 < len(name) <= LONGEST_TERM:
                problems.append(
                    Problem(
                        path.name,
                        number,
                        term_column,
                        f"found {name[:20]!r}, allowed: 2 to {LONGEST_TERM} characters",
                    )
                )
            elif term_key(name) in known:
                repeated += 1
            else:
                known.add(term_key(name))
                added.append(Term(name, parsed, path.name, number))
    return Intake(write_terms(added), len(added), repeated, tuple(problems))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise InputError([Problem(str(path), 0, "", "no such file")])
    ending = path.suffix.lower()
    if ending == ".csv":
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                table: list[list[Any]] = list(csv.reader(stream))
        except UnicodeDecodeError as error:
            raise InputError(
                [Problem(str(path), 0, "", f"not UTF-8 at byte {error.start}; save it as UTF-8")]
            ) from None
    elif ending == ".xlsx":
        import openpyxl  # noqa: PLC0415  (150 ms that CSV need not pay)

        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise InputError([Problem(str(path), 0, "", f"not an XLSX file: {error}")]) from None
        table = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    else:
        raise InputError(
            [Problem(str(path), 0, "", f"found ending {ending!r}, allowed: .csv, .xlsx")]
        )
    header = [str(c).strip() if c is not None else "" for c in (table[0] if table else [])]
    for column in columns:
        if column not in header:
            raise InputError(
                [Problem(str(path), 1, column, f"no such column; found: {', '.join(header)}")]
            )
    for number, cells in enumerate(table[1:], 2):
        row = {
            h: str(c).strip() if c is not None else "" for h, c in zip(header, cells, strict=False)
        }
        if any(row.values()):
            yield number, {column: row.get(column, "") for column in columns}
