"""``keyfield lifecycle``, ``calendar`` and ``incentives``: what comes with a title, and when."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from classifier.cli.case import (
    add_language,
    add_profile,
    add_tier,
    changed,
    day,
    load_one,
    pair,
    save,
    to_json,
    today,
)
from classifier.cli.folding import fold_text
from classifier.cli.wording import pad
from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    from classifier.evaluator.clauses import TierId
    from classifier.evaluator.incentives import Incentives, Offer
    from classifier.evaluator.lifecycle import Event


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    cycle = commands.add_parser("lifecycle", help="程序、有效期、复核、更新、报告、取消和禁期")
    add_tier(cycle)
    _on(cycle, "按这一天适用的规定，默认今天")
    cycle.add_argument("--province", help="另列这个省的规定")
    cycle.add_argument("--json", action="store_true", help="打印JSON")
    add_language(cycle)
    cycle.set_defaults(run=run_lifecycle)

    calendar = commands.add_parser("calendar", help="一家企业今后的各个截止日，可存为.ics")
    add_profile(calendar)
    _on(calendar, "从这一天起，默认今天")
    calendar.add_argument(
        "--change", type=pair, action="append", metavar="日期=事由", help="已发生的重大变化"
    )
    calendar.add_argument("--ics", type=Path, metavar="OUT.ics", help="另写日历文件（RFC 5545）")
    calendar.add_argument("--json", action="store_true", help="打印JSON")
    add_language(calendar)
    calendar.set_defaults(run=run_calendar)

    ladder = commands.add_parser("ladder", help="梯度培育的目标和批次数字（未经证实）")
    ladder.add_argument("--json", action="store_true", help="打印JSON")
    ladder.set_defaults(run=run_ladder)

    incentives = commands.add_parser("incentives", help="地区奖励：金额、文号、能否叠加")
    incentives.add_argument("--region", required=True, help="地区全称，如昆山市；全国只看国家层面")
    add_tier(incentives)
    _on(incentives, "按这一天适用的文件，默认今天")
    incentives.add_argument("--file", type=Path, help="另读一张地区奖励表（YAML）")
    incentives.add_argument("--json", action="store_true", help="打印JSON")
    add_language(incentives)
    incentives.set_defaults(run=run_incentives)


def _on(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--on", type=day, metavar="日期", help=words)


def run_ladder(args: argparse.Namespace) -> int:
    """Show targets and batches with their sources."""
    from dataclasses import asdict

    from classifier.evaluator.ladder import load_ladder
    from classifier.evaluator.trace import CONFIDENCE_TITLES

    ladder = load_ladder()
    if args.json:
        sys.stdout.write(to_json(asdict(ladder)) + "\n")
        return 0
    for found in ladder.statistics:
        level = CONFIDENCE_TITLES[found.confidence]
        sys.stdout.write(f"{pad(found.title, 50)}{found.figure:>9,} {found.unit} 〔{level}〕\n")
    sys.stdout.write("\n".join(fold_text(ladder.note, 80)) + "\n")
    return 0


def run_lifecycle(args: argparse.Namespace) -> int:
    """List what applies to a tier on a day."""
    from classifier.cli.report import COLUMNS, bullets, write
    from classifier.cli.report_view import CONFIDENCES, TIER_TITLES
    from classifier.evaluator.lifecycle import KINDS, shipped_life_cycle

    on, tier = today(args), cast("TierId", args.tier)
    cycle = shipped_life_cycle()
    entries = cycle.of(tier, on, args.province)
    if args.json:
        rows = [
            {
                "kind": e.kind,
                "who": e.who,
                "text": e.text,
                "province": e.province,
                "window": e.window,
                "clause": f"{e.source.document} {e.source.clause}",
                "confidence": e.source.confidence,
                "in_force": e.source.period,
            }
            for e in entries
        ]
        sys.stdout.write(to_json(rows))
        return 0
    lines = [f"{TIER_TITLES[tier]}  {on.isoformat()}", "─" * COLUMNS]
    last = ""
    for entry in entries:
        if entry.kind != last:
            lines.append(KINDS[entry.kind])
            last = entry.kind
        who = f"{entry.who}：" if entry.who else ""
        who = f"{entry.window}，{who}" if entry.window else who
        source = f"（{entry.source.document}，{CONFIDENCES[entry.source.confidence]}）"
        lines += bullets([f"{who}{entry.text}{source}"])
    if not entries:
        lines.append("没有查到这一天适用的规定")
    lines += ["─" * COLUMNS, *fold_text(cycle.note, COLUMNS)]
    write(lines)
    return 0


def run_calendar(args: argparse.Namespace) -> int:
    """List a firm's deadlines, and write them as a calendar file."""
    from classifier.evaluator.calendar_file import icalendar
    from classifier.evaluator.lifecycle import calendar_of

    on = today(args)
    profile = changed(load_one(args.profile), args)
    events = calendar_of(profile, on=on, changes=_changes(args))
    if args.json:
        sys.stdout.write(to_json([event.to_json() for event in events]))
    else:
        _print_events(profile.name or "", events, on, titles_known=profile.titles is not None)
    if args.ics is not None:
        save(args.ics, icalendar(events, profile.name or "", on).encode())
    return 0


def _changes(args: argparse.Namespace) -> dict[date, str]:
    from argparse import ArgumentTypeError

    out: dict[date, str] = {}
    for when, what in args.change or ():
        try:
            at = day(when)
        except ArgumentTypeError as error:
            raise InputError([Problem("-", 0, "--change", str(error))]) from None
        out[at] = f"{out[at]}、{what}" if at in out else what
    return out


def _print_events(name: str, events: Sequence[Event], on: date, *, titles_known: bool) -> None:
    from classifier.cli.report import COLUMNS, write
    from classifier.cli.report_view import CONFIDENCES

    lines = [*fold_text(f"{name}  {on.isoformat()}起".strip(), COLUMNS), "─" * COLUMNS]
    if not titles_known:
        lines.append("没有填已获称号，只列申报窗口")
    for event in events:
        lines.append(f"{event.day.isoformat()}  {event.title}")
        source = f"（{event.clause}，{CONFIDENCES[event.confidence]}）"
        lines += fold_text(f"{event.text}{source}", COLUMNS, " " * 12)
    if not events:
        lines.append("没有查到今后的截止日")
    write(lines)


def run_incentives(args: argparse.Namespace) -> int:
    """List what is promised to a tier in a region, and say what is not known."""
    from classifier.evaluator.data_files import DATA
    from classifier.evaluator.incentives import load_incentives, offer, shipped_incentives

    known = shipped_incentives()
    if args.file is not None:
        known = load_incentives(DATA / "incentives.yaml", args.file)
    on, tier = today(args), cast("TierId", args.tier)
    found = offer(known, args.region, tier, on)
    if args.json:
        sys.stdout.write(to_json(found.to_json() | {"note": _note(known, found)}))
    else:
        _print_offer(args.region, tier, on, known, found)
    return 0


def _note(known: Incentives, found: Offer) -> str:
    if found.has_own_table:
        return ""
    place = "、".join(name for name in found.regions if name != "全国")
    said = f"没有{place}的奖励表。" if place else ""
    return f"{said}{known.note}增加办法见 incentives.yaml 开头，或用 --file。"


def _print_offer(region: str, tier: TierId, on: date, known: Incentives, found: Offer) -> None:
    from classifier.cli.report import COLUMNS, bullets, write
    from classifier.cli.report_view import CONFIDENCES, TIER_TITLES
    from classifier.evaluator.incentives import COMBINE

    lines = [f"{region}  {TIER_TITLES[tier]}  {on.isoformat()}", "─" * COLUMNS]
    for entry in found.entries:
        live = entry.source.covers(on) and not entry.closed
        state = COMBINE[entry.combine] if live else "已截止或不在有效期"
        lines.append(pad(f"{entry.region}  {entry.amount}万元", 30) + state)
        condition = f"；前提：{entry.condition}" if entry.condition else ""
        level = CONFIDENCES[entry.source.confidence]
        document = f"{entry.source.document}，{entry.source.period}，{level}"
        lines += bullets([f"{entry.title}{condition}（{document}）"])
    if not found.entries:
        lines.append("没有查到这一层级的奖励")
    if found.has_own_table or found.payable:
        lines.append(f"可得合计 {found.total} 万元（就高的各组只取一项）")
        lines += [f"  另有{len(found.open_questions)}项未说明能否叠加，未计入"] * bool(
            found.open_questions
        )
    note = _note(known, found)
    if note:
        lines += ["─" * COLUMNS, *fold_text(note, COLUMNS)]
    write(lines)
