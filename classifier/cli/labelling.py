"""``keyfield labels check | import | suspects``."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.training import add_extra, extra_of
from classifier.cli.wording import clip, pad

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from classifier.errors import Problem
    from classifier.training.settle import Conflict
    from classifier.training.train import Sources

_SHOWN = 20
_SUSPECTS = ("id", "text", "scheme", "given", "suggested", "probability", "quality", "issue",
             "file", "line")  # fmt: skip


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    top = commands.add_parser("labels", help="检查、导入标注文件，找出可能标错的")
    sub = top.add_subparsers(dest="action", required=True, metavar="动作")
    check = sub.add_parser("check", help="检查标注文件：坏行、冲突、重复、矛盾")
    check.set_defaults(run=run_check)
    intake = sub.add_parser("import", help="合成一份带来源的标注集（TSV 或 CSV）")
    intake.add_argument("--output", type=Path, required=True, help="写出的标注集")
    intake.set_defaults(run=run_import)
    doubtful = sub.add_parser("suspects", help="按留出概率排出可能标错的（cleanlab）")
    doubtful.add_argument("--output", type=Path, help="清单（CSV 或 TSV）")
    doubtful.add_argument("--corpus", action="store_true", help="也检查随程序附带的语料")
    doubtful.add_argument("--count", type=int, default=_SHOWN, help="屏幕上列出多少条")
    doubtful.add_argument("--jobs", type=int, help="并行进程数，默认全部核心")
    doubtful.set_defaults(run=run_suspects)
    for parser in (check, intake, doubtful):
        parser.add_argument("files", type=Path, nargs="*", help="标注文件（CSV、TSV、XLSX）")
        parser.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
        parser.add_argument("--benchmark", type=Path, help="评测文件，标注不得与之重复")
        add_extra(parser)


def _sources(args: argparse.Namespace) -> Sources:
    from classifier.home import taxonomy_dir
    from classifier.training.train import read_sources

    args.labels = [*args.files, *args.labels]
    return read_sources(args.taxonomy or taxonomy_dir(), extra_of(args))


def _checked(args: argparse.Namespace, sources: Sources) -> list[Problem]:
    """Return bad rows, contradictions and repetitions of the benchmark among the labels."""
    from classifier.training.audit import contradictions, duplicates, read_benchmark

    labelled = [sources.examples[i] for i in sorted(sources.settled.labelled)]
    problems = [*sources.given.problems, *contradictions(labelled, sources.ground.taxonomy)]
    if args.benchmark:
        rows = [row.example() for row in sources.given.rows]
        found = duplicates(rows, read_benchmark(args.benchmark))
        problems += [p for p in found if "benchmark row" in p.message]
    return problems


def run_check(args: argparse.Namespace) -> int:
    """Check label files; exit code 3 where there is a problem or a conflict."""
    from classifier.cli import BAD_ROWS, DONE

    sources = _sources(args)
    problems = _checked(args, sources)
    _print_counts(sources)
    write_conflicts(sources.settled.conflicts)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    bad = len(problems) + len(sources.settled.conflicts)
    sys.stdout.write(
        f"问题 {len(problems)}  冲突 {len(sources.settled.conflicts)}\n" if bad else "通过\n"
    )
    return BAD_ROWS if bad else DONE


def _print_counts(sources: Sources) -> None:
    settled, given = sources.settled, sources.given
    for file in given.files:
        ignored = f"  未用的列 {'、'.join(file.ignored)}" if file.ignored else ""
        sys.stdout.write(f"{file.name}：{file.rows} 行，坏行 {file.bad}{ignored}\n")
    sys.stdout.write(
        f"新文本 {settled.added}  与语料相同 {settled.merged}  重复 {settled.folded}\n"
    )
    for scheme in sources.ground.taxonomy.schemes:
        counts = Counter(row.labels[scheme].primary for row in given.rows if scheme in row.labels)
        if counts:
            cells = " ".join(f"{n}:{c}" for n, c in sorted(counts.items()))
            sys.stdout.write(f"{pad(scheme, 12)}{cells}\n")
    for name, words in (("who", "标注人"), ("guide", "指南")):
        found = Counter(getattr(row.source, name) or "未注明" for row in given.rows)
        cells = "  ".join(f"{n} {c}" for n, c in sorted(found.items()))
        sys.stdout.write(f"{words}：{cells}\n")


def write_conflicts(conflicts: Sequence[Conflict]) -> None:
    """Print conflicts, the sides one below the other."""
    names = {"reviewers": "标注人之间", "corpus": "与语料"}
    for conflict in conflicts[:_SHOWN]:
        mild = "，互相认可" if conflict.defensible else ""
        alone = len({side.who for side in conflict.sides}) == 1
        between = "同一标注人前后" if alone else names[conflict.between]
        sys.stdout.write(
            f"冲突（{between}{mild}）{conflict.scheme}："
            f"{clip(conflict.text, 50)} → {conflict.outcome}\n"
        )
        for side in conflict.sides:
            sys.stdout.write(f"    {pad(side.cell, 16)} {side.who} {side.where}\n")
    if len(conflicts) > _SHOWN:
        sys.stdout.write(f"……还有 {len(conflicts) - _SHOWN} 处冲突\n")


def run_import(args: argparse.Namespace) -> int:
    """Write one label set with provenance, and beside it what was left out and why."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.training.sheets import write_sheet

    sources = _sources(args)
    problems = _checked(args, sources)
    schemes = tuple(sources.ground.taxonomy.schemes)
    header = ("id", "text", *schemes, "kind", "group", "who", "when", "guide", "source")
    rows = (
        (
            row.id, row.text, *(str(row.labels.get(s, "")) for s in schemes), row.kind,
            row.group, row.source.who, row.source.when, row.source.guide,
            f"{row.file}:{row.line}",
        )
        for row in sources.given.rows
    )  # fmt: skip
    write_sheet(args.output, header, rows)
    _write_beside(args.output, problems, sources.settled.conflicts)
    _print_counts(sources)
    sys.stderr.write(f"{len(sources.given.rows)} 行 → {args.output}\n")
    return BAD_ROWS if problems or sources.settled.conflicts else DONE


def _write_beside(path: Path, problems: Sequence[Problem], conflicts: Sequence[Conflict]) -> None:
    from classifier.training.sheets import write_sheet

    if problems:
        bad = path.with_name(f"{path.stem}.bad.csv")
        rows = [(p.file, p.line, p.field, p.message) for p in problems]
        write_sheet(bad, ("file", "line", "field", "problem"), rows)
        sys.stderr.write(f"问题 {len(problems)} → {bad}\n")
    if conflicts:
        beside = path.with_name(f"{path.stem}.conflicts.csv")
        sides = [
            (n, c.scheme, c.text, c.between, side.cell, side.who, side.where, c.outcome)
            for n, c in enumerate(conflicts, 1)
            for side in c.sides
        ]
        header = ("conflict", "scheme", "text", "between", "cell", "who", "where", "outcome")
        write_sheet(beside, header, sides)
        sys.stderr.write(f"冲突 {len(conflicts)} → {beside}\n")


def run_suspects(args: argparse.Namespace) -> int:
    """Hold out every family, and list the labels that the others make improbable."""
    from classifier.cli.progress import Steps
    from classifier.training.sheets import write_sheet
    from classifier.training.suspects import suspects
    from classifier.training.train import held_out

    gc.enable()
    sources = _sources(args)
    assessment = held_out(sources, extra_of(args), jobs=args.jobs, progress=Steps())
    only = None if args.corpus else sources.settled.labelled
    found = suspects(sources.examples, assessment, only)
    rows = []
    for s in found:
        example = sources.examples[s.row]
        rows.append(
            (example.id, example.text, s.scheme, s.given, s.suggested, s.probability, s.quality,
             "yes" if s.issue else "", example.file, example.line)
        )  # fmt: skip
    if args.output:
        write_sheet(args.output, _SUSPECTS, rows)
        sys.stderr.write(f"{len(rows)} 条 → {args.output}\n")
    issues = sum(s.issue for s in found)
    sys.stdout.write(f"可疑 {len(found)} 条，其中很可能标错 {issues} 条\n")
    for _, text, scheme, given, suggested, probability, quality, issue, file, line in rows[
        : args.count
    ]:
        mark = "!" if issue else " "
        sys.stdout.write(
            f"{mark} {pad(scheme, 11)}{pad(given, 14)}→ {pad(suggested, 7)}{probability:.2f} "
            f"质量 {quality:.2f}  {clip(str(text), 44)}  {file}:{line}\n"
        )
    return 0
