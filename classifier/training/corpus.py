"""The training corpus: ``taxonomy/examples/*.tsv`` by the contract.

Columns: ``id, text, mp10, sei14, sei2018, foundation, cyber, comp, env, kind, group``. A file
may name other schemes of its taxonomy between ``text`` and ``kind``, or fewer: what it does
not name is not labelled in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import Problem
from classifier.schemes.labels import NOT_LABELLED, SCHEME_IDS, LabelCell
from classifier.schemes.lexicon import check_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.schemes.model import Scheme

FRONT, BACK = ("id", "text"), ("kind", "group")
COLUMNS = (*FRONT, *SCHEME_IDS, *BACK)
KINDS = ("short", "long", "name", "title", "form")
LONGEST = 2_000  # characters of one example


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled product description.

    ``kind`` is short (a sentence), long (a registered scope), name (with a model number),
    title (of a utility model) or form (an application paragraph); ``group`` names the
    product family, which never stands on both sides of a split.
    """

    id: str
    text: str
    labels: Mapping[str, LabelCell]
    kind: str
    group: str
    file: str
    line: int

    def label(self, scheme: str) -> LabelCell:
        """Return the cell of one scheme."""
        return self.labels.get(scheme, NOT_LABELLED)


def load_examples(
    folder: Path, schemes: Mapping[str, Scheme]
) -> tuple[list[Example], list[Problem]]:
    """Read every example file of a folder.

    Returns
    -------
    tuple
        The good examples in file order, and one problem a bad cell; a row with a
        problem is not among the good ones, and nothing stops at it.
    """
    examples: list[Example] = []
    problems: list[Problem] = []
    ids: dict[str, Example] = {}
    for path in sorted(folder.glob("*.tsv")):
        for example in read_examples(path, schemes, problems):
            if example.id in ids:
                other = ids[example.id]
                problems.append(
                    Problem(
                        example.file,
                        example.line,
                        "id",
                        f"{example.id!r} stands already at {other.file}:{other.line}",
                    )
                )
                continue
            ids[example.id] = example
            examples.append(example)
    return examples, problems


def read_examples(
    path: Path, schemes: Mapping[str, Scheme], problems: list[Problem]
) -> list[Example]:
    """Read one file; what is wrong is added to ``problems``."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        problems.append(Problem(path.name, 0, "", f"not UTF-8 at byte {error.start}"))
        return []
    header = tuple(lines[0].rstrip("\r").split("\t"))
    named = header[2:-2]
    if (
        header != (*FRONT, *named, *BACK)
        or not named
        or len(set(named)) != len(named)
        or not set(named) <= set(schemes)
    ):
        columns = (*FRONT, *schemes, *BACK)
        problems.append(
            Problem(
                path.name,
                1,
                "",
                f"found columns {', '.join(header)}; expected {', '.join(columns)}",
            )
        )
        return []
    out = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        example = _read_row(path.name, number, line.rstrip("\r"), named, schemes, problems)
        if example is not None:
            out.append(example)
    return out


def _read_row(
    file: str,
    number: int,
    line: str,
    named: Sequence[str],
    schemes: Mapping[str, Scheme],
    problems: list[Problem],
) -> Example | None:
    cells = line.split("\t")
    expected = len(FRONT) + len(named) + len(BACK)
    if len(cells) != expected:
        problems.append(Problem(file, number, "", f"found {len(cells)} cells, expected {expected}"))
        return None
    row_id, text, *label_cells, kind, group = cells
    labels, complaints = check_cells(dict(zip(named, label_cells, strict=True)), schemes)
    found = [Problem(file, number, scheme, message) for scheme, message in complaints]
    if kind not in KINDS:
        found.append(Problem(file, number, "kind", f"found {kind!r}, allowed: {', '.join(KINDS)}"))
    for field, value in (("id", row_id), ("text", text), ("group", group)):
        if not value.strip():
            found.append(Problem(file, number, field, "empty"))
    if len(text) > LONGEST:
        found.append(Problem(file, number, "text", f"{len(text)} characters, allowed: {LONGEST}"))
    if found:
        problems.extend(found)
        return None
    return Example(row_id, text, labels, kind, group, file, number)
