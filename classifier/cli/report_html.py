"""Evaluations as one HTML page to print: self-contained, no script, no external asset."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from classifier.cli.report_view import (
    APPLICATIONS,
    doubtful_sources,
    readings_used,
    rule_documents,
    sections,
    settling,
)
from classifier.evaluator.record import DECISION_TITLES, NOTE_TITLES
from classifier.evaluator.trace import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.cli.report_view import Line, Section
    from classifier.evaluator.gaps import Gap
    from classifier.evaluator.record import Evaluation

_STYLE = """
@page { size: A4; margin: 16mm 14mm; }
body { font: 10.5pt/1.5 "Noto Serif CJK SC", "Songti SC", SimSun, serif; color: #111;
  max-width: 180mm; margin: 0 auto; padding: 8mm; }
@media print { body { padding: 0; } section.firm { break-after: page; } }
h1 { font-size: 16pt; margin: 0 0 2mm; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; border-bottom: 0.4mm solid #444; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 0.2mm solid #999; padding: 1mm 2mm; text-align: left; vertical-align: top; }
th { background: #eef1f5; font-weight: normal; }
td.points { text-align: right; white-space: nowrap; width: 16mm; }
td.mark { text-align: center; width: 8mm; }
tr { break-inside: avoid; }
tr.group td, tr.score td, tr.route td { background: #f6f7f9; font-weight: bold; }
p.decision { font-size: 14pt; border: 0.5mm solid #444; padding: 2mm 4mm; margin: 3mm 0; }
small, .clause { color: #555; font-size: 8.5pt; }
.flag { border: 0.2mm solid #a33; color: #a33; padding: 0 1mm; font-size: 8.5pt; }
ul { margin: 1mm 0; padding-left: 6mm; }
"""


def page(answers: Sequence[tuple[Evaluation, Sequence[Gap]]]) -> str:
    """Return the whole page: one section a tier."""
    name = next((e.inputs.profile.name for e, _ in answers if e.inputs.profile.name), "")
    body = "\n".join(_tier(evaluation, gaps) for evaluation, gaps in answers)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(name or '')}梯度培育评价报告</title>\n<style>{_STYLE}</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _tier(evaluation: Evaluation, gaps: Sequence[Gap]) -> str:
    profile = evaluation.inputs.profile
    title = f"{profile.name or '企业'}：{evaluation.trace.title}评价报告"
    score = ""
    found = evaluation.trace.find("score", evaluation.tier)
    if evaluation.score is not None:
        asked = "" if found is None else f"（{found.formula}）"
        score = f"　得分 {evaluation.score}{asked}"
    asked_on = f"{APPLICATIONS[evaluation.application]}　评价日 {evaluation.on.isoformat()}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{asked_on}　规则 {escape(evaluation.rule_set)} {escape(evaluation.chosen_by)}</p>",
        f'<p class="decision">结论：{DECISION_TITLES[evaluation.decision]}{escape(score)}</p>',
    ]
    if profile.main_product:
        parts.append(f"<p>主导产品：{escape(profile.main_product)}</p>")
    parts += [_section(section) for section in sections(evaluation)]
    parts.append(_list("补齐下列事实即可定论", settling(evaluation)))
    if evaluation.decision != "pass":
        parts.append(_gaps(gaps))
    notes = [n for n in evaluation.notes if n.kind != "confidence"]
    parts.append(_list("提示", [f"{NOTE_TITLES.get(n.kind, n.kind)}：{n.text}" for n in notes]))
    parts.append(_list("规则来源", rule_documents(evaluation)))
    marked = [f"〔{a}〕{b}（{c}）" for a, b, c in doubtful_sources(evaluation)]
    parts.append(_list("不是多源一致的规则，请核对原文", marked))
    parts.append(_list("采用的口径", readings_used(evaluation)))
    versions = "　".join(f"{name} {value}" for name, value in evaluation.versions.items())
    parts.append(f"<p><small>数据版本：{escape(versions)}</small></p>")
    return '<section class="firm">\n' + "\n".join(p for p in parts if p) + "\n</section>"


def _section(section: Section) -> str:
    rows = "\n".join(_row(line) for line in section.lines)
    verdict = VERDICTS[section.verdict]
    return f"<h2>{escape(section.title)}　{verdict}</h2>\n<table>\n{rows}\n</table>"


def _row(line: Line) -> str:
    flag = f' <span class="flag">{escape(line.confidence)}</span>' if line.confidence else ""
    found = "<br>".join(escape(text) for text in line.found)
    clause = f'<div class="clause">{escape(line.clause)}</div>' if line.clause else ""
    return (
        f'<tr class="{line.kind}"><td class="mark">{line.mark.strip()}</td>'
        f"<td>{escape(line.title)}{flag}{clause}</td><td>{found}</td>"
        f'<td class="points">{escape(line.points)}</td></tr>'
    )


def _gaps(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return ""
    rows = "\n".join(
        f"<tr><td>{'必须满足' if gap.kind == 'required' else f'+{gap.gained}分'}</td>"
        f"<td>{escape(gap.title)}</td><td>{escape(gap.text)}"
        f"{f'〔{escape(gap.either)}〕' if gap.either else ''}</td></tr>"
        for gap in gaps
    )
    return f"<h2>差距</h2>\n<table>\n{rows}\n</table>"


def _list(title: str, texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<h2>{escape(title)}</h2>\n<ul>{items}</ul>" if items else ""
