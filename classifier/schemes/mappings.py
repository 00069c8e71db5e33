"""Correspondences between schemes, as SKOS mapping relations in CSV.

Columns: ``subject,relation,object,object_label,note``; subject and object are
``scheme:notation``. The external scheme ``gbt4754`` is GB/T 4754-2017 (国民经济行业分类).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import Problem, TaxonomyError
from classifier.schemes.labels import ancestors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from classifier.schemes.model import Scheme

RELATIONS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
COLUMNS = ("subject", "relation", "object", "object_label", "note")
_GBT = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Match:
    """``subject relation object``: the subject's meaning against the object's.

    ``broadMatch`` reads "the object is broader", ``narrowMatch`` "the object is narrower".
    """

    subject: tuple[str, str]
    relation: str
    object: tuple[str, str]
    object_label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mappings:
    """All correspondences."""

    matches: tuple[Match, ...]

    def of(self, scheme: str, notation: str) -> list[Match]:
        """Return the matches in which this concept is the subject."""
        return [m for m in self.matches if m.subject == (scheme, notation)]

    def allowed(self, scheme: str, other: str) -> dict[str, frozenset[str]]:
        """Return, for each concept of ``scheme``, the concepts of ``other`` it may go with.

        The relation is read both ways and handed down: what holds of a concept holds
        of all below it.
        """
        pairs: dict[str, set[str]] = {}
        for match in self.matches:
            (s1, n1), (s2, n2) = match.subject, match.object
            if (s1, s2) == (scheme, other):
                pairs.setdefault(n1, set()).add(n2)
            elif (s2, s1) == (scheme, other):
                pairs.setdefault(n2, set()).add(n1)
        return {notation: frozenset(found) for notation, found in pairs.items()}


def contradicts(allowed: Mapping[str, frozenset[str]], notation: str, other: str) -> bool:
    """Tell whether two labels cannot stand together under ``Mappings.allowed``.

    A concept without any mapping contradicts nothing. Labels agree where a mapped
    concept lies above or below the other label.
    """
    targets: set[str] = set()
    for above in ancestors(notation):
        targets |= allowed.get(above, frozenset())
    for below, found in allowed.items():
        if below.startswith(notation + "."):
            targets |= found
    if not targets:
        return False
    line = set(ancestors(other))
    return not any(t in line or t.startswith(other + ".") for t in targets)


def load_mappings(folder: Path, schemes: Mapping[str, Scheme] | None = None) -> Mappings:
    """Read ``taxonomy/mappings/*.csv``.

    Without ``schemes``, concepts are not looked up: for lists that were checked before.

    Raises
    ------
    TaxonomyError
        Another header, an unknown relation, a concept that does not exist, a pair twice.
    """
    problems: list[Problem] = []
    matches: list[Match] = []
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            header = tuple(next(reader, ()))
            if header != COLUMNS:
                problems.append(
                    Problem(
                        path.name,
                        1,
                        "",
                        f"found columns {','.join(header)}, expected {','.join(COLUMNS)}",
                    )
                )
                continue
            for row in reader:
                _read_row(path.name, reader.line_num, row, schemes, matches, seen, problems)
    if problems:
        raise TaxonomyError(problems)
    return Mappings(tuple(matches))


def _read_row(
    file: str,
    line: int,
    row: list[str],
    schemes: Mapping[str, Scheme] | None,
    matches: list[Match],
    seen: dict[tuple[str, str], tuple[str, int]],
    problems: list[Problem],
) -> None:
    if len(row) != len(COLUMNS):
        problems.append(Problem(file, line, "", f"found {len(row)} cells, expected {len(COLUMNS)}"))
        return
    subject, relation, target, label, note = row
    if relation not in RELATIONS:
        problems.append(
            Problem(file, line, "relation", f"found {relation!r}, allowed: {', '.join(RELATIONS)}")
        )
    for field, name in (("subject", subject), ("object", target)):
        message = "" if schemes is None else _complaint(name, schemes)
        if message:
            problems.append(Problem(file, line, field, message))
    if (subject, target) in seen:
        other = seen[subject, target]
        problems.append(
            Problem(file, line, "", f"{subject} ~ {target} stands already at {other[0]}:{other[1]}")
        )
    seen[subject, target] = (file, line)
    left, right = subject.partition(":"), target.partition(":")
    matches.append(Match((left[0], left[2]), relation, (right[0], right[2]), label, note))


def _complaint(name: str, schemes: Mapping[str, Scheme]) -> str:
    scheme, colon, notation = name.partition(":")
    if not colon:
        return f"found {name!r}, expected scheme:notation"
    if scheme == "gbt4754":
        if _GBT.fullmatch(notation):
            return ""
        return f"found {notation!r}, expected a four-digit GB/T 4754-2017 code"
    if scheme not in schemes:
        return f"unknown scheme {scheme!r}; known: {', '.join(schemes)}, gbt4754"
    if notation not in schemes[scheme]:
        return f"scheme {scheme} has no concept {notation!r}"
    return ""
