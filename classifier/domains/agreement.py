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


def barred_pairs(
    columns: Mapping[str, Sequence[str]], disagreements: Disagreements
) -> dict[str, NDArray[np.bool_]]:
    """Return, by scheme, which of its columns cannot stand beside which of the pivot's.

    Parameters
    ----------
    columns
        The notations of each scheme's columns.
    disagreements
        What cannot stand together.
    """
    if PIVOT not in columns:
        return {}
    at = {notation: i for i, notation in enumerate(columns[PIVOT])}
    out = {}
    for scheme, barred in disagreements.items():
        if scheme in columns:
            table = np.zeros((len(columns[scheme]), len(at)), dtype=bool)
            for row, notation in enumerate(columns[scheme]):
                table[row, [at[other] for other in barred.get(notation, ()) if other in at]] = True
            out[scheme] = table
    return out


def disagreeing(
    best: Mapping[str, NDArray[np.int64]], barred: Mapping[str, NDArray[np.bool_]]
) -> dict[str, NDArray[np.bool_]]:
    """Return, by scheme, which texts have an answer that does not go with another scheme's.

    Parameters
    ----------
    best
        The answered column of each text, shape (texts,), by scheme.
    barred
        Result of ``barred_pairs``.
    """
    out = {}
    pivot = None
    for scheme, table in barred.items():
        found = table.ravel().take(best[scheme] * table.shape[1] + best[PIVOT])
        out[scheme] = found
        pivot = found if pivot is None else pivot | found
    if pivot is not None:
        out[PIVOT] = pivot
    for scheme in best.keys() - out.keys():
        out[scheme] = np.zeros(len(best[scheme]), dtype=bool)
    return out
