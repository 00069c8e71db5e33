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
from classifier.evaluator.english import english, english_evaluation, english_gaps, plain
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
    shown = english_evaluation(evaluation) if lang == "en" else evaluation
    for section in sections(shown):
        out += _section(section, lang)
    open_facts = settling(evaluation)
    if open_facts:
        facts = map(english, open_facts) if lang == "en" else open_facts
        out += ["", word("settle", lang), *bullets(facts)]
    if evaluation.decision != "pass":
        out += ["", *gap_lines(gaps, lang)]
    out += _notes(evaluation, lang)
    return [*out, "", *_sources(evaluation, lang)]


def head(evaluation: Evaluation, lang: str) -> list[str]:
    """Return title, decision, score and rules."""
    name = evaluation.inputs.profile.name or ""
    shown = english_evaluation(evaluation) if lang == "en" else evaluation
    kind = _said(APPLICATIONS[evaluation.application], lang)
    asked = f"{shown.trace.title}  {kind}  {evaluation.on.isoformat()}"
    lines = [*fold_text(f"{name}  {asked}".strip(), COLUMNS), "─" * COLUMNS]
    decision = DECISION_TITLES[evaluation.decision] if lang == "zh" else evaluation.decision
    said = f"{word('decision', lang)}  {decision}"
    if evaluation.score is not None:
        step = shown.trace.find("score", evaluation.tier)
        asked = "" if step is None else f"（{step.formula}）"
        said += f"    {word('score', lang)}  {evaluation.score}{asked}"
    lines += fold_text(_said(said, lang), COLUMNS)
    rules = f"{word('rules', lang)}  {evaluation.rule_set}  {evaluation.chosen_by}"
    return [*lines, *fold_text(rules, COLUMNS), "─" * COLUMNS]


def _said(text: str, lang: str) -> str:
    return plain(text) if lang == "en" else text


def _section(section: Section, lang: str) -> list[str]:
    verdict = _said(VERDICTS[section.verdict], lang)
    out = [(pad(section.title, COLUMNS - max(6, width(verdict))) + verdict).rstrip()]
    for line in section.lines:
        out += _line(line, lang)
    return out


_INDENTS = {"score": 2, "group": 2, "indicator": 4, "route": 0}


def _line(line: Line, lang: str) -> list[str]:
    indent = " " * _INDENTS.get(line.kind, 2)
    mark = "" if line.mark == " " else f"{line.mark} "
    title = f"{mark}{line.title}"
    if line.confidence:
        title += f"〔{line.confidence}〕"
    room = COLUMNS - 9 if line.points else COLUMNS
    lines = fold_text(_said(title, lang), room, indent, indent + "  " * bool(mark))
    if line.points:
        lines[-1] = pad(lines[-1], COLUMNS - 1 - width(line.points)) + " " + line.points
    for text in line.found:
        lines += fold_text(_said(text, lang), COLUMNS, indent + "    ", indent + "      ")
    return lines


def gap_lines(gaps: Sequence[Gap], lang: str) -> list[str]:
    """Return what is missing: what is required, then what would bring points."""
    if not gaps:
        return [word("none", lang)]
    if lang == "en":
        gaps = english_gaps(gaps)
    points = " points" if lang == "en" else "分"
    out = []
    for kind, title in (("required", "required"), ("score", "points")):
        found = [gap for gap in gaps if gap.kind == kind]
        if not found:
            continue
        out.append(_said(f"{word('gaps', lang)}：{word(title, lang)}", lang))
        for gap in found[:SHOWN_GAPS]:
            gained = f"（+{gap.gained}{points}）" if gap.gained else ""
            either = f"〔{gap.either}〕" if gap.either else ""
            mark = "？" if gap.state == "unknown" else "✗"
            out += bullets([_said(f"{gap.title}：{gap.text}{gained}{either}", lang)], mark)
        if len(found) > SHOWN_GAPS:
            more = len(found) - SHOWN_GAPS
            out.append(f"  … and {more} more" if lang == "en" else f"  … 另有{more}项")
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
    kinds = [_said(NOTE_TITLES.get(n.kind, n.kind) + "：", lang) for n in notes]
    texts = (
        f"{kind} {n.text}" if lang == "en" else f"{kind}{n.text}"
        for kind, n in zip(kinds, notes, strict=True)
    )
    return ["", word("notes", lang), *bullets(texts)]


def _sources(evaluation: Evaluation, lang: str) -> list[str]:
    documents = "；".join(rule_documents(evaluation))
    documents = f" {documents}" if lang == "en" else documents
    out = fold_text(f"{_said(word('sources', lang) + '：', lang)}{documents}", COLUMNS)
    marked = doubtful_sources(evaluation)
    if lang == "en":
        marked = tuple((level, _named(title), clause) for level, title, clause in marked)
    if marked:
        out.append(word("marked", lang))
        texts = (f"〔{level}〕{title}（{clause}）" for level, title, clause in marked)
        out += bullets(_said(text, lang) for text in texts)
    used = readings_used(evaluation)
    if used:
        out += [word("readings", lang)]
        out += bullets(
            _said(text, lang) for text in (map(_reading, used) if lang == "en" else used)
        )
    versions = "  ".join(f"{name} {value}" for name, value in evaluation.versions.items())
    return [*out, *fold_text(_said(f"{word('versions', lang)}：{versions}", lang), COLUMNS)]


def _named(title: str) -> str:
    head, colon, rest = title.partition("：")
    return f"{head}：{english(rest)}" if colon and head == "算法" else english(title)


def _reading(text: str) -> str:
    title, _, rest = text.partition("：")
    option, bracket, name = rest.rpartition("（")
    option, mark, level = option.partition("〔")
    return f"{english(title)}：{english(option)}{mark}{level}{bracket}{name}"


def changes(
    pairs: Sequence[tuple[Evaluation, Evaluation]], given: Sequence[str], lang: str
) -> list[str]:
    """Return what a what-if changed: each tier before and after."""

    def said(evaluation: Evaluation) -> str:
        score = "" if evaluation.score is None else f" {evaluation.score}"
        return f"{word(evaluation.decision, lang)}{score}"

    out = fold_text(_said(f"{word('changes', lang)}：{'、'.join(given)}", lang), COLUMNS)
    for before, after in pairs:
        title = TIER_TITLES[after.tier]
        title = english(title) if lang == "en" else title
        moved = f"{title}：{said(before)} → {said(after)}"
        out += fold_text(_said(moved, lang), COLUMNS, "  ", "    ")
    return [*out, ""]
