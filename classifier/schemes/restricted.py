"""Products and processes that bar an applicant (禁止、限制、淘汰)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import TaxonomyError
from classifier.reading import Node, Reader, read_yaml
from classifier.schemes.lexicon import term_key
from classifier.schemes.loader import CONFIDENCES

if TYPE_CHECKING:
    from pathlib import Path

GROUNDS = ("prohibited", "eliminated", "restricted")  # 禁止, 淘汰, 限制
_KEYS = {"id", "name", "terms", "unless", "class", "industry", "ground", "source", "confidence"}


@dataclass(frozen=True, slots=True)
class Restricted:
    """One restricted product or process.

    Parameters
    ----------
    id
        Stable identifier.
    name
        Official wording, in short.
    terms
        Wordings under which it is found in a description.
    unless
        Wordings in the same text that lift the suspicion (无汞 beside 汞).
    ground_class
        ``prohibited`` 禁止, ``eliminated`` 淘汰 or ``restricted`` 限制.
    industry
        Industry heading of the source.
    ground
        Why it is barred, in a sentence.
    source
        Document that bars it.
    confidence
        How well that document was seen.
    """

    id: str
    name: str
    terms: tuple[str, ...]
    unless: tuple[str, ...]
    ground_class: str
    industry: str
    ground: str
    source: str
    confidence: str


def load_restricted(path: Path) -> tuple[Restricted, ...]:
    """Read ``taxonomy/restricted.yaml``.

    Raises
    ------
    TaxonomyError
        Unknown keys, missing fields, an id or a term that stands twice.
    """
    reader = Reader(path.name)
    root = read_yaml(path, path.name, reader.problems)
    if not isinstance(root, Node):
        reader.complain(1, "", "expected a mapping with 'entries'")
        raise TaxonomyError(reader.problems)
    reader.check_keys(root, {"entries", "note"}, "the restricted list")
    out: list[Restricted] = []
    ids: set[str] = set()
    terms: dict[str, str] = {}
    for node in reader.sequence(root, "entries"):
        if not isinstance(node, Node):
            reader.complain(root.line, "entries", f"found {node!r}, expected a mapping")
            continue
        reader.check_keys(node, _KEYS, "an entry")
        entry = _entry(reader, node)
        if entry.id in ids:
            reader.complain(node.line, "id", f"{entry.id!r} stands twice")
        ids.add(entry.id)
        for term in entry.terms:
            if term in terms:
                reader.complain(
                    node.line, "terms", f"{term!r} stands already in entry {terms[term]!r}"
                )
            terms[term] = entry.id
        out.append(entry)
    if reader.problems:
        raise TaxonomyError(reader.problems)
    return tuple(out)


def _entry(reader: Reader, node: Node) -> Restricted:
    terms = tuple(str(t) for t in reader.sequence(node, "terms"))
    if not all(term.strip() for term in terms) or not terms:
        reader.complain(node.line, "terms", "no term, or an empty one")
    return Restricted(
        id=reader.text(node, "id"),
        name=reader.text(node, "name"),
        terms=terms,
        unless=tuple(str(t) for t in reader.sequence(node, "unless", required=False)),
        ground_class=reader.choice(node, "class", GROUNDS),
        industry=reader.text(node, "industry"),
        ground=reader.text(node, "ground"),
        source=reader.text(node, "source"),
        confidence=reader.choice(node, "confidence", CONFIDENCES),
    )


def _stands(term: str, text: str) -> bool:
    at = text.find(term)
    while at >= 0:
        before = text[at - 1] if at else ""
        if not (term[0].isascii() and term[0].isalnum() and before.isascii() and before.isalnum()):
            return True
        at = text.find(term, at + 1)
    return False


def find_restricted(text: str, entries: tuple[Restricted, ...]) -> list[tuple[Restricted, str]]:
    """Return the entries that a text names, each with the wording that was found.

    Search by wording, whatever the width and case of its letters; a wording that opens
    with a letter or digit is not found inside a longer number or name. A hit is a question
    to a person (does the firm make it?), never a verdict.
    """
    plain = term_key(text)
    found = []
    for entry in entries:
        if any(term_key(word) in plain for word in entry.unless):
            continue
        hits = [term for term in entry.terms if _stands(term_key(term), plain)]
        if hits:
            found.append((entry, max(hits, key=len)))
    return found
