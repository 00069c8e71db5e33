"""Schemes and their concepts, as frozen objects (SKOS words throughout)."""

from __future__ import annotations

from dataclasses import dataclass, field

from classifier.errors import NotationError
from classifier.schemes.labels import NONE, ancestors


@dataclass(frozen=True, slots=True)
class Label:
    """A name in Chinese (the official one) and in English (a translation)."""

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the English name for ``en``, else the Chinese one."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Something that looks as if it belonged to a concept and does not.

    ``see`` is the notation where it belongs: of the same scheme, of another as
    ``scheme:notation``, or ``-`` for none.
    """

    what: str
    see: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of a scheme (概念)."""

    scheme: str
    notation: str
    label: Label
    scope: str
    excludes: tuple[Exclusion, ...] = ()
    broader: str | None = None
    confidence: str = "secondary"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The official document that a scheme comes from, and how well it was seen.

    ``confidence`` is ``official`` (read in the original), ``secondary`` (read in a
    public re-post), ``recalled`` or ``unconfirmed``; ``note`` says where it was weak.
    """

    document: str
    number: str
    issuer: str
    date: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A classification scheme (分类方案) with its concepts in official order."""

    id: str
    title: Label
    source: Source
    levels: tuple[str, ...]
    concepts: dict[str, Concept] = field(repr=False)

    def concept(self, notation: str) -> Concept:
        """Return the concept with this notation.

        Raises
        ------
        NotationError
            The scheme has no such concept; the message names near ones.
        """
        found = self.concepts.get(notation)
        if found is None:
            near = [n for n in self.concepts if n[:1] == notation[:1]][:8]
            raise NotationError(
                f"scheme {self.id} has no concept {notation!r}; near: {', '.join(near) or 'none'}"
            )
        return found

    def __contains__(self, notation: str) -> bool:
        return notation in self.concepts

    def narrower(self, notation: str | None) -> tuple[Concept, ...]:
        """Return the concepts directly below one, or the top concepts for None."""
        return tuple(c for c in self.concepts.values() if c.broader == notation)

    def leaves(self) -> tuple[Concept, ...]:
        """Return the concepts that have nothing below them."""
        inner = {c.broader for c in self.concepts.values()}
        return tuple(c for c in self.concepts.values() if c.notation not in inner)

    def depth(self, notation: str) -> int:
        """Return the level of a concept, 1 for the top; 0 for ``-``."""
        return 0 if notation == NONE else len(ancestors(notation))
