"""Opens the small data files beside the rules (life cycle, incentives, peers), strictly."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES, Source
from classifier.reading import Node, Reader, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).resolve().parent / "data"
"""The folder of the data files that ship."""

SOURCE_KEYS = {"document", "clause", "confidence", "from", "to"}


def open_data(path: Path) -> tuple[Reader, Node]:
    """Open a data file.

    Raises
    ------
    RuleError
        It cannot be read, or is no mapping.
    """
    reader = Reader(path.name)
    try:
        root = read_yaml(path, path.name, reader.problems)
    except OSError as error:
        reader.complain(0, "", f"cannot be opened: {error.strerror}")
        raise RuleError(reader.problems) from error
    if not isinstance(root, Node):
        reader.complain(1, "", "expected a mapping")
        raise RuleError(reader.problems)
    return reader, root


def read_nodes(
    reader: Reader, root: Node, key: str, allowed: set[str], *, required: bool = True
) -> Iterator[Node]:
    """Yield the mappings of a list, with complaints of those that are none."""
    for node in reader.sequence(root, key, required=required):
        if isinstance(node, Node):
            reader.check_keys(node, allowed, f"an entry of {key}")
            yield node
        else:
            reader.complain(root.line, key, f"found {node!r}, expected a mapping")


def read_day(reader: Reader, node: Node, key: str) -> date | None:
    """Return the date under a key, or None where there is none."""
    value = node.get(key)
    if value is None or type(value) is date:
        return value
    reader.complain(node.line, key, f"found {value!r}, expected a date such as 2026-04-01")
    return None


def read_number(reader: Reader, node: Node, key: str, *, required: bool = False) -> int:
    """Return the whole number under a key; 0 where there is none."""
    value = node.get(key)
    if value is None and not required:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        reader.complain(node.line, key, f"found {value!r}, expected a whole number, 0 or more")
        return 0
    return value


def read_tagged_source(reader: Reader, node: Node) -> Source:
    """Return document, clause, confidence and dates of an entry; all but ``to`` are needed."""
    start = read_day(reader, node, "from")
    if start is None:
        reader.complain(node.line, "from", "missing; since when does it apply?")
    return Source(
        reader.text(node, "document"),
        reader.text(node, "clause"),
        reader.choice(node, "confidence", CONFIDENCES),
        start or date.min,
        read_day(reader, node, "to"),
    )
