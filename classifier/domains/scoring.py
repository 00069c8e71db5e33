"""Margins and probabilities of many texts: gather the weights of their features, add up."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.domains.chances import Chances, Softmax
from classifier.domains.finer import Finer
from classifier.text.codes import BREAK
from classifier.text.features import pieces_of
from classifier.text.prepare import prepare_codes
from classifier.text.segment import Segmenter
from classifier.text.vocabulary import Rows, Vocabulary, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from classifier.domains.artefact import Artefact, Head


class Batch(NamedTuple):
    """Features of a batch with their values: place x idf over the norm of the text.

    ``known`` says which texts have any, ``nothing`` is -1 for each and ``zero`` 0 (texts,).
    """

    rows: Rows
    values: NDArray[np.float32]
    known: NDArray[np.bool_]
    nothing: NDArray[np.int64]
    zero: NDArray[np.int64]


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return softmax over the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    exp = np.exp(shifted)
    out: NDArray[np.float32] = exp / exp.sum(axis=-1, keepdims=True)
    return out


LEAST_SHARE = 1e-6
"""Probability below which two labels are equally out of the question."""


def log_shares(
    scores: NDArray[np.floating[Any]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return log-probabilities, and for each column that of the best other column.

    Parameters
    ----------
    scores
        Before the softmax, shape (texts, columns).
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    share = np.exp(shifted.astype(np.float64))
    own = np.log(np.maximum(share / share.sum(axis=1, keepdims=True), LEAST_SHARE))
    if own.shape[1] == 1:
        return own, np.full_like(own, np.log(LEAST_SHARE))
    ranked = np.sort(own, axis=1)
    best, second = ranked[:, -1:], ranked[:, -2:-1]
    return own, np.where(own == best, second, best)


AT_ONCE = 60_000
"""Code points whose n-grams are looked up at once: their hashes take most of the memory."""

_LARGEST = 30 << 20  # glibc takes up to 32 MiB
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_BLOCK = 32
"""Texts whose weights are gathered at once: they stay in the cache until they are added up."""


def features_below(
    above: NDArray[np.float64], scores: NDArray[np.floating[Any]]
) -> NDArray[np.float64]:
    """Return what the log-odds of being defensible below a concept hang on.

    Parameters
    ----------
    above
        Probability that the concept above is defensible, shape (texts,).
    scores
        Scores of the concepts below it before the softmax, shape (texts, concepts).

    Returns
    -------
    numpy.ndarray
        Shape (texts, concepts, 4): log-odds of the concept above, log-share of the concept,
        that of the best other one below, and 1.
    """
    own, other = log_shares(scores)
    inside = np.clip(above, LEAST_SHARE, 1 - LEAST_SHARE)
    odds = np.log(inside / (1 - inside))
    return np.stack(
        [np.broadcast_to(odds[:, None], own.shape), own, other, np.ones_like(own)], axis=-1
    )


def row_values(rows: Rows, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the value of each feature in its text: place weight x idf / norm of the text."""
    values: NDArray[np.float32] = idf.take(rows.indices)
    values *= rows.weights
    count = rows.indptr[1:] - rows.indptr[:-1]
    some = count.nonzero()[0]
    if len(some):
        squares = np.add.reduceat(np.square(values, dtype=np.float64), rows.indptr.take(some))
        values /= np.sqrt(squares).astype(np.float32).repeat(count.take(some))
    return values


def _parts(codes: NDArray[np.uint32]) -> Iterator[tuple[NDArray[np.uint32], int]]:
    """Cut code points behind texts, into parts of about ``AT_ONCE``, each with its texts."""
    ends = (codes == BREAK).nonzero()[0] + 1
    cuts = ends.searchsorted(np.linspace(0, len(codes), -(-len(codes) // AT_ONCE) + 1)[1:])
    begin = first = 0
    for last in dict.fromkeys((cuts + 1).tolist()):
        end = int(ends[last - 1])
        yield codes[begin:end], last - first
        begin, first = end, last


def _add_up(
    values: NDArray[np.float32],
    weights: NDArray[np.float32],
    bounds: Iterable[int],
    sums: NDArray[np.float32],
) -> None:
    """Add rows of weights times values up, some for each row of ``sums``, which holds zeros.

    Parameters
    ----------
    values, weights
        Shape (rows,) and (rows, columns).
    bounds
        Behind the last row of each sum.
    """
    begin = 0
    for end, own in zip(bounds, sums, strict=True):
        if end > begin:
            values[begin:end].dot(weights[begin:end], own)
            begin = end


def sum_rows(
    rows: Rows, values: NDArray[np.float32], weights: NDArray[np.int8]
) -> NDArray[np.float32]:
    """Return the product of a batch and a weight matrix, shape (texts, columns)."""
    bounds = rows.indptr
    texts = len(bounds) - 1
    out = np.zeros((texts, weights.shape[1]), dtype=np.float32)
    if texts <= _BLOCK:
        _add_up(
            values, weights.take(rows.indices, axis=0).astype(np.float32), bounds[1:].tolist(), out
        )
        return out
    edges = [*bounds[:-1:_BLOCK].tolist(), int(bounds[-1])]
    most = max(last - first for first, last in pairwise(edges))
    held = np.empty((most, weights.shape[1]), dtype=weights.dtype)  # used again for each block
    gathered = np.empty(held.shape, dtype=np.float32)
    for at, (first, last) in enumerate(pairwise(edges)):
        part = slice(0, last - first)
        weights.take(rows.indices[first:last], axis=0, out=held[part], mode="clip")
        np.copyto(gathered[part], held[part])
        some = slice(at * _BLOCK, (at + 1) * _BLOCK)
        behind = (bounds[1:][some] - first).tolist()
        _add_up(values[first:last], gathered, behind, out[some])
    return out


def _keep_freed_memory() -> None:
    """Let glibc keep what a batch frees for the next one, up to twice ``_LARGEST``.

    It gives freed memory back, to get it again page by page: by itself from twice the largest
    block on that it has seen freed, on Dask's workers from 64 KiB on, which doubles the time of
    a batch. Told by mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD; elsewhere it does nothing.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGEST)
        mallopt(_TRIM_THRESHOLD, 2 * _LARGEST)


class Scorer:
    """Scores texts with one artefact."""

    def __init__(self, artefact: Artefact) -> None:
        _keep_freed_memory()
        self.artefact = artefact
        self.vocabulary = Vocabulary(artefact.features)
        self._finer: dict[str, Finer] = {}
        self._softmax = Softmax([len(head.columns) for head in artefact.heads.values()])

    @cached_property
    def segmenter(self) -> Segmenter:
        """Return the cutter that words of evidence come from; answers do without it."""
        return Segmenter(self.artefact.words)

    def _rows(self, texts: Sequence[str]) -> Rows:
        codes = prepare_codes(texts)
        parts = _parts(codes) if len(codes) > AT_ONCE else [(codes, len(texts))]
        find = self.vocabulary
        return joined([find.rows(pieces_of(own, find.sieve), count) for own, count in parts])

    def batch(self, texts: Sequence[str]) -> Batch:
        """Return the features of texts."""
        rows = self._rows(texts)
        known = rows.indptr[1:] > rows.indptr[:-1]
        zero = np.zeros(len(texts), dtype=np.int64)
        return Batch(rows, row_values(rows, self.artefact.idf), known, zero - 1, zero)

    def margins(self, batch: Batch) -> NDArray[np.float32]:
        """Return the linear score of every column, shape (texts, columns)."""
        model = self.artefact
        sums = sum_rows(batch.rows, batch.values, model.weights)
        sums *= model.scales
        sums += model.biases
        return sums

    def chances(self, margins: NDArray[np.float32]) -> Chances:
        """Return calibrated probabilities of every scheme."""
        return self._softmax(margins)

    def probabilities(self, margins: NDArray[np.float32], head: Head) -> NDArray[np.float32]:
        """Return calibrated probabilities of one scheme, shape (texts, its columns)."""
        return self.chances(margins).shares[:, head.first : head.last]

    def defensible(self, margins: NDArray[np.float32], head: Head) -> NDArray[np.float64]:
        """Return the probability that each column is the primary or could be defended too.

        Shape (texts, columns of the scheme); the columns do not add up to one.
        """
        own, other = log_shares(margins[:, head.first : head.last])
        scores = head.slope * own + head.other * other + head.offsets
        scores += margins.astype(np.float64) @ head.mix
        out: NDArray[np.float64] = 1 / (1 + np.exp(-scores))
        return out

    def finer(self, scheme: str) -> Finer:
        """Return the models of what stands below a scheme's columns."""
        if scheme not in self._finer:
            own = {above: fine for (of, above), fine in self.artefact.fine.items() if of == scheme}
            self._finer[scheme] = Finer(own, len(self.artefact.features))
        return self._finer[scheme]

    def scores_below(self, batch: Batch, row: int, scheme: str, above: str) -> NDArray[np.float32]:
        """Return the scores of the concepts below one for one text, in their order."""
        finer = self.finer(scheme)
        number = finer.numbers[above]
        scores = finer.scores(batch.rows, batch.values, np.array([row]), np.array([number]))
        return scores[0, : finer.widths[number]]

    def defensible_below(
        self, above: float, scores: NDArray[np.float32], head: Head
    ) -> NDArray[np.float64]:
        """Return the probability that each concept below one could be defended.

        Parameters
        ----------
        above
            Probability that the concept above could be.
        scores
            ``scores_below`` of the text, shape (concepts below,).
        """
        features = features_below(np.array([above]), scores[None, :])
        out: NDArray[np.float64] = 1 / (1 + np.exp(-(features[0] @ head.below)))
        return out
