"""A drift report: JSON for machines, one self-contained HTML page for people."""

from __future__ import annotations

import json
import math
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from classifier.schemes.labels import NONE
from classifier.training import plots
from classifier.training.drift import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.training.drift import Drift, Signal

TITLES = {
    "auc": "能否分辨新旧文本（AUC）",
    "unknown": "陌生字对占比",
    "psi": "领域分布（PSI）",
    "confidence": "平均把握",
    "review": "需复核占比",
    "overruled": "被审核员改判占比",
}
LEVELS = {"ok": "正常", "warn": "注意", "alarm": "警报", "unknown": "数据不足"}
MEANING = {
    "auc": "0.5 为分辨不出；越近 1，近期文本的写法与训练语料差得越远。",
    "unknown": "相邻两字的组合中，模型没有见过的占多少；上升说明出现了新产品、新说法。",
    "psi": "各领域占比的变化；小于 0.1 为稳定，大于 0.25 为明显变化。超出偶然波动才算。",
    "confidence": "首选概率的平均值；下降说明模型越来越拿不准。",
    "review": "不能直接采用、要人看的占比；上升意味着工作量上升。",
    "overruled": "审核员的结论与模型首选（含可辩护者）不一致的占比。",
}
_MOST_CLASSES = 20
_NO_CHANGE = frozenset({"auc", "psi", "overruled"})
"""Signals that are no change of a figure, but a figure of a change."""
_NUMBERS = frozenset({"参照", "近期", "变化", "偶然波动", "注意 / 警报"})

_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: #1b1f24; max-width: 880px; margin: 0 auto; padding: 24px; }
h1 { font-size: 22px; } h2 { font-size: 17px; margin-top: 32px; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #d5dae1; padding: 5px 8px; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.ok { color: #1d6b3a; } .warn { color: #8a5300; font-weight: 600; }
.alarm { color: #b3261e; font-weight: 600; } .unknown, small { color: #5b6470; }
svg { max-width: 100%; height: auto; }
"""


def to_json(found: Drift, limits: Mapping[str, tuple[float, float]] | None = None) -> str:
    """Return signals, limits and what tells the sides apart; no text is in it."""
    out: dict[str, Any] = {
        "model": found.model,
        "level": found.level,
        "held_out_reference": found.held_out,
        "recent": len(found.recent.texts),
        "limits": {**LIMITS, **(limits or {})},
        "signals": [
            {
                "name": s.name,
                "scheme": s.scheme or None,
                "reference": _number(s.reference),
                "recent": _number(s.recent),
                "value": _number(s.value),
                "noise": _number(s.noise),
                "level": s.level,
            }
            for s in found.signals
        ],
        "telling": [[piece, round(weight, 4)] for piece, weight in found.telling],
    }
    return json.dumps(out, ensure_ascii=False, indent=1) + "\n"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def page(
    found: Drift,
    limits: Mapping[str, tuple[float, float]] | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """Return the report as one page: no script, no file beside it, no text of a firm in it.

    Parameters
    ----------
    limits
        As ``drift``.
    names
        Names of concepts by ``scheme:notation``.
    """
    limit = {**LIMITS, **(limits or {})}
    parts = [
        "<!doctype html>",
        '<html lang="zh-CN"><head><meta charset="utf-8"><title>漂移报告</title>',
        f"<style>{_STYLE}</style></head><body>",
        f'<h1>漂移报告：<span class="{found.level}">{LEVELS[found.level]}</span></h1>',
        _sides(found),
        _table(found.signals, limit),
        *_pictures(found, limit, names or {}),
        _telling(found.telling),
        "<h2>各项含义</h2><dl>",
        *(f"<dt>{escape(TITLES[n])}</dt><dd>{escape(words)}</dd>" for n, words in MEANING.items()),
        "</dl></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _sides(found: Drift) -> str:
    words = "参照是训练时的留出判定。"
    if not found.held_out:
        words = "参照由模型直接判定，可能含训练文本，因而偏乐观。"
    return (
        f"<p>模型 <code>{escape(found.model)}</code>，近期文本 {len(found.recent.texts)} 条，"
        f"参照文本 {len(found.reference.texts)} 条。{words}</p>"
    )


def _table(signals: Sequence[Signal], limit: Mapping[str, tuple[float, float]]) -> str:
    rows = []
    for s in signals:
        noise = "" if math.isnan(s.noise) else f"{s.noise:.3f}"
        before = "" if math.isnan(s.reference) else f"{s.reference:.3f}"
        warn, alarm = limit[s.name]
        change = "" if s.name in _NO_CHANGE else f"{s.recent - s.reference:+.3f}"
        rows.append(
            f"<tr><td>{escape(TITLES[s.name])}</td><td>{escape(s.scheme)}</td>"
            f'<td class="n">{before}</td><td class="n">{s.recent:.3f}</td>'
            f'<td class="n">{change}</td><td class="n">{noise}</td>'
            f'<td class="n">{warn:g} / {alarm:g}</td>'
            f'<td class="{s.level}">{LEVELS[s.level]}</td></tr>'
        )
    head = "".join(
        f'<th class="n">{h}</th>' if h in _NUMBERS else f"<th>{h}</th>"
        for h in ("项目", "分类", "参照", "近期", "变化", "偶然波动", "注意 / 警报", "结论")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _pictures(
    found: Drift, limit: Mapping[str, tuple[float, float]], words: Mapping[str, str]
) -> list[str]:
    stability = [(s.scheme, s.value) for s in found.signals if s.name == "psi"]
    if not stability:
        return []
    out = [
        "<h2>领域分布</h2>",
        plots.limits(stability, *limit["psi"], "各分类的 PSI（虚线注意，实线警报）"),
    ]
    for scheme in (name for name, _ in stability):
        sides = [_top(side.answers[scheme]) for side in (found.reference, found.recent)]
        names = sorted(
            set(sides[0]) | set(sides[1]), key=lambda n: -max(s.get(n, 0) for s in sides)
        )[:_MOST_CLASSES]
        shown = [{_named(words, scheme, n): side.get(n, 0.0) for n in names} for side in sides]
        out.append(plots.shares(shown[0], shown[1], f"{scheme} 各概念占比"))
    out.append("<h2>把握</h2>")
    out += [
        plots.densities(
            found.reference.probabilities[scheme], found.recent.probabilities[scheme], scheme
        )
        for scheme in (name for name, _ in stability)
    ]
    return out


def _named(words: Mapping[str, str], scheme: str, notation: str) -> str:
    if notation == NONE:
        return "不属于"
    return f"{notation} {words.get(f'{scheme}:{notation}', '')[:12]}".strip()


def _top(answers: Sequence[str]) -> dict[str, float]:
    return {notation: count / len(answers) for notation, count in Counter(answers).items()}


def _telling(pieces: Sequence[tuple[str, float]]) -> str:
    if not pieces:
        return ""
    recent = "、".join(escape(p) for p, w in pieces if w > 0) or "（无）"
    before = "、".join(escape(p) for p, w in pieces if w < 0) or "（无）"
    return f"<h2>凭什么分辨新旧</h2><p>近期更多：{recent}</p><p>参照更多：{before}</p>"
