"""Findings in English: the names from a table, the sentences around them by their patterns.

What has no English stays Chinese: clauses, evidence and notes cite official wording.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from classifier.evaluator.data_files import DATA, open_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from classifier.evaluator.gaps import Gap
    from classifier.evaluator.record import Evaluation
    from classifier.evaluator.trace import Step

UNITS = {
    "万元": " x10k CNY", "人": " persons", "年": " years", "分": " points", "项": "", "个": "",
    "张": "", "起": "", "笔": "", "名": "", "级": "", "%": "%", "": "",
}  # fmt: skip
_NUMBER = r"(-?[\d.]+)(万元|人|年|分|项|个|张|起|笔|名|级|%|)"


@cache
def names() -> dict[str, str]:
    """Return the table of names, Chinese to English."""
    _, root = open_data(DATA / "english.yaml")
    return {str(zh): str(en) for zh, en in root.items()}


def english(text: str) -> str:
    """Return a name or a sentence of the trace in English, or as it was.

    Examples
    --------
    >>> english("2025年研发费用")
    'R&D expense 2025'
    >>> english("研发费用还差38万元（现为62，需达到100）")
    'R&D expense: 38 x10k CNY more needed (now 62, must reach 100)'
    """
    known = names().get(text)
    if known is not None:
        return known
    for pattern, write in _PATTERNS:
        found = pattern.fullmatch(text)
        if found is not None:
            return write(*found.groups())
    return _with_arguments(text)


def _with_arguments(text: str) -> str:
    """Return ``name（argument、argument）`` with each part in English, else the text."""
    base, bracket, rest = text.partition("（")
    if not bracket or not rest.endswith("）") or base not in names():
        return text
    return f"{names()[base]} ({', '.join(map(english, _split(rest[:-1])))})"


def _split(text: str) -> list[str]:
    """Split at 、 where no bracket is open and no longer name begins."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "（“") - (char in "）”")
        if char == "、" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _listed(text: str) -> str:
    return ", ".join(map(english, _split(text)))


def _amount(number: str, unit: str) -> str:
    return f"{number}{UNITS[unit]}"


def _score(formula: str) -> str:
    parts = re.findall(r"([^，≥]+(?:（[^）]*）)?)≥(\d+)分", formula)
    shown = ("total" if name == "总分" else english(name) for name, _ in parts)
    return ", ".join(f"{name} ≥{mark}" for name, (_, mark) in zip(shown, parts, strict=True))


def _bands(text: str) -> str:
    out = []
    for band, points in re.findall(r"([^；]+?)得(\d+)分", text):
        edge = band.replace("且", " and ").replace("＜", "<").replace("＞", ">")
        for zh, en in UNITS.items():
            edge = edge.removesuffix(zh) + en if zh and edge.endswith(zh) else edge
        out.append(f"{edge}: {points} points")
    return "; ".join(out)


def _counted(total: str, matching: str, which: str | None) -> str:
    named = f": {which[1:]}" if which else ""
    return f"{total} listed, {english(matching)} count{named}"


_PATTERNS: list[tuple[re.Pattern[str], Callable[..., str]]] = [
    (re.compile(pattern), write)
    for pattern, write in (
        ("是", lambda: "yes"),
        ("否", lambda: "no"),
        ("未知", lambda: "unknown"),
        ("应为“是”", lambda: "must be yes"),
        ("应为“否”", lambda: "must be no"),
        ("无（分母为零）", lambda: "none (divided by zero)"),
        ("不属于", lambda: "none"),
        ("未判定", lambda: "not looked at"),
        (r"(是|否)（佐证：(.*)）", lambda yes, proof: f"{english(yes)} (evidence: {proof})"),
        (r"未知（(?:不低于|不高于)?([^～]+)(?:～(.+))?）",
         lambda low, high: f"unknown ({english(low)}{' to ' + english(high) if high else ''})"),
        (_NUMBER, _amount),
        (rf"([≥≤＞＜])(?:{_NUMBER})", lambda sign, number, unit:
         f"{sign.replace('＞', '>').replace('＜', '<')}{_amount(number, unit)}"),
        (r"([≥≤])(.型)", lambda sign, size: f"{sign}{english(size)}"),
        (r"(总分≥.*分)", _score),
        (r"近(\d+)年", lambda years: f"last {years} years"),
        (r"前(\d+)名", lambda rank: f"top {rank}"),
        (r"(\d+)年起公布的", lambda year: f"published from {year}"),
        (r"(.+)及以上", lambda level: f"{english(level)} and above"),
        (r"(\d[\d-]*) (.+)", lambda number, name: f"{number} {english(name)}"),
        (r"按“(.+)”划型", lambda sector: f"by the floors of {sector}"),
        (r"共(\d+)[项笔]，(?:符合|计入)(.+?)(?:项|万元)(：.+)?", _counted),
        (r"主导产品(?:须)?属于(.+)", lambda scheme: f"main product in {english(scheme)}"),
        (r"(.+)第(\d+)项的“(.+)”",
         lambda where, at, name: f"{english(where)}, no. {at}: {english(name)}"),
        (r"缺少事实：(.+)", lambda facts: f"missing: {_listed(facts)}"),
        (r"待核实：(.+)", lambda facts: f"to be checked: {_listed(facts)}"),
        ("缺少省级特色化指标文件", lambda: "missing: the province's file of local indicators"),
        (rf"(.+?)(还差|需减少){_NUMBER}（现为(.+?)，需(?:达到|降到)(.+?)）",
         lambda name, way, number, unit, now, goal: f"{english(name)}: {_amount(number, unit)} "
         f"{'more' if way == '还差' else 'less'} needed (now {now}, must reach {goal})"),
        (r"(.+?)还差(\d+)名（现为第(\d+)，须进入前(\d+)）",
         lambda name, by, now, goal: f"{english(name)}: {by} places short (now {now}, top {goal})"),
        (r"(\d{4})年(.+)", lambda year, name: f"{english(name)} {year}"),
        (r"(.+?)(应为“.”|[≥≤].+)", lambda name, asked: f"{english(name)} {english(asked)}"),
    )
]  # fmt: skip

_PLAIN = {
    "未经证实": "unconfirmed", "单一来源": "single source", "推定": "inferred",
    "多源一致": "several sources", "不符合": "not met", "符合": "met", "待定": "open",
    "免考核：": "waived: ", "否则": "else", "算法：": "formula: ", "新申报": "new application",
    "程序提示": "process", "提请复核": "for review", "复核": "renewal",
    "规则说明": "about the rules", "分情形判定": "by cases",
    "（": " (", "）": ")", "：": ": ", "，": ", ", "；": "; ", "\u3000": "  ",
}  # fmt: skip


def plain(text: str) -> str:
    """Return a line of a report with the words and marks around its names in English."""
    text = re.sub(r"(\d+)分", r"\1 points", text)
    text = re.sub(r"〔(?!\d)([^〕]*)〕", r" [\1] ", text)  # a document's number keeps its own
    for zh, en in _PLAIN.items():
        text = text.replace(zh, en)
    return (text.lstrip() if text.startswith(" [") else text).rstrip()


def english_step(step: Step) -> Step:
    """Return a step of the trace, and all below it, with English names and values."""
    formula = _bands(step.formula) if "得" in step.formula else english(step.formula)
    return replace(
        step,
        title=english(step.title),
        value=english(step.value),
        formula=formula,
        children=tuple(map(english_step, step.children)),
    )


def english_evaluation(evaluation: Evaluation) -> Evaluation:
    """Return a decision record with an English trace, for showing only."""
    return replace(evaluation, trace=english_step(evaluation.trace))


def english_gaps(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return gaps with English names and distances, for showing only."""
    return tuple(
        replace(g, title=english(g.title), text=english(g.text), either=english(g.either))
        for g in gaps
    )
