"""The short list of a text that goes to review: as long as it must be to hold the truth.

Split conformal prediction with adaptive sets (Romano, Sesia and Candès, "Classification
with Valid and Adaptive Coverage", 2020), without the randomisation: labels are listed by
falling probability until those before hold a stated mass. The mass is the quantile that
the true labels of held-out texts under review need.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COVERAGE = 0.95
"""Share of texts under review whose true primary label must stand in the short list."""


@dataclass(frozen=True, slots=True)
class ShortList:
    """How long short lists are, and what they hold.

    A label is listed where the probabilities before it add up to at most ``mass``.
    ``coverage`` and mean ``size`` are measured cross-fitted on ``texts`` held-out texts
    under review.
    """

    mass: float
    coverage: float
    size: float
    texts: int


def mass_before(probability: NDArray[np.float32], column: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probability of all labels that stand before a column, shape (texts,)."""
    rows = np.arange(len(column))
    own = probability[rows, column][:, None]
    ahead = probability > own
    ahead |= (probability == own) & (np.arange(probability.shape[1]) < column[:, None])
    out: NDArray[np.float64] = np.where(ahead, probability, 0).astype(np.float64).sum(axis=1)
    return out


def quantile(scores: NDArray[np.float64], coverage: float = COVERAGE) -> float:
    """Return the conformal quantile: the ceil((n + 1) coverage)-th smallest, 1 at most."""
    rank = math.ceil((len(scores) + 1) * coverage)
    return 1.0 if rank > len(scores) else float(np.sort(scores)[rank - 1])


def fit_short_list(
    probability: NDArray[np.float32],
    truth: NDArray[np.int64],
    taken: NDArray[np.bool_],
    fold: NDArray[np.int64],
) -> ShortList:
    """Fit the mass on held-out texts that go to review.

    Parameters
    ----------
    probability
        Shape (texts, columns).
    truth
        The primary's column, shape (texts,).
    taken
        Which answers are accepted; those texts don't count.
    fold
        Fold of each text, by which coverage is measured.
    """
    scores = mass_before(probability, truth)
    held, sizes = [], []
    for k in np.unique(fold):
        outside = np.flatnonzero((fold == k) & ~taken)
        mass = quantile(scores[(fold != k) & ~taken])
        held.append(scores[outside] <= mass)
        ordered = -np.sort(-probability[outside], axis=1)
        sizes.append((np.cumsum(ordered, axis=1) - ordered <= mass).sum(axis=1))
    inside = np.concatenate(held) if held else np.zeros(0, dtype=bool)
    size = np.concatenate(sizes) if sizes else np.zeros(0)
    return ShortList(
        mass=round(quantile(scores[~taken]), 6),
        coverage=float(inside.mean()) if len(inside) else 1.0,
        size=float(size.mean()) if len(size) else 1.0,
        texts=len(inside),
    )
