"""Loads the readings (解释口径): the points that the official text leaves open."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES, Source
from classifier.evaluator.model import Reading
from classifier.reading import Node, Reader, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_READING_KEYS = {"id", "title", "clause", "confidence", "default", "options"}


def open_rules(path: Path) -> tuple[Reader, Node]:
    """Open a rule file.

    Raises
    ------
    RuleError
        It cannot be read, or is no mapping.
    """
    reader = Reader(path.name)
    root = read_yaml(path, path.name, reader.problems)
    if not isinstance(root, Node):
        reader.complain(1, "", "expected a mapping")
        raise RuleError(reader.problems)
    return reader, root


def content_hash(*paths: Path) -> str:
    """Return the version of files by their content, 16 hexadecimal characters."""
    digest = sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def load_readings(path: Path) -> dict[str, Reading]:
    """Read ``readings.yaml``: the points that the text leaves open.

    Raises
    ------
    RuleError
        Unknown keys, no option, or a default that is none of the options.
    """
    reader, root = open_rules(path)
    reader.check_keys(root, {"readings"}, "the readings")
    out: dict[str, Reading] = {}
    for node in reader.sequence(root, "readings"):
        if not isinstance(node, Node):
            reader.complain(root.line, "readings", f"found {node!r}, expected a mapping")
            continue
        reader.check_keys(node, _READING_KEYS, "a reading")
        options = {str(k): str(v) for k, v in reader.mapping(node, "options").items()}
        reading = Reading(
            id=reader.text(node, "id"),
            title=reader.text(node, "title"),
            default=reader.choice(node, "default", tuple(options)),
            options=options,
            source=Source(
                "解释口径",
                reader.text(node, "clause"),
                reader.choice(node, "confidence", CONFIDENCES),
                date.min,
            ),
        )
        if reading.id in out:
            reader.complain(node.line, "id", f"{reading.id!r} stands twice")
        out[reading.id] = reading
    if reader.problems:
        raise RuleError(reader.problems)
    return out


def read_reading_list(
    reader: Reader, root: Node, known: Mapping[str, Reading]
) -> dict[str, Reading]:
    """Return the readings that a file lists."""
    out = {}
    for name in reader.sequence(root, "readings", required=False):
        if name in known:
            out[str(name)] = known[name]
        else:
            allowed = ", ".join(known)
            reader.complain(root.line, "readings", f"no reading {name!r}; known: {allowed}")
    return out
