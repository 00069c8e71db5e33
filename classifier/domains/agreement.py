"""Do the answers of different schemes go together? What the mappings do not allow is reviewed.

Each scheme is held against one pivot (``sei2018``, the scheme that the others are mapped
to). "None" goes with everything: a product may stand in one scheme and in no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

PIVOT = "sei2018"

Disagreements = dict[str, dict[str, list[str]]]
"""By scheme and notation: the pivot's notations that it cannot stand beside."""


def disagreeing(
    best: Mapping[str, NDArray[np.int64]],
    columns: Mapping[str, Sequence[str]],
    disagreements: Disagreements,
) -> dict[str, NDArray[np.bool_]]:
    """Return, by scheme, which texts have an answer that does not go with another scheme's.

    Parameters
    ----------
    best
        The answered column of each text, shape (texts,), by scheme.
    columns
        The notations of each scheme's columns.
    disagreements
        What cannot stand together.
    """
    out = {scheme: np.zeros(len(answers), dtype=bool) for scheme, answers in best.items()}
    if PIVOT not in best:
        return out
    at = {notation: i for i, notation in enumerate(columns[PIVOT])}
    for scheme, barred in disagreements.items():
        if scheme not in best:
            continue
        table = np.zeros((len(columns[scheme]), len(at)), dtype=bool)
        for row, notation in enumerate(columns[scheme]):
            table[row, [at[other] for other in barred.get(notation, ()) if other in at]] = True
        found = table[best[scheme], best[PIVOT]]
        out[scheme] |= found
        out[PIVOT] |= found
    return out
