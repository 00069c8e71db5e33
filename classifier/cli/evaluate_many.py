"""Many firms into one result workbook: decisions, gaps, and the rows that were bad."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from classifier.cli.case import WORKBOOK, cases, evaluation, question
from classifier.cli.report_view import APPLICATIONS, TIER_TITLES, settling
from classifier.errors import InputError, Problem, ProfileError
from classifier.evaluator.record import DECISION_TITLES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from classifier.cli.case import Case, Terms
    from classifier.evaluator.clauses import TierId
    from classifier.evaluator.profile import Profile
    from classifier.evaluator.question import Question
    from classifier.evaluator.record import Evaluation
    from classifier.evaluator.workbook_reading import FirmsRead

PROFILES = (".yaml", ".yml", ".json", WORKBOOK)
DECISIONS = (
    "文件",
    "企业编号",
    "企业名称",
    "层级",
    "申报类型",
    "评价日",
    "规则集",
    "结论",
    "得分下限",
    "得分上限",
    "可定论的事实",
    "提请复核",
    "数据版本",
)
GAPS = (
    "企业编号",
    "企业名称",
    "层级",
    "类别",
    "项目",
    "状态",
    "差距",
    "事实",
    "差额",
    "单位",
    "可增分",
    "其一即可",
    "依据",
)
PROBLEMS = ("文件", "行", "位置", "问题")


@dataclass(slots=True)
class _Firms:
    rows: list[tuple[str, str, Profile]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, file: str, read: FirmsRead) -> None:
        """Add what a workbook gave."""
        self.rows += [(file, firm.key, firm.profile) for firm in read.firms]
        self.problems += read.problems


def evaluate_many(
    args: argparse.Namespace,
    tiers: tuple[TierId, ...],
    given: Terms,
    read: FirmsRead | None = None,
) -> int:
    """Evaluate all firms of a folder or workbook; exit code 3 where some were bad.

    Parameters
    ----------
    args, tiers, given
        Arguments of the command, tiers to evaluate for, and on what terms.
    read
        The workbook, where it has been read already.
    """
    from classifier.cli import BAD_ROWS, DONE

    path: Path = args.profile
    out: Path = args.output or path.with_name(f"{path.stem}-评价结果{WORKBOOK}")
    if out.suffix.lower() != WORKBOOK:
        raise InputError([Problem(str(out), 0, "--output", "应为.xlsx文件")])
    if not out.parent.is_dir():
        raise InputError([Problem(str(out), 0, "--output", f"没有文件夹{out.parent}")])
    gc.enable()
    firms = _read(path, out) if read is None else _Firms()
    if read is not None:
        firms.add(path.name, read)
    if not firms.rows and firms.problems:
        raise ProfileError(firms.problems)
    found = cases([profile for _, _, profile in firms.rows], args)
    count = _write(out, firms, found, tiers, given)
    sys.stderr.write(
        f"{len(firms.rows)} firms evaluated, {count} decisions → {out}\n"
        if args.lang == "en"
        else f"已评价 {len(firms.rows)} 家企业，{count} 个结论 → {out}\n"
    )
    if not firms.problems:
        return DONE
    words = f"{len(firms.problems)} problems" if args.lang == "en" else "个问题，列在“问题行”表"
    head = f"{words}, listed in the sheet 问题行:\n" if args.lang == "en" else ""
    sys.stderr.write(head or f"有 {len(firms.problems)} {words}，最前几个：\n")
    for problem in firms.problems[:5]:
        sys.stderr.write(f"  {problem}\n")
    return BAD_ROWS


def _read(path: Path, out: Path) -> _Firms:
    """Read every profile of a folder, or every firm of a workbook; bad ones are listed."""
    from classifier.evaluator.profile_files import read_profile
    from classifier.evaluator.workbook_reading import read_workbook

    files = [path]
    if path.is_dir():
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in PROFILES)
        files = [p for p in inside if p != out and not p.name.startswith(("~$", "."))]
        if not files:
            words = f"里面没有企业信息文件（{'、'.join(PROFILES)}）"
            raise ProfileError([Problem(str(path), 0, "", words)])
    firms = _Firms()
    for file in files:
        try:
            if file.suffix.lower() == WORKBOOK:
                firms.add(file.name, read_workbook(file))
            else:
                firms.rows.append((file.name, file.stem, read_profile(file)))
        except ProfileError as error:
            firms.problems += error.problems
    return firms


def _write(
    out: Path, firms: _Firms, found: list[Case], tiers: tuple[TierId, ...], given: Terms
) -> int:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    decisions = _sheet(book, "结论", DECISIONS)
    gaps = _sheet(book, "差距", GAPS)
    problems = _sheet(book, "问题行", PROBLEMS)
    count = 0
    with _progress(len(found)) as done:
        for (file, key, profile), case in zip(firms.rows, found, strict=True):
            for tier in tiers:
                asked = question(case, tier, given)
                one = evaluation(asked, given)
                decisions.append(_texts(decisions, [file, *_decision(key, one)]))
                for row in _gap_rows(key, profile, asked, one):
                    gaps.append(_texts(gaps, row))
                count += 1
            done()
    for problem in firms.problems:
        row = [problem.file, problem.line, problem.field, problem.message]
        problems.append(_texts(problems, row))
    try:
        book.save(out)
    except OSError as error:
        words = f"写不进去：{error.strerror}"
        raise InputError([Problem(str(out), 0, "--output", words)]) from error
    return count


def _decision(key: str, one: Evaluation) -> list[Any]:
    score = one.score
    review = [note.text for note in one.notes if note.kind == "review"]
    return [
        key,
        one.inputs.profile.name,
        TIER_TITLES[one.tier],
        APPLICATIONS[one.application],
        one.on,
        one.rule_set,
        DECISION_TITLES[one.decision],
        None if score is None else score.low,
        None if score is None else score.high,
        "；".join(settling(one)),
        "；".join(review),
        "；".join(f"{name} {version}" for name, version in one.versions.items()),
    ]


def _gap_rows(key: str, profile: Profile, asked: Question, one: Evaluation) -> Iterable[list[Any]]:
    from classifier.evaluator.gaps import find_gaps

    if one.decision == "pass":
        return
    for gap in find_gaps(asked):
        yield [
            key,
            profile.name,
            TIER_TITLES[one.tier],
            "必须满足" if gap.kind == "required" else "可增分",
            gap.title,
            "未知" if gap.state == "unknown" else "不符合",
            gap.text,
            gap.fact,
            gap.distance,
            gap.unit,
            gap.gained or None,
            gap.either,
            gap.clause,
        ]


def _sheet(book: Any, title: str, heads: tuple[str, ...]) -> WriteOnlyWorksheet:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = []
    for head in heads:
        cell = WriteOnlyCell(sheet, head)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
    return sheet


def _texts(sheet: WriteOnlyWorksheet, row: list[Any]) -> list[Any]:
    """Return a row in which no text of a user can become a formula."""
    from openpyxl.cell import WriteOnlyCell

    out = []
    for value in row:
        if isinstance(value, str) and value.startswith("="):
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            out.append(cell)
        else:
            out.append(value)
    return out


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar over firms, silent where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("评价", total=total)
        yield lambda: shown.advance(task)
