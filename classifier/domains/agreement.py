"""Do the answers of different schemes go together? What the mappings do not allow is reviewed.

Each scheme is held against one pivot (``sei2018``, the scheme that the others are mapped
to). "None" goes with everything: a product may stand in one scheme and in no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

PIVOT = "sei2018"

Disagreements = dict[str, dict[str, list[str]]]
"""By scheme and notation: the pivot's notations that it cannot stand beside."""


class Barred(NamedTuple):
    """Which columns cannot stand beside which of the pivot's.

    ``schemes`` have such columns; the tables of all (columns x columns of the pivot, bool) stand
    one after another in ``table``, each from its row of ``first`` (schemes, 1) on, ``width`` the
    pivot's columns.
    """

    schemes: tuple[str, ...]
    table: NDArray[np.bool_]
    first: NDArray[np.int64]
    width: int


def barred_pairs(columns: Mapping[str, Sequence[str]], disagreements: Disagreements) -> Barred:
    """Return which of each scheme's columns cannot stand beside which of the pivot's.

    Parameters
    ----------
    columns
        The notations of each scheme's columns.
    disagreements
        What cannot stand together.
    """
    at = {notation: i for i, notation in enumerate(columns.get(PIVOT, ()))}
    schemes = tuple(scheme for scheme in disagreements if at and scheme in columns)
    tables = [np.zeros((0, len(at)), dtype=bool)]
    for scheme in schemes:
        table = np.zeros((len(columns[scheme]), len(at)), dtype=bool)
        for row, notation in enumerate(columns[scheme]):
            barred = disagreements[scheme].get(notation, ())
            table[row, [at[other] for other in barred if other in at]] = True
        tables.append(table)
    first = np.cumsum([len(table) for table in tables[:-1]], dtype=np.int64)[:, None]
    return Barred(schemes, np.concatenate(tables).ravel(), first, len(at))


def disagreeing(
    best: Mapping[str, NDArray[np.int64]], barred: Barred
) -> dict[str, NDArray[np.bool_]]:
    """Return, by scheme, which texts have an answer that does not go with another scheme's.

    Parameters
    ----------
    best
        The answered column of each text, shape (texts,), by scheme.
    barred
        Result of ``barred_pairs``.
    """
    texts = len(next(iter(best.values())))
    out = dict.fromkeys(best, np.zeros(texts, dtype=bool))
    if barred.schemes:
        rows = np.array([best[scheme] for scheme in barred.schemes])
        rows += barred.first
        rows *= barred.width
        rows += best[PIVOT]
        found = barred.table.take(rows)
        out.update(zip(barred.schemes, found, strict=True))
        out[PIVOT] = np.logical_or.reduce(found, axis=0)
    return out
