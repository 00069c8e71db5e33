"""Label files: what reviewers decided, with who, when and by which version of the guide.

Two forms are read, as CSV, TSV or XLSX with a header row. *Wide*: a column a scheme, cells
by the contract, an empty cell where nobody labelled it. *Long*: ``scheme`` and ``notation``
(and ``kind``: ``primary`` or ``also``), a label a row, as reviews are exported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from classifier.errors import InputError, Problem
from classifier.schemes.labels import UNLABELLED, LabelCell
from classifier.schemes.lexicon import check_cells
from classifier.training.corpus import KINDS, LONGEST, Example
from classifier.training.keys import letters, text_key
from classifier.training.sheets import TEXT, read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.schemes.model import Scheme
    from classifier.training.sheets import Sheet

NAMES: dict[str, tuple[str, ...]] = {
    "text": TEXT,
    "id": ("id", "case", "编号", "序号"),
    "kind": ("kind", "类型"),
    "group": ("group", "产品族"),
    "who": ("who", "reviewer", "标注人", "审核员"),
    "when": ("when", "date", "labelled_at", "settled_at", "标注日期", "日期"),
    "guide": ("guide", "guide_version", "标注指南", "指南版本"),
    "scheme": ("scheme", "分类"),
    "notation": ("notation", "概念"),
}
"""What the columns may be called."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?")
_AS_DATE = re.compile(r"\d{4}-\d{2}-\d{2}( .*)?")
_LONG_FROM = 120
"""Characters from which a text without a stated kind counts as ``long``."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who labelled a text, when (ISO date), and by which version of the guide."""

    who: str = ""
    when: str = ""
    guide: str = ""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row of a label file: a text with its cells by scheme, and where they come from."""

    file: str
    line: int
    id: str
    text: str
    labels: Mapping[str, LabelCell]
    kind: str
    group: str
    source: Provenance

    @property
    def key(self) -> str:
        """Return what two rows of the same text have in common."""
        return text_key(self.text)

    def example(self) -> Example:
        """Return the row as an example of the corpus."""
        group = self.group or f"label-{self.key[:12]}"
        return Example(self.id, self.text, self.labels, self.kind, group, self.file, self.line)


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file that was read: its name, sha256, rows, and the columns that nothing reads."""

    name: str
    sha256: str
    rows: int
    bad: int
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelSet:
    """All rows of some label files; a bad row is in ``problems``, and nothing stops at it."""

    rows: tuple[LabelRow, ...]
    files: tuple[LabelFile, ...]
    problems: tuple[Problem, ...]


def read_labels(
    paths: Sequence[Path], schemes: Mapping[str, Scheme], default: Provenance | None = None
) -> LabelSet:
    """Read label files.

    Parameters
    ----------
    paths
        CSV, TSV or XLSX.
    schemes
        Schemes that cells may name.
    default
        What holds of rows that do not say who, when or by which guide.

    Raises
    ------
    InputError
        A file cannot be read at all, or has no text column or no scheme's column.
    """
    rows: list[LabelRow] = []
    files: list[LabelFile] = []
    problems: list[Problem] = []
    for path in paths:
        sheet = read_sheet(path)
        good, bad, ignored = _read(sheet, str(path), schemes, default or Provenance())
        lines = {p.line for p in bad}
        count = len(sheet.rows) + len(sheet.problems)
        files.append(LabelFile(sheet.name, sheet.sha256, count, len(lines), ignored))
        rows.extend(good)
        problems.extend(bad)
    return LabelSet(tuple(rows), tuple(files), tuple(problems))


def _columns(sheet: Sheet) -> dict[str, str]:
    found = {}
    for name, spellings in NAMES.items():
        given = [h for h in sheet.header if h.lower() in spellings]
        if given:
            found[name] = given[0]
    return found


def _read(
    sheet: Sheet, path: str, schemes: Mapping[str, Scheme], default: Provenance
) -> tuple[list[LabelRow], list[Problem], tuple[str, ...]]:
    named = _columns(sheet)
    titles = {s.title.zh: s.id for s in schemes.values()} | {s: s for s in schemes}
    wide = {titles[h]: h for h in sheet.header if h in titles}
    long = {"scheme", "notation"} <= set(named)
    if "text" not in named or not (wide or long):
        words = (
            f"列名是 {'、'.join(sheet.header)}；要有 text，还要有分类列（{'、'.join(schemes)}）"
            "或 scheme 与 notation 两列"
        )
        raise InputError([Problem(path, 1, "", words)])
    used = {*named.values(), *(() if long else wide.values())}
    ignored = tuple(h for h in sheet.header if h and h not in used)
    rows: list[LabelRow] = []
    problems = list(sheet.problems)
    for line, record in sheet.rows:
        row = {name: record[column] for name, column in named.items()}
        if long:
            cells, found = _long_cells(row, schemes)
        else:
            cells, found = {s: record[h] for s, h in wide.items() if record[h]}, []
        kind = row.get("kind", "") if not long else ""
        made, complaints = _row(sheet.name, line, row, cells, kind, schemes, default)
        found = [*found, *complaints]
        if found or made is None:
            problems.extend(Problem(sheet.name, line, field, words) for field, words in found)
        else:
            rows.append(made)
    return rows, problems, ignored


def _long_cells(
    row: Mapping[str, str], schemes: Mapping[str, Scheme]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    scheme, kind = row["scheme"], row.get("kind", "") or "primary"
    if scheme not in schemes:
        return {}, [("scheme", f"没有分类“{scheme}”；有 {'、'.join(schemes)}")]
    if kind not in {"primary", "also"}:
        return {}, [("kind", f"是“{kind}”，只能是 primary 或 also")]
    if kind == "also":
        return {scheme: f"{UNLABELLED}|{row['notation']}"}, []
    return {scheme: row["notation"]}, []


def _row(
    file: str,
    line: int,
    row: Mapping[str, str],
    cells: dict[str, str],
    kind: str,
    schemes: Mapping[str, Scheme],
    default: Provenance,
) -> tuple[LabelRow | None, list[tuple[str, str]]]:
    text = row["text"]
    only = {s: c.removeprefix(f"{UNLABELLED}|") for s, c in cells.items()}
    labels, complaints = check_cells(only, schemes)
    found = [(s, _as_date(only[s], words)) for s, words in complaints]
    for scheme, cell in cells.items():
        if cell.startswith(f"{UNLABELLED}|") and scheme in labels:
            labels[scheme] = LabelCell(UNLABELLED, labels[scheme].notations)
    when = row.get("when", "") or default.when
    if not letters(text):
        found.append(("text", "没有文字"))
    elif len(text) > LONGEST:
        found.append(("text", f"有{len(text)}字，最多{LONGEST}字"))
    if not labels and not found:
        found.append(("", "没有任何分类的标注"))
    if kind and kind not in KINDS:
        found.append(("kind", f"是“{kind}”，只能是 {'、'.join(KINDS)}"))
    if when and not _DAY.fullmatch(when):
        found.append(("when", f"是“{when}”，应如 2026-04-01"))
    if found:
        return None, found
    source = replace(
        default,
        who=row.get("who", "") or default.who,
        when=when[:10],
        guide=row.get("guide", "") or default.guide,
    )
    return (
        LabelRow(
            file=file,
            line=line,
            id=row.get("id", "") or f"{file}:{line}",
            text=" ".join(text.split()),
            labels=labels,
            kind=kind or ("long" if len(text) >= _LONG_FROM else "short"),
            group=row.get("group", ""),
            source=source,
        ),
        [],
    )


def _as_date(cell: str, words: str) -> str:
    if _AS_DATE.fullmatch(cell):
        return f"“{cell}”是日期：表格软件改了编号；请把这一列设为文本再填"
    return words
