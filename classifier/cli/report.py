"""Evaluations as Chinese reports for a terminal of 80 columns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from classifier.cli.folding import fold_text
from classifier.cli.report_view import (
    APPLICATIONS,
    TIER_TITLES,
    doubtful_sources,
    readings_used,
    rule_documents,
    sections,
    settling,
)
from classifier.cli.wording import pad, width
from classifier.evaluator.record import DECISION_TITLES, NOTE_TITLES
from classifier.evaluator.trace import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.cli.report_view import Line, Section
    from classifier.evaluator.gaps import Gap
    from classifier.evaluator.record import Evaluation

COLUMNS = 80
SHOWN_GAPS = 30

WORDS = {
    "decision": ("结论", "Decision"),
    "score": ("得分", "Score"),
    "rules": ("规则", "Rules"),
    "settle": ("补齐下列事实即可定论", "Facts that would settle it"),
    "gaps": ("差距", "Gaps"),
    "required": ("必须满足", "Required"),
    "points": ("可增加的得分", "Points to gain"),
    "notes": ("提示", "Notes"),
    "sources": ("规则来源", "Sources"),
    "marked": ("下列规则不是多源一致，请核对原文", "Rules not seen in several sources"),
    "readings": ("采用的口径", "Readings used"),
    "versions": ("数据版本", "Versions"),
    "none": ("没有差距", "No gap"),
    "changes": ("假设", "What if"),
    "pass": ("符合", "pass"),
    "fail": ("不符合", "fail"),
    "unknown": ("待定", "unknown"),
}


def word(key: str, lang: str) -> str:
    """Return a word of the report."""
    zh, en = WORDS[key]
    return en if lang == "en" else zh


def write(lines: Iterable[str]) -> None:
    """Print lines."""
    sys.stdout.write("\n".join(lines) + "\n")


def report(evaluation: Evaluation, gaps: Sequence[Gap], lang: str) -> list[str]:
    """Return the whole report of one tier, no line wider than 80 columns."""
    out = [*head(evaluation, lang), ""]
    for section in sections(evaluation):
        out += _section(section)
    open_facts = settling(evaluation)
    if open_facts:
        out += ["", word("settle", lang), *bullets(open_facts)]
    if evaluation.decision != "pass":
        out += ["", *gap_lines(gaps, lang)]
    out += _notes(evaluation, lang)
    return [*out, "", *_sources(evaluation, lang)]


def head(evaluation: Evaluation, lang: str) -> list[str]:
    """Return title, decision, score and rules."""
    name = evaluation.inputs.profile.name or ""
    title = evaluation.trace.title
    asked = f"{title}  {APPLICATIONS[evaluation.application]}  {evaluation.on.isoformat()}"
    lines = [*fold_text(f"{name}  {asked}".strip(), COLUMNS), "─" * COLUMNS]
    decision = DECISION_TITLES[evaluation.decision] if lang == "zh" else evaluation.decision
    shown = f"{word('decision', lang)}  {decision}"
    if evaluation.score is not None:
        step = evaluation.trace.find("score", evaluation.tier)
        asked = "" if step is None else f"（{step.formula}）"
        shown += f"    {word('score', lang)}  {evaluation.score}{asked}"
    lines += fold_text(shown, COLUMNS)
    rules = f"{word('rules', lang)}  {evaluation.rule_set}  {evaluation.chosen_by}"
    return [*lines, *fold_text(rules, COLUMNS), "─" * COLUMNS]


def _section(section: Section) -> list[str]:
    out = [(pad(section.title, COLUMNS - 6) + VERDICTS[section.verdict]).rstrip()]
    for line in section.lines:
        out += _line(line)
    return out


_INDENTS = {"score": 2, "group": 2, "indicator": 4, "route": 0}


def _line(line: Line) -> list[str]:
    indent = " " * _INDENTS.get(line.kind, 2)
    mark = "" if line.mark == " " else f"{line.mark} "
    title = f"{mark}{line.title}"
    if line.confidence:
        title += f"〔{line.confidence}〕"
    room = COLUMNS - 9 if line.points else COLUMNS
    lines = fold_text(title, room, indent, indent + "  " * bool(mark))
    if line.points:
        lines[-1] = pad(lines[-1], COLUMNS - 1 - width(line.points)) + " " + line.points
    for text in line.found:
        lines += fold_text(text, COLUMNS, indent + "    ", indent + "      ")
    return lines


def gap_lines(gaps: Sequence[Gap], lang: str) -> list[str]:
    """Return what is missing: what is required, then what would bring points."""
    if not gaps:
        return [word("none", lang)]
    out = []
    for kind, title in (("required", "required"), ("score", "points")):
        found = [gap for gap in gaps if gap.kind == kind]
        if not found:
            continue
        out.append(f"{word('gaps', lang)}：{word(title, lang)}")
        for gap in found[:SHOWN_GAPS]:
            gained = f"（+{gap.gained}分）" if gap.gained else ""
            either = f"〔{gap.either}〕" if gap.either else ""
            mark = "？" if gap.state == "unknown" else "✗"
            out += bullets([f"{gap.title}：{gap.text}{gained}{either}"], mark)
        if len(found) > SHOWN_GAPS:
            out.append(f"  … 另有{len(found) - SHOWN_GAPS}项")
    return out


def bullets(texts: Iterable[str], mark: str = "·") -> list[str]:
    """Return texts as a list, folded under their marks."""
    out = []
    for text in texts:
        out += fold_text(text, COLUMNS, f"  {pad(mark, 3)}", " " * 5)
    return out


def _notes(evaluation: Evaluation, lang: str) -> list[str]:
    notes = [n for n in evaluation.notes if n.kind != "confidence"]
    if not notes:
        return []
    texts = [f"{NOTE_TITLES.get(n.kind, n.kind)}：{n.text}" for n in notes]
    return ["", word("notes", lang), *bullets(texts)]


def _sources(evaluation: Evaluation, lang: str) -> list[str]:
    documents = "；".join(rule_documents(evaluation))
    out = fold_text(f"{word('sources', lang)}：{documents}", COLUMNS)
    marked = doubtful_sources(evaluation)
    if marked:
        out.append(word("marked", lang))
        out += bullets(f"〔{level}〕{title}（{clause}）" for level, title, clause in marked)
    used = readings_used(evaluation)
    if used:
        out += [word("readings", lang), *bullets(used)]
    versions = "  ".join(f"{name} {value}" for name, value in evaluation.versions.items())
    return [*out, *fold_text(f"{word('versions', lang)}：{versions}", COLUMNS)]


def changes(
    pairs: Sequence[tuple[Evaluation, Evaluation]], given: Sequence[str], lang: str
) -> list[str]:
    """Return what a what-if changed: each tier before and after."""

    def said(evaluation: Evaluation) -> str:
        score = "" if evaluation.score is None else f" {evaluation.score}"
        return f"{word(evaluation.decision, lang)}{score}"

    out = fold_text(f"{word('changes', lang)}：{'、'.join(given)}", COLUMNS)
    for before, after in pairs:
        out.append(f"  {TIER_TITLES[after.tier]}：{said(before)} → {said(after)}")
    return [*out, ""]
