"""Whether recent texts are still like those that a model was trained on and measured at."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from classifier.domains.scoring import Scorer
from classifier.schemes.labels import NONE, roll_up
from classifier.text.prepare import prepare
from classifier.training.fit import depth_of
from classifier.training.keys import text_key
from classifier.training.novelty import unknown_share
from classifier.training.record import read_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.domains.answer import Answer
    from classifier.domains.classifier import Classifier
    from classifier.schemes.labels import LabelCell
    from classifier.training.record import HeldRow

Level = Literal["ok", "warn", "alarm", "unknown"]

LIMITS: dict[str, tuple[float, float]] = {
    "auc": (0.80, 0.95),
    "psi": (0.10, 0.25),
    "unknown": (0.05, 0.10),
    "confidence": (0.05, 0.10),
    "review": (0.10, 0.20),
    "overruled": (0.05, 0.10),
}
"""From where a signal warns and from where it alarms. ``auc`` is an area, ``psi`` an index,
``overruled`` a share; ``unknown`` and ``review`` are rises of a share, ``confidence`` a fall."""

MOST = 2000
"""Texts of each side that the telling-apart classifier is given."""

LEAST = 30
"""Texts below which nothing is said."""

WORDS = 20
"""Pieces of text that are shown as telling the two sides apart."""

_SEED = 20260401


@dataclass(frozen=True, slots=True)
class Signal:
    """One measured thing; ``noise`` is what chance alone may give (95 %), NaN where unknown."""

    name: str
    scheme: str
    reference: float
    recent: float
    value: float
    noise: float
    level: Level


@dataclass(frozen=True, slots=True)
class Side:
    """Texts with what the model answered them: by scheme, the notation and the probability."""

    texts: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...]]
    probabilities: Mapping[str, tuple[float, ...]]
    accepted: Mapping[str, tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class Drift:
    """All signals, and what the pictures are drawn from.

    ``held_out`` tells whether the reference are held-out answers of the training; if not,
    the model answered texts that it may know, which makes the reference too good.
    """

    model: str
    reference: Side
    recent: Side
    signals: tuple[Signal, ...]
    telling: tuple[tuple[str, float], ...]
    held_out: bool

    @property
    def level(self) -> Level:
        """Return the worst level of all signals."""
        order: tuple[Level, ...] = ("alarm", "warn", "ok", "unknown")
        return next(level for level in order if any(s.level == level for s in self.signals))


def stability(reference: Mapping[str, int], recent: Mapping[str, int]) -> tuple[float, float]:
    """Return the population stability index of two counts, and what chance alone may give.

    The index is the sum of (p - q) ln(p / q); half a count is added to every class. Under no
    change, index / (1/n + 1/m) follows chi-squared with (classes - 1) degrees of freedom.

    References
    ----------
    Yurdakul, Naranjo (2020), Statistical properties of the population stability index.
    """
    from scipy.stats import chi2  # noqa: PLC0415

    classes = sorted(set(reference) | set(recent))
    if len(classes) < 2:  # noqa: PLR2004  (one class cannot shift)
        return 0.0, 0.0
    p = np.array([reference.get(c, 0) + 0.5 for c in classes])
    q = np.array([recent.get(c, 0) + 0.5 for c in classes])
    spread = 1 / p.sum() + 1 / q.sum()
    p, q = p / p.sum(), q / q.sum()
    index = float(((p - q) * np.log(p / q)).sum())
    return index, float(chi2.ppf(0.95, len(classes) - 1) * spread)


def tell_apart(
    reference: Sequence[str], recent: Sequence[str]
) -> tuple[float, list[tuple[str, float]]]:
    """Return how well a classifier tells the sides apart, and what by.

    Returns
    -------
    tuple
        Area under the ROC curve by five-fold cross-validation (0.5: not at all), and pieces
        of one to two characters with their weight; positive ones mark recent texts.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415

    chance = np.random.default_rng(_SEED)

    def some(texts: Sequence[str]) -> list[str]:
        if len(texts) <= MOST:
            return list(texts)
        return [texts[i] for i in sorted(chance.choice(len(texts), MOST, replace=False))]

    sides = some(reference), some(recent)
    truth = np.repeat([0, 1], [len(side) for side in sides])
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    matrix = vectors.fit_transform(prepare([*sides[0], *sides[1]]))
    model = LogisticRegression(class_weight="balanced", max_iter=300)
    folds = StratifiedKFold(5, shuffle=True, random_state=_SEED)
    scores = cross_val_predict(model, matrix, truth, cv=folds, method="decision_function")
    weights = model.fit(matrix, truth).coef_[0]
    names = vectors.get_feature_names_out()
    order = np.argsort(-np.abs(weights), kind="stable")
    telling = [(str(names[i]), float(weights[i])) for i in order if " " not in str(names[i])]
    return float(roc_auc_score(truth, scores)), telling[:WORDS]


def side_of(texts: Sequence[str], answers: Sequence[Answer]) -> Side:
    """Return texts with their answers, on the level on which each scheme decides."""
    schemes = tuple(answers[0].domains) if answers else ()
    found = {s: [a.domains[s] for a in answers] for s in schemes}
    return Side(
        texts=tuple(texts),
        answers={
            s: tuple(roll_up(f.primary or NONE, depth_of(s)) for f in found[s]) for s in schemes
        },
        probabilities={s: tuple(f.probability for f in found[s]) for s in schemes},
        accepted={s: tuple(f.decision == "accept" for f in found[s]) for s in schemes},
    )


def held_side(rows: Sequence[HeldRow], texts: Mapping[str, str]) -> Side:
    """Return the held-out answers of a training, with those texts that are at hand."""
    schemes = tuple(dict.fromkeys(s for row in rows for s in row.answers))
    found = {s: [row.answers[s] for row in rows if s in row.answers] for s in schemes}
    return Side(
        texts=tuple(texts[row.key] for row in rows if row.key in texts),
        answers={s: tuple(roll_up(a.answer, depth_of(s)) for a in found[s]) for s in schemes},
        probabilities={s: tuple(a.probability for a in found[s]) for s in schemes},
        accepted={s: tuple(a.accepted for a in found[s]) for s in schemes},
    )


def reference_of(classifier: Classifier, known: Mapping[str, str]) -> tuple[Side, bool]:
    """Return what a model was measured at, and whether it was held out.

    Parameters
    ----------
    classifier
        The model; its folder holds what it answered on its folds, or does not.
    known
        Texts by their key: those of the corpus and of label files.
    """
    rows = read_record(classifier.artefact.folder, classifier.artefact.manifest)
    if rows is not None:
        return held_side(rows, known), True
    texts = list(known.values())[:: max(1, len(known) // MOST)]
    return side_of(texts, classifier.classify(texts)), False


def drift(
    classifier: Classifier,
    recent: Sequence[str],
    reference: Side,
    *,
    held_out: bool,
    labels: Mapping[str, Mapping[str, LabelCell]] | None = None,
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Drift:
    """Measure recent texts against a reference.

    Parameters
    ----------
    classifier
        The model that answers.
    recent
        Texts of late.
    reference
        What the model was trained on and measured at, or any texts that it answered.
    held_out
        Whether the reference are held-out answers.
    labels
        Reviewers' cells by scheme of recent texts, by text key: what they overruled.
    limits
        As ``LIMITS``; what is not named keeps its limits.
    """
    limit = {**LIMITS, **(limits or {})}
    new = side_of(recent, classifier.classify(recent))
    few = len(recent) < LEAST
    signals: list[Signal] = []

    def add(
        name: str, before: float, after: float, value: float, noise: float = math.nan,
        scheme: str = "", *, silent: bool = False,
    ) -> None:  # fmt: skip
        level = "unknown" if few or silent else _level(value, noise, limit[name])
        signals.append(Signal(name, scheme, before, after, value, noise, level))

    telling: list[tuple[str, float]] = []
    if len(reference.texts) >= LEAST and not few:
        auc, telling = tell_apart(reference.texts, recent)
        add("auc", 0.5, auc, auc)
        scorer = Scorer(classifier.artefact)
        before, after = (unknown_share(scorer, t) for t in (reference.texts, recent))
        add("unknown", before, after, after - before)
    for scheme in (s for s in new.answers if reference.answers.get(s)):
        counts = [Counter(side.answers[scheme]) for side in (reference, new)]
        index, noise = stability(counts[0], counts[1])
        add("psi", 0.0, index, index, noise, scheme)
        sure = [np.array(side.probabilities[scheme]) for side in (reference, new)]
        spread = math.sqrt(sum(x.var() / len(x) for x in sure))
        add("confidence", sure[0].mean(), sure[1].mean(), sure[0].mean() - sure[1].mean(),
            1.96 * spread, scheme)  # fmt: skip
        open_ = [1 - np.array(side.accepted[scheme], dtype=float) for side in (reference, new)]
        spread = math.sqrt(sum(x.var() / len(x) for x in open_))
        add("review", open_[0].mean(), open_[1].mean(), open_[1].mean() - open_[0].mean(),
            1.96 * spread, scheme)  # fmt: skip
        judged = _judged(scheme, new, labels or {})
        if judged:
            share = 1 - sum(judged) / len(judged)
            add("overruled", math.nan, share, share, scheme=scheme, silent=len(judged) < LEAST)
    model = classifier.versions.model
    return Drift(model, reference, new, tuple(signals), tuple(telling), held_out)


def _level(value: float, noise: float, limit: tuple[float, float]) -> Level:
    if not math.isnan(noise) and value <= noise:
        return "ok"
    return "alarm" if value >= limit[1] else "warn" if value >= limit[0] else "ok"


def _judged(scheme: str, side: Side, labels: Mapping[str, Mapping[str, LabelCell]]) -> list[bool]:
    """Return, for each recent text that a reviewer labelled, whether the answer stood."""
    out = []
    for text, answer in zip(side.texts, side.answers[scheme], strict=True):
        cell = labels.get(text_key(text), {}).get(scheme)
        if cell is not None and cell.known:
            out.append(answer in {roll_up(n, depth_of(scheme)) for n in cell.notations})
    return out
