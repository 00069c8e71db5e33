"""``keyfield classify --input``: a whole file, into another file or onto the screen."""

from __future__ import annotations

import gc
import json
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from classifier.domains.classifier import Classifier


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of whole files."""
    parser.add_argument("--input", type=Path, help="CSV、TSV、JSONL、Parquet 或 XLSX 文件")
    parser.add_argument("--output", type=Path, help="结果文件，格式随扩展名")
    parser.add_argument("--text-column", default="text", help="描述所在列，默认 text")
    parser.add_argument("--id-column", default="id", help="编号所在列，默认 id")
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="本机并行进程数，默认 1；-1 为全部核心"
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="Dask 调度器地址，如 tcp://host:8786")
    parser.add_argument("--resume", action="store_true", help="接着做被中断的任务，结果逐字节相同")


def run_files(args: argparse.Namespace, classifier: Classifier) -> int:
    """Classify a file into a file, or show what it gives."""
    gc.enable()
    if args.output is not None:
        return _into_file(args, classifier)
    return _onto_screen(args, classifier)


def check_options(args: argparse.Namespace) -> None:
    """Refuse options that do not go together, before anything is loaded.

    Raises
    ------
    InputError
        Names the option, and what it goes with.
    """
    given = {
        "--output": args.output,
        "--jobs": args.jobs if args.jobs != 1 else None,
        "--cluster": args.cluster,
        "--resume": args.resume or None,
    }
    for option, value in given.items():
        needed = "--input FILE" if option == "--output" else "--input FILE --output FILE"
        if value is not None and (args.input is None or args.output is None):
            if option == "--output" and args.input is not None:
                continue
            raise _wrong(option, value, f"goes with {needed}; give both")
    if args.jobs < 1 and args.jobs != -1:
        raise _wrong("--jobs", args.jobs, "found no number of processes, allowed: 1, 2, … or -1")
    if args.cluster is not None and args.jobs != 1:
        raise _wrong("--cluster", args.cluster, "the cluster's workers do the work; leave --jobs")


def _wrong(option: str, value: Any, message: str) -> InputError:
    return InputError([Problem(str(value), 0, option, message)])


@contextmanager
def _stopped_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM stop a job as Ctrl-C does, so that it can be resumed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _into_file(args: argparse.Namespace, classifier: Classifier) -> int:
    from classifier.batch.run import classify_file
    from classifier.cli import BAD_ROWS, DONE
    from classifier.cli.batch_progress import progress

    jobs = args.jobs
    if jobs == -1:
        from joblib import cpu_count

        jobs = cpu_count()
    if args.cluster is not None:
        import logging

        # it logs a traceback where a scheduler goes away; what to do is said once, by us
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with _stopped_as_by_ctrl_c(), progress(args.input.name, args.lang) as show:
        outcome = classify_file(
            classifier,
            args.input,
            args.output,
            text_column=args.text_column,
            id_column=args.id_column,
            progress=show,
            jobs=jobs,
            cluster=args.cluster,
            resume=args.resume,
        )
    english = args.lang == "en"
    if outcome.resumed:
        before = f"{outcome.resumed:,}"
        sys.stderr.write(
            f"resumed behind row {before}\n" if english else f"从第 {before} 行之后接着做\n"
        )
    sys.stderr.write(
        f"{outcome.good} rows classified → {args.output}\n"
        if english
        else f"已判定 {outcome.good} 行 → {args.output}\n"
    )
    if not outcome.bad:
        return DONE
    sys.stderr.write(
        f"{outcome.bad} bad rows, listed in {outcome.bad_file}; the first:\n"
        if english
        else f"有 {outcome.bad} 行有问题，列在 {outcome.bad_file}，最前几行：\n"
    )
    for problem in outcome.first_problems:
        sys.stderr.write(f"  {problem}\n")
    return BAD_ROWS


def _onto_screen(args: argparse.Namespace, classifier: Classifier) -> int:
    from classifier.batch.reading import InputRow, read_rows
    from classifier.cli import BAD_ROWS, DONE
    from classifier.cli.show import print_answer
    from classifier.cli.table import print_table

    problems: list[Problem] = []
    ids: list[str] = []

    def texts() -> Iterator[str]:
        for row in read_rows(args.input, args.text_column, args.id_column):
            if isinstance(row, InputRow):
                ids.append(row.id)
                yield row.text
            else:
                problems.append(row)

    answers = classifier.stream(texts())
    if args.format == "table":
        every = list(answers)
        print_table(classifier, ids, every, args.lang)
    else:
        for number, answer in enumerate(answers):
            if args.format == "json":
                line = json.dumps(answer.to_json(ids[number]), ensure_ascii=False)
                sys.stdout.write(line + "\n")
            else:
                print_answer(classifier, answer, args.lang)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return BAD_ROWS if problems else DONE
