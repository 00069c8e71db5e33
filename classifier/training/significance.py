"""Whether two models differ beyond noise: bootstrap over product families, McNemar, Holm."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest

from classifier.schemes.labels import NONE, roll_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.schemes.labels import LabelCell

ROUNDS = 1000
"""Bootstrap samples."""

LEVEL = 0.95
"""Share of the samples that an interval holds."""

NAMES = ("strict", "fair", "recall", "false_positive", "auto", "auto_ok")

_SEED = 20260401


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the limits between which it lies with a probability of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of both models, and the second minus the first; NaN where nothing counts."""

    first: Interval
    second: Interval
    difference: Interval


@dataclass(frozen=True, slots=True)
class Given:
    """A model's answers to some texts: notations (``-`` for none) and which were accepted."""

    answers: tuple[str, ...]
    accepted: tuple[bool, ...]


def _parts(truth: Sequence[LabelCell], given: Given, depth: int) -> NDArray[np.float64]:
    """Return counts of each text, shape (texts, 2 x figures): above and below the line.

    ``recall`` has no place here: its parts are counts by concept.
    """
    out = np.zeros((len(truth), 2 * len(NAMES)))
    for row, (cell, answer, sure) in enumerate(
        zip(truth, given.answers, given.accepted, strict=True)
    ):
        primary = roll_up(cell.primary, depth)
        allowed = {primary, *(roll_up(n, depth) for n in cell.also)}
        found = roll_up(answer, depth)
        ok = found in allowed
        outside = primary == NONE and len(allowed) == 1
        out[row] = (
            found == primary, 1, ok, 1, 0, 0, outside and found != NONE, outside,
            sure, 1, ok and sure, sure,
        )  # fmt: skip
    return out


def _by_concept(
    truth: Sequence[LabelCell], given: Given, depth: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return found and all by concept, each of shape (texts, concepts)."""
    notations = sorted({roll_up(c.primary, depth) for c in truth} - {NONE})
    index = {n: i for i, n in enumerate(notations)}
    found, every = np.zeros((len(truth), len(index))), np.zeros((len(truth), len(index)))
    for row, (cell, answer) in enumerate(zip(truth, given.answers, strict=True)):
        primary = roll_up(cell.primary, depth)
        if primary != NONE:
            given_as = roll_up(answer, depth)
            allowed = {primary, *(roll_up(n, depth) for n in cell.also)} - {NONE}
            every[row, index[primary]] = 1
            found[row, index[primary]] = given_as in allowed
    return found, every


def _figures(
    weights: NDArray[np.float64],
    parts: NDArray[np.float64],
    concepts: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return figures of weighted families, shape (samples, figures)."""
    sums = weights @ parts
    with np.errstate(invalid="ignore", divide="ignore"):
        out: NDArray[np.float64] = sums[:, 0::2] / sums[:, 1::2]
        found, every = weights @ concepts[0], weights @ concepts[1]
        shares = np.where(every > 0, found / every, 0.0)
        out[:, NAMES.index("recall")] = shares.sum(axis=1) / (every > 0).sum(axis=1)
    return out


def measures(
    truth: Sequence[LabelCell],
    first: Given,
    second: Given,
    groups: Sequence[str],
    depth: int,
    rounds: int = ROUNDS,
) -> dict[str, Measure]:
    """Return the figures of two models on the same texts, with bootstrap intervals.

    Parameters
    ----------
    truth
        Labels of the texts.
    first, second
        Answers of both models, text by text.
    groups
        The product family of each text; families are drawn whole.
    depth
        Level to which labels and answers are rolled up.
    """
    names = {g: i for i, g in enumerate(dict.fromkeys(groups))}
    at = np.array([names[g] for g in groups], dtype=np.int64)

    def gathered(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.zeros((len(names), rows.shape[1]))
        np.add.at(out, at, rows)
        return out

    draws = np.random.default_rng(_SEED).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=rounds
    )
    weights = np.concatenate([np.ones((1, len(names))), draws])
    both = []
    for given in (first, second):
        found, every = _by_concept(truth, given, depth)
        both.append(
            _figures(
                weights,
                gathered(_parts(truth, given, depth)),
                (gathered(found), gathered(every)),
            )
        )
    pairs = (both[0], both[1], both[1] - both[0])
    return {
        name: Measure(*(_interval(p[:, column]) for p in pairs))
        for column, name in enumerate(NAMES)
    }


def _interval(samples: NDArray[np.float64]) -> Interval:
    value, rest = float(samples[0]), samples[1:]
    rest = rest[~np.isnan(rest)]
    if np.isnan(value) or not len(rest):
        return Interval(value, value, value)
    low, high = np.quantile(rest, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))


def right(truth: Sequence[LabelCell], given: Given, depth: int) -> NDArray[np.bool_]:
    """Tell for each text whether the answer could be defended (primary or also)."""
    return _parts(truth, given, depth)[:, 2 * NAMES.index("fair")] > 0


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> tuple[int, int, float]:
    """Return texts that only the first, only the second got right, and the exact p.

    References
    ----------
    McNemar (1947), Psychometrika 12; exact form: two-sided binomial test of the pairs.
    """
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    if not only_first + only_second:
        return 0, 0, 1.0
    p = binomtest(only_second, only_first + only_second, 0.5).pvalue
    return only_first, only_second, float(p)


def holm(values: dict[str, float]) -> dict[str, float]:
    """Return p-values adjusted for how many there are (Holm 1979).

    Examples
    --------
    >>> holm({"a": 0.01, "b": 0.04})
    {'a': 0.02, 'b': 0.04}
    """
    out: dict[str, float] = defaultdict(float)
    highest = 0.0
    for rank, name in enumerate(sorted(values, key=lambda n: values[n])):
        highest = max(highest, min(1.0, values[name] * (len(values) - rank)))
        out[name] = round(highest, 12)
    return {name: out[name] for name in values}
