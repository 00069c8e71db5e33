"""The models that tell apart what stands below one concept, for many texts and concepts at once."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.domains.artefact import Fine
    from classifier.text.vocabulary import Rows

FEW = 3_000
"""Features that are looked for by bisection before a table is made for them."""

_WORD = 64
"""Bits of a word."""

_NARROWEST = 4
"""Columns of the narrowest row."""

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

    ``words`` has a bit for each model and feature, a model beginning with a word; ``before``
    is how many are set before each word: so many rows come first. Rows of models of about one
    width are together in one of ``tables`` (int8), which hold those from a row of ``firsts`` on.
    """

    words: NDArray[np.uint64]
    before: NDArray[np.int32]
    firsts: NDArray[np.int64]
    tables: tuple[NDArray[np.int8], ...]


def _room(width: int) -> int:
    """Return how many columns a row of so many takes up: such rows are gathered fastest."""
    return max(_NARROWEST, 1 << (width - 1).bit_length())


def _table(models: Sequence[Fine], room: int) -> NDArray[np.int8]:
    """Return the weights of models one under another, zeros behind a model's last column."""
    out = np.zeros((sum(len(fine.weights) for fine in models), room), dtype=np.int8)
    first = 0
    for fine in models:
        last = first + len(fine.weights)
        for column in range(len(fine.columns)):  # some long strides are faster than many short
            out[first:last, column] = fine.weights[:, column]
        first = last
    return out


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
        ordered = sorted(models.items(), key=lambda item: _room(len(item[1].columns)))
        self._models = tuple(fine for _, fine in ordered)
        self._bits = -(-features // _WORD) * _WORD
        self._asked = 0
        self.numbers = {above: number for number, (above, _) in enumerate(ordered)}
        self.widths = np.array([len(fine.columns) for fine in self._models], dtype=np.int64)
        self.widest = int(self.widths.max(initial=0))
        rooms = np.array([_room(width) for width in self.widths.tolist()], dtype=np.int64)
        self._rooms, starts = np.unique(rooms, return_index=True)
        self._groups = np.append(starts, len(rooms))  # models of one room stand together
        shape = (len(self._models), self.widest)
        self._scales = np.zeros(shape, dtype=np.float32)
        self._biases = np.full(shape, -np.inf, dtype=np.float32)
        for number, fine in enumerate(self._models):
            self._scales[number, : len(fine.columns)] = fine.scales * fine.slope
            self._biases[number, : len(fine.columns)] = fine.biases * fine.slope

    @cached_property
    def _cells(self) -> _Cells:
        held = np.zeros((len(self._models), self._bits // 8), dtype=np.uint8)
        for number, fine in enumerate(self._models):
            held[number, : len(fine.held)] = fine.held
        words = held.view("<u8").ravel().astype(np.uint64, copy=False)
        count = np.bitwise_count(words)
        bounds = np.cumsum([0, *(len(fine.weights) for fine in self._models)])
        tables = tuple(
            _table(self._models[start:end], room)
            for room, (start, end) in zip(
                self._rooms.tolist(), pairwise(self._groups.tolist()), strict=True
            )
        )
        before = count.cumsum(dtype=np.int32) - count
        return _Cells(words, before, bounds.take(self._groups), tables)

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
        out = np.zeros((len(texts), self.widest), dtype=np.float32)
        for group, some in self._blocks(numbers):
            sums = self._sums(rows, values, texts[some], numbers[some], group)
            out[some, : sums.shape[1]] = sums[:, : self.widest]
        out *= self._scales.take(numbers, axis=0)
        out += self._biases.take(numbers, axis=0)
        return out

    def _blocks(
        self, numbers: NDArray[np.int64]
    ) -> Iterator[tuple[int, NDArray[np.int64] | slice]]:
        """Yield the places of pairs whose models are of one group, with that group."""
        if len(numbers) == 1:
            yield int(self._groups.searchsorted(numbers[0], side="right")) - 1, slice(1)
            return
        order = numbers.argsort(kind="stable")  # what one model needs stays in the cache
        bounds = numbers.take(order).searchsorted(self._groups).tolist()
        for group, (first, last) in enumerate(pairwise(bounds)):
            for start in range(first, last, _BLOCK):
                yield group, order[start : min(start + _BLOCK, last)]

    def _sums(
        self,
        rows: Rows,
        values: NDArray[np.float32],
        texts: NDArray[np.int64],
        numbers: NDArray[np.int64],
        group: int,
    ) -> NDArray[np.float32]:
        """Return the weights of each text's features in its model, times their values, added up.

        All models are of one group: shape (pairs, columns that it has room for).
        """
        if len(texts) == 1:
            return self._sum(rows, values, int(texts[0]), numbers, group)
        begin = rows.indptr.take(texts)
        count = rows.indptr.take(texts + 1) - begin
        ends = count.cumsum()
        owner = np.arange(len(texts)).repeat(count)
        own = (begin - ends + count).take(owner)
        own += np.arange(len(owner))
        held, weights = self._held(rows.indices.take(own), numbers.take(owner), group)
        counts = np.bincount(owner.take(held), minlength=len(texts))
        return add_up(values.take(own.take(held)), weights, counts)

    def _sum(
        self,
        rows: Rows,
        values: NDArray[np.float32],
        text: int,
        number: NDArray[np.int64],
        group: int,
    ) -> NDArray[np.float32]:
        """Return the same for one text and one model."""
        begin, end = rows.indptr[text : text + 2].tolist()
        features = rows.indices[begin:end]
        held, weights = self._held(features, number.repeat(len(features)), group)
        return add_up(values[begin:end].take(held), weights, np.array([len(held)]))

    def _held(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64], group: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return which features their models hold, rising, and the weights of those."""
        if "_cells" not in self.__dict__:
            self._asked += len(features)
            if self._asked < FEW:
                return self._bisected(features, numbers, int(self._rooms[group]))
        return self._looked_up(features, numbers, group)

    def _looked_up(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64], group: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return the same by a table."""
        words, before, firsts, tables = self._cells
        key = numbers * self._bits
        key += features
        bit = (key & (_WORD - 1)).view(np.uint64)
        key //= _WORD
        word = words.take(key)
        held = ((word >> bit) & np.uint64(1)).nonzero()[0]
        word, bit = word.take(held), bit.take(held)
        word &= (np.uint64(1) << bit) - np.uint64(1)
        at = before.take(key.take(held))
        at += np.bitwise_count(word)
        at -= firsts[group]
        return held, tables[group].take(at, axis=0)

    def _bisected(
        self, features: NDArray[np.int64], numbers: NDArray[np.int64], room: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return the same without a table."""
        places, found = [np.zeros(0, dtype=np.int64)], [np.zeros((0, room), dtype=np.int8)]
        for number in dict.fromkeys(numbers.tolist()):  # they rise
            fine = self._models[number]
            own = (numbers == number).nonzero()[0]
            if not len(fine.features):
                continue
            at = fine.features.searchsorted(features.take(own))
            same = (fine.features.take(at, mode="clip") == features.take(own)).nonzero()[0]
            weights = np.zeros((len(same), room), dtype=np.int8)
            weights[:, : len(fine.columns)] = fine.weights.take(at.take(same), axis=0)
            places.append(own.take(same))
            found.append(weights)
        return np.concatenate(places), np.concatenate(found)
