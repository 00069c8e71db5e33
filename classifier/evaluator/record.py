"""The decision record: what was decided, from what, by which rules, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.facts import fact_title
from classifier.evaluator.profile import Profile
from classifier.evaluator.trace import Points, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.evaluator.clauses import Application, TierId

Decision = Literal["pass", "fail", "unknown"]
DECISION_TITLES: dict[Decision, str] = {"pass": "符合", "fail": "不符合", "unknown": "待定"}
NOTE_TITLES = {
    "process": "程序提示",
    "review": "提请复核",
    "rules": "规则说明",
    "confidence": "规则来源",
    "cases": "分情形判定",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the decision; ``kind`` is a key of ``NOTE_TITLES``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an evaluation was given: enough to give it again.

    Parameters
    ----------
    profile
        The firm.
    domain
        Finding by scheme, or None.
    restricted
        Wordings of restricted products found in the text; None where nobody looked.
    readings
        Options chosen over the defaults.
    province
        Id of the province's file, or empty.
    """

    profile: Profile
    domain: Mapping[str, SchemeFinding] | None = None
    restricted: tuple[str, ...] | None = None
    readings: Mapping[str, str] | None = None
    province: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the inputs as plain values."""
        domain = self.domain
        return {
            "profile": self.profile.to_json(),
            "domain": None if domain is None else {k: v.to_json() for k, v in domain.items()},
            "restricted": None if self.restricted is None else list(self.restricted),
            "readings": None if self.readings is None else dict(self.readings),
            "province": self.province,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Inputs:
        """Read back what ``to_json`` gave."""
        domain, restricted = data["domain"], data["restricted"]
        return cls(
            profile=Profile.from_json(data["profile"]),
            domain=None
            if domain is None
            else {name: SchemeFinding.from_json(found) for name, found in domain.items()},
            restricted=None if restricted is None else tuple(restricted),
            readings=data["readings"],
            province=data["province"],
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The decision on one tier, with its trace.

    Parameters
    ----------
    tier, application, on
        What was asked, and for which day.
    rule_set, chosen_by
        Rule set that was used, and the row of the selection (or the user) that chose it.
    decision
        ``pass``, ``fail``, or ``unknown``: some missing fact could still change it.
    score
        Range of the score, where the tier has one.
    settle
        Facts of which the missing values keep the decision open; empty if it is settled.
    notes
        Remarks that decide nothing.
    trace
        Finding → indicator → band → facts → formula → clause.
    versions
        Content hashes of rule set, province and size standard.
    inputs
        What was given.
    """

    tier: TierId
    application: Application
    on: date
    rule_set: str
    chosen_by: str
    decision: Decision
    score: Points | None
    settle: tuple[str, ...]
    notes: tuple[Note, ...]
    trace: Step
    versions: Mapping[str, str]
    inputs: Inputs

    def settle_titles(self) -> tuple[str, ...]:
        """Return what would settle the decision, as people read it."""
        steps = self.trace.walk()
        local = {s.id.partition(".")[2]: s.title for s in steps if s.id.startswith("local.")}
        return tuple(fact_title(path, local) for path in self.settle)

    def to_json(self) -> dict[str, Any]:
        """Return the decision record as plain values."""
        return {
            "tier": self.tier,
            "application": self.application,
            "on": self.on.isoformat(),
            "rule_set": self.rule_set,
            "chosen_by": self.chosen_by,
            "decision": self.decision,
            "score": None if self.score is None else [self.score.low, self.score.high],
            "settle": list(self.settle),
            "notes": [{"kind": note.kind, "text": note.text} for note in self.notes],
            "trace": self.trace.to_json(),
            "versions": dict(self.versions),
            "inputs": self.inputs.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evaluation:
        """Read back what ``to_json`` gave."""
        given = dict(data)
        score = given["score"]
        given |= {
            "on": date.fromisoformat(given["on"]),
            "score": None if score is None else Points(*score),
            "settle": tuple(given["settle"]),
            "notes": tuple(Note(**note) for note in given["notes"]),
            "trace": Step.from_json(given["trace"]),
            "inputs": Inputs.from_json(given["inputs"]),
        }
        return cls(**given)
