"""Features of many texts at once: character n-grams as 64-bit hashes.

An n-gram is hashed by a polynomial over its code points that grows out of the shorter one's,
and nothing is looped over characters. Which n-grams are features is decided in training: those
that stand as words or inside one, by jieba's cutting (``training.wordlike``), so that no text
has to be cut for an answer. A feature counts once a text, however often it stands there, with
the weight of its first place: what a description names first is its main product (主导产品),
what a registered scope lists last is a side line, and every semicolon in it puts what follows
further back. Where the text itself says which product is the main one, that comes first. What
stands at the end of a phrase counts once more, as a feature of its own: it is the head noun
there, and a modifier elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.boilerplate import MAIN, PART, SIDE
from classifier.text.codes import BREAK, SPACE, encoded
from classifier.text.hashes import HEAD, Grams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

KNEE = 10
"""Characters of content that count in full; behind them the weight falls."""

FALL = 20
"""Characters of content behind the knee at which the weight is one half."""

FLOOR = 0.2
"""The weight that nothing falls below."""

APART = 15
"""Characters by which each further part of a list that semicolons part stands behind."""

BESIDE = 40
"""Characters by which everything else stands behind the main product that a text names."""

FARTHEST = KNEE + round(FALL * (1 / FLOOR - 1))
"""Characters of content from which on the weight is ``FLOOR``."""

_MAIN, _SIDE, _PART = ord(MAIN), ord(SIDE), ord(PART)


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
    ``content``, ``length`` its characters (both int64). The order of a text's occurrences
    hangs on that text alone.
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
    breaks = (codes == BREAK).nonzero()[0]
    at = (codes > SPACE).nonzero()[0]  # breaks and marks are control characters
    ends = at.searchsorted(breaks)  # content characters up to the end of each text
    offset, begins = np.zeros((2, len(breaks)), dtype=np.int64)
    offset[1:] = breaks[:-1] + 1
    begins[1:] = ends[:-1]
    row = np.arange(len(breaks)).repeat(ends - begins)
    place = np.arange(len(at))
    parts = (codes == _PART).nonzero()[0]
    if len(parts):
        steps = np.zeros(len(at) + 1, dtype=np.int64)
        steps[at.searchsorted(parts)] = APART  # once where nothing stands between two
        steps[begins] = 0
        place += steps[:-1].cumsum()
    if len(row):
        place -= place.take(begins, mode="clip").take(row)
    opened = (codes == _MAIN).nonzero()[0]
    if len(opened):
        _prefer_named(codes, opened, at, offset, row, place)
    return Content(codes.take(at), at, row, place, offset)


def _prefer_named(
    codes: NDArray[np.uint32],
    opened: NDArray[np.int64],
    at: NDArray[np.int64],
    offset: NDArray[np.int64],
    row: NDArray[np.int64],
    place: NDArray[np.int64],
) -> None:
    """Count places anew, in ``place``, in texts that name their main product at ``opened``."""
    named = np.zeros(len(offset), dtype=bool)
    named[offset.searchsorted(opened, side="right") - 1] = True
    theirs = named.take(row).nonzero()[0]
    closed = ((codes == _SIDE) | (codes == BREAK)).nonzero()[0]
    place[theirs] += BESIDE
    own = at.take(theirs)
    mark = opened.searchsorted(own) - 1  # the mark before each character, -1 for none
    before = np.where(mark >= 0, opened[mark], -1)
    end = closed.searchsorted(own) - 1
    inside = (before > np.where(end >= 0, closed[end], -1)).nonzero()[0]
    within = theirs[inside]
    place[within] = within - at.searchsorted(before[inside])


def pieces(masked: Sequence[str]) -> Pieces:
    """Return every n-gram of a batch of texts, results of ``prepare``."""
    return pieces_of(encoded(masked))


def pieces_of(
    codes: NDArray[np.uint32],
    sieve: Callable[[NDArray[np.uint64]], NDArray[np.bool_] | None] | None = None,
) -> Pieces:
    """Return the n-grams of texts given as code points, a line break behind each.

    Parameters
    ----------
    sieve
        Tells which hashes are wanted, None for all; without it, all are.
    """
    content = _content(codes)
    at = content.at
    closes = np.empty(len(at), dtype=bool)  # the last character before a blank
    closes[-1:] = True
    np.not_equal(at[1:], at[:-1] + 1, out=closes[:-1])
    grams = Grams(content.code, closes)
    heads = grams.ending(closes.nonzero()[0])
    endings = grams.hashes.take(heads) ^ HEAD
    kept, ending = grams.whole, np.ones(len(heads), dtype=bool)
    if sieve is not None:
        if (passed := sieve(grams.hashes)) is not None:
            kept &= passed
        if (passed := sieve(endings)) is not None:
            ending = passed
    inner, outer = kept.nonzero()[0], ending.nonzero()[0]
    edge = len(inner)
    first = np.empty(edge + len(outer), dtype=np.int64)
    first[:edge] = inner
    heads.take(outer, out=first[edge:], mode="clip")
    hashes = np.empty(len(first), dtype=np.uint64)
    grams.hashes.take(inner, out=hashes[:edge], mode="clip")
    endings.take(outer, out=hashes[edge:], mode="clip")
    line = first // grams.width
    first -= line * grams.width
    line += 1
    return Pieces(hashes, first, line, content)
