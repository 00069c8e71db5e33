"""Which n-grams are worth a weight: those that stand as words, or inside one.

jieba cuts the texts that are learned from. An n-gram over the seam of two words (``件的研``)
is kept only where it is a chain of whole words; one whose occurrences mostly break words
apart says little and is left out. Answers are given without cutting anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import BREAK, decoded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.text.features import Content, Pieces
    from classifier.text.segment import Segmenter

LEAST_SHARE = 0.3
"""Share of an n-gram's occurrences that are words, chains of words or parts of one word.

0.1, 0.3 and 0.5 were compared by grouped cross-validation and on real texts, with every
n-gram and with words as features beside them: the differences between the shares are noise;
against every n-gram, foundation gains 0.2 to 1.0 points of fair and sei2018 half a point of
recall; words as further features gain nothing once a vocabulary is chosen by them."""


def wordlike(found: Pieces, segmenter: Segmenter) -> NDArray[np.bool_]:
    """Return, for each occurrence, whether its n-gram is kept, shape (occurrences,)."""
    inside = _inside_words(found.content, segmenter)
    begin, end = found.first, found.first + found.length
    before = np.concatenate([[0], np.cumsum(inside)])
    whole = ~inside[begin] & ~inside[end]
    part = before[end] - before[begin + 1] == found.length - 1
    _, feature = np.unique(found.hash, return_inverse=True)
    share = np.bincount(feature, whole | part) / np.bincount(feature)
    kept: NDArray[np.bool_] = (share >= LEAST_SHARE)[feature]
    return kept


def _inside_words(content: Content, segmenter: Segmenter) -> NDArray[np.bool_]:
    """Return whether the seam before each character lies within a word, one more at the end."""
    size = len(content.code)
    inside = np.zeros(size + 1, dtype=bool)
    if not size:
        return inside
    closes = np.ones(size, dtype=bool)  # the last character before a blank
    closes[:-1] = content.at[1:] != content.at[:-1] + 1
    gaps: NDArray[np.int64] = np.cumsum(closes) - closes  # runs that end before each character
    runs = np.full(size + int(closes.sum()), BREAK, dtype=np.uint32)
    place = np.arange(size) + gaps
    runs[place] = content.code
    words = segmenter.cut([decoded(runs)])[0]
    length = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    within = np.ones(len(runs), dtype=bool)
    within[np.cumsum(length) - length] = False  # where words begin
    inside[:size] = within[place]
    return inside
