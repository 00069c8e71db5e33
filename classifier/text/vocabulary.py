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
_PLACE_BITS = 7  # FARTHEST fits
FEW = 3_000
"""Hashes that are looked for by bisection: a table for them costs more than it saves."""

_SPARSE = 2  # bits: places of the table for each feature, four to eight


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

    A table with open addressing: a hash's leading bits say where to look first, then the
    next place, until it is found or the place is empty. As the hashes are sorted, all are
    put in at once.

    Parameters
    ----------
    hashes
        Sorted, shape (features,), uint64.
    """

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self.hashes = hashes

    @cached_property
    def _table(self) -> tuple[NDArray[np.int32], NDArray[np.uint64], np.uint64]:
        """Return the table, what its entries are compared with, and how far a hash is shifted."""
        hashes, count = self.hashes, len(self.hashes)
        bits = count.bit_length() + _SPARSE
        shift = np.uint64(64 - bits)
        order = np.arange(count)
        slot = np.maximum.accumulate((hashes >> shift).view(np.int64) - order) + order
        size = max(1 << bits, int(slot[-1]) + 1) + 1
        table = np.full(size, count, dtype=np.int32)
        table[slot] = order
        # what an empty place is compared with: a hash that is found before any empty place
        return table, np.append(hashes, hashes[:1]), shift

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the index of each hash, -1 for one that is not in the vocabulary."""
        count = len(self.hashes)
        if not count:
            return np.full(len(hashes), -1, dtype=np.int64)
        if len(hashes) < FEW:
            at = np.searchsorted(self.hashes, hashes)
            at[at == count] = 0
            return np.where(self.hashes[at] == hashes, at, -1)
        table, known, shift = self._table
        slot = (hashes >> shift).view(np.int64)
        index = table.take(slot)
        out = np.where(known.take(index) == hashes, index, np.int32(-1)).astype(np.int64)
        left = np.flatnonzero((out < 0) & (index != count))
        while len(left):
            slot[left] += 1
            index = table.take(slot[left])
            hit = known.take(index) == hashes[left]
            out[left[hit]] = index[hit]
            left = left[~hit & (index != count)]
        return out

    def rows(self, found: Pieces, texts: int) -> Rows:
        """Return which features each of ``texts`` texts has, with the weight of the first place."""
        index = self.find(found.hash)
        kept = np.flatnonzero(index >= 0)
        first = found.first[kept]
        bits = len(self.hashes).bit_length()
        key = found.content.row[first] << bits
        key |= index[kept]
        key <<= _PLACE_BITS
        key |= np.minimum(found.content.place[first], FARTHEST)
        key.sort()
        feature = key >> _PLACE_BITS
        fresh = np.ones(len(key), dtype=bool)
        fresh[1:] = feature[1:] != feature[:-1]
        key, feature = key[fresh], feature[fresh]
        indptr = np.searchsorted(feature, np.arange(texts + 1) << bits)
        weights = _WEIGHTS[key & ((1 << _PLACE_BITS) - 1)]
        return Rows(indptr, feature & ((1 << bits) - 1), weights)
