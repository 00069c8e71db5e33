"""``keyfield verify``: one claim on the screen, or a file of claims into a file."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse

    from classifier.domains.classifier import Classifier


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    verify = commands.add_parser(
        "verify",
        help="核对申报的领域，如 --claim mp10:M07",
        description="核对一条描述的申报，或用 --input 核对整个文件（列 text、claim、id）。",
    )
    verify.add_argument("text", nargs="?", help="产品描述")
    verify.add_argument("--claim", help="分类:编号，如 mp10:M07；用 --input 时为没有该列的文件")
    verify.add_argument("--input", type=Path, help="CSV、TSV、JSONL、Parquet 或 XLSX 文件")
    verify.add_argument("--output", type=Path, help="结果文件：JSONL、CSV、TSV 或 XLSX")
    verify.add_argument("--text-column", default="text", help="描述所在列，默认 text")
    verify.add_argument("--claim-column", default="claim", help="申报所在列，默认 claim")
    verify.add_argument("--id-column", default="id", help="编号所在列，默认 id")
    verify.add_argument("--format", choices=("text", "json"), default="text", help="打印格式")
    verify.add_argument("--model", type=Path, help="模型目录，默认随程序附带的模型")
    verify.add_argument("--lang", choices=("zh", "en"), default="zh", help="结果语言")
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """Check one claim, or a file of them."""
    from classifier.domains.classifier import Classifier

    _check(args)
    classifier = Classifier.load(args.model)
    if args.input is not None:
        return _verify_file(args, classifier)
    found = classifier.verify(args.text, args.claim)
    if args.format == "json":
        sys.stdout.write(json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n")
    else:
        from classifier.cli.claim_view import print_verification

        print_verification(classifier, found, args.lang)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Refuse arguments that do not go together, before anything is loaded."""
    if args.input is None and args.output is not None:
        raise _wrong("--output", args.output, "goes with --input FILE; give both")
    if args.input is not None and args.output is None:
        raise _wrong("--input", args.input, "goes with --output FILE; give both")
    if args.input is not None and args.text is not None:
        raise _wrong("text", args.text, "a text or --input FILE, not both")
    if args.input is None and args.text is None:
        raise _wrong("text", "-", "no text; give one, or --input FILE --output FILE")
    if args.input is None and args.claim is None:
        raise _wrong("--claim", "-", "no claim; give one, for instance --claim mp10:M07")


def _wrong(option: str, value: object, message: str) -> InputError:
    return InputError([Problem(str(value), 0, option, message)])


def _verify_file(args: argparse.Namespace, classifier: Classifier) -> int:
    from classifier.batch.claims import verify_file
    from classifier.cli import BAD_ROWS, DONE

    gc.enable()
    outcome = verify_file(
        classifier,
        args.input,
        args.output,
        text_column=args.text_column,
        claim_column=args.claim_column,
        id_column=args.id_column,
        claim=args.claim,
        lang=args.lang,
    )
    english = args.lang == "en"
    counts = outcome.verdicts
    if english:
        told = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
        sys.stderr.write(f"{sum(counts.values())} claims verified ({told}) → {args.output}\n")
    else:
        from classifier.cli.wording import word

        told = "，".join(f"{word(verdict, 'zh')} {count}" for verdict, count in counts.items())
        sys.stderr.write(f"已核对 {sum(counts.values())} 条（{told}）→ {args.output}\n")
    if not outcome.problems:
        return DONE
    bad = len(outcome.problems)
    sys.stderr.write(
        f"{bad} bad rows, listed in {outcome.bad_file}; the first:\n"
        if english
        else f"有 {bad} 行有问题，列在 {outcome.bad_file}，最前几行：\n"
    )
    for problem in outcome.problems[:5]:
        sys.stderr.write(f"  {problem}\n")
    return BAD_ROWS
