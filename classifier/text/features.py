"""Features of many texts at once: character n-grams as 64-bit hashes.

An n-gram is hashed by a polynomial over its code points that grows out of the shorter one's,
and nothing is looped over characters. Which n-grams are features is decided in training: those
that stand as words or inside one, by jieba's cutting (``training.wordlike``), so that no text
has to be cut for an answer. A feature counts once a text, however often it stands there, with
the weight of its first place: what a description names first is its main product (主导产品),
what a registered scope lists last is a side line. Where the text itself says which product is
the main one, that comes first. What stands at the end of a phrase counts once more, as a
feature of its own: it is the head noun there, and a modifier elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.boilerplate import MAIN, SIDE
from classifier.text.codes import BREAK, SPACE, encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


NGRAMS = (1, 2, 3, 4)
"""Lengths of the character n-grams."""

KNEE = 10
"""Characters of content that count in full; behind them the weight falls."""

FALL = 20
"""Characters of content behind the knee at which the weight is one half."""

FLOOR = 0.2
"""The weight that nothing falls below."""

BESIDE = 40
"""Characters by which everything else stands behind the main product that a text names."""

FARTHEST = KNEE + round(FALL * (1 / FLOOR - 1))
"""Characters of content from which on the weight is ``FLOOR``."""

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_HEAD = np.uint64(0xA5A5A5A55A5A5A5A)
_MAIN, _SIDE = ord(MAIN), ord(SIDE)


class Content(NamedTuple):
    """The characters of a batch that count, one entry each; blanks are left out.

    ``code`` (uint32), ``at`` its index among the code points of the batch, ``row`` its text,
    ``place`` how many characters count as standing before it, ``offset`` (texts,) where each
    text begins among the code points of the batch (all int64).
    """

    code: NDArray[np.uint32]
    at: NDArray[np.int64]
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    offset: NDArray[np.int64]


class Pieces(NamedTuple):
    """Where every feature occurrence stands: one entry an occurrence.

    ``hash`` (uint64) is the feature, ``first`` its first character among those of
    ``content``, ``length`` its characters (both int64).
    """

    hash: NDArray[np.uint64]
    first: NDArray[np.int64]
    length: NDArray[np.int64]
    content: Content

    @property
    def row(self) -> NDArray[np.int64]:
        """Return the text of each occurrence."""
        return self.content.row[self.first]

    @property
    def start(self) -> NDArray[np.int64]:
        """Return where each occurrence begins in its text's canonical form, in characters."""
        return self.content.at[self.first] - self.content.offset[self.row]

    @property
    def weight(self) -> NDArray[np.float32]:
        """Return what the place of each occurrence counts."""
        return place_weight(self.content.place[self.first])


def place_weight(position: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return what a feature counts whose first place has this many characters before it.

    ``1 / (1 + (position - KNEE) / FALL)``, at most 1 and at least ``FLOOR``; boilerplate
    and punctuation are not counted as characters.
    """
    behind = np.maximum(position - KNEE, 0) / FALL
    return np.maximum(1 / (1 + behind), FLOOR).astype(np.float32)


def _content(codes: NDArray[np.uint32]) -> Content:
    breaks = np.flatnonzero(codes == BREAK)
    offset = np.concatenate([[0], breaks[:-1] + 1]) if len(breaks) else breaks
    marks = (codes == _MAIN) | (codes == _SIDE)
    at = np.flatnonzero((codes != SPACE) & (codes != BREAK) & ~marks)
    ends = np.searchsorted(at, breaks)  # content characters up to the end of each text
    count = np.diff(ends, prepend=0)
    row = np.repeat(np.arange(len(breaks)), count)
    place = np.arange(len(at)) - np.repeat(ends - count, count)
    if marks.any():
        _prefer_named(codes, at, offset, row, place)
    return Content(codes[at], at, row, place, offset)


def _prefer_named(
    codes: NDArray[np.uint32],
    at: NDArray[np.int64],
    offset: NDArray[np.int64],
    row: NDArray[np.int64],
    place: NDArray[np.int64],
) -> None:
    """Count places anew, in ``place``, in texts that name their main product."""
    opened = np.flatnonzero(codes == _MAIN)
    closed = np.flatnonzero((codes == _SIDE) | (codes == BREAK))
    named = np.zeros(len(offset), dtype=bool)
    named[np.searchsorted(offset, opened, side="right") - 1] = True
    place += BESIDE * named[row]
    mark = np.searchsorted(opened, at) - 1  # the mark before each character, -1 for none
    before = np.where(mark >= 0, opened[mark], -1)
    end = np.searchsorted(closed, at) - 1
    inside = np.flatnonzero(before > np.where(end >= 0, closed[end], -1))
    place[inside] = inside - np.searchsorted(at, before[inside])


def _finish(
    value: NDArray[np.uint64], length: NDArray[np.uint64] | np.uint64
) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(31))) * _MIX
    return (value ^ (value >> np.uint64(29))) + length * _BASE


def pieces(masked: Sequence[str]) -> Pieces:
    """Return every n-gram of a batch of texts, results of ``prepare``."""
    return pieces_of(encoded(masked))


def pieces_of(codes: NDArray[np.uint32]) -> Pieces:
    """Return every n-gram of texts given as code points, a line break behind each."""
    content = _content(codes)
    code, at = content.code, content.at
    size = len(code)
    closes = np.ones(size, dtype=bool)  # the last character before a blank
    closes[:-1] = at[1:] != at[:-1] + 1
    firsts: list[NDArray[np.int64]] = []
    spans: list[NDArray[np.int64]] = []
    hashes: list[NDArray[np.uint64]] = []
    with np.errstate(over="ignore"):
        value = np.zeros(size, dtype=np.uint64)
        power = np.uint64(1)
        for n in NGRAMS:
            if size < n:
                break
            value = value[: size - n + 1] + code[n - 1 :] * power
            power *= _BASE
            first = np.flatnonzero(at[n - 1 :] - at[: size - n + 1] == n - 1)
            firsts.append(first)
            spans.append(np.full(len(first), n, dtype=np.int64))
            hashes.append(_finish(value[first], np.uint64(n)))
    if not size:
        none = np.zeros(0, dtype=np.int64)
        return Pieces(none.astype(np.uint64), none, none, content)
    first = np.concatenate(firsts)
    length = np.concatenate(spans)
    found = np.concatenate(hashes)
    head = np.flatnonzero(closes[first + length - 1])
    return Pieces(
        hash=np.concatenate([found, found[head] ^ _HEAD]),
        first=np.concatenate([first, first[head]]),
        length=np.concatenate([length, length[head]]),
        content=content,
    )
