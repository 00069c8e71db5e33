"""A decision record as sections and lines, for the terminal and for paper alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.evaluator.clauses import APPLICATION_TITLES
from classifier.evaluator.derive import DERIVED
from classifier.evaluator.facts import fact_title
from classifier.evaluator.loading import shipped
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
APPLICATIONS = APPLICATION_TITLES
CONFIDENCES = CONFIDENCE_TITLES
MARKED = frozenset({"unconfirmed", "inferred", "single-source"})
NESTED = "\u3000"
"""Stands before what a named condition within another one found."""
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
            yield _line(child, _once(_found(child)))


def _line(step: Step, found: tuple[str, ...]) -> Line:
    points = "" if step.points is None else str(step.points)
    if points and step.maximum is not None:
        points += f"/{step.maximum}"
    marked = CONFIDENCES.get(step.confidence, "") if step.confidence in MARKED else ""
    return Line(step.kind, MARKS[step.verdict], step.title, found, points, step.clause, marked)


def _once(lines: Iterator[str]) -> tuple[str, ...]:
    """Drop lines that say again what stands at the top level; what is nested stays."""
    seen: set[str] = set()
    out = []
    for line in lines:
        if line not in seen:
            out.append(line)
        if not line.startswith(NESTED):
            seen.add(line)
    return tuple(out)


def _found(step: Step, depth: int = 0) -> Iterator[str]:
    """Yield what was found against what was asked; named conditions within hold their own."""
    before = NESTED * depth
    for child in step.children:
        mark = MARKS[child.verdict]
        if child.kind == "comparison" and child.formula:
            value = child.value or next((s.value for s in child.walk() if s.value), "")
            yield f"{before}{mark} {child.title} {value}（{child.formula}）{unsure(child)}"
        elif child.kind == "fact" and child.value:
            yield f"{before}{mark} {child.title}：{child.value}"
        elif child.kind in {"condition", "waiver"} and child.id != "main-product":
            free = "免考核：" if child.kind == "waiver" else ""
            marked = CONFIDENCES[child.confidence] if child.confidence in MARKED else ""
            yield f"{before}{mark} {free}{child.title}{f'〔{marked}〕' if marked else ''}"
            yield from _found(child, depth + 1)
        else:
            yield from _found(child, depth)


def unsure(step: Step) -> str:
    """Return the mark of a value whose formula or definition nobody confirmed."""
    seen = {child.confidence for child in step.children if child.kind == "derived"}
    return f"〔{CONFIDENCES['unconfirmed']}〕" if "unconfirmed" in seen else ""


def _bands(indicator: Step) -> Iterator[str]:
    """Yield the band or the case that gave the points."""
    doubt = False
    for step in indicator.children:
        if step.kind == "indicator":  # a province's own
            points = "" if step.points is None else str(step.points)
            yield f"{step.title} {points}/{step.maximum}"
            yield from (f"  {text}" for text in _bands(step))
        elif step.kind == "case" and step.formula:
            yield f"{step.title} {step.value}：{step.formula}{unsure(step)}"
        elif step.kind == "case" and step.children and step.children[0].kind == "case":
            yield from _bands(step)
        elif step.kind == "case" and step.verdict in {"met", "unknown"}:
            points = "" if step.points is None else f"，{step.points}分"
            # What is left over is certain only where nothing above it is in doubt.
            mark = "否则" if doubt and not step.children else MARKS[step.verdict]
            doubt = doubt or step.verdict == "unknown"
            yield f"{mark} {step.title}{points}"
        elif step.kind in {"condition", "fact"}:
            yield f"{MARKS[step.verdict]} {step.title} {step.value}".strip()


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
        if step.confidence not in MARKED:
            continue
        level = CONFIDENCES[step.confidence]
        if step.clause:
            out[level, step.title, step.clause] = None
        elif step.kind == "derived":
            out[level, f"算法：{DERIVED[step.id].title}", step.formula] = None
    return tuple(sorted(out, key=lambda key: (key[0] != CONFIDENCES["unconfirmed"], key[0])))


def readings_used(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the readings (口径) on which the decision rests, in words and by name."""
    used = dict.fromkeys(r for s in evaluation.trace.walk() for r in s.readings)
    known = shipped().readings
    out = []
    for name, _, option in (reading.partition("=") for reading in used):
        one = known[name]
        unsure = one.source.confidence == "unconfirmed"
        mark = f"〔{CONFIDENCES['unconfirmed']}〕" if unsure else ""
        out.append(f"{one.title}：{one.options[option]}{mark}（{name}={option}）")
    return tuple(out)


def rule_documents(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the documents that the rules come from."""
    documents = [s.clause.partition(" ")[0] for s in evaluation.trace.walk() if s.clause]
    return tuple(dict.fromkeys(documents))
