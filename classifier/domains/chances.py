"""Calibrated probabilities from scores: every scheme's own softmax, for many texts at once.

Many texts are turned into a line a column first: what is done to a line is done to all texts by
one instruction after another, what is done to the few columns of one text is not. One text, or
a few, cost more that way than they save; both ways give the same to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FEW = 16
"""Texts up to which columns are added up text by text."""

_UNIT = 2.0**22
"""Added to a number below it in double precision and taken away again, it leaves a multiple
of 2^-30; some hundred such numbers up to one have the same sum in any order."""


class Chances(NamedTuple):
    """Probabilities of all schemes.

    ``shares`` (texts, columns), each scheme's adding up to one; ``best`` (schemes, texts), which
    of a scheme's own columns is the likeliest, and ``sure`` (schemes, texts), its probability.
    """

    shares: NDArray[np.float32]
    best: NDArray[np.int64]
    sure: NDArray[np.float32]


class Softmax:
    """Makes probabilities of scores.

    Parameters
    ----------
    widths
        How many columns each scheme has, in order.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        self._widths = np.array(widths, dtype=np.int64)
        self._firsts = self._widths.cumsum() - self._widths
        self._spans = list(zip(self._firsts.tolist(), self._widths.cumsum().tolist(), strict=True))
        self._backwards = [
            np.arange(width, 0, -1, dtype=np.min_scalar_type(width))[:, None] for width in widths
        ]

    def __call__(self, scores: NDArray[np.float32]) -> Chances:
        """Return the probabilities of texts.

        Parameters
        ----------
        scores
            Shape (texts, columns).
        """
        return self._one_by_one(scores) if len(scores) <= FEW else self._together(scores)

    def _one_by_one(self, scores: NDArray[np.float32]) -> Chances:
        greatest = np.maximum.reduceat(scores, self._firsts, axis=1)
        shares = scores - greatest.repeat(self._widths, axis=1)
        np.exp(shares, out=shares)
        sums = np.add.reduceat(_even(shares), self._firsts, axis=1).astype(np.float32)
        shares /= sums.repeat(self._widths, axis=1)
        best = np.array([shares[:, first:last].argmax(axis=1) for first, last in self._spans])
        return Chances(shares, best, np.maximum.reduceat(shares, self._firsts, axis=1).T)

    def _together(self, scores: NDArray[np.float32]) -> Chances:
        lines = np.ascontiguousarray(scores.T)
        sure = np.empty((len(self._spans), len(scores)), dtype=np.float32)
        best = np.empty(sure.shape, dtype=np.int64)
        for scheme, (first, last) in enumerate(self._spans):
            own = lines[first:last]
            own -= own.max(axis=0)
            np.exp(own, out=own)
            own /= _even(own).sum(axis=0).astype(np.float32)
            own.max(axis=0, out=sure[scheme])
            marked = (own == sure[scheme]) * self._backwards[scheme]  # the first of equals: most
            np.subtract(last - first, marked.max(axis=0), out=best[scheme])
        return Chances(lines.T, best, sure)


def _even(shares: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return numbers from zero to one as multiples of 2^-30."""
    out = shares.astype(np.float64)
    out += _UNIT
    out -= _UNIT
    return out
