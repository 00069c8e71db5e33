"""Concepts as a reviewer needs them: the official definition, and what lies near."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from classifier.schemes.model import Concept
from classifier.service.knowledge import Knowledge

NEAR = 8
"""Near concepts that are shown at most."""

LEAST = 0.01
"""Probability from which a label of the model is called near."""

MAPPED = 3
"""Of these, correspondences in other schemes at most."""

Why = Literal["predicted", "excluded", "mapped", "sibling"]
WHY: dict[Why, tuple[str, str]] = {
    "predicted": ("模型候选", "Candidate of the model"),
    "excluded": ("易混，另归此处", "Often confused; belongs here"),
    "mapped": ("对应关系", "Correspondence"),
    "sibling": ("同级", "Same level"),
}


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept with its official definition.

    ``excludes`` pairs what looks alike with where it belongs; ``broader`` are the concepts
    above it from the top down, as notation and Chinese name.
    """

    scheme: str
    notation: str
    zh: str
    en: str
    scope: str
    excludes: tuple[tuple[str, str], ...]
    broader: tuple[tuple[str, str], ...]
    narrower: tuple[tuple[str, str], ...]
    document: str
    confidence: str


@dataclass(frozen=True, slots=True)
class NearConcept:
    """A concept that might be meant instead; ``why`` is a key of ``WHY``."""

    scheme: str
    notation: str
    zh: str
    en: str
    scope: str
    why: Why
    probability: float | None


def concept_view(knowledge: Knowledge, scheme_id: str, notation: str) -> ConceptView:
    """Return a concept.

    Raises
    ------
    NotationError
        The scheme has no such concept.
    """
    scheme = knowledge.schemes[scheme_id]
    concept = scheme.concept(notation)
    above: list[tuple[str, str]] = []
    at = concept.broader
    while at is not None:
        upper = scheme.concept(at)
        above.insert(0, (upper.notation, upper.label.zh))
        at = upper.broader
    return ConceptView(
        scheme=scheme_id,
        notation=notation,
        zh=concept.label.zh,
        en=concept.label.en,
        scope=concept.scope,
        excludes=tuple((e.what, e.see) for e in concept.excludes),
        broader=tuple(above),
        narrower=tuple((c.notation, c.label.zh) for c in scheme.narrower(notation)),
        document=scheme.source.document,
        confidence=concept.confidence,
    )


def near_concepts(
    knowledge: Knowledge,
    scheme_id: str,
    notation: str,
    candidates: list[tuple[str | None, float]],
) -> tuple[NearConcept, ...]:
    """Return concepts near a claimed one, the likeliest reasons first.

    Parameters
    ----------
    knowledge
        Schemes and mappings.
    scheme_id, notation
        The claimed concept.
    candidates
        Labels of the model with their probabilities.
    """
    found: dict[tuple[str, str], NearConcept] = {}
    for concept, why, probability in _near(knowledge, scheme_id, notation, candidates):
        key = (concept.scheme, concept.notation)
        if key != (scheme_id, notation) and key not in found:
            found[key] = NearConcept(
                concept.scheme,
                concept.notation,
                concept.label.zh,
                concept.label.en,
                concept.scope,
                why,
                probability,
            )
    return tuple(found.values())[:NEAR]


def _near(
    knowledge: Knowledge,
    scheme_id: str,
    notation: str,
    candidates: list[tuple[str | None, float]],
) -> Iterator[tuple[Concept, Why, float | None]]:
    scheme = knowledge.schemes[scheme_id]
    claimed = scheme.concept(notation)
    for label, probability in candidates:
        if label is not None and label in scheme and probability >= LEAST:
            yield scheme.concept(label), "predicted", probability
    for excluded in claimed.excludes:
        other, colon, there = excluded.see.partition(":")
        home = knowledge.schemes.get(other) if colon else scheme
        target = there if colon else excluded.see
        if home is not None and target in home:
            yield home.concept(target), "excluded", None
    mapped = [match.object for match in knowledge.mappings.of(scheme_id, notation)]
    known = [(s, n) for s, n in mapped if s in knowledge.schemes and n in knowledge.schemes[s]]
    for other, there in known[:MAPPED]:
        yield knowledge.schemes[other].concept(there), "mapped", None
    for sibling in scheme.narrower(claimed.broader):
        yield sibling, "sibling", None
