"""How probable it is that a label could be defended, and where a verdict on a claim turns.

A label that stands second on the border ("ordinary or advanced?") scores low as the first
one and is defensible all the same. Whether a text is on a border shows in the scores of all
schemes: a motor that is no power equipment is, in other schemes, an energy-saving machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from classifier.domains.scoring import log_shares

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_OFFSET_STIFFNESS = 2.0  # pulls a column's offset to the common one
_MIX_STIFFNESS = 30.0  # of 3 and 30, and none mixed in, the likeliest on held-out groups
_ITERATIONS = 150
_LIMITS = 200  # places at which a threshold is tried

CONTRADICTED = 0.1
"""Probability of being defensible below which a claim is contradicted: less than one in ten.

On 160 claims that were written without sight of the corpus (``tests/challenge/claims-2.tsv``),
a draft model was right on 136 with thresholds fitted by scheme to claims made of the corpus
(0.024 to 0.147), and on 134, 136, 140, 140 and 141 with 0.05, 0.075, 0.1, 0.125 and 0.15 for
every scheme; the last contradicts more of the uncertain ones. The next model: 134, 136, 137,
140 and 139."""

CONTRADICTED_FINER = 0.05
"""The same below the level on which a scheme decides: there, 0.1 contradicts one true claim in
nine made of the corpus, this one in fourteen, and on the other claims they are level."""


@dataclass(frozen=True, slots=True)
class Defensible:
    """Log-odds that a concept could be defended (primary or also): see ``defensible``.

    ``slope`` of its own log-probability, ``other`` of that of the best other column,
    ``offsets`` (columns,), ``mix`` (all columns, columns) of the scores of all schemes.
    """

    slope: float
    other: float
    offsets: NDArray[np.float64]
    mix: NDArray[np.float64]

    def probability(
        self, logits: NDArray[np.float64], every: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the probability for each text and column."""
        own, other = log_shares(logits)
        scores = self.slope * own + self.other * other + self.offsets + every @ self.mix
        out: NDArray[np.float64] = 1 / (1 + np.exp(-scores))
        return out


def fit_defensible(
    logits: NDArray[np.float64],
    every: NDArray[np.float64],
    fair: NDArray[np.bool_],
    stiffness: float = _MIX_STIFFNESS,
) -> Defensible:
    """Fit, on held-out scores, the probability that a label stands among primary and also.

    A logistic model, its weights pulled to nothing.

    Parameters
    ----------
    logits
        The scheme's scores, shape (texts, columns).
    every
        The scores of all schemes, shape (texts, all columns).
    fair
        Shape (texts, columns): whether the label could be defended.
    stiffness
        How strongly ``mix`` is pulled to nothing.
    """
    own, other = log_shares(logits)
    count, columns = every.shape[1], logits.shape[1]
    target = fair.astype(np.float64)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, weight, common = parameters[:3]
        offsets = parameters[3 : 3 + columns]
        mix = parameters[3 + columns :].reshape(count, columns)
        scores = slope * own + weight * other + common + offsets + every @ mix
        value = float(np.logaddexp(0, scores).sum() - (target * scores).sum())
        value += _OFFSET_STIFFNESS * float(offsets @ offsets)
        value += stiffness * float((mix * mix).sum())
        error = 1 / (1 + np.exp(-scores)) - target
        gradient = np.concatenate(
            [
                [(error * own).sum(), (error * other).sum(), error.sum()],
                error.sum(axis=0) + 2 * _OFFSET_STIFFNESS * offsets,
                (every.T @ error + 2 * stiffness * mix).ravel(),
            ]
        )
        return value, gradient

    start = np.zeros(3 + columns + count * columns)
    start[0] = 1.0
    options = {"maxiter": _ITERATIONS}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return Defensible(
        slope=float(found[0]),
        other=float(found[1]),
        offsets=found[2] + found[3 : 3 + columns],
        mix=found[3 + columns :].reshape(count, columns),
    )


def fit_below(features: NDArray[np.float64], fair: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit the four weights of ``features_below``, shape (pairs, 4), on ``fair`` (pairs,)."""
    target = fair.astype(np.float64)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        value = float(np.logaddexp(0, scores).sum() - (target * scores).sum())
        error = 1 / (1 + np.exp(-scores)) - target
        return value, features.T @ error

    start = np.array([1.0, 1.0, 0.0, 0.0])
    found: NDArray[np.float64] = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return found


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims made from held-out texts: what was claimed, and what a reviewer would say.

    ``kind`` is 2 for a primary label, 1 for one that stands in ``also``, 0 for a false one;
    ``first`` and ``defended`` are the probabilities that the model gives it, ``likeliest``
    whether it is the model's answer.
    """

    kind: NDArray[np.int64]
    first: NDArray[np.float64]
    defended: NDArray[np.float64]
    likeliest: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a verdict turns, and the share of right verdicts by kind of claim.

    ``supported`` and ``contradicted`` as ``domains.artefact.Limits``. ``primary`` is the
    share of primary labels that are supported, ``also`` of second ones that are not
    contradicted, ``false`` of false ones that are contradicted; ``misled`` is the share of
    false ones that are supported.
    """

    supported: float
    contradicted: float
    primary: float
    also: float
    false: float
    misled: float
    claims: int


def make_claims(
    first: NDArray[np.float64],
    defended: NDArray[np.float64],
    truth: NDArray[np.int64],
    fair: NDArray[np.bool_],
    best: NDArray[np.int64],
    seed: int = 1,
) -> Claims:
    """Return the claims that held-out texts give in one scheme.

    Every label of a text but "none" is claimed; a primary one only where "none" could not
    be defended as well. Of the false ones, two are claimed: the most tempting (the most
    defensible to the model), as a firm would, and one at random.

    Parameters
    ----------
    first, defended
        Probabilities, shape (texts, columns), "none" first.
    truth
        The primary's column.
    fair
        Shape (texts, columns): primary and also.
    best
        The column that the model answers.
    """
    texts, columns = first.shape
    rows = np.arange(texts)
    chance = np.random.default_rng(seed)
    kind = np.full((texts, columns), -1, dtype=np.int64)
    kind[fair] = 1
    sure = ~fair[:, 0]
    kind[rows, truth] = np.where(sure, 2, -1)
    wrong = np.where(fair, -1.0, defended)
    wrong[:, 0] = -1.0
    lots = np.where(wrong < 0, -1.0, chance.random(wrong.shape))
    for picked in (wrong.argmax(axis=1), lots.argmax(axis=1)):
        some = wrong[rows, picked] >= 0
        kind[rows[some], picked[some]] = 0
    kind[:, 0] = -1
    given = kind >= 0
    likeliest = np.arange(columns) == best[:, None]
    return Claims(kind[given], first[given], defended[given], likeliest[given])


def fit_limits(claims: Claims, contradicted: float = CONTRADICTED) -> Limits:
    """Set the threshold of support, and measure the share of right verdicts by kind of claim.

    ``supported`` weighs primary labels that are not supported against false and second ones
    that are. Only the model's own answer is ever supported.
    """
    kind, defended = claims.kind, claims.defended
    first = np.where(claims.likeliest, claims.first, -1.0)
    high, low = first[kind == 2], [first[kind == k] for k in (0, 1)]  # noqa: PLR2004
    supported = _best(
        claims.first, lambda t: _share(high >= t) + sum(_share(part < t) for part in low) / 2
    )
    primary, second, wrong = (kind == k for k in (2, 1, 0))
    stands = first >= supported
    falls = ~stands & (defended < contradicted)
    return Limits(
        supported=supported,
        contradicted=contradicted,
        primary=_share(stands[primary]),
        also=_share(~falls[second]),
        false=_share(falls[wrong]),
        misled=_share(stands[wrong]),
        claims=len(kind),
    )


def _share(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 1.0


def _best(values: NDArray[np.float64], worth: Callable[[float], float]) -> float:
    """Return the least threshold of those that are worth most."""
    tried = np.unique(np.quantile(values, np.linspace(0, 1, _LIMITS)).round(4))
    return max((float(t) for t in tried), key=lambda t: (worth(t), -t))
