"""A firm beside the typical "小巨人" (同行对照): figures of the slides, unconfirmed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES, Query
from classifier.evaluator.data_files import DATA, open_data, read_nodes
from classifier.evaluator.derive import DERIVED
from classifier.evaluator.item_tests import one_of
from classifier.evaluator.question import put
from classifier.evaluator.record import Inputs
from classifier.evaluator.trace import verdict
from classifier.evaluator.values import Amount

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from classifier.evaluator.items import IntellectualProperty
    from classifier.evaluator.profile import Profile
    from classifier.evaluator.sheet import Sheet
    from classifier.evaluator.trace import Verdict
    from classifier.evaluator.values import Truth

PATENTS = ("invention", "defence-invention", "utility-model", "design")
"""Kinds of intellectual property that are patents (专利)."""


@dataclass(frozen=True, slots=True)
class PeerFigure:
    """One figure of the typical firm; ``above``: it has more than that (超过)."""

    id: str
    title: str
    value: str
    typical: Decimal
    above: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Peers:
    """The figures, with the one source that they share."""

    source: str
    confidence: str
    note: str
    figures: tuple[PeerFigure, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A firm's figure beside the typical one; ``verdict`` says whether it reaches it."""

    figure: PeerFigure
    amount: Amount
    verdict: Verdict
    missing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain values."""
        return {
            "id": self.figure.id,
            "title": self.figure.title,
            "typical": str(self.figure.typical),
            "above": self.figure.above,
            "unit": self.figure.unit,
            "own": str(self.amount),
            "verdict": self.verdict,
            "missing": list(self.missing),
        }


def load_peers(path: Path) -> Peers:
    """Read ``peers.yaml``.

    Raises
    ------
    RuleError
        Unknown keys or values, or no source.
    """
    reader, root = open_data(path)
    keys = {"document", "clause", "confidence", "note", "figures"}
    reader.check_keys(root, keys, "the peers")
    figures = []
    wanted = {"id", "title", "value", "typical", "above", "unit"}
    for node in read_nodes(reader, root, "figures", wanted):
        name, typical = reader.text(node, "value"), node.get("typical")
        if name != "patents" and (name not in DERIVED or DERIVED[name].required):
            reader.complain(node.line, "value", f"no derived value {name!r} without arguments")
        if not isinstance(typical, int) or isinstance(typical, bool):
            reader.complain(node.line, "typical", f"found {typical!r}, expected a whole number")
            typical = 0
        figures.append(
            PeerFigure(
                reader.text(node, "id"),
                reader.text(node, "title"),
                name,
                Decimal(typical),
                node.get("above") is True,
                reader.text(node, "unit"),
            )
        )
    source = f"{reader.text(root, 'document')} {reader.text(root, 'clause')}"
    confidence = reader.choice(root, "confidence", CONFIDENCES)
    note = reader.text(root, "note", required=False)
    if reader.problems:
        raise RuleError(reader.problems)
    return Peers(source, confidence, note, tuple(figures))


@cache
def shipped_peers() -> Peers:
    """Return the figures that ship, read once."""
    return load_peers(DATA / "peers.yaml")


def compare_peers(
    profile: Profile, *, on: date, peers: Peers | None = None
) -> tuple[Comparison, ...]:
    """Return each figure of the typical firm beside this one's, of the last complete year."""
    sheet = put(Inputs(profile), "little-giant", on).judge().sheet
    out = []
    for figure in (peers or shipped_peers()).figures:
        before = sheet.facts.collect()
        amount = _patents(sheet) if figure.value == "patents" else _derived(sheet, figure.value)
        read = sheet.facts.resume(before)
        reached = amount.compare("above" if figure.above else "at_least", figure.typical)
        missing = () if reached is not None else tuple(m for s in read for m in s.missing)
        out.append(Comparison(figure, amount, verdict(reached), tuple(dict.fromkeys(missing))))
    return tuple(out)


def _derived(sheet: Sheet, name: str) -> Amount:
    value, step = sheet.ask(Query("derived", name))
    for fact in step.walk():
        if fact.kind == "fact":
            sheet.facts.note(fact)
    return value if isinstance(value, Amount) else Amount(Decimal(0), Decimal(0), void=True)


def _patents(sheet: Sheet) -> Amount:
    def tests(item: IntellectualProperty) -> dict[str, Truth]:
        granted = None if item.granted is None else item.granted <= sheet.on
        return {
            "kind": one_of(item.kind, PATENTS),
            "granted": granted,
            "in_force": item.in_force,
        }

    return sheet.facts.matches("intellectual_property", tests)
