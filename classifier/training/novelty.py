"""How much of a text a model has never met: character pairs without a feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.text.features import pieces
from classifier.text.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.domains.scoring import Scorer

_PAIR = 2


def unknown_pairs(
    scorer: Scorer, texts: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each text, how many of its character pairs are unknown, and how many it has."""
    found = pieces(prepare(texts))
    pair = found.length == _PAIR
    rows = found.row[pair]
    unknown = scorer.vocabulary.find(found.hash[pair]) < 0
    return (
        np.bincount(rows[unknown], minlength=len(texts)).astype(np.int64),
        np.bincount(rows, minlength=len(texts)).astype(np.int64),
    )


def unknown_share(scorer: Scorer, texts: Sequence[str]) -> float:
    """Return the share of all character pairs of some texts that are unknown, 0 to 1."""
    unknown, every = unknown_pairs(scorer, texts)
    return float(unknown.sum() / max(1, every.sum()))
