"""A decision record as sections and lines, for the terminal and for paper alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.evaluator.facts import fact_title
from classifier.evaluator.trace import CONFIDENCE_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.evaluator.record import Evaluation
    from classifier.evaluator.trace import Step, Verdict

MARKS: dict[Verdict, str] = {"met": "✓", "unmet": "✗", "unknown": "？", "none": " "}
TIER_TITLES = {
    "innovative": "创新型中小企业",
    "tech": "科技型中小企业",
    "srdi": "专精特新中小企业",
    "little-giant": "专精特新“小巨人”企业",
    "champion": "制造业单项冠军企业",
}
APPLICATIONS = {"new": "新申报", "renewal": "复核"}
CONFIDENCES = CONFIDENCE_TITLES | {"unconfirmed": "未经证实"}
MARKED = frozenset({"unconfirmed", "inferred", "single-source"})
_ROWS = {"gate", "condition", "direct", "route"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a gate, condition, direct pass, group or indicator.

    Parameters
    ----------
    kind, mark, title
        Kind of the step, its verdict as a mark, and its title.
    found
        Values against what was asked, such as ``研发费用 124万元（≥100万元）``.
    points
        ``3/5``, empty where nothing is scored.
    clause, confidence
        Source; the confidence as people read it, empty where several sources agree.
    """

    kind: str
    mark: str
    title: str
    found: tuple[str, ...]
    points: str
    clause: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report with its verdict."""

    title: str
    verdict: Verdict
    lines: tuple[Line, ...]


def sections(evaluation: Evaluation) -> tuple[Section, ...]:
    """Return the parts of a decision, in the order of the trace."""
    out: list[Section] = []
    for part in evaluation.trace.children:
        lines = tuple(_lines(part))
        out.append(Section(part.title, part.verdict, lines))
    return tuple(out)


def _lines(step: Step) -> Iterator[Line]:
    for child in step.children:
        if child.kind == "score":
            yield _line(child, (child.formula,))
            for group in child.children:
                yield _line(group, (group.formula,) if group.formula else ())
                for indicator in group.children:
                    yield _line(indicator, tuple(_bands(indicator)))
        elif child.kind == "route":
            yield _line(child, ())
            for part in child.children:
                yield from _lines(part)
        elif child.kind in _ROWS:
            yield _line(child, tuple(dict.fromkeys(_found(child))))


def _line(step: Step, found: tuple[str, ...]) -> Line:
    points = "" if step.points is None else str(step.points)
    if points and step.maximum is not None:
        points += f"/{step.maximum}"
    marked = CONFIDENCES.get(step.confidence, "") if step.confidence in MARKED else ""
    return Line(step.kind, MARKS[step.verdict], step.title, found, points, step.clause, marked)


def _found(step: Step) -> Iterator[str]:
    """Yield what was found against what was asked, leaf by leaf."""
    for child in step.children:
        if child.kind == "comparison" and child.formula:
            value = child.value or next((s.value for s in child.walk() if s.value), "")
            mark = MARKS[child.verdict]
            yield f"{mark} {child.title} {value}（{child.formula}）"
        elif child.kind == "fact" and child.value:
            yield f"{MARKS[child.verdict]} {child.title}：{child.value}"
        else:
            yield from _found(child)


def _bands(indicator: Step) -> Iterator[str]:
    """Yield the band or the case that gave the points."""
    doubt = False
    for step in indicator.children:
        if step.kind == "indicator":  # a province's own
            points = "" if step.points is None else str(step.points)
            yield f"{step.title} {points}/{step.maximum}"
            yield from (f"  {text}" for text in _bands(step))
        elif step.kind == "case" and step.formula:
            yield f"{step.title} {step.value}：{step.formula}"
        elif step.kind == "case" and step.children and step.children[0].kind == "case":
            yield from _bands(step)
        elif step.kind == "case" and step.verdict in {"met", "unknown"}:
            points = "" if step.points is None else f"，{step.points}分"
            # What is left over is certain only where nothing above it is in doubt.
            mark = "否则" if doubt and not step.children else MARKS[step.verdict]
            doubt = doubt or step.verdict == "unknown"
            yield f"{mark} {step.title}{points}"
        elif step.kind in {"condition", "fact"}:
            yield f"{MARKS[step.verdict]} {step.title} {step.value}".rstrip()


def settling(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the titles of the facts that would settle the decision."""
    return titles_of(evaluation.settle, evaluation.trace)


def titles_of(paths: tuple[str, ...], trace: Step) -> tuple[str, ...]:
    """Return the titles of facts; those of a province as its file calls them."""
    steps = (step for step in trace.walk() if step.id.startswith("local."))
    local = {step.id.removeprefix("local."): step.title for step in steps}
    return tuple(fact_title(path, local) for path in paths)


def doubtful_sources(evaluation: Evaluation) -> tuple[tuple[str, str, str], ...]:
    """Return confidence, title and clause of every rule not seen in several sources."""
    out: dict[tuple[str, str, str], None] = {}
    for step in evaluation.trace.walk():
        if step.confidence in MARKED and step.clause:
            key = (CONFIDENCES[step.confidence], step.title, step.clause)
            out[key] = None
    return tuple(sorted(out, key=lambda key: (key[0] != CONFIDENCES["unconfirmed"], key[0])))


def readings_used(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the readings (口径) on which the decision rests, as ``reading=option``."""
    return tuple(dict.fromkeys(r for s in evaluation.trace.walk() for r in s.readings))


def rule_documents(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the documents that the rules come from."""
    documents = [s.clause.partition(" ")[0] for s in evaluation.trace.walk() if s.clause]
    return tuple(dict.fromkeys(documents))
