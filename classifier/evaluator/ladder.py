"""The ladder's statistics (梯度培育规模): targets and batches, as reference data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES
from classifier.evaluator.data_files import DATA, open_data, read_nodes, read_number

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = {"id", "title", "figure", "unit", "document", "confidence"}


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure of the ladder: how many firms (家), by which document, how well seen."""

    id: str
    part: str
    title: str
    figure: int
    unit: str
    document: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """All figures, and what is to be known of them."""

    note: str
    statistics: tuple[Statistic, ...]


def load_ladder(path: Path | None = None) -> Ladder:
    """Read the statistics.

    Raises
    ------
    RuleError
        An unknown key, a missing text or figure, an id that stands twice.
    """
    reader, root = open_data(path or DATA / "ladder.yaml")
    reader.check_keys(root, {"note", "targets", "batches"}, "the ladder's statistics")
    found: list[Statistic] = []
    for part in ("targets", "batches"):
        for node in read_nodes(reader, root, part, _KEYS):
            if reader.text(node, "id") in {s.id for s in found}:
                reader.complain(node.line, "id", f"{node['id']!r} stands twice")
            found.append(
                Statistic(
                    id=reader.text(node, "id"),
                    part=part,
                    title=reader.text(node, "title"),
                    figure=read_number(reader, node, "figure", required=True),
                    unit=reader.text(node, "unit"),
                    document=reader.text(node, "document"),
                    confidence=reader.choice(node, "confidence", CONFIDENCES),
                )
            )
    note = reader.text(root, "note")
    if reader.problems:
        raise RuleError(reader.problems)
    return Ladder(note, tuple(found))
