"""What is answered in one scheme to many texts: arrays, with nothing looped over texts.

``findings`` makes objects of them; whoever can do without does not pay for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.domains.scoring import softmax
from classifier.schemes.labels import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.domains.artefact import Head
    from classifier.domains.scoring import Batch, Scorer

LISTED = 5
"""Labels that an answer lists with their probabilities."""

_BESIDE = "mp10"  # what stands below its answer is listed beside it, not in its place


class Decisions(NamedTuple):
    """The answers of one scheme, one entry a text; labels are indices of ``names``.

    Parameters
    ----------
    names
        Notations of all levels, None for "no concept".
    primary
        int64 (texts,).
    accepted, conflict
        bool (texts,).
    probability
        Of the primary at the level on which the decision is taken, float32 (texts,).
    labels, shares
        The likeliest labels, the primary first, -1 where there are no more, with their
        probabilities (float64): (texts, at most ``LISTED``).
    narrower, narrower_share
        For ``mp10``, the likeliest label below the primary, -1 for none, and its probability.
    ranked, listed
        The scheme's own columns in falling order of probability (texts, columns), and how
        many of them a short list holds: 0 where the answer is accepted.
    """

    names: tuple[str | None, ...]
    primary: NDArray[np.int64]
    accepted: NDArray[np.bool_]
    conflict: NDArray[np.bool_]
    probability: NDArray[np.float32]
    labels: NDArray[np.int64]
    shares: NDArray[np.float64]
    narrower: NDArray[np.int64]
    narrower_share: NDArray[np.float64]
    ranked: NDArray[np.int64]
    listed: NDArray[np.int64]


class Below:
    """The concepts below one: their likeliest first, for many pairs of text and concept.

    ``names`` are those of the scheme's columns, then of all that is below, which begins at
    ``first`` for each column.
    """

    def __init__(self, scorer: Scorer, head: Head) -> None:
        models = scorer.artefact.fine
        fine = [models.get((head.scheme, column)) for column in head.columns]
        self._finer = scorer.finer(head.scheme)
        self._models = np.array([self._finer.numbers.get(c, -1) for c in head.columns])
        self.widths = np.array([len(found.columns) if found else 0 for found in fine])
        self.first = len(head.columns) + np.cumsum(self.widths) - self.widths
        names = [name for found in fine if found for name in found.columns]
        self.finer = bool(names)
        self.names = (*(None if c == NONE else c for c in head.columns), *names)
        self._widest = int(self.widths.max(initial=0))

    def likeliest(
        self, batch: Batch, columns: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the first name below each text's column and its probability, -1 for none."""
        models = self._models.take(columns)
        pairs = (models >= 0).nonzero()[0]
        names, shares = batch.nothing.copy(), batch.nothing.astype(np.float64)
        if len(pairs):
            models = models.take(pairs)
            found = softmax(self._finer.scores(batch.rows, batch.values, pairs, models))
            names[pairs] = self.first.take(columns.take(pairs)) + found.argmax(axis=1)
            shares[pairs] = found.max(axis=1)
        return names, shares

    def probabilities(
        self, batch: Batch, rows: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return names (-1 where there are no more) and probabilities, (pairs, most below).

        Parameters
        ----------
        batch
            The texts.
        rows, columns
            A text and one of the scheme's columns, each shape (pairs,).
        """
        widest = self._widest
        names = np.full((len(rows), widest), -1, dtype=np.int64)
        shares = np.full((len(rows), widest), -1.0)
        models = self._models.take(columns)
        pairs = (models >= 0).nonzero()[0]
        if len(pairs):
            scores = self._finer.scores(batch.rows, batch.values, rows[pairs], models[pairs])
            found = softmax(scores)
            order = np.argsort(-found, axis=1, kind="stable")
            column = columns[pairs]
            held = np.arange(widest) < self.widths.take(column)[:, None]
            names[pairs] = np.where(held, self.first.take(column)[:, None] + order, -1)
            shares[pairs] = np.where(held, np.take_along_axis(found, order, axis=1), -1.0)
        return names, shares


class Likeliest(NamedTuple):
    """The likeliest of a scheme's columns for each text (texts,).

    ``column``, its ``probability`` (and the same in double precision), whether it is
    ``accepted``, and whether it is in ``conflict`` with what another scheme answers: then it is
    not, however sure.
    """

    column: NDArray[np.int64]
    probability: NDArray[np.float32]
    share: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    conflict: NDArray[np.bool_]


def decide(
    head: Head,
    below: Below,
    batch: Batch,
    probability: NDArray[np.float32],
    found: Likeliest,
    *,
    detail: bool = True,
) -> Decisions:
    """Return the answers of one scheme to a batch.

    Parameters
    ----------
    probability
        Shape (texts, the scheme's columns).
    found
        The likeliest of them.
    detail
        Whether labels beside the primary, those below it and short lists are wanted too.
    """
    best, sure, own, accepted, conflict = found
    nothing, listed = batch.nothing, batch.zero
    first, share = nothing, batch.zero.view(np.float64)
    beside = head.scheme == _BESIDE or not below.finer
    if below.finer and beside == detail:  # otherwise told below, or not asked for
        first, share = below.likeliest(batch, best)
    if detail:
        probability = np.ascontiguousarray(probability)
        ranked = np.argsort(-probability, axis=1, kind="stable")
        open_ = (~accepted).nonzero()[0]
        if len(open_):
            listed = listed.copy()
            listed[open_] = _short(head, probability[open_], ranked[open_])
        labels = ranked[:, :LISTED]
        shares = np.take_along_axis(probability, labels, axis=1).astype(np.float64)
        if not beside:
            labels, shares = _spread(below, batch, labels, shares)
        primary = labels[:, 0]
    else:
        primary = best if beside else np.where(first >= 0, first, best)
        own = own if beside else np.where(first >= 0, share * sure, own)
        ranked, labels, shares = best[:, None], primary[:, None], own[:, None]
    return Decisions(
        names=below.names,
        primary=primary,
        accepted=accepted,
        conflict=conflict,
        probability=sure,
        labels=labels,
        shares=shares,
        narrower=first if beside else nothing,
        narrower_share=share,
        ranked=ranked,
        listed=listed,
    )


def _short(
    head: Head, probability: NDArray[np.float32], ranked: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return before how many labels at most the head's mass of probability stands."""
    shares = np.take_along_axis(probability, ranked, axis=1).astype(np.float64)
    out: NDArray[np.int64] = (np.cumsum(shares, axis=1) - shares <= head.short_list).sum(axis=1)
    return out


def _spread(
    below: Below, batch: Batch, top: NDArray[np.int64], shares: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the likeliest labels where a column's share is spread over what is below it.

    The first is the likeliest below the first column, whatever is likelier below another.
    """
    texts, ranks = top.shape
    columns, whole = top.ravel(), shares.ravel()
    names, values = below.probabilities(batch, np.arange(texts).repeat(ranks), columns)
    values *= whole[:, None]
    bare = (below.widths.take(columns) == 0).nonzero()[0]
    names[bare, 0] = columns[bare]
    values[bare, 0] = whole[bare]
    key = np.where(names >= 0, -values, 1.0).reshape(texts, -1)
    key[:, 0] = -np.inf  # the primary comes first
    order = np.argsort(key, axis=1, kind="stable")[:, :LISTED]
    listed = np.take_along_axis(names.reshape(texts, -1), order, axis=1)
    return listed, np.take_along_axis(values.reshape(texts, -1), order, axis=1)
