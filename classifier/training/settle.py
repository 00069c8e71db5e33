"""From label rows and the corpus to one set of examples; who disagrees is listed, not averaged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from classifier.schemes.labels import UNLABELLED, LabelCell, ancestors
from classifier.training.audit import nearest
from classifier.training.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.training.corpus import Example
    from classifier.training.labels import LabelRow

Prefer = Literal["neither", "labels", "corpus"]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: where it stands, who labelled it, and the cell."""

    where: str
    who: str
    cell: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Cells of one text and scheme whose primaries do not go together.

    ``between`` is ``reviewers`` or ``corpus``; ``defensible`` tells that each side's primary
    is admitted by the other (stands in its ``also``), so that only the order differs.
    """

    text: str
    scheme: str
    between: Literal["reviewers", "corpus"]
    sides: tuple[Side, ...]
    defensible: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What to learn from.

    ``examples`` are the corpus in its order, then the new texts in the order of the files;
    ``labelled`` their indices that a label file added or changed. Every label row is in one
    of the counts: ``added`` texts, ``folded`` (same text as an earlier row), ``merged`` (same
    text as the corpus).
    """

    examples: tuple[Example, ...]
    labelled: frozenset[int]
    conflicts: tuple[Conflict, ...]
    added: int
    folded: int
    merged: int


def combine(one: LabelCell, other: LabelCell) -> LabelCell | None:
    """Return the cell that both allow, the finer of two primaries; None where there is none.

    Examples
    --------
    >>> str(combine(LabelCell("6.5"), LabelCell("6.5.1", ("7.1",))))
    '6.5.1|7.1'
    >>> combine(LabelCell("M07"), LabelCell("M09")) is None
    True
    """
    first, second = one.primary, other.primary
    if first == UNLABELLED or second in ancestors(first):
        primary = second if first == UNLABELLED else first
    elif second == UNLABELLED or first in ancestors(second):
        primary = first if second == UNLABELLED else second
    else:
        return None
    also = dict.fromkeys(n for n in (*one.also, *other.also) if n not in ancestors(primary))
    return LabelCell(primary, tuple(also))


def _admits(cell: LabelCell, primary: str) -> bool:
    return any(primary in ancestors(n) or n in ancestors(primary) for n in cell.also)


def settle(
    rows: Sequence[LabelRow], corpus: Sequence[Example], prefer: Prefer = "neither"
) -> Settled:
    """Join rows of the same text, compare them with the corpus, and put families together.

    Reviewers who disagree in a scheme leave the text unlabelled in it. Where labels and
    corpus disagree, ``prefer`` says which stands; ``neither`` leaves the text unlabelled in
    that scheme, unless the corpus admits the label anyway. A new text that nearly repeats
    another joins its family, so that no split parts them.
    """
    by_key: dict[str, list[LabelRow]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    conflicts: list[Conflict] = []
    examples = list(corpus)
    at = {text_key(e.text): i for i, e in enumerate(corpus)}
    labelled: set[int] = set()
    fresh: list[Example] = []
    merged = 0
    for key, same in by_key.items():
        cells = _agreed(same, conflicts)
        if key in at:
            merged += 1
            index = at[key]
            found = _against_corpus(examples[index], same, cells, prefer, conflicts)
            if found != examples[index].labels:
                examples[index] = replace(examples[index], labels=found)
                labelled.add(index)
        else:
            fresh.append(replace(same[0].example(), labels=cells))
    fresh = _families(fresh, corpus)
    labelled |= set(range(len(examples), len(examples) + len(fresh)))
    return Settled(
        examples=(*examples, *fresh),
        labelled=frozenset(labelled),
        conflicts=tuple(conflicts),
        added=len(fresh),
        folded=len(rows) - len(by_key),
        merged=merged,
    )


def _agreed(same: Sequence[LabelRow], conflicts: list[Conflict]) -> dict[str, LabelCell]:
    """Return the cells on which all rows of one text agree."""
    out: dict[str, LabelCell] = {}
    for scheme in dict.fromkeys(s for row in same for s in row.labels):
        given = [row for row in same if scheme in row.labels]
        cell: LabelCell | None = given[0].labels[scheme]
        for row in given[1:]:
            cell = None if cell is None else combine(cell, row.labels[scheme])
        if cell is not None:
            out[scheme] = cell
            continue
        known = [row.labels[scheme] for row in given if row.labels[scheme].known]
        defensible = all(
            a.primary == b.primary or _admits(a, b.primary) for a in known for b in known
        )
        sides = tuple(_side(row, scheme) for row in given)
        conflicts.append(
            Conflict(given[0].text, scheme, "reviewers", sides, defensible, "不参加训练，待定")
        )
    return {s: c for s, c in out.items() if c.known or c.also}


def _side(row: LabelRow, scheme: str) -> Side:
    return Side(f"{row.file}:{row.line}", row.source.who, str(row.labels[scheme]))


def _against_corpus(
    example: Example,
    same: Sequence[LabelRow],
    cells: Mapping[str, LabelCell],
    prefer: Prefer,
    conflicts: list[Conflict],
) -> dict[str, LabelCell]:
    """Return the cells of a corpus text after the labels were laid beside them."""
    out = dict(example.labels)
    for scheme, cell in cells.items():
        mine = out.get(scheme)
        both = cell if mine is None else combine(mine, cell)
        if both is not None or mine is None:
            out[scheme] = both or cell
            continue
        defensible = _admits(mine, cell.primary) or _admits(cell, mine.primary)
        if prefer == "labels":
            out[scheme], outcome = cell, "采用标注文件"
        elif prefer == "corpus" or defensible:
            outcome = "保留语料"
        else:
            del out[scheme]
            outcome = "不参加训练，待定"
        sides = (
            Side(f"{example.file}:{example.line}", "", str(mine)),
            *(_side(row, scheme) for row in same if scheme in row.labels),
        )
        conflicts.append(Conflict(example.text, scheme, "corpus", sides, defensible, outcome))
    return out


def _families(fresh: Sequence[Example], corpus: Sequence[Example]) -> list[Example]:
    """Return new examples, each in the family of what it nearly repeats."""
    everything = [*corpus, *fresh]
    out: list[Example] = []
    near = nearest([e.text for e in fresh], [e.text for e in everything], len(corpus))
    groups = [e.group for e in everything]
    for i, (example, other) in enumerate(zip(fresh, near, strict=True)):
        if other is not None:
            groups[len(corpus) + i] = groups[other]
        out.append(replace(example, group=groups[len(corpus) + i]))
    return out
