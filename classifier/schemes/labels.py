"""Label cells: ``primary``, ``primary|also,also`` or ``-`` (none), one per scheme.

A text need not be labelled in every scheme: what nobody labelled is ``?``, which is neither
an example of a concept nor a counter-example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NONE = "-"
UNLABELLED = "?"
SCHEME_IDS = ("mp10", "sei14", "sei2018", "foundation", "cyber", "comp", "env")
"""The schemes that ship, in the order of files and answers."""


def in_order(schemes: Iterable[str]) -> tuple[str, ...]:
    """Return scheme ids in the order of files and answers: the shipped ones, then others by name.

    Examples
    --------
    >>> in_order(["zj", "sei14", "mp10"])
    ('mp10', 'sei14', 'zj')
    """
    found = set(schemes)
    return (*(s for s in SCHEME_IDS if s in found), *sorted(found - set(SCHEME_IDS)))


@dataclass(frozen=True, slots=True)
class LabelCell:
    """What one text is in one scheme.

    Parameters
    ----------
    primary
        Notation that a reviewer would defend first, or ``-``: outside the scheme.
    also
        Notations that could equally be defended or that apply as well; may hold ``-``.
    """

    primary: str
    also: tuple[str, ...] = ()

    @property
    def notations(self) -> tuple[str, ...]:
        """Return primary and also, in that order, ``-`` included."""
        return (self.primary, *self.also)

    @property
    def known(self) -> bool:
        """Tell whether anyone labelled the text in this scheme."""
        return self.primary != UNLABELLED

    def __str__(self) -> str:
        return f"{self.primary}|{','.join(self.also)}" if self.also else self.primary


NOT_LABELLED = LabelCell(UNLABELLED)
"""The cell of a scheme in which nobody labelled the text."""


def parse_label(cell: str) -> LabelCell:
    """Read one label cell.

    Raises
    ------
    ValueError
        The cell is empty, has an empty part, or names a notation twice.
    """
    primary, bar, rest = cell.strip().partition("|")
    also = tuple(part.strip() for part in rest.split(",")) if bar else ()
    primary = primary.strip()
    if not primary or not all(also):
        raise ValueError(f"found {cell!r}, allowed: a notation, 'primary|also,also' or '-'")
    if len({primary, *also}) != 1 + len(also):
        raise ValueError(f"found {cell!r}, which names a notation twice; name each once")
    return LabelCell(primary, also)


def ancestors(notation: str) -> tuple[str, ...]:
    """Return a notation and everything above it, narrowest first.

    Examples
    --------
    >>> ancestors("6.2.1")
    ('6.2.1', '6.2', '6')
    >>> ancestors("M07.2")
    ('M07.2', 'M07')
    """
    parts = notation.split(".")
    return tuple(".".join(parts[:n]) for n in range(len(parts), 0, -1))


def roll_up(notation: str, depth: int) -> str:
    """Cut a notation to ``depth`` levels; ``-`` stays ``-``.

    Examples
    --------
    >>> roll_up("6.2.1", 2), roll_up("M07.2", 1), roll_up("-", 2)
    ('6.2', 'M07', '-')
    """
    return ".".join(notation.split(".")[:depth])


def natural_key(notation: str) -> tuple[tuple[str, int], ...]:
    """Sort key under which ``3.1.10`` follows ``3.1.9``."""
    return tuple(("", int(part)) if part.isdigit() else (part, 0) for part in notation.split("."))
