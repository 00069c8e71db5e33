"""``keyfield taxonomy migrate``: labels under a new version of a scheme."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.wording import pad

if TYPE_CHECKING:
    import argparse

    from classifier.schemes.versions import Change
    from classifier.training.migrate import Migration


def add_command(sub: Any) -> None:
    """Add the command to those of ``taxonomy``."""
    parser = sub.add_parser(
        "migrate",
        help="换用一个分类的新版本：列出拆分合并，一对一的标注自动转换",
        description="输出目录可用于 keyfield train --schemes；其余标注列在 to-settle.csv 待人定。",
    )
    parser.add_argument("old", help="旧版：分类编号（如 mp10）或 YAML 文件")
    parser.add_argument("new", type=Path, help="新版：YAML 文件")
    parser.add_argument("--links", type=Path, help="新旧对应（CSV，列同 taxonomy/mappings）")
    parser.add_argument("--labels", type=Path, nargs="+", default=[], help="一并转换的标注文件")
    parser.add_argument("--output", type=Path, required=True, help="输出目录")
    parser.add_argument("--carry-merged", action="store_true", help="合并的概念也自动转换")
    parser.add_argument("--carry-none", action="store_true", help="有新增概念时，“不属于”也照转")
    parser.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
    parser.set_defaults(run=run_migrate)


def run_migrate(args: argparse.Namespace) -> int:
    """Carry labels over, write the folder, show splits and merges."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.errors import InputError, Problem
    from classifier.home import taxonomy_dir
    from classifier.schemes.loader import load_scheme
    from classifier.schemes.taxonomy import load_taxonomy
    from classifier.schemes.versions import change, read_links
    from classifier.training.corpus import load_examples
    from classifier.training.labels import read_labels
    from classifier.training.migrate import migrate, write_migration

    if args.output.exists() and any(args.output.iterdir()):
        raise InputError([Problem(str(args.output), 0, "", "输出目录不是空的；换一个")])
    base = args.taxonomy or taxonomy_dir()
    whole = load_taxonomy(base)
    old = whole.schemes.get(args.old) or load_scheme(_yaml(Path(args.old)))
    new = load_scheme(_yaml(args.new))
    links = read_links(args.links, old, new) if args.links else []
    found = change(old, new, links)
    examples, problems = load_examples(base / "examples", whole.schemes)
    given = read_labels(args.labels, {old.id: old})
    result = migrate(
        old.id, new.id, found, examples=examples, rows=given.rows, terms=whole.lexicon.terms,
        merged=args.carry_merged, none=args.carry_none,
    )  # fmt: skip
    write_migration(args.output, args.new, old, new, found, result)
    _print(found, result)
    for problem in (*problems, *given.problems):
        sys.stderr.write(f"{problem}\n")
    sys.stderr.write(f"→ {args.output}\n")
    return BAD_ROWS if problems or given.problems else DONE


def _yaml(path: Path) -> Path:
    from classifier.errors import InputError, Problem

    if not path.is_file():
        raise InputError([Problem(str(path), 0, "", "没有这个分类或文件")])
    return path


def _print(found: Change, result: Migration) -> None:
    from classifier.training.migrate import KINDS

    counts = Counter(move.kind for move in found.moves.values())
    cells = "  ".join(f"{KINDS[kind]} {n}" for kind, n in counts.items())
    sys.stdout.write(f"旧概念 {len(found.moves)}：{cells}；新增 {len(found.added)}\n")
    for move in found.moves.values():
        if move.kind != "kept":
            target = " + ".join(move.new) or "（无）"
            sys.stdout.write(f"  {pad(KINDS[move.kind], 16)}{move.old} → {target}  {move.note}\n")
    for notation in found.added:
        sys.stdout.write(f"  {pad('新增', 16)}{notation}\n")
    sys.stdout.write(
        f"描述：已转 {len(result.examples)}，待人定 {len(result.open_examples)}\n"
        f"词条：已转 {len(result.terms)}，待人定 {len(result.open_terms)}\n"
    )
