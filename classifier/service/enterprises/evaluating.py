"""The evaluator with the classifier's findings: tiers, gaps, what-if, rule sets side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from classifier.domains.answer import Answer
from classifier.errors import Problem, ProfileError, SelectionError
from classifier.evaluator.clauses import LADDER, Application, TierId
from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.engine import answer as answer_question
from classifier.evaluator.gaps import Gap, find_gaps
from classifier.evaluator.incentives import Offer, offer
from classifier.evaluator.lifecycle import Event, calendar_of
from classifier.evaluator.profile import Profile
from classifier.evaluator.profile_files import build_profile, change_profile
from classifier.evaluator.question import put
from classifier.evaluator.record import Evaluation, Inputs
from classifier.evaluator.trace import Step
from classifier.findings import findings
from classifier.schemes.restricted import find_restricted
from classifier.service.knowledge import Knowledge

PROFILE = "profile"
"""What complaints call the profile that a request holds."""


def today() -> date:
    """Return the day it is where the service runs."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms firms are evaluated: everything but the firm itself."""

    on: date = field(default_factory=today)
    application: Application = "new"
    rules: str | None = None
    province: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """A firm with what was found in the text of its main product; None where there is no text."""

    profile: Profile
    domain: Mapping[str, SchemeFinding] | None
    restricted: tuple[str, ...] | None
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The decision on one tier, and what is missing for it."""

    evaluation: Evaluation
    gaps: tuple[Gap, ...]

    def to_json(self) -> dict[str, Any]:
        """Return both as plain values."""
        return {
            "evaluation": self.evaluation.to_json(),
            "gaps": [gap.to_json() for gap in self.gaps],
        }


@dataclass(frozen=True, slots=True)
class Side:
    """What one rule set says of one line, as a verdict or as points; empty where it has none."""

    title: str
    verdict: str
    points: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One condition or indicator in each of several rule sets, in their order."""

    part: str
    id: str
    sides: tuple[Side | None, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One firm by several rule sets, side by side."""

    evaluations: tuple[Evaluation, ...]
    rows: tuple[ComparedRow, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A tier before and after some facts were changed; the domain stays as it was found."""

    changes: Mapping[str, str]
    before: Evaluated
    after: Evaluated


def read_profile(data: Any) -> Profile:
    """Return a profile of plain values.

    Raises
    ------
    ProfileError
        With one problem a field.
    """
    return build_profile(data, PROFILE)


def check_profile(data: Any) -> tuple[Problem, ...]:
    """Return what is wrong with a profile, one problem a field; nothing if it is good."""
    try:
        build_profile(data, PROFILE)
    except ProfileError as error:
        return error.problems
    return ()


def subject_of(knowledge: Knowledge, profile: Profile, text: str = "") -> Subject:
    """Find domain and restricted products of a firm.

    Parameters
    ----------
    knowledge
        The classifier.
    profile
        The firm.
    text
        Description of the main product, instead of the one in the profile.
    """
    words = text or profile.main_product or ""
    if not words.strip():
        return Subject(profile, None, None, None)
    (found,) = knowledge.classifier.classify([words])
    restricted = tuple(hit for _, hit in find_restricted(words, knowledge.restricted))
    return Subject(profile, findings(found), restricted, found)


def evaluate_tier(knowledge: Knowledge, subject: Subject, tier: TierId, terms: Terms) -> Evaluated:
    """Evaluate one tier and find its gaps.

    Raises
    ------
    SelectionError
        No rule set is in force on that day, or a name does not exist.
    """
    inputs = Inputs(
        subject.profile, subject.domain, subject.restricted, terms.readings, terms.province
    )
    asked = put(
        inputs,
        tier,
        terms.on,
        terms.application,
        rules=terms.rules,
        rulebook=knowledge.rulebook,
    )
    return Evaluated(answer_question(asked, terms.rules or ""), find_gaps(asked))


def evaluate_ladder(knowledge: Knowledge, subject: Subject, terms: Terms) -> tuple[Evaluated, ...]:
    """Evaluate the four tiers from the lowest up; a tier without rules on that day is left out."""
    out = []
    for tier in LADDER:
        try:
            out.append(evaluate_tier(knowledge, subject, tier, terms))
        except SelectionError:
            continue
    return tuple(out)


def rule_sets_of(knowledge: Knowledge, tier: TierId) -> tuple[str, ...]:
    """Return the ids of the rule sets that know a tier."""
    return tuple(name for name, one in knowledge.rulebook.rule_sets.items() if tier in one.tiers)


def compare_rules(
    knowledge: Knowledge, subject: Subject, tier: TierId, names: Sequence[str], terms: Terms
) -> Compared:
    """Evaluate one tier by several rule sets.

    Raises
    ------
    SelectionError
        Fewer than two rule sets, or one that does not exist or does not know the tier.
    """
    chosen = tuple(dict.fromkeys(names)) or rule_sets_of(knowledge, tier)[:2]
    if len(chosen) < 2:  # noqa: PLR2004
        known = "、".join(rule_sets_of(knowledge, tier))
        raise SelectionError(f"要两套规则才能对照，{tier}有：{known}")
    evaluations = tuple(
        evaluate_tier(knowledge, subject, tier, replace(terms, rules=name)).evaluation
        for name in chosen
    )
    columns = [_lines(one.trace) for one in evaluations]
    keys = dict.fromkeys(key for column in columns for key in column)
    rows = tuple(
        ComparedRow(part, line, tuple(column.get((part, line)) for column in columns))
        for part, line in keys
    )
    return Compared(evaluations, rows)


def _lines(trace: Step) -> dict[tuple[str, str], Side]:
    """Return conditions and indicators by part and id."""
    out: dict[tuple[str, str], Side] = {}
    for part in trace.children:
        for step in part.walk():
            if step.kind in {"route", "gate", "condition", "direct", "indicator"}:
                points = "" if step.points is None else f"{step.points}/{step.maximum}"
                verdict = "" if step.verdict == "none" else step.verdict
                key = (part.id, f"{step.kind}:{step.id}")
                out.setdefault(key, Side(step.title, verdict, points))
    return out


def with_changes(profile: Profile, changes: Mapping[str, str]) -> Profile:
    """Return a profile with some facts changed.

    Raises
    ------
    ProfileError
        A path does not exist or a value does not fit.
    """
    return change_profile(profile, changes)


def what_if(
    knowledge: Knowledge,
    subject: Subject,
    tier: TierId,
    changes: Mapping[str, str],
    terms: Terms,
) -> WhatIf:
    """Evaluate a tier before and after changes.

    Parameters
    ----------
    changes
        New values by path, such as ``rd_expense.2025`` = ``600``; ``unknown`` clears a fact.

    Raises
    ------
    ProfileError
        A path does not exist or a value does not fit.
    """
    changed = replace(subject, profile=with_changes(subject.profile, changes))
    return WhatIf(
        dict(changes),
        evaluate_tier(knowledge, subject, tier, terms),
        evaluate_tier(knowledge, changed, tier, terms),
    )


def dates_ahead(
    knowledge: Knowledge, profile: Profile, *, on: date | None = None
) -> tuple[Event, ...]:
    """Return the dates that lie ahead of a firm, in order."""
    return calendar_of(profile, on=on or today(), cycle=knowledge.cycle)


def offers(knowledge: Knowledge, region: str, tier: TierId, *, on: date | None = None) -> Offer:
    """Return what is promised to a tier in a region.

    Raises
    ------
    SelectionError
        The region is not listed.
    """
    return offer(knowledge.incentives, region, tier, on or today())
