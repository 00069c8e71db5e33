"""Loads ``taxonomy/schemes/*.yaml`` and refuses what is not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classifier.errors import Problem, TaxonomyError
from classifier.reading import Node, Reader, read_yaml
from classifier.schemes.labels import NONE, in_order
from classifier.schemes.model import Concept, Exclusion, Label, Scheme, Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIDENCES = ("official", "secondary", "recalled", "unconfirmed")

_SCHEME_KEYS = {"id", "title", "source", "levels", "concepts"}
_SOURCE_KEYS = {"document", "number", "issuer", "date", "confidence", "note"}
_CONCEPT_KEYS = {
    "notation",
    "label",
    "scope",
    "excludes",
    "broader",
    "confidence",
    "note",
}


def _label(reader: Reader, node: Node, key: str) -> Label:
    found = reader.mapping(node, key)
    reader.check_keys(found, {"zh", "en"}, key)
    return Label(reader.text(found, "zh"), reader.text(found, "en"))


def _source(reader: Reader, node: Node) -> Source:
    found = reader.mapping(node, "source")
    reader.check_keys(found, _SOURCE_KEYS, "source")
    return Source(
        document=reader.text(found, "document"),
        number=reader.text(found, "number"),
        issuer=reader.text(found, "issuer"),
        date=reader.text(found, "date"),
        confidence=reader.choice(found, "confidence", CONFIDENCES),
        note=reader.text(found, "note", required=False),
    )


def _exclusions(reader: Reader, node: Node) -> tuple[Exclusion, ...]:
    out = []
    for item in reader.sequence(node, "excludes"):
        if not isinstance(item, Node):
            reader.complain(node.line, "excludes", f"found {item!r}, expected {{what, see}}")
            continue
        reader.check_keys(item, {"what", "see"}, "excludes")
        out.append(Exclusion(reader.text(item, "what"), reader.text(item, "see")))
    if not out:
        reader.complain(node.line, "excludes", "empty; say what near product does not belong")
    return tuple(out)


def _concept(reader: Reader, scheme: str, node: Node) -> Concept:
    reader.check_keys(node, _CONCEPT_KEYS, "a concept")
    return Concept(
        scheme=scheme,
        notation=reader.text(node, "notation"),
        label=_label(reader, node, "label"),
        scope=reader.text(node, "scope"),
        excludes=_exclusions(reader, node),
        broader=reader.text(node, "broader", required=False) or None,
        confidence=reader.choice(node, "confidence", CONFIDENCES),
        note=reader.text(node, "note", required=False),
    )


def _check_tree(reader: Reader, concepts: dict[str, Concept], lines: dict[str, int]) -> None:
    for concept in concepts.values():
        line = lines[concept.notation]
        if concept.broader is not None and concept.broader not in concepts:
            reader.complain(
                line, "broader", f"{concept.notation}: no concept {concept.broader!r} here"
            )
        for exclusion in concept.excludes:
            see = exclusion.see
            if see and see != NONE and ":" not in see and see not in concepts:
                reader.complain(
                    line, "excludes.see", f"{concept.notation}: no concept {see!r} here"
                )
    for notation, concept in concepts.items():
        seen = {notation}
        above = concept.broader
        while above is not None and above in concepts:
            if above in seen:
                reader.complain(
                    lines[notation], "broader", f"{notation}: the broader concepts go in a circle"
                )
                break
            seen.add(above)
            above = concepts[above].broader


def load_scheme(path: Path) -> Scheme:
    """Read one scheme.

    Raises
    ------
    TaxonomyError
        Unknown or repeated keys, empty labels, duplicate notations, a broader or
        ``see`` that does not exist, a circle; each with its line and field.
    """
    reader = Reader(path.name)
    root = read_yaml(path, path.name, reader.problems)
    if not isinstance(root, Node):
        reader.complain(1, "", "expected a mapping with id, title, source, levels, concepts")
        raise TaxonomyError(reader.problems)
    reader.check_keys(root, _SCHEME_KEYS, "a scheme")
    scheme_id = reader.text(root, "id")
    concepts: dict[str, Concept] = {}
    lines: dict[str, int] = {}
    for node in reader.sequence(root, "concepts"):
        if not isinstance(node, Node):
            reader.complain(root.line, "concepts", f"found {node!r}, expected a mapping")
            continue
        concept = _concept(reader, scheme_id, node)
        if concept.notation in concepts:
            reader.complain(
                node.line,
                "notation",
                f"{concept.notation!r} stands already at line {lines[concept.notation]}",
            )
            continue
        concepts[concept.notation] = concept
        lines[concept.notation] = node.line
    _check_tree(reader, concepts, lines)
    levels: list[Any] = reader.sequence(root, "levels")
    scheme = Scheme(
        id=scheme_id,
        title=_label(reader, root, "title"),
        source=_source(reader, root),
        levels=tuple(str(level) for level in levels),
        concepts=concepts,
    )
    if reader.problems:
        raise TaxonomyError(reader.problems)
    return scheme


def load_schemes(folder: Path, beside: Mapping[str, Scheme] | None = None) -> dict[str, Scheme]:
    """Read every scheme of a folder and check the references between them.

    Parameters
    ----------
    folder
        ``taxonomy/schemes``.
    beside
        Schemes to which exclusions may point as well.

    Returns
    -------
    dict
        Schemes by id: the seven that ship in their order, then others by name.

    Raises
    ------
    TaxonomyError
        With the problems of all files together.
    """
    problems: list[Problem] = []
    schemes: dict[str, Scheme] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            scheme = load_scheme(path)
        except TaxonomyError as error:
            problems.extend(error.problems)
            continue
        if scheme.id in schemes:
            problems.append(Problem(path.name, 1, "id", f"scheme {scheme.id!r} exists already"))
        schemes[scheme.id] = scheme
    if not schemes and not problems:
        problems.append(Problem(str(folder), 0, "", "no scheme (*.yaml) found here"))
    if not problems:
        problems.extend(_check_across(schemes, {**(beside or {}), **schemes}))
    if problems:
        raise TaxonomyError(problems)
    return {scheme_id: schemes[scheme_id] for scheme_id in in_order(schemes)}


def _check_across(schemes: Mapping[str, Scheme], known: Mapping[str, Scheme]) -> list[Problem]:
    problems = []
    for scheme in schemes.values():
        for concept in scheme.concepts.values():
            for exclusion in concept.excludes:
                other, colon, notation = exclusion.see.partition(":")
                if not colon:
                    continue
                if other not in known or notation not in known[other]:
                    problems.append(
                        Problem(
                            f"{scheme.id}.yaml",
                            0,
                            "excludes.see",
                            f"{concept.notation}: {exclusion.see!r} does not exist",
                        )
                    )
    return problems
