"""Peers that learn nothing: the commonest answer, and rules over the terms of the lexicon."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from classifier.schemes.labels import NONE, roll_up
from classifier.schemes.lexicon import term_key
from classifier.training.fit import depth_of
from classifier.training.peers.lesson import FINER, level_by_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.schemes.labels import LabelCell
    from classifier.training.peers.lesson import Answers, Lesson, Texts


def majority(lesson: Lesson, asked: Texts, schemes: Sequence[str]) -> Answers:
    """Answer every text with the notation that has most weight among the rows."""
    return {s: level_by_level(_commonest, lesson, asked, s) for s in schemes}


def _commonest(
    _taught: Texts, notations: NDArray[np.str_], weights: NDArray[np.float64], asked: Texts
) -> NDArray[np.str_]:
    names, at = np.unique(notations, return_inverse=True)
    return np.full(len(asked.plain), names[np.bincount(at, weights).argmax()])


def keywords(lesson: Lesson, asked: Texts, schemes: Sequence[str]) -> Answers:
    """Let the terms that stand in a text vote, each with its length; none where none stands.

    Terms are taken longest first, and no character counts for two of them. Of equal votes the
    one that stands first wins. Descriptions are not looked at.
    """
    terms = {term_key(lesson.texts.plain[row]): lesson.labels[row] for row in range(lesson.terms)}
    lengths = _lengths(terms)
    out: Answers = {scheme: [] for scheme in schemes}
    for text in asked.plain:
        found = [(term, terms[term]) for term in _standing(term_key(text), terms, lengths)]
        for scheme in schemes:
            out[scheme].append(_vote(scheme, found))
    return out


def _lengths(terms: Mapping[str, object]) -> dict[str, list[int]]:
    """Return, by the first two characters of a term, the lengths that such terms have."""
    found: dict[str, set[int]] = defaultdict(set)
    for term in terms:
        found[term[:2]].add(len(term))
    return {start: sorted(lengths) for start, lengths in found.items()}


def _standing(
    text: str, terms: Mapping[str, object], lengths: Mapping[str, Sequence[int]]
) -> Iterator[str]:
    """Give the terms that stand in a text, longest first taken, in the order of the text."""
    found = [
        (-length, start)
        for start in range(len(text))
        for length in lengths.get(text[start : start + 2], ())
        if text[start : start + length] in terms
    ]
    taken = np.zeros(len(text), dtype=bool)
    kept = []
    for minus, start in sorted(found):
        end = start - minus
        if not taken[start:end].any():
            taken[start:end] = True
            kept.append((start, end))
    for start, end in sorted(kept):
        yield text[start:end]


def _vote(scheme: str, found: Sequence[tuple[str, Mapping[str, LabelCell]]]) -> str:
    depth = depth_of(scheme)
    votes = [(labels[scheme].primary, len(term)) for term, labels in found if scheme in labels]
    first = _winner([(roll_up(notation, depth), count) for notation, count in votes])
    finer = FINER.get(scheme)
    if finer is None or first == NONE:
        return first
    below = [
        (roll_up(notation, finer), count)
        for notation, count in votes
        if notation.startswith(first + ".")
    ]
    return _winner(below) if below else first


def _winner(votes: Sequence[tuple[str, int]]) -> str:
    total: dict[str, int] = {}
    for notation, count in votes:
        total[notation] = total.get(notation, 0) + count
    return max(total, key=lambda n: total[n]) if total else NONE
