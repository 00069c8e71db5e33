"""What a model holds of one claimed concept, at whatever level it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.schemes.labels import NONE, roll_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.domains.answer import Verdict
    from classifier.domains.scoring import Batch, Scorer


SUPPORTED = 0.5
"""Probability, as the first label, from which a claimed concept is supported."""

CONTRADICTED = 0.15
"""Probability of being defensible at all below which a claimed concept is contradicted."""


class Reading(NamedTuple):
    """Probabilities that a concept is a text's first label, and that it could be defended."""

    probability: float
    defensible: float


class Claimed:
    """One concept against any texts.

    Parameters
    ----------
    scorer
        Scores texts.
    scheme, notation
        The claimed concept; it stands above, at or below the level on which the scheme
        decides.
    """

    def __init__(self, scorer: Scorer, scheme: str, notation: str) -> None:
        self._scorer = scorer
        self.scheme = scheme
        self.notation = notation
        self._head = scorer.artefact.heads[scheme]

    def concept(self, notation: str) -> dict[str, Any]:
        """Return names, scope note and exclusions of a concept of the same scheme."""
        found: dict[str, Any] = self._scorer.artefact.concepts[f"{self.scheme}:{notation}"]
        return found

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return the probabilities of the concept, or of one below it, for each text."""
        batch = self._scorer.batch(texts)
        margins = self._scorer.margins(batch)
        first = self._scorer.probabilities(margins, self._head)
        defended = self._scorer.defensible(margins, self._head)
        out = []
        for row in range(len(texts)):
            parts = [
                (float(first[row, at]) * share, float(defended[row, at]) * share)
                for at, share in self._parts(batch, row)
            ]
            out.append(
                Reading(min(1.0, sum(p for p, _ in parts)), max((d for _, d in parts), default=0.0))
            )
        return out

    def verdict(self, reading: Reading) -> Verdict:
        """Return the verdict on a text that reads so."""
        if reading.probability >= SUPPORTED:
            return "supported"
        return "contradicted" if reading.defensible < CONTRADICTED else "uncertain"

    def explained(self, text: str) -> str:
        """Return the concept whose weights explain the claim.

        It is the claimed one, or the likeliest below it where the scheme decides on a
        finer level.
        """
        batch = self._scorer.batch([text])
        first = self._scorer.probabilities(self._scorer.margins(batch), self._head)[0]
        below = self.notation + "."
        finer = [i for i, c in enumerate(self._head.columns) if c.startswith(below)]
        if not finer:
            return self.notation
        return self._head.columns[max(finer, key=lambda i: float(first[i]))]

    def _parts(self, batch: Batch, row: int) -> list[tuple[int, float]]:
        """Return the columns that the concept has a share in, and the share."""
        out = []
        for at, column in enumerate(self._head.columns):
            if column == NONE:
                continue
            if column == self.notation or column.startswith(self.notation + "."):
                out.append((at, 1.0))
            elif self.notation.startswith(column + "."):
                out.append((at, self._share_below(batch, row, column)))
        return out

    def _share_below(self, batch: Batch, row: int, column: str) -> float:
        fine = self._scorer.artefact.fine[self.scheme, column]
        shares = self._scorer.below(batch, row, self.scheme, column)
        depth = self.notation.count(".") + 1
        mine = [roll_up(c, depth) == self.notation for c in fine.columns]
        return float(shares[np.array(mine)].sum())
