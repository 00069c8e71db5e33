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
_PEERS = {
    "head": ("年度  与典型“小巨人”企业对照", "  beside the typical little giant"),
    "item": ("项目", "Figure"),
    "own": ("本企业", "This firm"),
    "typical": ("典型企业", "Typical"),
    "reach": ("对照", "Reached"),
    "met": ("达到", "yes"),
    "unmet": ("未达到", "no"),
    "unknown": ("缺数", "unknown"),
    "above": ("超过", "above "),
    "missing": ("缺少：", "missing: "),
    "and": ("、", ", "),
}


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
        sys.stdout.write("\n".join(_side_by_side(found[0], found[1], args.lang)) + "\n")
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


def _side_by_side(left: Evaluation, right: Evaluation, lang: str) -> list[str]:
    from classifier.cli.report import COLUMNS
    from classifier.cli.report_view import TIER_TITLES
    from classifier.evaluator.english import english, english_evaluation

    name, tier = left.inputs.profile.name or "", TIER_TITLES[left.tier]
    if lang == "en":
        tier = english(tier)
        left, right = english_evaluation(left), english_evaluation(right)
    head = f"{name}  {tier}  {left.on.isoformat()}".strip()
    out = [*fold_text(head, COLUMNS), *_pair(left.rule_set, right.rule_set), "─" * COLUMNS]
    out += _pair(_said(left, lang), _said(right, lang))
    ours, theirs = _items(left), _items(right)
    for part in dict.fromkeys([*ours, *theirs]):
        out.append("─" * COLUMNS)
        mine, other = ours.get(part, {}), theirs.get(part, {})
        for item in dict.fromkeys([*mine, *other]):
            out += _pair(mine.get(item, "—"), other.get(item, "—"))
    return out


def _said(one: Evaluation, lang: str) -> str:
    from classifier.cli.report import word

    score = "" if one.score is None else f"  {word('score', lang)} {one.score}"
    return f"{word(one.decision, lang)}{score}"


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


def _add_rows(rows: dict[str, str], part: Step, prefix: str, depth: int = 0) -> None:
    """Add the conditions and indicators of a part, each under its id."""
    from classifier.cli.report_view import MARKS

    for step in part.children:
        key = f"{prefix}{step.kind} {step.id}"
        within = depth
        if step.kind in {"gate", "condition", "direct"}:
            rows.setdefault(key, f"{'  ' * depth}{MARKS[step.verdict]} {step.title}")
            within += 1
        elif step.kind == "indicator":
            rows[key] = f"{step.title} {step.points}/{step.maximum}"
        _add_rows(rows, step, prefix, within)


def _pair(left: str, right: str) -> list[str]:
    one, two = (_cell(text) for text in (left, right))
    return [f"{pad(a, _COLUMN)}  {b}".rstrip() for a, b in zip_longest(one, two, fillvalue="")]


def _cell(text: str) -> list[str]:
    bare = text.lstrip(" ")
    indent = text[: len(text) - len(bare)]
    return fold_text(bare, _COLUMN, indent, indent + "  ")


def run_peers(args: argparse.Namespace) -> int:
    """Show a firm beside the typical little giant."""
    from classifier.cli.report import COLUMNS
    from classifier.cli.report_view import CONFIDENCES
    from classifier.evaluator.english import english
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
    at = int(args.lang == "en")
    words = {key: pair[at] for key, pair in _PEERS.items()}

    def named(text: str) -> str:
        return english(text) if at else text

    lines = [
        *fold_text(f"{profile.name or ''}  {on.year - 1}{words['head']}".strip(), COLUMNS),
        "─" * COLUMNS,
        pad(words["item"], 28) + pad(words["own"], 20) + pad(words["typical"], 20) + words["reach"],
    ]
    for one in found:
        figure = one.figure
        sign = words["above"] if figure.above else ""
        unit = figure.unit if one.amount.exact else ""
        typical = f"{sign}{named(f'{figure.typical}{figure.unit}')}"
        own = named("未知" if one.verdict == "unknown" else f"{one.amount}{unit}")
        verdict = words.get(one.verdict, "")
        lines.append(pad(named(figure.title), 28) + pad(own, 20) + pad(typical, 20) + verdict)
        if one.missing:
            titles = words["and"].join(named(fact_title(path)) for path in one.missing)
            lines += fold_text(f"{words['missing']}{titles}", COLUMNS, "    ")
    lines += ["─" * COLUMNS, *fold_text(f"〔{level}〕{peers.source}。{peers.note}", COLUMNS)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
