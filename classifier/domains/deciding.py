"""The sentence of a scope note that decides a claim.

Candidates are the scope notes of the claimed concept and of the one that fits better, and
their exclusions. A sentence is worth what the words that it shares with the text weighed for
its side: a scope for its own concept, an exclusion against it. The weights are exact; that
the sentence worth most decides is a rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.domains.answer import ScopeNote
from classifier.schemes.lexicon import term_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.domains.answer import Span
    from classifier.domains.reasoning import Case

_SENTENCE = re.compile(r"[^。；]+[。；]?")
_PAIR = 2  # characters that must be shared


def deciding_note(case: Case) -> ScopeNote | None:
    """Return the sentence that names the words which weighed most, None if none names any."""
    scheme = case.claimed.scheme
    mine = case.explainer.weights(scheme, case.claimed.explained(case.text))
    against = case.better is not None
    if case.better is not None:
        mine = mine - case.explainer.weights(scheme, case.better.notation)
    praise = case.lists.praise.find(case.explainer.masked, "praise", "buzzword")
    words = [
        case.explainer.span(start, end, mine)
        for start, end in case.explainer.words()
        if end - start >= _PAIR and not any(a < end and start < b for a, b in praise)
    ]
    best, most = None, 0.0
    for note, side in _candidates(case, against=against):
        key = term_key(note.text)
        shared = [(word, _overlap(term_key(word.text), key)) for word in words]
        worth = sum(max(0.0, side * word.weight) * share for word, share in shared)
        if worth > most:
            named = tuple(w for w, share in shared if share and side * w.weight > 0)
            best, most = _with(note, named, side), worth
    return best


def _candidates(case: Case, *, against: bool) -> Iterator[tuple[ScopeNote, float]]:
    """Yield each sentence with the sign of the weights that it speaks for."""
    better = case.better.notation if case.better is not None else None
    for notation, sign in ((case.claimed.notation, 1.0), (better, -1.0)):
        if notation is None:
            continue
        concept = case.claimed.concept(notation)
        for sentence in _SENTENCE.findall(concept["scope"]):
            yield ScopeNote(notation, "scope", sentence, "", ()), sign
        for what, see in concept["excludes"] if against else ():
            yield ScopeNote(notation, "excludes", what, see, ()), -sign


def _overlap(word: str, sentence: str) -> float:
    """Return the share of a word's pairs of characters that stand in a sentence."""
    pairs = [word[i : i + _PAIR] for i in range(len(word) - 1)]
    return sum(pair in sentence for pair in pairs) / len(pairs) if pairs else 0.0


def _with(note: ScopeNote, words: tuple[Span, ...], side: float) -> ScopeNote:
    heavy = sorted(words, key=lambda w: -side * w.weight)
    return ScopeNote(note.notation, note.kind, note.text, note.see, tuple(heavy))
