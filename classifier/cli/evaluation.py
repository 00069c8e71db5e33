"""``keyfield evaluate`` and ``gap``: one firm as a report, many as a workbook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from classifier.cli.case import (
    WORKBOOK,
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
    save,
    terms,
    to_json,
)
from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse

    from classifier.cli.case import Case, Terms
    from classifier.evaluator.clauses import TierId
    from classifier.evaluator.gaps import Gap
    from classifier.evaluator.profile import Profile
    from classifier.evaluator.record import Evaluation
    from classifier.evaluator.workbook_reading import FirmsRead


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    evaluate = commands.add_parser(
        "evaluate",
        help="按梯度培育规则评价企业",
        description="评价一家企业（终端报告、HTML、JSON），或一个文件夹、一本多家企业的"
        "工作簿（结果工作簿：结论、差距、问题行）。",
    )
    add_profile(evaluate, "企业信息：YAML、JSON、XLSX，或它们的文件夹")
    add_tier(evaluate, required=False)
    evaluate.add_argument("--all-tiers", action="store_true", help="四个层级逐一评价")
    evaluate.add_argument("--rules", help="指定规则集，不按日期选，如 miit-2022-63")
    add_terms(evaluate)
    add_domain(evaluate)
    evaluate.add_argument("--json", action="store_true", help="打印JSON决定记录")
    evaluate.add_argument("--html", type=Path, metavar="OUT", help="另写可打印的HTML报告")
    evaluate.add_argument("--output", type=Path, metavar="OUT", help="多家企业的结果工作簿")
    add_language(evaluate)
    evaluate.set_defaults(run=run_evaluate)

    gap = commands.add_parser("gap", help="本层级和上一层级还差什么、差多少")
    add_profile(gap)
    add_tier(gap)
    gap.add_argument("--rules", help="指定规则集，不按日期选")
    add_terms(gap)
    add_domain(gap)
    gap.add_argument("--json", action="store_true", help="打印JSON")
    add_language(gap)
    gap.set_defaults(run=run_gap)


def run_evaluate(args: argparse.Namespace) -> int:
    """Evaluate one firm or many."""
    if not args.tier and not args.all_tiers:
        raise InputError([Problem("-", 0, "--tier", "请用 --tier 选一个层级，或用 --all-tiers")])
    tiers = _tiers(args)
    given = terms(args)
    path: Path = args.profile
    profile: Profile
    if path.is_dir():
        return _many(args, tiers, given)
    if path.suffix.lower() == WORKBOOK:
        from classifier.evaluator.workbook_reading import read_workbook

        read = read_workbook(path)
        if len(read.firms) != 1 or read.problems or args.output is not None:
            return _many(args, tiers, given, read)
        profile = read.firms[0].profile
    else:
        profile = load_one(path)
    return _one(profile, tiers, given, args)


def _tiers(args: argparse.Namespace) -> tuple[TierId, ...]:
    from classifier.evaluator.clauses import LADDER

    return LADDER if args.all_tiers else (cast("TierId", args.tier),)


def _many(
    args: argparse.Namespace,
    tiers: tuple[TierId, ...],
    given: Terms,
    read: FirmsRead | None = None,
) -> int:
    from classifier.cli.evaluate_many import evaluate_many

    for name in ("json", "html", "text", "set"):
        if getattr(args, name):
            words = "只用于一家企业；多家企业写结果工作簿"
            raise InputError([Problem(str(args.profile), 0, f"--{name}", words)])
    return evaluate_many(args, tiers, given, read)


def _one(
    profile: Profile, tiers: tuple[TierId, ...], given: Terms, args: argparse.Namespace
) -> int:
    from classifier.cli import report

    (case,) = cases([changed(profile, args)], args, args.text)
    asked = [question(case, tier, given) for tier in tiers]
    found = [evaluation(q, given) for q in asked]
    gaps = [_gaps(q) for q in asked]
    if args.json:
        records = [e.to_json() for e in found]
        sys.stdout.write(to_json(records if args.all_tiers else records[0]))
    else:
        if args.set:
            report.write(_what_if(profile, case, found, given, args))
        for at, (one, missing) in enumerate(zip(found, gaps, strict=True)):
            report.write([*([""] if at else []), *report.report(one, missing, args.lang)])
    if args.html is not None:
        from classifier.cli.report_html import page

        save(args.html, page(list(zip(found, gaps, strict=True))).encode())
    return 0


def _gaps(asked: Any) -> tuple[Gap, ...]:
    from classifier.evaluator.gaps import find_gaps

    return find_gaps(asked)


def _what_if(
    profile: Profile,
    case: Case,
    found: list[Evaluation],
    given: Terms,
    args: argparse.Namespace,
) -> list[str]:
    """Return what the changes of ``--set`` moved; the domain stays as it was found."""
    from dataclasses import replace

    from classifier.cli.report import changes

    before = replace(case, profile=profile)
    said = [f"{name}={value}" for name, value in args.set]
    pairs = [(evaluation(question(before, after.tier, given), given), after) for after in found]
    return changes(pairs, said, args.lang)


def run_gap(args: argparse.Namespace) -> int:
    """Show what is missing for a tier and for the next one."""
    from classifier.cli import report
    from classifier.evaluator.gaps import next_tier

    given = terms(args)
    (case,) = cases([changed(load_one(args.profile), args)], args, args.text)
    tier = cast("TierId", args.tier)
    above = next_tier(tier)
    tiers = (tier,) if above is None else (tier, above)
    out: dict[str, Any] = {}
    for at, one in enumerate(tiers):
        # A rule set named for this tier need not know the next one.
        terms_here = given if at == 0 or _knows(given, one) else _by_date(given)
        asked = question(case, one, terms_here)
        found = evaluation(asked, terms_here)
        gaps = _gaps(asked)
        if args.json:
            out[one] = {
                "rule_set": found.rule_set,
                "decision": found.decision,
                "score": None if found.score is None else [found.score.low, found.score.high],
                "gaps": [gap.to_json() for gap in gaps],
            }
        else:
            lines = [*report.head(found, args.lang), *report.gap_lines(gaps, args.lang)]
            report.write([*([""] if at else []), *lines])
    if args.json:
        sys.stdout.write(to_json(out))
    return 0


def _knows(given: Terms, tier: TierId) -> bool:
    found = given.rulebook.rule_sets.get(given.rules or "")
    return found is not None and tier in found.tiers


def _by_date(given: Terms) -> Terms:
    from dataclasses import replace

    return replace(given, rules=None)
