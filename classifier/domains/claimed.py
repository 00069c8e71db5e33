"""What a model holds of one claimed concept, at whatever level it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.domains.scoring import softmax
from classifier.schemes.labels import NONE, roll_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.domains.answer import Verdict
    from classifier.domains.scoring import Batch, Scorer


class Reading(NamedTuple):
    """Probabilities that a concept is a text's first label, and that it could be defended.

    ``likeliest`` tells whether it, or one below it, is the answer that the model gives;
    ``within`` is the probability that what it belongs to, on the level on which the scheme
    decides, could be defended.
    """

    probability: float
    defensible: float
    likeliest: bool
    within: float


_NOTHING = Reading(0.0, 0.0, likeliest=False, within=0.0)


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
        best = first.argmax(axis=1)
        out = []
        for row in range(len(texts)):
            probability, defensible, likeliest, within = 0.0, 0.0, False, 0.0
            for at, column in enumerate(self._head.columns):
                part = self._part(batch, row, column, float(defended[row, at]))
                probability += float(first[row, at]) * part.probability
                defensible = max(defensible, part.defensible)
                likeliest |= part.likeliest and at == best[row]
                within = max(within, part.within)
            out.append(Reading(min(1.0, probability), defensible, likeliest, within))
        return out

    def verdict(self, reading: Reading) -> Verdict:
        """Return the verdict on a text that reads so.

        Where a group is contradicted, so is every class of it.
        """
        finer = self.notation.count(".") > self._head.columns[-1].count(".")
        limits = self._head.finer if finer else self._head.limits
        if reading.likeliest and reading.probability >= limits.supported:
            return "supported"
        against = (
            reading.defensible < limits.contradicted
            or reading.within < self._head.limits.contradicted
        )
        return "contradicted" if against else "uncertain"

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

    def _part(self, batch: Batch, row: int, column: str, defended: float) -> Reading:
        """Return the concept's share of a column, and how defensible it is there."""
        if column == NONE:
            return _NOTHING
        if column == self.notation or column.startswith(self.notation + "."):
            return Reading(1.0, defended, likeliest=True, within=defended)
        if not self.notation.startswith(column + "."):
            return _NOTHING
        fine = self._scorer.artefact.fine[self.scheme, column]
        scores = self._scorer.scores_below(batch, row, self.scheme, column)
        shares = softmax(scores)
        below = self._scorer.defensible_below(defended, scores, self._head)
        depth = self.notation.count(".") + 1
        mine = np.array([roll_up(c, depth) == self.notation for c in fine.columns])
        return Reading(
            float(shares[mine].sum()),
            float(below[mine].max()),
            likeliest=bool(mine[int(shares.argmax())]),
            within=defended,
        )
