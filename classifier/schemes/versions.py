"""Two versions of a scheme: what was kept, moved, split, merged, dropped or added.

Splits and merges are shown, never resolved: a label is carried over where old and new
concept are one to one, and is a person's business where not.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from classifier.errors import Problem, TaxonomyError
from classifier.schemes.labels import NONE, LabelCell
from classifier.schemes.mappings import COLUMNS, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.schemes.model import Scheme

Kind = Literal["kept", "renamed", "moved", "split", "merged", "partial", "removed", "unsettled"]

ONE_TO_ONE: frozenset[Kind] = frozenset({"kept", "renamed", "moved"})


@dataclass(frozen=True, slots=True)
class Link:
    """``old relation new``, from a file of correspondences; new ``-``: nothing succeeds it."""

    old: str
    relation: str
    new: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What became of an old concept.

    ``kept``: same notation, same name. ``renamed``, ``moved``: one new concept of exactly the
    same meaning, under another name or notation. ``split``: several new ones. ``merged``: one
    new one that takes in others too. ``partial``: one new one of another extent. ``removed``:
    none. ``unsettled``: the notation is there under another name, and nobody said what it is.
    """

    old: str
    new: tuple[str, ...]
    kind: Kind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """All moves by old notation, and the new concepts that have no old one."""

    moves: Mapping[str, Move]
    added: tuple[str, ...]


def read_links(path: Path, old: Scheme, new: Scheme) -> list[Link]:
    """Read correspondences: ``subject,relation,object,object_label,note`` as mappings have.

    Subjects are notations of the old scheme, objects of the new one, with or without
    ``scheme:`` before them; ``-`` as object says that nothing succeeds the subject.

    Raises
    ------
    TaxonomyError
        Another header, an unknown relation or notation, a pair twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise TaxonomyError([Problem(str(path), 0, "", f"不能读：{error}")]) from None
    if not table or tuple(table[0]) != COLUMNS:
        found = ",".join(table[0]) if table else ""
        words = f"列名是 {found}，应为 {','.join(COLUMNS)}"
        raise TaxonomyError([Problem(path.name, 1, "", words)])
    problems: list[Problem] = []
    links: dict[tuple[str, str], Link] = {}
    for line, row in enumerate(table[1:], 2):
        if not any(row):
            continue
        link, complaints = _link(row, old, new)
        if link is not None and (link.old, link.new) in links:
            complaints.append(("", f"{link.old} → {link.new} 重复"))
        problems.extend(Problem(path.name, line, field, words) for field, words in complaints)
        if link is not None:
            links[link.old, link.new] = link
    if problems:
        raise TaxonomyError(problems)
    return list(links.values())


def _link(row: list[str], old: Scheme, new: Scheme) -> tuple[Link | None, list[tuple[str, str]]]:
    if len(row) != len(COLUMNS):
        return None, [("", f"有{len(row)}格，应为{len(COLUMNS)}格")]
    subject, target = (cell.rpartition(":")[2].strip() for cell in (row[0], row[2]))
    complaints = []
    if subject not in old:
        complaints.append(("subject", f"{old.id} 没有“{subject}”"))
    if target not in new and target != NONE:
        complaints.append(("object", f"{new.id} 没有“{target}”"))
    if row[1] not in RELATIONS:
        complaints.append(("relation", f"是“{row[1]}”，只能是 {'、'.join(RELATIONS)}"))
    return Link(subject, row[1], target, row[4]), complaints


def change(old: Scheme, new: Scheme, links: Sequence[Link] = ()) -> Change:
    """Work out what became of every old concept.

    A concept that no link names is kept where notation and Chinese name are the same.
    """
    targets: dict[str, list[Link]] = {}
    for link in links:
        targets.setdefault(link.old, []).append(link)
    sources: dict[str, set[str]] = {}
    for notation in old.concepts:
        if notation in targets:
            for link in targets[notation]:
                sources.setdefault(link.new, set()).add(notation)
        elif _same(old, new, notation):
            sources.setdefault(notation, set()).add(notation)
    moves = {n: _move(n, targets.get(n, []), sources, old, new) for n in old.concepts}
    added = tuple(n for n in new.concepts if n not in sources)
    return Change(moves, added)


def _same(old: Scheme, new: Scheme, notation: str) -> bool:
    return notation in new and old.concepts[notation].label.zh == new.concepts[notation].label.zh


def _move(
    notation: str,
    links: Sequence[Link],
    sources: Mapping[str, set[str]],
    old: Scheme,
    new: Scheme,
) -> Move:
    note = "；".join(link.note for link in links if link.note)
    same = _same(old, new, notation)
    if same and old.concepts[notation].scope != new.concepts[notation].scope:
        note = f"{note}；范围说明有变".lstrip("；")
    if links:
        found = tuple(link.new for link in links if link.new != NONE)
        exact = links[0].relation == "exactMatch"
    else:
        found, exact = ((notation,) if notation in new else ()), same
    kind: Kind
    if not found:
        kind = "removed"
    elif len(links) > 1:
        kind = "split"
    elif not links and not same:
        kind = "unsettled"
    elif len(sources[found[0]]) > 1:
        kind = "merged"
    elif not exact:
        kind = "partial"
    elif found[0] != notation:
        kind = "moved"
    else:
        kind = "kept" if same else "renamed"
    return Move(notation, found, kind, note)


@dataclass(frozen=True, slots=True)
class Carried:
    """A label cell in the new version; None, with candidates and reasons, where a person must."""

    cell: LabelCell | None
    candidates: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def carry(cell: LabelCell, found: Change, *, merged: bool = False, none: bool = False) -> Carried:
    """Carry a label cell over.

    Parameters
    ----------
    cell
        In the old version.
    found
        What became of its concepts.
    merged
        Carry labels of merged concepts too: what was in the part is in the whole.
    none
        Carry "none" although concepts were added, to which the text might belong.
    """
    allowed = ONE_TO_ONE | {"merged"} if merged else ONE_TO_ONE
    out: list[str] = []
    candidates: list[str] = []
    reasons: list[str] = []
    for notation in cell.notations:
        if notation == NONE:
            if found.added and not none:
                candidates += [NONE, *found.added]
                reasons.append("added")
            else:
                out.append(NONE)
            continue
        move = found.moves.get(notation)
        if move is None:
            reasons.append("unknown")
        elif move.kind in allowed:
            out.append(move.new[0])
        else:
            candidates += move.new
            reasons.append(move.kind)
    if reasons:
        return Carried(None, tuple(dict.fromkeys([*out, *candidates])), tuple(reasons))
    primary, *also = dict.fromkeys(out)
    return Carried(LabelCell(primary, tuple(also)))
