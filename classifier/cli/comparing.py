"""``keyfield compare-rules`` and ``peers``: one firm beside another standard, or its peers."""

from __future__ import annotations

import sys
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast

from classifier.cli.case import (
    add_domain,
    add_language,
    add_profile,
    add_terms,
    add_tier,
    cases,
    changed,
    evaluation,
    load_one,
    question,
    terms,
    to_json,
    today,
)
from classifier.cli.folding import fold_text
from classifier.cli.wording import pad
from classifier.errors import SelectionError

if TYPE_CHECKING:
    import argparse

    from classifier.cli.case import Terms
    from classifier.evaluator.clauses import TierId
    from classifier.evaluator.record import Evaluation
    from classifier.evaluator.trace import Step

_COLUMN = 39


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    compare = commands.add_parser("compare-rules", help="同一家企业按两套规则对照")
    add_profile(compare)
    add_tier(compare)
    compare.add_argument("--rules", action="append", help="规则集，写两次；默认先后适用的最近两套")
    add_terms(compare)
    add_domain(compare)
    compare.add_argument("--json", action="store_true", help="打印JSON")
    add_language(compare)
    compare.set_defaults(run=run_compare)

    peers = commands.add_parser("peers", help="与典型“小巨人”企业的数字对照（未经证实）")
    add_profile(peers)
    peers.add_argument("--on", **_on(), help="评价日，默认今天；用其上一年度的数字")
    peers.add_argument("--json", action="store_true", help="打印JSON")
    add_language(peers)
    peers.set_defaults(run=run_peers)


def _on() -> dict[str, Any]:
    from classifier.cli.case import day

    return {"type": day, "metavar": "日期"}


def run_compare(args: argparse.Namespace) -> int:
    """Evaluate one firm by two rule sets and show them side by side."""
    from dataclasses import replace

    tier = cast("TierId", args.tier)
    names: list[str] = args.rules or []
    args.rules = None
    given = terms(args)
    sets = _two(given, tier, names)
    (case,) = cases([changed(load_one(args.profile), args)], args, args.text)
    found = []
    for name in sets:
        here = replace(given, rules=name)
        found.append(evaluation(question(case, tier, here), here))
    if args.json:
        sys.stdout.write(to_json({one.rule_set: one.to_json() for one in found}))
    else:
        sys.stdout.write("\n".join(_side_by_side(found[0], found[1])) + "\n")
    return 0


def _two(given: Terms, tier: TierId, names: list[str]) -> tuple[str, str]:
    known = [n for n, one in given.rulebook.rule_sets.items() if tier in one.tiers]
    # By default the one in force last and the one before it; provinces' own only by name.
    rows = sorted(given.rulebook.selection, key=lambda row: row.source.start)
    dated = dict.fromkeys(row.rule_set for row in rows if row.tier == tier)
    chosen = names or list(dated)[-2:]
    if len(chosen) != 2:  # noqa: PLR2004
        words = (
            f"要两套规则才能对照，{tier} 有：{'、'.join(known)}；给了：{'、'.join(names) or '无'}"
        )
        raise SelectionError(words)
    return chosen[0], chosen[1]


def _side_by_side(left: Evaluation, right: Evaluation) -> list[str]:
    from classifier.cli.report import COLUMNS
    from classifier.cli.report_view import TIER_TITLES

    name = left.inputs.profile.name or ""
    head = f"{name}  {TIER_TITLES[left.tier]}  {left.on.isoformat()}".strip()
    out = [*fold_text(head, COLUMNS), *_pair(left.rule_set, right.rule_set), "─" * COLUMNS]
    out += _pair(_said(left), _said(right))
    ours, theirs = _items(left), _items(right)
    for part in dict.fromkeys([*ours, *theirs]):
        out.append("─" * COLUMNS)
        mine, other = ours.get(part, {}), theirs.get(part, {})
        for item in dict.fromkeys([*mine, *other]):
            out += _pair(mine.get(item, "—"), other.get(item, "—"))
    return out


def _said(one: Evaluation) -> str:
    from classifier.evaluator.record import DECISION_TITLES

    score = "" if one.score is None else f"  得分 {one.score}"
    return f"{DECISION_TITLES[one.decision]}{score}"


def _items(one: Evaluation) -> dict[str, dict[str, str]]:
    """Return what each rule set asks, by part and id, with its verdict."""
    from classifier.cli.report_view import MARKS

    out: dict[str, dict[str, str]] = {}
    for part in one.trace.children:
        rows = out[part.id] = {}
        ways = [step for step in part.children if step.kind == "route"]
        for way in ways:
            rows[way.id] = f"{MARKS[way.verdict]} {way.title}"
            _add_rows(rows, way, f"{way.id} ")
        if not ways:
            _add_rows(rows, part, "")
    return out


def _add_rows(rows: dict[str, str], part: Step, prefix: str) -> None:
    """Add the conditions and indicators of a part, each under its id."""
    from classifier.cli.report_view import MARKS

    for step in part.walk():
        key = f"{prefix}{step.kind} {step.id}"
        if step.kind in {"gate", "condition", "direct"}:
            rows.setdefault(key, f"{MARKS[step.verdict]} {step.title}")
        elif step.kind == "indicator":
            rows[key] = f"{step.title} {step.points}/{step.maximum}"


def _pair(left: str, right: str) -> list[str]:
    one, two = fold_text(left, _COLUMN, "", "  "), fold_text(right, _COLUMN, "", "  ")
    return [f"{pad(a, _COLUMN)}  {b}".rstrip() for a, b in zip_longest(one, two, fillvalue="")]


def run_peers(args: argparse.Namespace) -> int:
    """Show a firm beside the typical little giant."""
    from classifier.cli.report import COLUMNS
    from classifier.cli.report_view import CONFIDENCES
    from classifier.evaluator.facts import fact_title
    from classifier.evaluator.peers import compare_peers, shipped_peers

    on = today(args)
    profile = changed(load_one(args.profile), args)
    found = compare_peers(profile, on=on)
    peers = shipped_peers()
    level = CONFIDENCES[peers.confidence]
    if args.json:
        record = {
            "year": on.year - 1,
            "source": peers.source,
            "confidence": peers.confidence,
            "figures": [one.to_json() for one in found],
        }
        sys.stdout.write(to_json(record))
        return 0
    words = {"met": "达到", "unmet": "未达到", "unknown": "缺数"}
    lines = [
        *fold_text(
            f"{profile.name or ''}  {on.year - 1}年度  与典型“小巨人”企业对照".strip(), COLUMNS
        ),
        "─" * COLUMNS,
        pad("项目", 28) + pad("本企业", 20) + pad("典型企业", 20) + "对照",
    ]
    for one in found:
        figure = one.figure
        sign = "超过" if figure.above else ""
        unit = figure.unit if one.amount.exact else ""
        typical = f"{sign}{figure.typical}{figure.unit}"
        own = "未知" if one.verdict == "unknown" else f"{one.amount}{unit}"
        verdict = words.get(one.verdict, "")
        lines.append(pad(figure.title, 28) + pad(own, 20) + pad(typical, 20) + verdict)
        if one.missing:
            titles = "、".join(fact_title(path) for path in one.missing)
            lines += fold_text(f"缺少：{titles}", COLUMNS, "    ")
    lines += ["─" * COLUMNS, *fold_text(f"〔{level}〕{peers.source}。{peers.note}", COLUMNS)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
