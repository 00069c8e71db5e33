"""Features of many texts at once: words and character n-grams as 64-bit hashes.

A piece of text is hashed by a polynomial over its code points, taken out of one prefix
sum over the whole batch, so words of any length cost what a bigram costs and nothing is
looped over characters. A feature counts once a text, however often it stands there, with
the weight of its first place: what a description names first is its main product (主导产品),
what a registered scope lists last is a side line. Where the text itself says which product is
the main one, that comes first. What stands at the end of a phrase counts once more, as a
feature of its own: it is the head noun there, and a modifier elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.boilerplate import MAIN, SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.text.segment import Segmenter

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

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_WORD = np.uint64(0x94D049BB133111EB)
_HEAD = np.uint64(0xA5A5A5A55A5A5A5A)
_SPACE = 32
_BREAK = 10
_MAIN, _SIDE = ord(MAIN), ord(SIDE)


class Pieces(NamedTuple):
    """Where every feature occurrence stands: parallel arrays, one entry an occurrence.

    ``row`` is the text (int64), ``hash`` the feature (uint64), ``start`` and ``length``
    (int64, in characters) its place in the text's canonical form, ``weight`` (float32)
    what that place counts.
    """

    row: NDArray[np.int64]
    hash: NDArray[np.uint64]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    weight: NDArray[np.float32]


def place_weight(position: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return what a feature counts whose first place has this many characters before it.

    ``1 / (1 + (position - KNEE) / FALL)``, at most 1 and at least ``FLOOR``; boilerplate
    and punctuation are not counted as characters.
    """
    behind = np.maximum(position - KNEE, 0) / FALL
    return np.maximum(1 / (1 + behind), FLOOR).astype(np.float32)


def _places(
    codes: NDArray[np.uint32], blank: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many characters of content count as standing before each character.

    Parameters
    ----------
    codes
        Code points of all texts, a line break behind each.
    blank
        How many blanks stand before each character, one entry more than ``codes``.
    lengths
        Of each text with its line break.
    """
    content = np.arange(len(blank)) - blank
    first = np.cumsum(lengths) - lengths
    place: NDArray[np.int64] = content[:-1] - np.repeat(content[first], lengths)
    marks = codes == _MAIN
    if not marks.any():
        return place
    at = np.arange(len(codes))
    opened = np.maximum.accumulate(np.where(marks, at, -1))
    closed = np.maximum.accumulate(np.where((codes == _SIDE) | (codes == _BREAK), at, -1))
    named = np.add.reduceat(marks, first) > 0
    beside = place + BESIDE * np.repeat(named, lengths)
    named_ones = content[:-1] - content[np.maximum(opened, 0)]
    out: NDArray[np.int64] = np.where(opened > closed, named_ones, beside)
    return out


def _powers(base: np.uint64, count: int) -> NDArray[np.uint64]:
    out = np.full(count, base, dtype=np.uint64)
    if count:
        out[0] = 1
    return np.cumprod(out, dtype=np.uint64)


def _finish(
    value: NDArray[np.uint64], length: NDArray[np.uint64] | np.uint64
) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(31))) * _MIX
    return (value ^ (value >> np.uint64(29))) + length * _BASE


def pieces(masked: Sequence[str], segmenter: Segmenter) -> Pieces:
    """Return every word and n-gram of a batch of masked texts.

    Parameters
    ----------
    masked
        Results of ``boilerplate.mask``.
    segmenter
        Cuts the words; words of a single character count as n-grams only.
    """
    joined = "".join(f"{text}\n" for text in masked)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    size = len(codes)
    lengths = np.fromiter((len(t) + 1 for t in masked), dtype=np.int64, count=len(masked))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    row_of = np.repeat(np.arange(len(masked), dtype=np.int64), lengths)
    with np.errstate(over="ignore"):
        inverse = _powers(_INVERSE, size + 1)
        prefix = np.zeros(size + 1, dtype=np.uint64)
        np.cumsum(codes * _powers(_BASE, size), dtype=np.uint64, out=prefix[1:])
        blank = np.zeros(size + 1, dtype=np.int64)
        gap = (codes == _SPACE) | (codes == _BREAK) | (codes == _MAIN) | (codes == _SIDE)
        np.cumsum(gap, out=blank[1:])
        starts, spans, hashes = [], [], []
        for n in NGRAMS:
            if size <= n:
                continue
            start = np.flatnonzero(blank[n:] == blank[:-n])
            starts.append(start)
            spans.append(np.full(len(start), n, dtype=np.int64))
            value = (prefix[start + n] - prefix[start]) * inverse[start]
            hashes.append(_finish(value, np.uint64(n)))
        words = segmenter.cut(masked)
        flat = [len(w) for text in words for w in (*text, "\n")]
        span = np.array(flat, dtype=np.int64)
        end = np.cumsum(span)
        start = end - span
        keep = (span > 1) & (blank[end] == blank[start])
        start, span = start[keep], span[keep]
        starts.append(start)
        spans.append(span)
        value = (prefix[start + span] - prefix[start]) * inverse[start]
        hashes.append(_finish(value, span.astype(np.uint64)) ^ _WORD)
        at = np.concatenate(starts)
        span = np.concatenate(spans)
        value = np.concatenate(hashes)
        head = gap[at + span]
        at = np.concatenate([at, at[head]])
        span = np.concatenate([span, span[head]])
        value = np.concatenate([value, value[head] ^ _HEAD])
    row = row_of[at]
    return Pieces(
        row=row,
        hash=value,
        start=at - offsets[row],
        length=span,
        weight=place_weight(_places(codes, blank, lengths)[at]),
    )


class Rows(NamedTuple):
    """A sparse matrix of features by text, in CSR order.

    ``indptr`` (texts + 1), ``indices`` (features, rising within a row) and ``weights``
    (what the feature's best place counts).
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int64]
    weights: NDArray[np.float32]


class Vocabulary:
    """The features that carry weight, found by their hashes.

    Parameters
    ----------
    hashes
        Sorted, shape (features,), uint64.
    """

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self.hashes = hashes

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the index of each hash, -1 for one that is not in the vocabulary."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        at = np.searchsorted(self.hashes, hashes)
        at[at == len(self.hashes)] = 0
        return np.where(self.hashes[at] == hashes, at, -1)

    def rows(self, found: Pieces, texts: int) -> Rows:
        """Return which features each of ``texts`` texts has."""
        index = self.find(found.hash)
        keep = index >= 0
        key = found.row[keep] * len(self.hashes) + index[keep]
        order = np.argsort(key, kind="stable")
        key = key[order]
        fresh = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])[: len(key)])
        weights = found.weight[keep][order]
        weights = np.maximum.reduceat(weights, fresh) if len(fresh) else weights
        key = key[fresh]
        row, indices = np.divmod(key, max(1, len(self.hashes)))
        indptr = np.searchsorted(row, np.arange(texts + 1))
        return Rows(indptr.astype(np.int64), indices, weights)
