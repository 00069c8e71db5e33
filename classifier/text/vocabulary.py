"""The features that carry weight: found by their hashes, and gathered by text."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.features import FARTHEST, place_weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.text.features import Pieces

_WEIGHTS = place_weight(np.arange(FARTHEST + 1))
FEW = 3_000
"""Hashes that are looked for by bisection: a table for them costs more than it saves."""

_WORD_BITS = 6  # of a 64-bit word
_SPARSE = 3  # bits: buckets for each feature, eight to sixteen
_SHORT = 1 << 16
_ALL = (1 << 64) - 1
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Rows(NamedTuple):
    """A sparse matrix of features by text, in CSR order.

    ``indptr`` (texts + 1), ``indices`` (features, in an order that hangs on the row's text
    alone) and ``weights`` (what the feature's best place counts).
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int64]
    weights: NDArray[np.float32]


class Vocabulary:
    """The features that carry weight, found by their hashes.

    A hash's leading bits are its bucket. A bit a bucket says which are not empty: most
    unknown hashes go no further. As the hashes are sorted, the number of those in the buckets
    before is where a hash stands, or just before it where buckets hold more than one.

    Parameters
    ----------
    hashes
        Sorted, shape (features,), uint64.
    """

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self.hashes = hashes

    @cached_property
    def _buckets(self) -> tuple[NDArray[np.uint64], NDArray[np.int64], int]:
        """Return a bit for each bucket, 64 a word; hashes before each word; bits of a bucket."""
        bits = max(len(self.hashes).bit_length() + _SPARSE, _WORD_BITS)
        taken = np.zeros(1 << bits, dtype=bool)
        taken[(self.hashes >> np.uint64(64 - bits)).view(np.int64)] = True
        words = np.packbits(taken, bitorder="little").view("<u8").astype(np.uint64)
        starts = np.arange(len(words), dtype=np.uint64) << np.uint64(64 - bits + _WORD_BITS)
        return words, self.hashes.searchsorted(starts), bits

    def __len__(self) -> int:
        return len(self.hashes)

    def _bucket(
        self, hashes: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the number of each hash's word, the word, and its bucket's bit there."""
        words, _, bits = self._buckets
        number = (hashes >> np.uint64(64 - bits + _WORD_BITS)).view(np.int64)
        bit = (hashes >> np.uint64(64 - bits)) & np.uint64(63)
        return number, words.take(number), bit

    def sieve(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return which hashes may be in the vocabulary: all that are, and a few others."""
        if len(hashes) < FEW:  # to find them all costs no more calls
            return np.ones(len(hashes), dtype=bool)
        _, word, bit = self._bucket(hashes)
        word >>= bit
        word &= np.uint64(1)
        return word.astype(bool)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the index of each hash, -1 for one that is not in the vocabulary."""
        last = len(self.hashes) - 1
        if last < 0:
            return np.full(len(hashes), -1, dtype=np.int64)
        bisected = len(hashes) < FEW and "_buckets" not in self.__dict__
        if bisected:
            at = self.hashes.searchsorted(hashes)
        else:
            number, word, bit = self._bucket(hashes)
            word &= (np.uint64(1) << bit) - np.uint64(1)
            at = self._buckets[1].take(number)
            at += np.bitwise_count(word)
        at[at > last] = last
        known = self.hashes.take(at)
        left = at[:0] if bisected else (known < hashes).nonzero()[0]
        while len(left):
            left = left[at[left] < last]
            at[left] += 1
            known[left] = self.hashes[at[left]]
            left = left[known[left] < hashes[left]]
        at[known != hashes] = -1
        return at

    def rows(self, found: Pieces, texts: int) -> Rows:
        """Return which features each of ``texts`` texts has, with the weight of the best place."""
        index = self.find(found.hash)
        kept = (index >= 0).nonzero()[0]
        index = index.take(kept)
        first = found.first.take(kept)
        row = found.content.row.take(first)
        weight = _WEIGHTS.take(np.minimum(found.content.place.take(first), FARTHEST))
        same = _first_equals(row * len(self.hashes) + index)
        number = np.arange(len(same))
        once = (same == number).nonzero()[0]
        again = (same != number).nonzero()[0]
        if len(again):
            np.maximum.at(weight, same.take(again), weight.take(again))
        row = row.take(once)
        short = row.astype(np.uint16) if texts <= _SHORT else row  # sorted by its digits
        order = short.argsort(kind="stable")
        once = once.take(order)
        indptr = np.zeros(texts + 1, dtype=np.int64)
        np.bincount(row, minlength=texts).cumsum(out=indptr[1:])
        return Rows(indptr, index.take(once), weight.take(once))


def _first_equals(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first place of each key's value.

    All keys go into a table at once, the earlier over the later; who finds another value in
    its place goes into the next table.
    """
    bits = len(keys).bit_length() + 1
    table = np.empty(1 << bits, dtype=np.int64)
    out = np.empty(len(keys), dtype=np.int64)
    own, left = keys, np.arange(len(keys))
    factor = _SPREAD
    while len(left):
        slot = ((own.view(np.uint64) * factor) >> np.uint64(64 - bits)).view(np.int64)
        table[slot[::-1]] = left[::-1]  # of several, the last one stays
        holder = table.take(slot)
        found = keys.take(holder) == own
        out[left] = holder  # for good where found
        left = left[~found]
        own = keys.take(left)
        factor = np.uint64(int(factor) * int(_SPREAD) & _ALL)
    return out
