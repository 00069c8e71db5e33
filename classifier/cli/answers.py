"""``keyfield classify`` and ``explain``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli import files
from classifier.cli.show import print_answer, print_evidence
from classifier.errors import Problem

if TYPE_CHECKING:
    import argparse

    from classifier.domains.classifier import Classifier


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    classify = commands.add_parser(
        "classify",
        help="判定产品描述属于哪些重点领域",
        description="判定一条描述（参数或标准输入，一行一条），或用 --input 判定整个文件。",
    )
    classify.add_argument("text", nargs="?", help="产品描述；不写则从标准输入逐行读取")
    files.add_options(classify)
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
    files.check_options(args)
    if args.input is None:
        return _classify_lines(args)
    return files.run_files(args, _load(args))


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
