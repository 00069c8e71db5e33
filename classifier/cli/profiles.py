"""``keyfield profile``: the workbook to fill in, and a check of what was filled in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.case import WORKBOOK, add_language
from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse

    from classifier.evaluator.profile import Profile


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    profile = commands.add_parser("profile", help="企业信息表：生成模板、检查填写")
    inner = profile.add_subparsers(dest="action", required=True, metavar="动作")

    template = inner.add_parser(
        "template", help="生成XLSX模板：中文标题、批注、下拉框；一行一家企业，明细另表"
    )
    template.add_argument("out", type=Path, metavar="OUT.xlsx")
    template.add_argument("--force", action="store_true", help="文件已在时覆盖")
    add_language(template)
    template.set_defaults(run=run_template)

    check = inner.add_parser("check", help="检查企业信息，问题按表、行、列列出")
    check.add_argument("file", type=Path, metavar="FILE", help="XLSX、YAML或JSON")
    add_language(check)
    check.set_defaults(run=run_check)


def run_template(args: argparse.Namespace) -> int:
    """Write the empty workbook."""
    from classifier.evaluator.workbook import write_workbook

    out: Path = args.out
    if out.suffix.lower() != WORKBOOK:
        raise InputError([Problem(str(out), 0, "OUT", "应为.xlsx文件")])
    if out.exists() and not args.force:
        raise InputError([Problem(str(out), 0, "OUT", "已存在；换个名字，或加 --force 覆盖")])
    try:
        write_workbook(out)
    except OSError as error:
        raise InputError([Problem(str(out), 0, "OUT", f"写不进去：{error.strerror}")]) from error
    sys.stderr.write(f"template → {out}\n" if args.lang == "en" else f"已写模板 → {out}\n")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Read a file and say what is in it and what is wrong."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.evaluator.profile_files import read_profile
    from classifier.evaluator.workbook_reading import read_workbook

    path: Path = args.file
    if path.suffix.lower() != WORKBOOK:
        sys.stdout.write(_summary(path.stem, read_profile(path), args.lang))
        return DONE
    read = read_workbook(path)
    for firm in read.firms:
        sys.stdout.write(_summary(firm.key, firm.profile, args.lang))
    for problem in read.problems:
        sys.stderr.write(f"{problem}\n")
    if args.lang == "en":
        line = f"{len(read.firms)} firms good, {len(read.refused)} refused, "
        line += f"{len(read.problems)} problems\n"
    else:
        line = f"可用 {len(read.firms)} 家，退回 {len(read.refused)} 家"
        line += f"（{'、'.join(read.refused[:10])}）" if read.refused else ""
        line += f"，问题 {len(read.problems)} 个\n"
    sys.stdout.write(line)
    return BAD_ROWS if read.problems else DONE


def _summary(key: str, profile: Profile, lang: str) -> str:
    from classifier.evaluator.workbook_layout import item_lists

    years = "、".join(str(year) for year in sorted(profile.years)) or "-"
    counts = []
    for path, title, _ in item_lists():
        holder: Any = profile
        for name in path.split("."):
            holder = getattr(holder, name)
        if holder is not None:
            counts.append(f"{title}{len(holder)}")
    name = profile.name or "（未填名称）"
    if lang == "en":
        return f"{key}  {name}  years {years}  {' '.join(counts)}\n"
    return f"{key}  {name}  年度 {years}  {' '.join(counts)}\n"
