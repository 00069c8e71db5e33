"""Margins and probabilities of many texts: gather the weights of their features, add up."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.text.features import pieces_of
from classifier.text.prepare import prepare_codes
from classifier.text.segment import Segmenter
from classifier.text.vocabulary import FEW, Rows, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.domains.artefact import Artefact, Fine, Head


class Batch(NamedTuple):
    """Features of a batch with their values: place x idf over the norm of the text."""

    rows: Rows
    values: NDArray[np.float32]


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
    raw = idf[rows.indices].astype(np.float64) * rows.weights
    owner = np.repeat(np.arange(len(rows.indptr) - 1), np.diff(rows.indptr))
    norm = np.sqrt(np.bincount(owner, raw * raw, minlength=len(rows.indptr) - 1))
    values: NDArray[np.float32] = (raw / norm[owner]).astype(np.float32)
    return values


def sum_rows(
    rows: Rows, values: NDArray[np.float32], weights: NDArray[np.int8]
) -> NDArray[np.float32]:
    """Return the product of a batch and a weight matrix, shape (texts, columns)."""
    bounds = rows.indptr.tolist()
    texts = len(bounds) - 1
    out = np.zeros((texts, weights.shape[1]), dtype=np.float32)
    for start in range(0, texts, _BLOCK):
        stop = min(start + _BLOCK, texts)
        base = bounds[start]
        gathered = weights.take(rows.indices[base : bounds[stop]], axis=0).astype(np.float32)
        for row in range(start, stop):
            begin, end = bounds[row], bounds[row + 1]
            if end > begin:
                np.dot(values[begin:end], gathered[begin - base : end - base], out=out[row])
    return out


class Scorer:
    """Scores texts with one artefact."""

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self.vocabulary = Vocabulary(artefact.features)
        self._places: dict[int, NDArray[np.int32]] = {}

    @cached_property
    def segmenter(self) -> Segmenter:
        """Return the cutter that words of evidence come from; answers do without it."""
        return Segmenter(self.artefact.words, self.artefact.frequencies)

    def batch(self, texts: Sequence[str]) -> Batch:
        """Return the features of texts."""
        found = pieces_of(prepare_codes(texts))
        rows = self.vocabulary.rows(found, len(texts))
        return Batch(rows, row_values(rows, self.artefact.idf))

    def margins(self, batch: Batch) -> NDArray[np.float32]:
        """Return the linear score of every column, shape (texts, columns)."""
        model = self.artefact
        sums = sum_rows(batch.rows, batch.values, model.weights)
        return sums * model.scales + model.biases

    def probabilities(self, margins: NDArray[np.float32], head: Head) -> NDArray[np.float32]:
        """Return calibrated probabilities of one scheme, shape (texts, its columns)."""
        return softmax(margins[:, head.first : head.last])

    def defensible(self, margins: NDArray[np.float32], head: Head) -> NDArray[np.float64]:
        """Return the probability that each column is the primary or could be defended too.

        Shape (texts, columns of the scheme); the columns do not add up to one.
        """
        own, other = log_shares(margins[:, head.first : head.last])
        scores = head.slope * own + head.other * other + head.offsets
        scores += margins.astype(np.float64) @ head.mix
        out: NDArray[np.float64] = 1 / (1 + np.exp(-scores))
        return out

    def defensible_below(
        self, above: float, margins: NDArray[np.float32], fine: Fine, head: Head
    ) -> NDArray[np.float64]:
        """Return the probability that each concept below one could be defended.

        Parameters
        ----------
        above
            Probability that the concept above could be.
        margins
            ``fine_margins`` of the text, shape (concepts below,).
        """
        features = features_below(np.array([above]), fine.slope * margins[None, :])
        out: NDArray[np.float64] = 1 / (1 + np.exp(-(features[0] @ head.below)))
        return out

    def fine_margins(
        self, batch: Batch, rows: NDArray[np.int64], fine: Fine
    ) -> NDArray[np.float32]:
        """Return the linear scores below one concept, shape (rows, its columns)."""
        begin, end = batch.rows.indptr[rows], batch.rows.indptr[rows + 1]
        count = end - begin
        owner = np.repeat(np.arange(len(rows)), count)
        own = np.arange(len(owner)) + (begin - np.cumsum(count) + count)[owner]
        at = self._positions(fine, batch.rows.indices[own])
        hit = np.flatnonzero(at >= 0)
        bounds = np.searchsorted(owner[hit], np.arange(len(rows) + 1))
        found = Rows(bounds, at[hit].astype(np.int64), batch.rows.weights[:0])
        sums = sum_rows(found, batch.values[own[hit]], fine.weights)
        out: NDArray[np.float32] = (sums * fine.scales + fine.biases).astype(np.float32)
        return out

    def _positions(self, fine: Fine, features: NDArray[np.int64]) -> NDArray[np.integer[Any]]:
        """Return the place of each feature in a finer model, -1 for none."""
        known = id(fine)  # the artefact keeps it alive, so its id is its own
        if known not in self._places:
            if len(features) < FEW and len(fine.features):
                at = np.searchsorted(fine.features, features)
                at[at == len(fine.features)] = 0
                return np.where(fine.features[at] == features, at, -1)
            table = np.full(len(self.vocabulary), -1, dtype=np.int32)
            table[fine.features] = np.arange(len(fine.features))
            self._places[known] = table
        return self._places[known][features]
