"""Verdicts on claims, fitted on held-out answers: a model of what is defensible, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from classifier.domains.scoring import features_below, softmax
from classifier.schemes.labels import NONE, roll_up
from classifier.training.defending import (
    CONTRADICTED_FINER,
    Defensible,
    Limits,
    fit_below,
    fit_defensible,
    fit_limits,
    make_claims,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.schemes.labels import LabelCell
    from classifier.training.corpus import Example


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What verdicts of one scheme are taken by.

    ``below`` (4,) are the weights of ``features_below``. ``limits`` on the level on which the
    scheme decides, and ``finer`` below it; they are set and measured cross-fitted, so that no
    text's product family took part in what is said to be defensible of it.
    """

    defensible: Defensible
    below: NDArray[np.float64]
    limits: Limits
    finer: Limits


@dataclass(frozen=True, slots=True)
class Scored:
    """Held-out scores of one scheme, for every example, and the labels of those that have one.

    ``logits`` (examples, columns); ``rows`` (n,) the labelled examples, ``truth`` (n,) and
    ``fair`` (n, columns) their labels.
    """

    columns: tuple[str, ...]
    logits: NDArray[np.float64]
    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    fair: NDArray[np.bool_]


def fit_verdicts(
    scored: Mapping[str, Scored],
    fine: Mapping[tuple[str, str], tuple[tuple[str, ...], NDArray[np.float32]]],
    slopes: Mapping[tuple[str, str], float],
    examples: Sequence[Example],
    fold: NDArray[np.int64],
    jobs: int,
) -> dict[str, Verdicts]:
    """Fit every scheme; ``fold`` (examples,) as the folds of the scores."""
    every = np.concatenate([s.logits for s in scored.values()], axis=1)
    parts = range(-1, int(fold.max()) + 1)  # -1 leaves nothing out: that one is kept
    fits = Parallel(n_jobs=jobs)(
        delayed(fit_defensible)(s.logits[kept], every[kept], s.fair[fold[s.rows] != k])
        for s in scored.values()
        for k in parts
        for kept in [s.rows[fold[s.rows] != k]]
    )
    out = {}
    for number, (scheme, found) in enumerate(scored.items()):
        whole, *left_out = fits[number * len(parts) : (number + 1) * len(parts)]
        defended = np.zeros(found.fair.shape)
        for k, part in enumerate(left_out):
            outside = fold[found.rows] == k
            rows = found.rows[outside]
            defended[outside] = part.probability(found.logits[rows], every[rows])
        first = softmax(found.logits[found.rows].astype(np.float32)).astype(np.float64)
        answer = first.argmax(axis=1)
        limits = fit_limits(make_claims(first, defended, found.truth, found.fair, answer))
        scores = {
            above: (names, slopes[scheme, above] * margins[found.rows].astype(np.float64))
            for (of, above), (names, margins) in fine.items()
            if of == scheme
        }
        below, finer = np.array([1.0, 1.0, 0.0, 0.0]), limits
        if scores:
            cells = [examples[row].label(scheme) for row in found.rows]
            below, finer = _finer(found, first, defended, scores, cells)
        out[scheme] = Verdicts(whole, below, limits, finer)
    return out


def _finer(
    found: Scored,
    first: NDArray[np.float64],
    defended: NDArray[np.float64],
    scores: Mapping[str, tuple[tuple[str, ...], NDArray[np.float64]]],
    cells: Sequence[LabelCell],
) -> tuple[NDArray[np.float64], Limits]:
    """Fit the level below that on which the scheme decides: weights, and limits."""
    at = {column: i for i, column in enumerate(found.columns)}
    names = [NONE, *(name for below, _ in scores.values() for name in below)]
    truth, fair, use = _finer_labels(cells, names)
    shares = {above: softmax(part.astype(np.float32)) for above, (_, part) in scores.items()}
    firsts = [first[:, :1], *(first[:, [at[above]]] * shares[above] for above in scores)]
    features = np.concatenate(
        [features_below(defended[:, at[above]], part) for above, (_, part) in scores.items()],
        axis=1,
    )
    weights = fit_below(features[use].reshape(-1, 4), fair[use][:, 1:].ravel())
    defences = 1 / (1 + np.exp(-(features @ weights)))
    index = {name: i for i, name in enumerate(names)}
    answer = np.zeros(len(cells), dtype=np.int64)
    for row, column in enumerate(first.argmax(axis=1)):
        above = found.columns[column]
        if above in scores:
            answer[row] = index[scores[above][0][int(shares[above][row].argmax())]]
    claims = make_claims(
        np.concatenate(firsts, axis=1)[use],
        np.concatenate([defended[:, :1], defences], axis=1)[use],
        truth[use],
        fair[use],
        answer[use],
    )
    return weights, fit_limits(claims, CONTRADICTED_FINER)


def _finer_labels(
    cells: Sequence[LabelCell], names: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return primaries, fair labels, and which texts are labelled down to this level."""
    index = {name: i for i, name in enumerate(names)}
    depth = names[-1].count(".") + 1
    truth = np.zeros(len(cells), dtype=np.int64)
    fair = np.zeros((len(cells), len(names)), dtype=bool)
    use = np.zeros(len(cells), dtype=bool)
    for row, cell in enumerate(cells):
        labels = [index.get(roll_up(notation, depth), -1) for notation in cell.notations]
        if min(labels) >= 0:
            use[row] = True
            truth[row] = labels[0]
            fair[row, labels] = True
    return truth, fair, use
