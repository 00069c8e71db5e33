"""The models that tell apart what stands below one concept, for many texts and concepts at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.domains.artefact import Fine
    from classifier.text.vocabulary import Rows

FEW = 3_000
"""Features that are looked for by bisection before a table is made for them."""

_BLOCK = 128
"""Pairs that are scored at once: what is made for them stays in the cache."""


def add_up(
    values: NDArray[np.float32], weights: NDArray[np.int8], counts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Add rows of a few weights times values up, so many for each sum, one row after another.

    Parameters
    ----------
    values, weights
        Shape (rows,) and (rows, columns).
    counts
        Rows of each sum, shape (sums,).
    """
    sums = np.zeros((len(counts), weights.shape[1]), dtype=np.float32)
    some = counts.nonzero()[0]
    if len(some):
        products = weights.astype(np.float32)
        products *= values[:, None]
        sums[some] = np.add.reduceat(products, (counts.cumsum() - counts).take(some), axis=0)
    return sums


class _Cells(NamedTuple):
    """Where the weights of a model's feature stand.

    ``words`` has a bit for each model and feature, ``before`` how many are set before each
    word: so many rows of ``weights`` (int8, at least the columns of the widest model) come
    first.
    """

    words: NDArray[np.uint64]
    before: NDArray[np.int64]
    weights: NDArray[np.int8]


class Finer:
    """Linear scores of a scheme's finer models.

    Parameters
    ----------
    models
        By the concept above.
    features
        How many the vocabulary has.
    """

    def __init__(self, models: Mapping[str, Fine], features: int) -> None:
        self._models = tuple(models.values())
        self._features = features
        self._asked = 0
        self.numbers = {above: number for number, above in enumerate(models)}
        self.widths = np.array([len(fine.columns) for fine in self._models], dtype=np.int64)
        self.widest = int(self.widths.max(initial=0))
        self._width = 1 << max(self.widest - 1, 0).bit_length()  # such rows are gathered fastest
        shape = (len(self._models), self.widest)
        self._scales = np.zeros(shape, dtype=np.float32)
        self._biases = np.full(shape, -np.inf, dtype=np.float32)
        for number, fine in enumerate(self._models):
            self._scales[number, : len(fine.columns)] = fine.scales * fine.slope
            self._biases[number, : len(fine.columns)] = fine.biases * fine.slope

    @cached_property
    def _cells(self) -> _Cells:
        taken = np.zeros(-(-len(self._models) * self._features // 64) * 64, dtype=bool)
        for number, fine in enumerate(self._models):
            held = np.unpackbits(fine.held, count=self._features, bitorder="little")
            taken[number * self._features : (number + 1) * self._features] = held
        words = np.packbits(taken, bitorder="little").view("<u8").astype(np.uint64)
        count = np.bitwise_count(words).astype(np.int64)
        weights = np.zeros((int(count.sum()), self._width), dtype=np.int8)
        first = 0
        for fine in self._models:
            last = first + len(fine.weights)
            weights[first:last, : len(fine.columns)] = fine.weights
            first = last
        return _Cells(words, count.cumsum() - count, weights)

    def scores(
        self,
        rows: Rows,
        values: NDArray[np.float32],
        texts: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return what softmax makes probabilities of, -inf behind a model's last column.

        Parameters
        ----------
        rows, values
            The features of a batch with their values.
        texts, numbers
            A text and a model each, shape (pairs,).

        Returns
        -------
        Shape (pairs, columns of the widest model).
        """
        out = np.empty((len(texts), self.widest), dtype=np.float32)
        order = numbers.argsort(kind="stable")  # what one model needs stays in the cache
        for start in range(0, len(texts), _BLOCK):
            some = order[start : start + _BLOCK]
            out[some] = self._sums(rows, values, texts.take(some), numbers.take(some))
        out *= self._scales.take(numbers, axis=0)
        out += self._biases.take(numbers, axis=0)
        return out

    def _sums(
        self,
        rows: Rows,
        values: NDArray[np.float32],
        texts: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return the weights of each text's features in its model, times their values, added up."""
        if len(texts) == 1:
            return self._sum(rows, values, int(texts[0]), numbers)
        begin = rows.indptr.take(texts)
        count = rows.indptr.take(texts + 1) - begin
        ends = count.cumsum()
        owner = np.arange(len(texts)).repeat(count)
        own = (begin - ends + count).take(owner)
        own += np.arange(len(owner))
        held, weights = self._held(rows.indices.take(own), numbers.take(owner))
        counts = np.bincount(owner.take(held), minlength=len(texts))
        return add_up(values.take(own.take(held)), weights, counts)[:, : self.widest]

    def _sum(
        self, rows: Rows, values: NDArray[np.float32], text: int, number: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the same for one text and one model."""
        begin, end = rows.indptr[text : text + 2].tolist()
        features = rows.indices[begin:end]
        held, weights = self._held(features, number.repeat(len(features)))
        counts = np.array([len(held)])
        return add_up(values[begin:end].take(held), weights, counts)[:, : self.widest]

    def _held(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return which features their models hold, rising, and the weights of those."""
        if "_cells" not in self.__dict__:
            self._asked += len(features)
            if self._asked < FEW:
                return self._bisected(features, numbers)
        return self._looked_up(features, numbers)

    def _looked_up(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return the same by a table."""
        words, before, weights = self._cells
        key = numbers * self._features
        key += features
        bit = (key & 63).view(np.uint64)
        key >>= 6
        word = words.take(key)
        held = ((word >> bit) & np.uint64(1)).nonzero()[0]
        word, bit = word.take(held), bit.take(held)
        word &= (np.uint64(1) << bit) - np.uint64(1)
        at = before.take(key.take(held))
        at += np.bitwise_count(word)
        return held, weights.take(at, axis=0)

    def _bisected(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return the same without a table."""
        places, found = [np.zeros(0, dtype=np.int64)], [np.zeros((0, self._width), dtype=np.int8)]
        for number in dict.fromkeys(numbers.tolist()):  # they rise
            fine = self._models[number]
            own = (numbers == number).nonzero()[0]
            if not len(fine.features):
                continue
            at = fine.features.searchsorted(features.take(own))
            same = (fine.features.take(at, mode="clip") == features.take(own)).nonzero()[0]
            weights = np.zeros((len(same), self._width), dtype=np.int8)
            weights[:, : len(fine.columns)] = fine.weights.take(at.take(same), axis=0)
            places.append(own.take(same))
            found.append(weights)
        return np.concatenate(places), np.concatenate(found)
