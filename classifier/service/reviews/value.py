"""What a review of a claim is worth: claims against the prediction first, then unsure ones."""

from __future__ import annotations

import hashlib

from classifier.service.reviews.model import Stake

AGAINST = {"contradicted": 1.0, "uncertain": 0.6, "supported": 0.0, "unclaimed": 0.6}
"""How far the model's verdict stands against the claim."""

WEIGHTS = (0.6, 0.4)
"""Of the disagreement and of the doubt."""

STAKE_FACTORS: dict[Stake, float] = {"low": 0.5, "normal": 1.0, "high": 2.0}


def review_value(verdict: str, probability: float, decision: str, stake: Stake) -> float:
    """Return the place of a claim in the queue, 0 to 2; higher comes first.

    Parameters
    ----------
    verdict, probability
        The model's verdict on the claim, and the probability of the claimed concept.
    decision
        ``review`` where the model would not stand by its answer for the scheme.
    stake
        What hangs on the claim.

    Examples
    --------
    >>> review_value("supported", 1.0, "accept", "high")
    0.0
    >>> review_value("contradicted", 0.0, "accept", "normal")
    0.6
    """
    doubt = 1.0 if decision == "review" else 1 - abs(2 * probability - 1)
    value = WEIGHTS[0] * AGAINST[verdict] + WEIGHTS[1] * doubt
    return round(value * STAKE_FACTORS[stake], 6)


def is_double(fingerprint: str, share: float, seed: str) -> bool:
    """Return whether a case needs two reviewers: a fixed share, by a hash nobody can steer.

    Examples
    --------
    >>> is_double("any", 1.0, "s"), is_double("any", 0.0, "s")
    (True, False)
    """
    digest = hashlib.sha256(f"{seed}\0{fingerprint}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
