"""Hashes of n-grams: polynomials over their code points, modulo 2^64.

The base is odd and far from any small fraction of 2^64, so that leading bits tell hashes
apart that differ in one character (Knuth's multiplicative hashing): nothing is mixed after.
Two n-grams of up to four characters with one hash would be a relation between four powers of
the base with coefficients below 2^21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NGRAMS = (1, 2, 3, 4)
"""Lengths of the character n-grams."""

HEAD = np.uint64(0xA5A5A5A55A5A5A5A)
"""Makes another feature of what stands at the end of a phrase."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_LINES = np.arange(len(NGRAMS))[:, None]


class Grams:
    """Every n-gram of a batch: a table with a line for each length, a column a character.

    A line has room behind the last character for as many more as the longest n-gram has, so
    that what would begin before the first one is found there, where nothing stands.

    Parameters
    ----------
    code
        The characters that count, shape (characters,).
    closes
        Which of them stand before a blank.

    Attributes
    ----------
    hashes, whole
        The table's lines one after another: hashes, and which n-grams hold no blank.
    width
        Places of a line.
    """

    def __init__(self, code: NDArray[np.uint32], closes: NDArray[np.bool_]) -> None:
        size = len(code)
        self.width = size + len(NGRAMS)
        hashes = np.zeros((len(NGRAMS), self.width), dtype=np.uint64)
        whole = np.zeros((len(NGRAMS), self.width), dtype=bool)
        term = np.multiply(code, _BASE)
        hashes[0, :size] = term
        whole[0, :size] = True
        for line in range(1, min(len(NGRAMS), size)):
            left = size - line
            term *= _BASE
            np.add(hashes[line - 1, :left], term[line:], out=hashes[line, :left])
            np.greater(whole[line - 1, :left], closes[line - 1 : -1], out=whole[line, :left])
        self.hashes = hashes.ravel()
        self.whole = whole.ravel()

    def ending(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places in the table of the n-grams that end at some characters."""
        places = (_LINES * (self.width - 1) + at).ravel()
        return places[self.whole.take(places)]
