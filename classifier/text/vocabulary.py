"""The features that carry weight: found by their hashes, and gathered by text."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.features import FARTHEST, place_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.text.features import Pieces

_WEIGHTS = place_weight(np.arange(FARTHEST + 1))
FEW = 3_000
"""Hashes that are looked for by bisection before a table is made for them."""

_DIRECT = 200
"""Hashes up to which bisection is faster than the table."""

_BLOCK = 1 << 15
"""Hashes that are sieved, or looked up, at once: what is made for them stays in the cache."""

_WORD_BITS = 6  # of a 64-bit word
_SPARSE = 3  # bits: buckets for each feature, eight to sixteen
_PLACE_BITS = FARTHEST.bit_length()
_PLACE = (1 << _PLACE_BITS) - 1


class Rows(NamedTuple):
    """A sparse matrix of features by text, in CSR order.

    ``indptr`` (texts + 1), ``indices`` (features, rising in each text) and ``weights`` (what
    the feature's best place counts).
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int64]
    weights: NDArray[np.float32]


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of some texts, and behind them those of others."""
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(len(part.indices) for part in parts)])
    starts = [part.indptr[:-1] + first for part, first in zip(parts, before, strict=False)]
    return Rows(
        indptr=np.concatenate([*starts, before[-1:]]),
        indices=np.concatenate([part.indices for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
    )


class _Buckets(NamedTuple):
    """Which buckets of ``bits`` leading bits hold a hash.

    A byte for each in ``taken``, a bit in ``words``, and how many hashes stand ``before`` the
    buckets of each word.
    """

    bits: int
    taken: NDArray[np.bool_]
    words: NDArray[np.uint64]
    before: NDArray[np.int64]


class Vocabulary:
    """The features that carry weight, found by their hashes.

    A hash's leading bits are its bucket. A byte a bucket says which are not empty: most
    unknown hashes go no further. As the hashes are sorted, the number of those in the buckets
    before, counted from a bit a bucket, is where a hash stands, or just before it where buckets
    hold more than one.

    Parameters
    ----------
    hashes
        Sorted, shape (features,), uint64.
    """

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self.hashes = hashes
        self._asked = 0

    @cached_property
    def _buckets(self) -> _Buckets:
        bits = max(len(self.hashes).bit_length() + _SPARSE, _WORD_BITS)
        taken = np.zeros(1 << bits, dtype=bool)
        for start in range(0, len(self.hashes), _BLOCK):
            some = self.hashes[start : start + _BLOCK] >> np.uint64(64 - bits)
            taken[some.view(np.int64)] = True
        words = np.packbits(taken, bitorder="little").view("<u8").astype(np.uint64)
        starts = np.arange(len(words), dtype=np.uint64) << np.uint64(64 - bits + _WORD_BITS)
        return _Buckets(bits, taken, words, self.hashes.searchsorted(starts))

    def __len__(self) -> int:
        return len(self.hashes)

    def _has_table(self, asked: int) -> bool:
        """Tell whether so many more hashes are looked for by the table."""
        if "_buckets" not in self.__dict__:
            self._asked += asked
            return self._asked >= FEW
        return True

    def sieve(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_] | None:
        """Return which hashes may be in the vocabulary: all that are, and a few others.

        None where there is no table yet to tell it by.
        """
        if not self._has_table(len(hashes)):
            return None
        bits, taken, *_ = self._buckets
        if len(hashes) <= _BLOCK:
            return taken.take((hashes >> np.uint64(64 - bits)).view(np.int64))
        found = np.empty(len(hashes), dtype=bool)
        bucket = np.empty(_BLOCK, dtype=np.int64)
        for start in range(0, len(hashes), _BLOCK):
            some = hashes[start : start + _BLOCK]
            at = bucket[: len(some)]
            np.right_shift(some, np.uint64(64 - bits), out=at.view(np.uint64))
            taken.take(at, out=found[start : start + _BLOCK], mode="clip")
        return found

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the index of each hash, -1 for one that is not in the vocabulary."""
        out = np.full(len(hashes), -1, dtype=np.int64)
        at, index = self._known(hashes)
        out[at] = index
        return out

    def _known(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which hashes are in the vocabulary, rising, and the index of each of those."""
        if not len(self.hashes):
            return np.zeros((2, 0), dtype=np.int64)  # type: ignore[return-value]
        find = self._bisected
        if len(hashes) >= _DIRECT and self._has_table(len(hashes)):
            find = self._looked_up
        if len(hashes) <= _BLOCK:
            index, own = find(hashes)
            at = (own == hashes).nonzero()[0]
            return at, index.take(at)
        index = np.empty(len(hashes), dtype=np.int64)
        same = np.empty(len(hashes), dtype=bool)
        for start in range(0, len(hashes), _BLOCK):
            part = slice(start, start + _BLOCK)
            index[part], own = find(hashes[part])
            np.equal(own, hashes[part], out=same[part])
        at = same.nonzero()[0]
        return at, index.take(at)

    def _bisected(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return the index that each hash would have, and the hash that stands there."""
        index = self.hashes.searchsorted(hashes)
        return index, self.hashes.take(index, mode="clip")

    def _looked_up(
        self, hashes: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return the same by the table."""
        last = len(self.hashes) - 1
        bits, _, words, before = self._buckets
        bucket = hashes >> np.uint64(64 - bits)
        number = (bucket >> np.uint64(_WORD_BITS)).view(np.int64)
        bucket &= np.uint64((1 << _WORD_BITS) - 1)
        index = before.take(number)
        index += np.bitwise_count(words.take(number) & ((np.uint64(1) << bucket) - np.uint64(1)))
        np.minimum(index, last, out=index)
        own = self.hashes.take(index)
        left = (own < hashes).nonzero()[0]
        while len(left):
            left = left[index[left] < last]
            index[left] += 1
            own[left] = self.hashes[index[left]]
            left = left[own[left] < hashes[left]]
        return index, own

    def rows(self, found: Pieces, texts: int) -> Rows:
        """Return which features each of ``texts`` texts has, with the weight of the best place."""
        kept, index = self._known(found.hash)
        bits = len(self.hashes).bit_length()
        standing = found.content.row << (bits + _PLACE_BITS)
        standing |= np.minimum(found.content.place, FARTHEST)
        keys = standing.take(found.first.take(kept))  # row, feature, place
        index <<= _PLACE_BITS
        keys |= index
        keys.sort()
        fresh = np.ones(len(keys), dtype=bool)  # the best place of a feature stands first
        np.greater(keys[1:] ^ keys[:-1], _PLACE, out=fresh[1:])
        keys = keys.compress(fresh)
        place = keys & _PLACE
        keys >>= _PLACE_BITS
        indptr = keys.searchsorted(np.arange(texts + 1) << bits)
        keys &= (1 << bits) - 1
        return Rows(indptr, keys, _WEIGHTS.take(place))
