"""``keyfield corpus check``."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    top = commands.add_parser("corpus", help="检查训练语料")
    sub = top.add_subparsers(dest="action", required=True, metavar="动作")
    check = sub.add_parser("check", help="检查标注、重复与矛盾，并按概念和类型计数")
    check.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
    check.add_argument("--benchmark", type=Path, help="评测文件，语料不得与之重复")
    check.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """Check the examples; exit code 3 where a row has a problem."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.home import taxonomy_dir
    from classifier.schemes.labels import NONE
    from classifier.schemes.taxonomy import load_taxonomy
    from classifier.training.audit import audit, read_benchmark
    from classifier.training.corpus import load_examples

    folder = args.taxonomy or taxonomy_dir()
    whole = load_taxonomy(folder)
    examples, problems = load_examples(folder / "examples", whole.schemes)
    benchmark = read_benchmark(args.benchmark) if args.benchmark else []
    found = audit(examples, whole, benchmark)
    for scheme in whole.schemes:
        counts = found.by_concept[scheme]
        cells = [f"{n}:{counts[n]}" for n in [NONE, *whole.schemes[scheme].concepts]]
        sys.stdout.write(f"{scheme:12}{' '.join(cells)}\n")
    families = Counter(e.group for e in examples)
    kinds = "  ".join(f"{kind} {count}" for kind, count in sorted(found.by_kind.items()))
    none = sum(all(c.primary == NONE for c in e.labels.values()) for e in examples)
    sys.stdout.write(
        f"描述 {len(examples)}（{kinds}）  产品族 {len(families)}  不属任何领域 {none}\n"
    )
    every = [*problems, *found.problems]
    for problem in every:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"问题 {len(every)}\n" if every else "通过\n")
    return BAD_ROWS if every else DONE
