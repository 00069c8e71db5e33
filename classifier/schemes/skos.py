"""Schemes as SKOS: Turtle or JSON-LD by rdflib, and back.

Namespaces are URNs (``urn:keyfield:scheme:notation``): the official documents give no
addresses, and made-up ones would look as if they could be fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

from classifier.errors import NotationError, Problem, TaxonomyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.schemes.model import Concept
    from classifier.schemes.taxonomy import Taxonomy

FORMATS = {".ttl": "turtle", ".jsonld": "json-ld"}


@dataclass(frozen=True, slots=True)
class ReadConcept:
    """A concept as a SKOS file holds it."""

    scheme: str
    notation: str
    zh: str
    en: str
    scope: str
    excludes: frozenset[str]
    broader: str | None
    terms: frozenset[str]
    matches: frozenset[tuple[str, str]]


def _uri(scheme: str, notation: str = "") -> URIRef:
    return URIRef(f"urn:keyfield:{scheme}:{notation}" if notation else f"urn:keyfield:{scheme}")


def _format(path: Path) -> str:
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise TaxonomyError(
            [Problem(str(path), 0, "", f"found ending {path.suffix!r}, allowed: .ttl, .jsonld")]
        )
    return found


def export_skos(taxonomy: Taxonomy, schemes: Sequence[str], path: Path) -> int:
    """Write schemes with their terms and mappings; return the number of concepts.

    Terms whose primary label is a concept are its alt labels.

    Raises
    ------
    NotationError
        No such scheme.
    TaxonomyError
        Another ending than ``.ttl`` or ``.jsonld``.
    """
    kind = _format(path)
    for scheme_id in schemes:
        if scheme_id not in taxonomy.schemes:
            raise NotationError(
                f"no scheme {scheme_id!r}; known: {', '.join(taxonomy.schemes)}, all"
            )
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    count = 0
    for scheme_id in schemes:
        scheme = taxonomy.schemes[scheme_id]
        top = _uri(scheme_id)
        graph.add((top, RDF.type, SKOS.ConceptScheme))
        graph.add((top, SKOS.prefLabel, Literal(scheme.title.zh, "zh")))
        graph.add((top, SKOS.prefLabel, Literal(scheme.title.en, "en")))
        source = scheme.source
        line = f"{source.document}（{source.number}，{source.issuer}，{source.date}）"
        graph.add((top, DCTERMS.source, Literal(line, "zh")))
        if source.note:
            graph.add((top, SKOS.editorialNote, Literal(source.note, "zh")))
        terms: dict[str, list[str]] = {}
        for term in taxonomy.lexicon.terms:
            terms.setdefault(term.label(scheme_id).primary, []).append(term.text)
        for concept in scheme.concepts.values():
            _add(graph, concept, terms.get(concept.notation, []))
            count += 1
    for match in taxonomy.mappings.matches:
        if match.subject[0] in schemes:
            graph.add((_uri(*match.subject), SKOS[match.relation], _uri(*match.object)))
    graph.serialize(path, format=kind, encoding="utf-8")
    return count


def _add(graph: Graph, concept: Concept, terms: Sequence[str]) -> None:
    node = _uri(concept.scheme, concept.notation)
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, SKOS.inScheme, _uri(concept.scheme)))
    graph.add((node, SKOS.notation, Literal(concept.notation)))
    graph.add((node, SKOS.prefLabel, Literal(concept.label.zh, "zh")))
    graph.add((node, SKOS.prefLabel, Literal(concept.label.en, "en")))
    graph.add((node, SKOS.scopeNote, Literal(concept.scope, "zh")))
    for exclusion in concept.excludes:
        text = f"不含：{exclusion.what} → {exclusion.see}"
        graph.add((node, SKOS.editorialNote, Literal(text, "zh")))
    if concept.broader is None:
        graph.add((node, SKOS.topConceptOf, _uri(concept.scheme)))
    else:
        graph.add((node, SKOS.broader, _uri(concept.scheme, concept.broader)))
    for term in terms:
        graph.add((node, SKOS.altLabel, Literal(term, "zh")))


def read_skos(path: Path) -> list[ReadConcept]:
    """Read a SKOS file back to its concepts, in no particular order.

    Raises
    ------
    TaxonomyError
        Another ending, or not a file of that format.
    """
    kind = _format(path)
    graph = Graph()
    try:
        graph.parse(path, format=kind)
    except Exception as error:  # rdflib's parsers raise whatever they meet
        raise TaxonomyError([Problem(str(path), 0, "", f"not {kind}: {error}")]) from error
    return [_read(graph, node) for node in graph.subjects(RDF.type, SKOS.Concept)]


def _read(graph: Graph, node: object) -> ReadConcept:
    subject = URIRef(str(node))
    _, _, scheme, notation = str(subject).split(":", 3)

    def one(predicate: URIRef, lang: str) -> str:
        for value in graph.objects(subject, predicate):
            if isinstance(value, Literal) and value.language == lang:
                return str(value)
        return ""

    broader = graph.value(subject, SKOS.broader)
    relations = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    return ReadConcept(
        scheme=scheme,
        notation=notation,
        zh=one(SKOS.prefLabel, "zh"),
        en=one(SKOS.prefLabel, "en"),
        scope=one(SKOS.scopeNote, "zh"),
        excludes=frozenset(str(v) for v in graph.objects(subject, SKOS.editorialNote)),
        broader=str(broader).split(":", 3)[3] if broader is not None else None,
        terms=frozenset(str(v) for v in graph.objects(subject, SKOS.altLabel)),
        matches=frozenset(
            (name, str(target).removeprefix("urn:keyfield:"))
            for name in relations
            for target in graph.objects(subject, SKOS[name])
        ),
    )
