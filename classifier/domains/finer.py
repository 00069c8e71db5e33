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
"""Features of all pairs up to which each is looked for by bisection, without a table."""


class _Cells(NamedTuple):
    """Where the weights of a model's feature stand.

    ``words`` has a bit for each model and feature, ``before`` how many are set before each
    word: so many rows of ``weights`` (int8, at least the columns of the widest model) come
    first, behind one of zeros for a feature that a model does not hold.
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
        self.numbers = {above: number for number, above in enumerate(models)}
        self.widths = np.array([len(fine.columns) for fine in self._models], dtype=np.int64)
        self.widest = int(self.widths.max(initial=0))
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
            taken[number * self._features + fine.features.astype(np.int64)] = True
        words = np.packbits(taken, bitorder="little").view("<u8").astype(np.uint64)
        count = np.bitwise_count(words).astype(np.int64)
        width = 1 << max(self.widest - 1, 0).bit_length()  # such rows are gathered fastest
        weights = np.zeros((1 + int(count.sum()), width), dtype=np.int8)
        first = 1
        for fine in self._models:
            last = first + len(fine.features)
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
        begin = rows.indptr[texts]
        count = rows.indptr[texts + 1] - begin
        owner = np.arange(len(texts)).repeat(count)
        own = (begin - count.cumsum() + count).take(owner)
        own += np.arange(len(owner))
        features, asked = rows.indices.take(own), numbers.take(owner)
        if len(features) < FEW and "_cells" not in self.__dict__:
            weights = self._bisected(features, asked)
        else:
            weights = self._looked_up(features, asked)
        product = weights * values.take(own)[:, None]
        some = count.nonzero()[0]
        sums = np.zeros((len(texts), self.widest), dtype=np.float32)
        if len(some):
            sums[some] = np.add.reduceat(product, (count.cumsum() - count)[some], axis=0)
        sums *= self._scales.take(numbers, axis=0)
        sums += self._biases.take(numbers, axis=0)
        return sums

    def _looked_up(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> NDArray[np.int8]:
        """Return the weights of features in their models, 0 where there are none."""
        words, before, weights = self._cells
        key = numbers * self._features + features
        bit = (key & 63).view(np.uint64)
        key >>= 6
        word = words.take(key)
        held = (word >> bit) & np.uint64(1)
        word &= (np.uint64(1) << bit) - np.uint64(1)
        at = before.take(key)
        at += np.bitwise_count(word)
        at += 1
        at *= held.view(np.int64)
        return weights.take(at, axis=0)[:, : self.widest]

    def _bisected(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> NDArray[np.int8]:
        """Return the same without a table."""
        weights = np.zeros((len(features), self.widest), dtype=np.int8)
        for number in set(numbers.tolist()):
            fine = self._models[number]
            if not len(fine.features):
                continue
            own = (numbers == number).nonzero()[0]
            at = np.searchsorted(fine.features, features[own])
            at[at == len(fine.features)] = 0
            same = (fine.features[at] == features[own]).nonzero()[0]
            weights[own[same], : len(fine.columns)] = fine.weights[at[same]]
        return weights
