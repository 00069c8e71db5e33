"""What to label next: texts that are uncertain, worth it, and unlike one another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from classifier.domains.scoring import Scorer
from classifier.schemes.labels import NONE
from classifier.training.audit import near_pairs
from classifier.training.keys import letters, text_key
from classifier.training.novelty import unknown_pairs

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from classifier.domains.answer import Answer
    from classifier.domains.classifier import Classifier

POOL = 20
"""Texts that are looked at closely, for each one that is asked for; at least ``LEAST_POOL``."""

LEAST_POOL = 500


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A text that nobody labelled; ``value`` is what it is worth, 1 if nobody said."""

    id: str
    text: str
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to label.

    ``uncertainty`` is the mean of 1 - probability over the schemes; ``novelty`` the share of
    character pairs that the model never met (of such a text, a sure answer says little);
    ``rarity`` how thin the training was in the concepts that were answered; each 0 to 1.
    ``priority`` is value x (1 - (1 - uncertainty) (1 - novelty / 2)) x (1 + rarity) / 2.
    ``folded`` are ids of texts that nearly repeat it.
    """

    id: str
    text: str
    priority: float
    uncertainty: float
    novelty: float
    rarity: float
    value: float
    folded: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Texts to label, the first first; and what was left out."""

    chosen: tuple[Suggestion, ...]
    known: int
    repeated: int
    empty: int


def suggest(
    classifier: Classifier,
    texts: Sequence[Unlabelled],
    count: int,
    seen: Collection[str] = (),
) -> Suggestions:
    """Choose texts to label.

    Parameters
    ----------
    classifier
        The model that is to learn.
    texts
        Any number of unlabelled texts.
    count
        How many to choose at most.
    seen
        Keys of texts that are labelled already.
    """
    by_key: dict[str, list[Unlabelled]] = {}
    known = empty = 0
    for text in texts:
        key = text_key(text.text)
        if not letters(text.text):
            empty += 1
        elif key in seen:
            known += 1
        else:
            by_key.setdefault(key, []).append(text)
    groups = list(by_key.values())
    if not groups or count < 1:
        return Suggestions((), known, 0, empty)
    first = [group[0].text for group in groups]
    answers = classifier.classify(first)
    unknown, pairs = unknown_pairs(Scorer(classifier.artefact), first)
    novelty = unknown / np.maximum(1, pairs)
    scored = [
        _scored(classifier, group, answer, float(new))
        for group, answer, new in zip(groups, answers, novelty, strict=True)
    ]
    order = sorted(range(len(scored)), key=lambda i: (-scored[i].priority, i))
    pool = [scored[i] for i in order[: max(LEAST_POOL, POOL * count)]]
    folded = _fold(pool)
    chosen = _diverse(classifier, folded, count)
    repeated = sum(len(g) - 1 for g in groups) + len(pool) - len(folded)
    return Suggestions(tuple(chosen), known, repeated, empty)


def _scored(
    classifier: Classifier, same: Sequence[Unlabelled], answer: Answer, novelty: float
) -> Suggestion:
    counts = classifier.artefact.manifest["counts"]["concepts"]
    found = answer.domains
    uncertainty = sum(1 - f.probability for f in found.values()) / len(found)
    thin = [
        1 / math.sqrt(1 + _trained(counts.get(s, {}), f.primary or NONE))
        for s, f in found.items()
        if f.primary is not None
    ]
    rarity = max(thin, default=0.0)
    value = max(t.value for t in same)
    return Suggestion(
        id=same[0].id,
        text=same[0].text,
        priority=value * (1 - (1 - uncertainty) * (1 - novelty / 2)) * (1 + rarity) / 2,
        uncertainty=uncertainty,
        novelty=novelty,
        rarity=rarity,
        value=value,
        folded=tuple(t.id for t in same[1:]),
        answer=answer,
    )


def _trained(counts: dict[str, int], notation: str) -> int:
    below = notation + "."
    return sum(n for name, n in counts.items() if name == notation or name.startswith(below))


def _fold(pool: Sequence[Suggestion]) -> list[Suggestion]:
    """Keep the first of texts that nearly repeat one another; ``pool`` is in order."""
    first = list(range(len(pool)))

    def root(i: int) -> int:
        while first[i] != i:
            i = first[i]
        return i

    for i, j, _ in near_pairs([s.text for s in pool]):
        a, b = sorted((root(i), root(j)))
        first[b] = a
    members: dict[int, list[Suggestion]] = {}
    for i, suggestion in enumerate(pool):
        members.setdefault(root(i), []).append(suggestion)
    out = []
    for i, group in sorted(members.items()):
        kept = pool[i]
        ids = [x for s in group for x in ((s.id,) if s is not kept else ()) + s.folded]
        out.append(replace(kept, folded=tuple(ids)))
    return out


def _diverse(classifier: Classifier, pool: Sequence[Suggestion], count: int) -> list[Suggestion]:
    """Take the highest priority x unlikeness to what is taken, one after another.

    References
    ----------
    Carbonell, Goldstein (1998), The use of MMR, SIGIR.
    """
    vectors = _vectors(classifier, [s.text for s in pool])
    priority = np.array([s.priority for s in pool])
    likeness = np.zeros(len(pool))
    left = np.ones(len(pool), dtype=bool)
    out = []
    for _ in range(min(count, len(pool))):
        score = np.where(left, priority * (1 - likeness), -1.0)
        best = int(score.argmax())
        left[best] = False
        out.append(pool[best])
        near: NDArray[np.float64] = np.asarray((vectors @ vectors[best].T).todense()).ravel()
        likeness = np.maximum(likeness, np.clip(near, 0.0, 1.0))
    return out


def _vectors(classifier: Classifier, texts: Sequence[str]) -> sparse.csr_matrix:
    """Return the model's features of texts, rows of norm 1."""
    batch = Scorer(classifier.artefact).batch(texts)
    return sparse.csr_matrix(
        (
            batch.values.astype(np.float64),
            batch.rows.indices.astype(np.int64),
            batch.rows.indptr.astype(np.int64),
        ),
        shape=(len(texts), len(classifier.artefact.features)),
    )
