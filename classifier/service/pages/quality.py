"""How well a model's answers fit the truth: calibration, automation, confusion, drift."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from classifier.schemes.labels import NONE
from classifier.service.pages.lookups import DecidedCase
from classifier.training.record import HeldRow

BINS = 10
STEPS = 100
"""Thresholds at which automation is computed, from 0 to 1."""

PSI_WARN, PSI_ALARM = 0.1, 0.25
"""From where a population stability index calls for a look, and from where for action."""

SHADES = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's first answer beside the truths that would do; ``-`` stands for none."""

    predicted: str
    truths: tuple[str, ...]
    probability: float

    @property
    def right(self) -> bool:
        """Return whether the answer is a truth, or lies above or below one."""
        return any(_same(self.predicted, truth) for truth in self.truths)


def _same(one: str, other: str) -> bool:
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def from_reviews(cases: Iterable[DecidedCase], scheme: str) -> list[Answer]:
    """Return the answers of which people decided what is right.

    Confirmed: the claim; corrected or assigned: what the verdict names; out of scope: none. What is
    partly right or undecidable says nothing of the model.
    """
    out = []
    for case in cases:
        truth = {
            "confirm": case.claimed,
            "correct": case.notation,
            "assign": case.notation,
            "out_of_scope": NONE,
        }.get(case.outcome)
        if case.scheme == scheme and truth:
            out.append(Answer(case.predicted or NONE, (truth,), case.probability))
    return out


def from_training(rows: Iterable[HeldRow], scheme: str) -> list[Answer]:
    """Return the held-out answers that a training kept."""
    return [
        Answer(found.answer, (found.truth.primary, *found.truth.also), found.probability)
        for found in (row.answers.get(scheme) for row in rows)
        if found is not None
    ]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like probability: mean probability, share that is right, how many."""

    probability: float
    right: float
    count: int


def calibration(answers: Sequence[Answer]) -> list[Bin]:
    """Return ten bins of equal width; empty ones are left out."""
    bins: dict[int, list[Answer]] = {}
    for one in answers:
        bins.setdefault(min(int(one.probability * BINS), BINS - 1), []).append(one)
    return [
        Bin(
            sum(one.probability for one in held) / len(held),
            sum(one.right for one in held) / len(held),
            len(held),
        )
        for _, held in sorted(bins.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the mean distance between probability and share that is right, by count."""
    total = sum(one.count for one in bins)
    if not total:
        return None
    return sum(abs(one.probability - one.right) * one.count for one in bins) / total


@dataclass(frozen=True, slots=True)
class Automation:
    """At a threshold: share of answers taken without review, and share of those right."""

    threshold: float
    taken: float
    right: float | None


def automation(answers: Sequence[Answer]) -> list[Automation]:
    """Return what each threshold would take, and how much of it is right."""
    ranked = sorted(answers, key=lambda one: one.probability)
    out = []
    for step in range(STEPS + 1):
        threshold = step / STEPS
        taken = [one for one in ranked if one.probability >= threshold]
        right = sum(one.right for one in taken) / len(taken) if taken else None
        out.append(Automation(threshold, len(taken) / len(ranked) if ranked else 0.0, right))
    return out


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the confusion: how many, how dark, and whether it is right."""

    count: int
    shade: int
    right: bool


@dataclass(frozen=True, slots=True)
class Confusion:
    """Truth by row, prediction by column."""

    truths: tuple[str, ...]
    predictions: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]


def confusion(answers: Sequence[Answer]) -> Confusion:
    """Return how often each truth got each prediction."""
    counts = Counter((one.truths[0], one.predicted) for one in answers)
    truths = tuple(sorted({truth for truth, _ in counts}))
    predictions = tuple(sorted({predicted for _, predicted in counts}))
    totals = Counter(one.truths[0] for one in answers)
    cells = tuple(
        tuple(
            Cell(
                counts[truth, predicted],
                math.ceil(SHADES * counts[truth, predicted] / totals[truth]),
                _same(truth, predicted),
            )
            for predicted in predictions
        )
        for truth in truths
    )
    return Confusion(truths, predictions, cells)


@dataclass(frozen=True, slots=True)
class Shift:
    """Shares of each field in the corpus and of late, with the index of their difference."""

    fields: tuple[str, ...]
    corpus: tuple[float, ...]
    recent: tuple[float, ...]
    corpus_count: int
    recent_count: int
    index: float

    @property
    def level(self) -> str:
        """Return ``ok``, ``warn`` or ``alarm``."""
        if self.index >= PSI_ALARM:
            return "alarm"
        return "warn" if self.index >= PSI_WARN else "ok"


def shift(corpus: Mapping[str, int], recent: Mapping[str, int], columns: Sequence[str]) -> Shift:
    """Return how the fields of late differ from those of the corpus.

    Parameters
    ----------
    corpus, recent
        Counts by notation; finer ones are added to the column above them.
    columns
        The fields that the model tells apart.

    References
    ----------
    Population stability index: the sum of (p - q) ln(p / q), with half a count added to each.
    """
    before, now = _rolled(corpus, columns), _rolled(recent, columns)
    fields = tuple(column for column in columns if before[column] or now[column])
    p = [before[field] + 0.5 for field in fields]
    q = [now[field] + 0.5 for field in fields]
    shares = [(one / sum(p), other / sum(q)) for one, other in zip(p, q, strict=True)]
    total, late = sum(before.values()), sum(now.values())
    return Shift(
        fields,
        tuple(before[field] / (total or 1) for field in fields),
        tuple(now[field] / (late or 1) for field in fields),
        total,
        late,
        sum((one - other) * math.log(one / other) for one, other in shares),
    )


def _rolled(counts: Mapping[str, int], columns: Sequence[str]) -> Counter[str]:
    known = set(columns)
    out: Counter[str] = Counter()
    for notation, count in counts.items():
        at = notation
        while at not in known and "." in at:
            at = at.rpartition(".")[0]
        if at in known:
            out[at] += count
    return out
