"""Held-out answers: every example is scored by a model that never saw its product family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from classifier.domains.agreement import barred_pairs, disagreeing
from classifier.domains.scoring import softmax
from classifier.schemes.labels import NONE, roll_up
from classifier.training.calibrate import (
    Calibration,
    Quality,
    fit_calibration,
    fit_slope,
    handicap,
    judge,
    shift,
)
from classifier.training.conformal import ShortList, fit_short_list
from classifier.training.evaluate import Figures, figures, recall_by_concept
from classifier.training.fit import depth_of, fit_model
from classifier.training.material import folds
from classifier.training.verdicts import Scored, Verdicts, fit_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from classifier.domains.agreement import Disagreements
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
class Answers:
    """Held-out answers of one scheme to the examples that are labelled in it.

    ``rows`` (n,) are their indices among the examples, ``probabilities`` (n, columns),
    ``best`` (n,) the answered column, ``taken`` (n,) whether it would be accepted.
    """

    columns: tuple[str, ...]
    rows: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    best: NDArray[np.int64]
    taken: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Calibrations fitted on held-out answers, and the figures that they reach.

    The figures are cross-fitted: a text's calibration did not see its product family. In a
    scheme, only the examples count that are labelled in it.
    """

    calibrations: dict[str, Calibration]
    quality: dict[str, Quality]
    verdicts: dict[str, Verdicts]
    slopes: dict[tuple[str, str], float]
    figures: dict[str, Figures]
    by_kind: dict[str, dict[str, Figures]]
    concepts: dict[str, dict[str, tuple[int, float]]]
    answers: dict[str, Answers]
    short_lists: dict[str, ShortList]


def assess(
    held: HeldOut, examples: Sequence[Example], disagreements: Disagreements, jobs: int
) -> Assessment:
    """Calibrate every scheme and measure it on the held-out answers.

    ``disagreements`` are the answers that cannot stand together: they are not accepted.
    """
    margins = np.concatenate([m for _, m in held.heads.values()], axis=1).astype(np.float64)
    fold = folds([e.group for e in examples], FOLDS)
    own, at = {}, 0
    rows, truth, fair = {}, {}, {}
    for scheme, (columns, _) in held.heads.items():
        own[scheme] = slice(at, at + len(columns))
        at += len(columns)
        rows[scheme] = np.flatnonzero([e.label(scheme).known for e in examples])
        cells = [e.label(scheme) for e in examples if e.label(scheme).known]
        truth[scheme], fair[scheme] = _targets(cells, columns, depth_of(scheme))
    fits = Parallel(n_jobs=jobs)(
        delayed(fit_calibration)(
            margins[rows[s]][fold[rows[s]] != k], truth[s][fold[rows[s]] != k], own[s]
        )
        for s in held.heads
        for k in range(-1, FOLDS)  # -1 leaves nothing out: that one is kept
    )
    found = Assessment({}, {}, {}, {}, {}, {}, {}, {}, {})
    found.slopes.update({key: _fine_slope(key, held, examples) for key in held.fine})
    scores: dict[str, NDArray[np.float64]] = {}
    scored: dict[str, Scored] = {}
    for number, scheme in enumerate(held.heads):
        whole, *parts = fits[number * (1 + FOLDS) : (number + 1) * (1 + FOLDS)]
        columns = held.heads[scheme][0]
        logits = np.zeros((len(examples), len(columns)))
        for k, part in enumerate(parts):
            logits[fold == k] = part.logits(margins[fold == k], own[scheme])
        by = np.zeros(len(columns))
        by[0] = handicap(scheme, logits[rows[scheme]], truth[scheme], fair[scheme])
        logits += by
        found.calibrations[scheme] = shift(whole, by)
        scores[scheme] = logits[rows[scheme]]
        scored[scheme] = Scored(columns, logits, rows[scheme], truth[scheme], fair[scheme])
    found.verdicts.update(fit_verdicts(scored, held.fine, found.slopes, examples, fold, jobs))
    conflicts = _conflicts(scores, rows, held, disagreements, len(examples))
    for scheme, logits in scores.items():
        quality, best, taken = judge(logits, truth[scheme], fair[scheme], conflicts[scheme])
        probabilities = softmax(logits.astype(np.float32))
        found.quality[scheme] = quality
        found.short_lists[scheme] = fit_short_list(
            probabilities, truth[scheme], taken, fold[rows[scheme]]
        )
        found.answers[scheme] = Answers(
            held.heads[scheme][0], rows[scheme], probabilities, best, taken
        )
        _measure(found, scheme, held, examples)
    return found


def _conflicts(
    scores: Mapping[str, NDArray[np.float64]],
    rows: Mapping[str, NDArray[np.int64]],
    held: HeldOut,
    disagreements: Disagreements,
    count: int,
) -> dict[str, NDArray[np.bool_]]:
    """Return, for each scheme's labelled examples, whether its answer contradicts another's."""
    best = {}
    for scheme, logits in scores.items():
        best[scheme] = np.zeros(count, dtype=np.int64)  # where nobody labelled: none
        best[scheme][rows[scheme]] = logits.argmax(axis=1)
    columns = {scheme: names for scheme, (names, _) in held.heads.items()}
    found = disagreeing(best, barred_pairs(columns, disagreements))
    return {scheme: conflict[rows[scheme]] for scheme, conflict in found.items()}


def _measure(
    found: Assessment,
    scheme: str,
    held: HeldOut,
    examples: Sequence[Example],
) -> None:
    given = found.answers[scheme]
    depth = depth_of(scheme)
    examples = [e for e in examples if e.label(scheme).known]
    cells = [e.label(scheme) for e in examples]
    predicted = [given.columns[i] for i in given.best]
    accepted = [bool(t) for t in given.taken]

    def part(rows: Sequence[int], answers: Sequence[str], level: int) -> Figures:
        return figures(
            [cells[i] for i in rows],
            [answers[i] for i in rows],
            [accepted[i] for i in rows],
            level,
        )

    everything = range(len(cells))
    found.figures[scheme] = part(everything, predicted, depth)
    found.concepts[scheme] = recall_by_concept(cells, predicted, depth)
    found.by_kind[scheme] = {
        kind: part([i for i in everything if examples[i].kind == kind], predicted, depth)
        for kind in sorted({e.kind for e in examples})
    }
    if scheme == "sei2018":
        finest = [
            _finest(scheme, p, row, held) for row, p in zip(given.rows, predicted, strict=True)
        ]
        rows = [i for i in everything if roll_up(cells[i].primary, 2) != cells[i].primary]
        found.figures["sei2018c"] = part(rows, finest, 3)
        found.concepts["sei2018c"] = recall_by_concept(
            [cells[i] for i in rows], [finest[i] for i in rows], 3
        )


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


def _finest(scheme: str, notation: str, row: int | np.int64, held: HeldOut) -> str:
    below = held.fine.get((scheme, notation))
    if below is None:
        return notation
    columns, margins = below
    return columns[int(margins[row].argmax())]
