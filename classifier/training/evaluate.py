"""Figures of merit, by the definitions of the benchmark's scorer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from classifier.schemes.labels import NONE, LabelCell, roll_up

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Figures:
    """How predictions agree with labels in one scheme; all but ``texts`` are shares.

    ``strict``: the primary is met; ``fair``: the primary or an ``also``; ``recall``: mean
    over concepts of the fair share found; ``false_positive``: share of texts outside the
    scheme that were given a concept; ``auto``: accepted; ``auto_ok``: fair among those.
    """

    texts: int
    strict: float
    fair: float
    recall: float
    false_positive: float
    auto: float
    auto_ok: float

    def to_json(self) -> dict[str, float]:
        """Return the figures rounded to four digits."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def figures(
    truth: Sequence[LabelCell],
    predicted: Sequence[str],
    accepted: Sequence[bool],
    depth: int,
) -> Figures:
    """Compare predicted notations (``-`` for none) with labels, rolled up to ``depth``."""
    strict = fair = outside = wrong = auto = auto_ok = 0
    by: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for cell, answer, sure in zip(truth, predicted, accepted, strict=True):
        primary = roll_up(cell.primary, depth)
        allowed = {primary, *(roll_up(n, depth) for n in cell.also)}
        given = roll_up(answer, depth)
        ok = given in allowed
        strict += given == primary
        fair += ok
        if primary != NONE:
            by[primary][0] += 1
            by[primary][1] += ok and given != NONE
        elif len(allowed) == 1:
            outside += 1
            wrong += given != NONE
        auto += sure
        auto_ok += ok and sure
    count = max(1, len(truth))
    return Figures(
        texts=len(truth),
        strict=strict / count,
        fair=fair / count,
        recall=sum(k / n for n, k in by.values()) / max(1, len(by)),
        false_positive=wrong / max(1, outside),
        auto=auto / count,
        auto_ok=auto_ok / max(1, auto),
    )


def recall_by_concept(
    truth: Sequence[LabelCell], predicted: Sequence[str], depth: int
) -> dict[str, tuple[int, float]]:
    """Return, for each concept, how many texts have it first and the fair share found."""
    by: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for cell, answer in zip(truth, predicted, strict=True):
        primary = roll_up(cell.primary, depth)
        allowed = {primary, *(roll_up(n, depth) for n in cell.also)} - {NONE}
        if primary != NONE:
            by[primary][0] += 1
            by[primary][1] += roll_up(answer, depth) in allowed
    return {notation: (n, k / n) for notation, (n, k) in sorted(by.items())}
