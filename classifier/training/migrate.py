"""Corpus, lexicon and label files under a new version of a scheme."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from classifier.schemes.lexicon import write_terms
from classifier.schemes.versions import Carried, Change, carry
from classifier.training.sheets import write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.schemes.labels import LabelCell
    from classifier.schemes.lexicon import Term
    from classifier.schemes.model import Scheme
    from classifier.training.corpus import Example
    from classifier.training.labels import LabelRow

KINDS = {
    "kept": "不变",
    "renamed": "改名",
    "moved": "改号",
    "split": "拆分",
    "merged": "合并",
    "partial": "范围有变",
    "removed": "取消",
    "unsettled": "同号异名，待定",
    "added": "新增概念，原不属于者可能属于",
    "unknown": "旧版没有的编号",
}


@dataclass(frozen=True, slots=True)
class Open:
    """A text or term whose label a person must settle."""

    id: str
    text: str
    kind: str
    group: str
    old: LabelCell
    carried: Carried
    place: str


@dataclass(frozen=True, slots=True)
class Migration:
    """What was carried over, and what a person must settle; nothing is in neither."""

    examples: tuple[Example, ...]
    terms: tuple[Term, ...]
    open_examples: tuple[Open, ...]
    open_terms: tuple[Open, ...]


def migrate(
    old: str,
    new: str,
    found: Change,
    *,
    examples: Sequence[Example] = (),
    rows: Sequence[LabelRow] = (),
    terms: Sequence[Term] = (),
    merged: bool = False,
    none: bool = False,
) -> Migration:
    """Carry labels of one scheme over (``merged`` and ``none`` as in ``carry``).

    Parameters
    ----------
    old, new
        Scheme ids; the carried labels stand under the new one.
    found
        What became of the old concepts.
    examples, rows, terms
        Corpus, label files, lexicon; what is not labelled in the scheme is passed over.
    """
    carried: list[Example] = []
    open_examples: list[Open] = []
    for example in (*examples, *(row.example() for row in rows)):
        cell = example.labels.get(old)
        if cell is None or not cell.known:
            continue
        outcome = carry(cell, found, merged=merged, none=none)
        if outcome.cell is not None:
            carried.append(replace(example, labels={new: outcome.cell}))
        else:
            place = f"{example.file}:{example.line}"
            open_examples.append(
                Open(example.id, example.text, example.kind, example.group, cell, outcome, place)
            )
    carried_terms: list[Term] = []
    open_terms: list[Open] = []
    for term in terms:
        cell = term.labels.get(old)
        if cell is None:
            continue
        outcome = carry(cell, found, merged=merged, none=none)
        if outcome.cell is not None:
            carried_terms.append(replace(term, labels={new: outcome.cell}))
        else:
            place = f"{term.file}:{term.line}"
            open_terms.append(Open(term.text, term.text, "name", "", cell, outcome, place))
    return Migration(tuple(carried), tuple(carried_terms), tuple(open_examples), tuple(open_terms))


def write_migration(
    folder: Path, source: Path, old: Scheme, new: Scheme, found: Change, result: Migration
) -> None:
    """Write a folder that ``keyfield train --schemes`` takes, and what a person must settle.

    Parameters
    ----------
    folder
        Gets ``schemes/``, ``examples/carried.tsv``, ``terms/carried.txt``, ``changes.csv``,
        ``to-settle.csv`` (a label file with empty cells) and ``terms-to-settle.csv``.
    source
        The YAML of the new version.
    """
    for name in ("schemes", "examples", "terms"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / "schemes" / f"{new.id}.yaml")
    rows = [(e.id, e.text, str(e.labels[new.id]), e.kind, e.group) for e in _once(result.examples)]
    header = ("id", "text", new.id, "kind", "group")
    write_sheet(folder / "examples" / "carried.tsv", header, rows)
    if result.terms:
        text = write_terms(list(result.terms), (new.id,))
        (folder / "terms" / "carried.txt").write_text(text, encoding="utf-8")
    changes = [
        (m.old, old.concepts[m.old].label.zh, KINDS[m.kind], n, _name(new, n), m.note)
        for m in found.moves.values()
        for n in (m.new or ("",))
    ] + [("", "", "新增", n, _name(new, n), "") for n in found.added]
    columns = ("old", "old_label", "change", "new", "new_label", "note")
    write_sheet(folder / "changes.csv", columns, changes)
    open_columns = (
        "id", "text", new.id, "kind", "group", "who", "when", "guide", "old", "candidates",
        "reason", "source",
    )  # fmt: skip
    write_sheet(folder / "to-settle.csv", open_columns, map(_open, result.open_examples))
    write_sheet(folder / "terms-to-settle.csv", open_columns, map(_open, result.open_terms))


def _name(scheme: Scheme, notation: str) -> str:
    return scheme.concepts[notation].label.zh if notation in scheme else ""


def _once(examples: Sequence[Example]) -> list[Example]:
    """Return examples with ids that stand once: a second one is numbered."""
    seen: dict[str, int] = {}
    out = []
    for example in examples:
        seen[example.id] = seen.get(example.id, 0) + 1
        number = seen[example.id]
        out.append(example if number == 1 else replace(example, id=f"{example.id}#{number}"))
    return out


def _open(item: Open) -> tuple[str, ...]:
    reasons = "、".join(dict.fromkeys(KINDS[r] for r in item.carried.reasons))
    return (
        item.id, item.text, "", item.kind, item.group, "", "", "", str(item.old),
        " ".join(item.carried.candidates), reasons, item.place,
    )  # fmt: skip
