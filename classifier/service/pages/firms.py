"""What the pages of an enterprise show: the ladder as rows and as a picture, and its levers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from classifier.evaluator.english import english, english_evaluation, english_gaps
from classifier.evaluator.facts import FIGURES, UNITS, fact_fields, fact_title
from classifier.evaluator.gaps import Gap
from classifier.evaluator.profile import Profile
from classifier.evaluator.record import Evaluation
from classifier.evaluator.trace import Step
from classifier.service.enterprises.evaluating import Evaluated
from classifier.service.pages.wording import Lang, text

PASS = re.compile(r"总分≥(\d+)分")

SLIDERS = ("revenue", "main_revenue", "rd_expense", "rd_staff", "total_liabilities")
"""Figures of the latest year that can be moved."""

SINGLE = ("market.domestic_share", "segment_years", "platform_scores")
MOST_GAPS = 3
MOST_TRUTHS = 5
STEPS = 100
"""About how many steps a slider has."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier on the ladder: conditions by verdict, score of a maximum, mark to reach."""

    tier: str
    title: str
    rule_set: str
    decision: str
    met: int
    open: int
    unmet: int
    score: tuple[int, int] | None
    maximum: int
    mark: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Slider:
    """A number to be moved: its path, title and unit, where it stands, and its bounds."""

    path: str
    title: str
    unit: str
    value: str
    low: str
    high: str
    step: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A yes or no to be changed; ``value`` is ``true``, ``false`` or empty."""

    path: str
    title: str
    value: str


def told(found: Evaluated, lang: Lang) -> Evaluated:
    """Return an evaluation in the reader's language; for showing only."""
    if lang == "zh":
        return found
    return Evaluated(english_evaluation(found.evaluation), english_gaps(found.gaps))


def rung(found: Evaluated) -> Rung:
    """Return a tier's place on the ladder."""
    evaluation = found.evaluation
    verdicts = [step.verdict for step in _conditions(evaluation.trace)]
    scored = evaluation.trace.find("score", evaluation.tier)
    mark = PASS.search(scored.formula) if scored else None
    score = evaluation.score
    return Rung(
        tier=evaluation.tier,
        title=evaluation.trace.title,
        rule_set=evaluation.rule_set,
        decision=evaluation.decision,
        met=verdicts.count("met"),
        open=verdicts.count("unknown"),
        unmet=verdicts.count("unmet"),
        score=None if score is None or scored is None else (score.low, score.high),
        maximum=(scored.maximum or 0) if scored else 0,
        mark=int(mark[1]) if mark else 0,
        gaps=len(found.gaps),
    )


def _conditions(trace: Step) -> Iterable[Step]:
    for part in trace.children:
        yield from (step for step in part.children if step.kind in {"gate", "condition", "score"})


def picture(rungs: Sequence[Rung], lang: Lang) -> str:
    """Return the ladder as values of a chart, the highest tier on top."""
    down = list(reversed(rungs))
    values: dict[str, Any] = {
        "names": [text(lang, f"tier.{one.tier}") for one in down],
        "decisions": [text(lang, f"decision.{one.decision}") for one in down],
        "met": [one.met for one in down],
        "open": [one.open for one in down],
        "unmet": [one.unmet for one in down],
        "low": [one.score[0] if one.score else None for one in down],
        "more": [one.score[1] - one.score[0] if one.score else None for one in down],
        "mark": [one.mark or None for one in down],
        "maximum": max([one.maximum for one in down] + [100]),
        "words": {
            key: text(lang, f"ladder.{key}")
            for key in ("met", "open", "unmet", "conditions", "score", "sure", "possible", "mark",
                        "unscored")
        },
    }  # fmt: skip
    return json.dumps(values, ensure_ascii=False)


def value_at(profile: Profile, path: str) -> Decimal | bool | None:
    """Return the number or truth at a path such as ``rd_expense.2025``; None if unknown."""
    name, _, rest = path.partition(".")
    if name in FIGURES:
        figures = profile.years.get(int(rest)) if rest.isdigit() else None
        found = None if figures is None else getattr(figures, name)
    elif name == "platform_scores":
        found = profile.platform_scores.get(int(rest)) if rest.isdigit() else None
    else:
        found = profile
        for step in path.split("."):
            found = getattr(found, step, None)
    met = getattr(found, "met", found)
    if isinstance(met, bool):
        return met
    return Decimal(met) if isinstance(met, Decimal | int) else None


def sliders(profile: Profile, gaps: Sequence[Gap], lang: Lang) -> list[Slider]:
    """Return the numbers that can be moved: those known, and those that the gaps ask for."""
    latest = max(profile.years, default=None)
    paths = [f"{name}.{latest}" for name in SLIDERS] if latest is not None else []
    for name in SINGLE:
        score = name == "platform_scores" and profile.platform_scores
        paths.append(f"{name}.{max(profile.platform_scores)}" if score else name)
    asked = [gap for gap in gaps if gap.distance is not None and gap.fact][:MOST_GAPS]
    goals = {gap.fact: gap.distance or Decimal(0) for gap in asked}
    out = []
    for path in dict.fromkeys([*goals, *paths]):
        found = value_at(profile, path)
        if isinstance(found, Decimal):
            out.append(_slider(path, found, goals.get(path, Decimal(0)), lang))
    return out


def _slider(path: str, value: Decimal, further: Decimal, lang: Lang) -> Slider:
    bound = fact_fields()[path].high if path in fact_fields() else Decimal("Infinity")
    if path.startswith("platform_scores"):
        bound = Decimal(100)
    high = max(abs(value) * 2, abs(value) + abs(further) * Decimal("1.25"), Decimal(10))
    high = min(high, bound)
    step = Decimal(10) ** int((high / STEPS).log10().to_integral_value(ROUND_FLOOR))
    if high / step > 5 * STEPS:
        step *= 5
    low = value - (value / step).to_integral_value(ROUND_FLOOR) * step
    if low == 0 and path.endswith("rank"):
        low = step
    title = fact_title(path)
    name = path.partition(".")[0]
    money = name in FIGURES and name not in {"employees", "rd_staff", "science_staff"}
    unit = "万元" if money else "人" if name in FIGURES else UNITS.get(path, "")
    return Slider(
        path,
        english(title) if lang == "en" else title,
        text(lang, f"unit.{_UNIT_KEYS[unit]}") if unit in _UNIT_KEYS else unit,
        _plain(value),
        _plain(low),
        _plain(high),
        _plain(step),
    )


_UNIT_KEYS = {"万元": "money", "人": "persons", "年": "years", "名": "rank", "级": "level"}


def switches(profile: Profile, gaps: Sequence[Gap], lang: Lang) -> list[Switch]:
    """Return the statements that the gaps ask for, to be said yes or no to."""
    fields = fact_fields()
    out = []
    for path in dict.fromkeys(gap.fact for gap in gaps):
        if path in fields and fields[path].type == "truth":
            found = value_at(profile, path)
            said = "" if found is None else "true" if found else "false"
            title = fact_title(path)
            out.append(Switch(path, english(title) if lang == "en" else title, said))
    return out[:MOST_TRUTHS]


def changed(profile: Profile, given: dict[str, str]) -> dict[str, str]:
    """Return what a form of levers changes, by path as the evaluator takes it."""
    out = {}
    fields = fact_fields()
    for path, written in given.items():
        said = written.strip()
        truth = path in fields and fields[path].type == "truth"
        before = value_at(profile, path)
        if truth:
            now = {"true": True, "false": False}.get(said)
            if now is not before:
                out[path if _plain_truth(path) else f"{path}.met"] = said or "unknown"
        elif said and before is not None and said != _plain(Decimal(before)):
            out[path] = said
    return out


def _plain_truth(path: str) -> bool:
    """Return whether a truth stands by itself, without evidence."""
    return not path.startswith(("market.", "chain.", "operation."))


def _plain(value: Decimal) -> str:
    """Return a number without exponent and without trailing zeros."""
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def record_of(found: dict[str, Any]) -> Evaluated:
    """Return a frozen assessment as it was decided."""
    gaps = tuple(Gap.from_json(gap) for gap in found["gaps"])
    return Evaluated(Evaluation.from_json(found["evaluation"]), gaps)
