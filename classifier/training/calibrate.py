"""From held-out margins to probabilities, and to the threshold of an accepted answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from classifier.domains.scoring import softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRECISION = 0.97
"""Share of right answers (primary or also) that accepted ones must reach on held-out groups."""

_STIFFNESS = 2.0  # pulls offsets to 0: a rare concept's offset is not learned from three texts


@dataclass(frozen=True, slots=True)
class Calibration:
    """``softmax(slope x margin + offsets)``, with the quality that held-out texts showed.

    ``error`` is the expected calibration error of the first answer, in ten bins.
    """

    slope: float
    offsets: NDArray[np.float32]
    threshold: float
    precision: float
    accepted: float
    error: float

    def probabilities(self, margins: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return probabilities of margins, shape unchanged."""
        return softmax(self.slope * margins + self.offsets)


def fit_slope(margins: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the slope that maximises the likelihood of the true columns."""
    return float(_fit(margins, truth, offsets=False)[0])


def _fit(
    margins: NDArray[np.float32], truth: NDArray[np.int64], *, offsets: bool
) -> NDArray[np.float64]:
    rows, columns = margins.shape
    once = np.zeros((rows, columns))
    once[np.arange(rows), truth] = 1.0
    data = margins.astype(np.float64)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope = np.exp(parameters[0])
        shift = parameters[1:] if offsets else np.zeros(columns)
        scores = slope * data + shift
        scores -= scores.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        log_p = scores - log_sum
        value = -(once * log_p).sum()
        error = np.exp(log_p) - once
        gradient = [slope * (error * data).sum()]
        if offsets:
            value += _STIFFNESS * float(shift @ shift)
            gradient.extend(error.sum(axis=0) + 2 * _STIFFNESS * shift)
        return float(value), np.array(gradient)

    start = np.zeros(1 + (columns if offsets else 0))
    start[0] = np.log(4.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    found[0] = np.exp(found[0])
    return np.asarray(found, dtype=np.float64)


def calibrate(
    margins: NDArray[np.float32], truth: NDArray[np.int64], fair: NDArray[np.bool_]
) -> Calibration:
    """Fit probabilities and the acceptance threshold on held-out margins.

    Parameters
    ----------
    margins
        Shape (texts, columns).
    truth
        The primary's column of each text.
    fair
        Shape (texts, columns): whether the column would be a right answer.
    """
    found = _fit(margins, truth, offsets=True)
    slope, offsets = float(found[0]), found[1:].astype(np.float32)
    probability = softmax(slope * margins + offsets)
    best = probability.argmax(axis=1)
    sure = probability[np.arange(len(best)), best]
    right = fair[np.arange(len(best)), best]
    threshold, precision, accepted = _threshold(sure, right)
    strict = best == truth
    return Calibration(
        slope, offsets, threshold, precision, accepted, calibration_error(sure, strict)
    )


def _threshold(sure: NDArray[np.float32], right: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return the least probability above which ``PRECISION`` holds, its precision and share."""
    order = np.argsort(-sure, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= PRECISION)
    if not len(good):
        return 1.0, 1.0, 0.0
    last = int(good[-1])
    threshold = round(float(sure[order[last]]), 6)
    taken = sure >= threshold
    return threshold, float(right[taken].mean()), float(taken.mean())


def calibration_error(sure: NDArray[np.float32], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error: mean gap of stated and found share of right."""
    at = np.minimum((sure * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = at == b
        if inside.any():
            total += abs(float(sure[inside].mean()) - float(right[inside].mean())) * inside.sum()
    return total / len(sure)
