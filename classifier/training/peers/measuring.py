"""What answers are held against: held-out folds and a benchmark file, by the scorer's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.errors import InputError, Problem
from classifier.schemes.labels import UNLABELLED, parse_label, roll_up
from classifier.training.evaluate import figures
from classifier.training.fit import depth_of
from classifier.training.peers.lesson import FINER
from classifier.training.sheets import read_sheet, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from classifier.schemes.labels import LabelCell
    from classifier.training.corpus import Example
    from classifier.training.peers.lesson import Answers

MEASURES = ("strict", "fair", "recall", "false_positive")
Row = dict[str, float]
"""``texts`` and the measures of one view."""


@dataclass(frozen=True, slots=True)
class View:
    """One line of the scorer's table: a scheme on a level, and the texts that count in it."""

    name: str
    scheme: str
    depth: int
    rows: NDArray[np.int64]
    cells: tuple[LabelCell, ...]

    def measure(self, answers: Answers, only: NDArray[np.bool_] | None = None) -> Row:
        """Return the figures of answers to all texts, or to those of a mask over all texts."""
        keep = [i for i, row in enumerate(self.rows) if only is None or only[row]]
        given = answers[self.scheme]
        found = figures(
            [self.cells[i] for i in keep],
            [given[self.rows[i]] for i in keep],
            [False] * len(keep),
            self.depth,
        ).to_json()
        return {name: found[name] for name in ("texts", *MEASURES)}


def _view(name: str, scheme: str, depth: int, cells: Sequence[LabelCell | None]) -> View:
    rows = [row for row, cell in enumerate(cells) if cell is not None]
    kept = tuple(cell for cell in cells if cell is not None)
    return View(name, scheme, depth, np.array(rows, dtype=np.int64), kept)


def views_of(examples: Sequence[Example], schemes: Sequence[str]) -> tuple[View, ...]:
    """Return what descriptions are held against, as a training measures itself."""
    out = []
    for scheme in schemes:
        depth = depth_of(scheme)
        labels = [e.label(scheme) for e in examples]
        known = [cell if cell.known else None for cell in labels]
        out.append(_view(scheme, scheme, depth, known))
        if scheme in FINER:
            fine = [
                cell if roll_up(cell.primary, depth) != cell.primary else None for cell in labels
            ]
            out.append(_view(f"{scheme}c", scheme, FINER[scheme], fine))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A labelled file that nobody is taught on."""

    name: str
    texts: tuple[str, ...]
    views: tuple[View, ...]


def read_labelled(path: Path, schemes: Sequence[str]) -> Benchmark:
    """Read a benchmark file: a text column and a column a scheme; ``sei2018c`` is three digits.

    Raises
    ------
    InputError
        It cannot be read, or a cell is no label.
    """
    sheet = read_sheet(path)
    column = text_column(sheet)
    views = []
    for scheme in schemes:
        levels = {scheme: depth_of(scheme)}
        if scheme in FINER:
            levels[f"{scheme}c"] = FINER[scheme]
        for name, depth in levels.items():
            cells = [_cell(path, line, name, row.get(name, "")) for line, row in sheet.rows]
            if any(cells):
                views.append(_view(name, scheme, depth, cells))
    return Benchmark(sheet.name, tuple(row[column] for _, row in sheet.rows), tuple(views))


def _cell(path: Path, line: int, name: str, cell: str) -> LabelCell | None:
    if cell in {"", UNLABELLED}:
        return None
    try:
        return parse_label(cell)
    except ValueError as error:
        raise InputError([Problem(str(path), line, name, str(error))]) from None


def measured(
    views: Sequence[View], answers: Answers, only: NDArray[np.bool_] | None = None
) -> dict[str, Row]:
    """Return the figures of each view."""
    return {view.name: view.measure(answers, only) for view in views}


def fair_by_kind(
    views: Sequence[View],
    answers: Answers,
    kinds: Sequence[str],
    only: NDArray[np.bool_],
) -> dict[str, Mapping[str, float]]:
    """Return the fair share of each kind of text, by view; kinds that no text has are left out."""
    out: dict[str, Mapping[str, float]] = {}
    for view in views:
        by = {}
        for kind in sorted(set(kinds)):
            row = view.measure(answers, only & (np.array(kinds) == kind))
            if row["texts"]:
                by[kind] = row["fair"]
        out[view.name] = by
    return out
