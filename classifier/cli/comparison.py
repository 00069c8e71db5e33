"""Two models side by side, for a terminal and as plain data."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from classifier.cli.wording import clip, pad

if TYPE_CHECKING:
    from classifier.training.compare import Comparison, SchemeComparison

_SHOWN = 12
_PLACES = {"folds": "留出折", "benchmark": "评测文件"}
_TITLES = {
    "strict": "首选一致",
    "fair": "可辩护",
    "recall": "各概念平均",
    "false_positive": "误报",
    "auto": "可直接采用",
    "auto_ok": "采用者中对的",
}


def print_comparison(found: Comparison, first: str, second: str) -> None:
    """Print figures with intervals, McNemar's test, golden cases and changed texts."""
    sys.stdout.write(f"甲 {first} {found.first}    乙 {second} {found.second}\n")
    for names, words in ((found.only_first, "只有甲有"), (found.only_second, "只有乙有")):
        if names:
            sys.stdout.write(f"{words}的分类：{'、'.join(names)}\n")
    if not found.folds:
        sys.stdout.write("至少一个模型没有留出记录，不能在同样的留出折上比较\n")
    if found.relabelled:
        sys.stdout.write(f"两个模型训练时标注不同的文本 {found.relabelled} 条，以乙的标注为准\n")
    for scheme in found.schemes:
        _print_scheme(scheme)
    right = sum(c.second_right for c in found.golden)
    sys.stdout.write(
        f"典型案例：乙 {right}/{len(found.golden)} 对，"
        f"甲 {sum(c.first_right for c in found.golden)}/{len(found.golden)} 对\n"
    )
    for case in [c for c in found.golden if not c.second_right][:_SHOWN]:
        sys.stdout.write(
            f"  × {case.id} {case.scheme} 甲 {case.first or '–'} 乙 {case.second} "
            f"应为 {'、'.join(case.expected)}  {clip(case.text, 40)}\n"
        )
    gained = sum(c.gain > 0 for c in found.changed)
    lost = sum(c.gain < 0 for c in found.changed)
    sys.stdout.write(f"判定有变 {len(found.changed)}：变对 {gained}，变错 {lost}\n")
    ranked = sorted(found.changed, key=lambda c: c.gain)
    for change in ranked[:_SHOWN]:
        mark = {1: "+", -1: "−", 0: " "}[change.gain]
        sys.stdout.write(
            f"  {mark} {pad(change.scheme, 11)}{change.first} → {change.second}"
            f"（标注 {change.truth}） {clip(change.text or change.id, 40)}\n"
        )
    if len(ranked) > _SHOWN:
        sys.stdout.write("  ……其余见 --changed 文件\n")


def _print_scheme(scheme: SchemeComparison) -> None:
    verdict = "显著变差" if scheme.worse else "显著变好" if scheme.better else "差别在误差之内"
    sys.stdout.write(
        f"{scheme.scheme}（{_PLACES[scheme.on]}，{scheme.texts} 条）：{verdict}，"
        f"只有甲对 {scheme.only_first}，只有乙对 {scheme.only_second}，p = {scheme.p:.3f}\n"
    )
    for name, measure in scheme.measures.items():
        gap = measure.difference
        if math.isnan(gap.value):
            continue
        sys.stdout.write(
            f"  {pad(_TITLES[name], 14)}甲 {measure.first.value:.3f} "
            f"[{measure.first.low:.3f}, {measure.first.high:.3f}]  乙 {measure.second.value:.3f} "
            f"[{measure.second.low:.3f}, {measure.second.high:.3f}]  "
            f"差 {gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]\n"
        )


def changed_rows(found: Comparison) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return header and rows of every text whose decision changed."""
    header = ("on", "id", "key", "text", "scheme", "truth", "first", "second", "gain")
    return header, [tuple(getattr(c, name) for name in header) for c in found.changed]


def to_json(found: Comparison) -> str:
    """Return the comparison as JSON; what does not count is null."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        if isinstance(value, float):
            return None if math.isnan(value) else round(value, 6)
        return value

    whole = asdict(found)
    for entry, scheme in zip(whole["schemes"], found.schemes, strict=True):
        entry["worse"], entry["better"] = scheme.worse, scheme.better
    return json.dumps(plain(whole), ensure_ascii=False, indent=1) + "\n"
