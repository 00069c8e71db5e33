"""Words that name no product: praise, buzzwords, services, trade, and what is said of anything.

``taxonomy/praise.txt``: a section opens with ``# name`` and goes on with words separated
by ``、``. A word may stand in several sections, once in each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import Problem, TaxonomyError
from classifier.schemes.lexicon import term_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SECTIONS = ("praise", "buzzword", "service", "trade", "making", "generic")
_ASCII = r"[a-z0-9]"


@dataclass(frozen=True, slots=True)
class Praise:
    """The words by section, and how they are found."""

    words: dict[str, tuple[str, ...]]

    def find(self, text: str, *sections: str) -> list[tuple[int, int]]:
        """Return where words of these sections stand, longest first, none over another.

        Parameters
        ----------
        text
            Canonical, or masked.

        Returns
        -------
        list
            Start and end of each, rising. A word of Latin letters is not found inside a
            longer one.
        """
        wanted = _pattern(word for section in sections for word in self.words[section])
        return [found.span() for found in wanted.finditer(text)]


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    parts = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        before = f"(?<!{_ASCII})" if word[0].isascii() else ""
        behind = f"(?!{_ASCII})" if word[-1].isascii() else ""
        parts.append(before + re.escape(word) + behind)
    return re.compile("|".join(parts) or r"(?!)")


def blank(text: str, places: Iterable[tuple[int, int]]) -> str:
    """Return the text with spaces in these places, of the same length."""
    chars = list(text)
    for start, end in places:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def load_praise(path: Path) -> Praise:
    """Read ``taxonomy/praise.txt``.

    Raises
    ------
    TaxonomyError
        A missing or unknown section, a word before any, or one that stands twice in its own.
    """
    problems: list[Problem] = []
    words: dict[str, list[str]] = {}
    section = ""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise TaxonomyError([Problem(str(path), 0, "", f"cannot be read: {error}")]) from None
    for number, line in enumerate(lines, 1):
        if line.startswith("# "):
            section = line[2:].strip()
            if section not in SECTIONS:
                message = f"found {section!r}, allowed: {', '.join(SECTIONS)}"
                problems.append(Problem(path.name, number, "section", message))
            words.setdefault(section, [])
            continue
        for word in filter(None, map(term_key, line.split("、"))):
            if not section:
                message = f"{word!r} stands before any section (# praise)"
                problems.append(Problem(path.name, number, "", message))
            elif word in words[section]:
                message = f"{word!r} stands twice in section {section!r}"
                problems.append(Problem(path.name, number, section, message))
            else:
                words[section].append(word)
    missing = [s for s in SECTIONS if not words.get(s)]
    if missing:
        message = f"no words in section {', '.join(missing)}"
        problems.append(Problem(path.name, 0, "section", message))
    if problems:
        raise TaxonomyError(problems)
    return Praise({section: tuple(found) for section, found in words.items()})
