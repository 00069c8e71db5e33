"""``keyfield classify`` and ``explain``."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.show import print_answer, print_evidence
from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from classifier.domains.classifier import Classifier


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    classify = commands.add_parser(
        "classify",
        help="判定产品描述属于哪些重点领域",
        description="判定一条描述（参数或标准输入，一行一条），或用 --input 判定整个文件。",
    )
    classify.add_argument("text", nargs="?", help="产品描述；不写则从标准输入逐行读取")
    classify.add_argument("--input", type=Path, help="CSV、TSV、JSONL、Parquet 或 XLSX 文件")
    classify.add_argument("--output", type=Path, help="结果文件，格式随扩展名")
    classify.add_argument("--text-column", default="text", help="描述所在列，默认 text")
    classify.add_argument("--id-column", default="id", help="编号所在列，默认 id")
    classify.add_argument(
        "--format", choices=("text", "json", "table"), default="text", help="打印格式"
    )
    _common(classify)
    classify.set_defaults(run=run_classify)

    explain = commands.add_parser("explain", help="逐词说明判定的依据")
    explain.add_argument("text", help="产品描述")
    explain.add_argument("--scheme", action="append", help="只说明这个分类（可多次）")
    explain.add_argument("--format", choices=("text", "json"), default="text")
    _common(explain)
    explain.set_defaults(run=run_explain)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, help="模型目录，默认随程序附带的模型")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="结果语言")


def _load(args: argparse.Namespace) -> Classifier:
    from classifier.domains.classifier import Classifier

    return Classifier.load(args.model)


def run_classify(args: argparse.Namespace) -> int:
    """Classify an argument, standard input, or a file."""
    if args.input is None:
        if args.output is not None:
            raise InputError(
                [Problem(str(args.output), 0, "--output", "goes with --input FILE; give both")]
            )
        return _classify_lines(args)
    if args.output is not None:
        return _classify_file(args)
    return _show_file(args)


def _classify_lines(args: argparse.Namespace) -> int:
    from classifier.cli import BAD_ROWS, DONE

    classifier = _load(args)
    if args.text is not None:
        texts = [args.text]
    else:
        raw = sys.stdin.buffer.read().decode("utf-8", errors="replace")
        texts = raw.splitlines()
    problems = []
    good = []
    for number, text in enumerate(texts, 1):
        if not text.strip():
            problems.append(Problem("-", number, "text", "empty; expected a description"))
        elif "\ufffd" in text:
            problems.append(Problem("-", number, "text", "not UTF-8"))
        else:
            good.append(text)
    for answer in classifier.stream(good):
        if args.format == "json":
            sys.stdout.write(json.dumps(answer.to_json(), ensure_ascii=False) + "\n")
        else:
            print_answer(classifier, answer, args.lang)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return BAD_ROWS if problems else DONE


def _classify_file(args: argparse.Namespace) -> int:
    from classifier.batch.run import classify_file
    from classifier.cli import BAD_ROWS, DONE

    classifier = _load(args)
    gc.enable()
    with _progress(args.input) as progress:
        outcome = classify_file(
            classifier,
            args.input,
            args.output,
            text_column=args.text_column,
            id_column=args.id_column,
            progress=progress,
        )
    if args.lang == "en":
        sys.stderr.write(f"{outcome.good} rows classified → {args.output}\n")
    else:
        sys.stderr.write(f"已判定 {outcome.good} 行 → {args.output}\n")
    if not outcome.bad:
        return DONE
    line = (
        f"{outcome.bad} bad rows, listed in {outcome.bad_file}; the first:\n"
        if args.lang == "en"
        else f"有 {outcome.bad} 行有问题，列在 {outcome.bad_file}，最前几行：\n"
    )
    sys.stderr.write(line)
    for problem in outcome.first_problems:
        sys.stderr.write(f"  {problem}\n")
    return BAD_ROWS


def _show_file(args: argparse.Namespace) -> int:
    from classifier.batch.reading import InputRow, read_rows
    from classifier.cli import BAD_ROWS, DONE
    from classifier.cli.table import print_table

    classifier = _load(args)
    rows = list(read_rows(args.input, args.text_column, args.id_column))
    good = [row for row in rows if isinstance(row, InputRow)]
    answers = classifier.classify([row.text for row in good])
    if args.format == "json":
        for row, answer in zip(good, answers, strict=True):
            sys.stdout.write(json.dumps(answer.to_json(row.id), ensure_ascii=False) + "\n")
    elif args.format == "table":
        print_table(classifier, [row.id for row in good], answers, args.lang)
    else:
        for answer in answers:
            print_answer(classifier, answer, args.lang)
    problems = [row for row in rows if isinstance(row, Problem)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return BAD_ROWS if problems else DONE


def _progress(path: Path) -> AbstractContextManager[Callable[[int], None]]:
    """Return a progress bar over the rows of a file, silent where nobody looks."""
    from contextlib import contextmanager

    @contextmanager
    def silent() -> Iterator[Callable[[int], None]]:
        yield lambda _: None

    if not sys.stderr.isatty() or path.suffix.lower() not in {".csv", ".tsv", ".jsonl"}:
        return silent()

    @contextmanager
    def bar() -> Iterator[Callable[[int], None]]:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        try:
            with path.open("rb") as stream:
                total = sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
        except OSError:
            total = 0
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as shown:
            task = shown.add_task(path.name, total=total or None, rate="")

            def done(rows: int) -> None:
                speed = shown.tasks[0].speed or 0
                shown.update(task, completed=rows, rate=f"{speed:,.0f}/s")

            yield done

    return bar()


def run_explain(args: argparse.Namespace) -> int:
    """Explain one text."""
    classifier = _load(args)
    found = classifier.explain(args.text, args.scheme)
    if args.format == "json":
        evidence = [e.to_json() for e in found]
        sys.stdout.write(json.dumps(evidence, ensure_ascii=False, indent=1) + "\n")
    else:
        print_evidence(classifier, args.text, found, args.lang)
    return 0
