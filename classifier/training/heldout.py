"""Held-out answers: every example is scored by a model that never saw its product family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.schemes.labels import NONE, SCHEME_IDS, roll_up
from classifier.training.calibrate import Calibration, calibrate, fit_slope
from classifier.training.evaluate import Figures, figures, recall_by_concept
from classifier.training.fit import depth_of, fit_model
from classifier.training.material import folds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from classifier.schemes.labels import LabelCell
    from classifier.schemes.model import Scheme
    from classifier.training.corpus import Example
    from classifier.training.material import Material

FOLDS = 5


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Margins of the examples from models that did not see their groups.

    ``heads`` maps a scheme to (columns, margins); ``fine`` maps (scheme, above) to
    (columns, margins). Rows are the examples in order.
    """

    heads: dict[str, tuple[tuple[str, ...], NDArray[np.float32]]]
    fine: dict[tuple[str, str], tuple[tuple[str, ...], NDArray[np.float32]]]


def hold_out(
    schemes: Mapping[str, Scheme],
    matrix: sparse.csr_matrix,
    material: Material,
    jobs: int,
    progress: Callable[[str], None],
) -> HeldOut:
    """Score every example by the fold that left out its group; the lexicon is in every fold."""
    fold = folds(material.groups[material.terms :], FOLDS)
    heads: dict[str, tuple[tuple[str, ...], NDArray[np.float32]]] = {}
    fine: dict[tuple[str, str], tuple[tuple[str, ...], NDArray[np.float32]]] = {}
    terms = np.arange(material.terms)
    for number in range(FOLDS):
        progress(f"fold {number + 1} of {FOLDS}")
        inside = material.terms + np.flatnonzero(fold != number)
        outside = np.flatnonzero(fold == number)
        model = fit_model(schemes, matrix, material, np.concatenate([terms, inside]), jobs)
        part = matrix[material.terms + outside]
        for head in model.heads:
            if head.scheme not in heads:
                empty = np.zeros((material.examples, len(head.columns)), dtype=np.float32)
                heads[head.scheme] = (head.columns, empty)
            heads[head.scheme][1][outside] = head.margins(part)
        for below in model.fine:
            key = (below.scheme, below.above)
            if key not in fine:
                empty = np.zeros((material.examples, len(below.columns)), dtype=np.float32)
                fine[key] = (below.columns, empty)
            fine[key][1][outside] = below.margins(part)
    return HeldOut(heads, fine)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Calibration and figures from held-out answers."""

    calibrations: dict[str, Calibration]
    slopes: dict[tuple[str, str], float]
    figures: dict[str, Figures]
    by_kind: dict[str, dict[str, Figures]]
    concepts: dict[str, dict[str, tuple[int, float]]]


def assess(held: HeldOut, examples: Sequence[Example]) -> Assessment:
    """Calibrate every scheme and measure it on the held-out answers."""
    calibrations: dict[str, Calibration] = {}
    found: dict[str, Figures] = {}
    by_kind: dict[str, dict[str, Figures]] = {}
    concepts: dict[str, dict[str, tuple[int, float]]] = {}
    slopes = {key: _fine_slope(key, held, examples) for key in held.fine}
    for scheme in SCHEME_IDS:
        columns, margins = held.heads[scheme]
        depth = depth_of(scheme)
        cells = [e.label(scheme) for e in examples]
        truth, fair = _targets(cells, columns, depth)
        calibration = calibrate(margins, truth, fair)
        calibrations[scheme] = calibration
        probability = calibration.probabilities(margins)
        best = probability.argmax(axis=1)
        sure = probability[np.arange(len(best)), best] >= calibration.threshold
        predicted = [columns[i] for i in best]
        accepted = [bool(s) for s in sure]
        found[scheme] = figures(cells, predicted, accepted, depth)
        concepts[scheme] = recall_by_concept(cells, predicted, depth)
        by_kind[scheme] = {
            kind: figures(
                [cells[i] for i in rows],
                [predicted[i] for i in rows],
                [accepted[i] for i in rows],
                depth,
            )
            for kind in sorted({e.kind for e in examples})
            if (rows := [i for i, e in enumerate(examples) if e.kind == kind])
        }
        if scheme == "sei2018":
            finest = [_finest(scheme, p, i, held) for i, p in enumerate(predicted)]
            rows = [i for i, c in enumerate(cells) if roll_up(c.primary, 2) != c.primary]
            found["sei2018c"] = figures(
                [cells[i] for i in rows],
                [finest[i] for i in rows],
                [accepted[i] for i in rows],
                3,
            )
            concepts["sei2018c"] = recall_by_concept(
                [cells[i] for i in rows], [finest[i] for i in rows], 3
            )
    return Assessment(calibrations, slopes, found, by_kind, concepts)


def _targets(
    cells: Sequence[LabelCell], columns: Sequence[str], depth: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    index = {column: i for i, column in enumerate(columns)}
    truth = np.zeros(len(cells), dtype=np.int64)
    fair = np.zeros((len(cells), len(columns)), dtype=bool)
    for row, cell in enumerate(cells):
        truth[row] = index.get(roll_up(cell.primary, depth), index[NONE])
        for notation in cell.notations:
            at = index.get(roll_up(notation, depth))
            if at is not None:
                fair[row, at] = True
    return truth, fair


def _fine_slope(key: tuple[str, str], held: HeldOut, examples: Sequence[Example]) -> float:
    columns, margins = held.fine[key]
    depth = key[1].count(".") + 2
    index = {column: i for i, column in enumerate(columns)}
    rows, truth = [], []
    for row, example in enumerate(examples):
        at = index.get(roll_up(example.label(key[0]).primary, depth))
        if at is not None:
            rows.append(row)
            truth.append(at)
    if len(set(truth)) < 2:  # noqa: PLR2004  (nothing to tell apart)
        return 1.0
    return fit_slope(margins[rows], np.array(truth, dtype=np.int64))


def _finest(scheme: str, notation: str, row: int, held: HeldOut) -> str:
    below = held.fine.get((scheme, notation))
    if below is None:
        return notation
    columns, margins = below
    return columns[int(margins[row].argmax())]
