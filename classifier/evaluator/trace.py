"""The trace: finding → indicator → band → facts → formula → clause, as one frozen tree."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from classifier.evaluator.values import Truth

Verdict = Literal["met", "unmet", "unknown", "none"]
Kind = Literal[
    "finding",
    "part",
    "remark",
    "route",
    "gate",
    "condition",
    "direct",
    "waiver",
    "score",
    "group",
    "indicator",
    "case",
    "all",
    "any",
    "comparison",
    "derived",
    "fact",
]

VERDICTS: dict[Verdict, str] = {"met": "符合", "unmet": "不符合", "unknown": "待定", "none": ""}
CONFIDENCE_TITLES = {
    "confirmed": "多源一致",
    "single-source": "单一来源",
    "unconfirmed": "未经证实",
    "inferred": "推定",
}
"""How well a value was seen; ``unconfirmed`` shows wherever the value shows."""


def verdict(truth: Truth) -> Verdict:
    """Return the word for a truth."""
    if truth is None:
        return "unknown"
    return "met" if truth else "unmet"


@dataclass(frozen=True, slots=True)
class Points:
    """A score that lies between two whole numbers of points, both included."""

    low: int
    high: int

    @property
    def settled(self) -> bool:
        """Whether no missing fact can change the score."""
        return self.low == self.high

    def __str__(self) -> str:
        return str(self.low) if self.settled else f"{self.low}～{self.high}"


def sum_points(parts: Iterable[Points]) -> Points:
    """Return the sum of several scores."""
    low = high = 0
    for part in parts:
        low += part.low
        high += part.high
    return Points(low, high)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the trace.

    Parameters
    ----------
    kind
        What the step is.
    id
        Identifier in the rule set, derived name, or path of a fact.
    title
        What people read, Chinese.
    verdict
        ``met``, ``unmet``, ``unknown``; ``none`` for steps that only carry a value.
    points, maximum
        Points given and the most there are, for steps that score.
    value
        What was found, with its unit.
    formula
        How it was computed, or what was asked of it.
    readings
        Readings that were used, as ``reading=option``.
    clause, confidence, in_force
        Where the rule stands, how well it was seen, and from when to when it is in force.
    missing
        Facts that are unknown and were asked for here.
    children
        The steps that this one rests on.
    """

    kind: Kind
    id: str
    title: str
    verdict: Verdict = "none"
    points: Points | None = None
    maximum: int | None = None
    value: str = ""
    formula: str = ""
    readings: tuple[str, ...] = ()
    clause: str = ""
    confidence: str = ""
    in_force: str = ""
    missing: tuple[str, ...] = ()
    children: tuple[Step, ...] = ()

    @property
    def truth(self) -> Truth:
        """Return the verdict as a truth."""
        return None if self.verdict in {"unknown", "none"} else self.verdict == "met"

    def walk(self) -> Iterator[Step]:
        """Yield this step and all below it, parents first."""
        ahead = [self]
        while ahead:
            step = ahead.pop()
            yield step
            ahead.extend(reversed(step.children))

    def find(self, kind: Kind, step_id: str) -> Step | None:
        """Return the first step of this kind and id, or None."""
        return next((s for s in self.walk() if s.kind == kind and s.id == step_id), None)

    def unknown_facts(self) -> tuple[str, ...]:
        """Return the missing facts that keep this step from being settled, in order."""
        return tuple(dict.fromkeys(_unsettled(self)))

    def to_json(self) -> dict[str, Any]:
        """Return the step as plain values; what is empty is left out."""
        out: dict[str, Any] = {}
        for name in _FIELDS:
            value = getattr(self, name)
            if name == "points":
                if value is not None:
                    out[name] = [value.low, value.high]
            elif name == "children":
                if value:
                    out[name] = [child.to_json() for child in value]
            elif value is None or value in {"", ()} or (name == "verdict" and value == "none"):
                continue
            else:
                out[name] = list(value) if isinstance(value, tuple) else value
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """Read back what ``to_json`` gave."""
        given = dict(data)
        if "points" in given:
            given["points"] = Points(*given["points"])
        given["children"] = tuple(cls.from_json(child) for child in given.get("children", ()))
        for name in ("readings", "missing"):
            given[name] = tuple(given.get(name, ()))
        return cls(**given)


def _unsettled(step: Step) -> Iterator[str]:
    if step.kind == "remark":  # what decides nothing settles nothing
        return
    decided = step.verdict in {"met", "unmet"}
    scored = step.points is not None
    if (decided or scored) and (step.points is None or step.points.settled):
        return
    yield from step.missing
    for child in step.children:
        yield from _unsettled(child)


_FIELDS = tuple(f.name for f in fields(Step))
