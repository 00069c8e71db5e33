"""The layout of the enterprise workbook (企业信息表), made from the profile's field tree.

One firm is one row of the sheet 企业; what a firm lists (years, patents, awards …) stands
one item a row on a sheet of its own, keyed by 企业编号. So a province's thousand firms fit
into one workbook, and a single firm is simply a workbook with one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from classifier.evaluator.facts import bare
from classifier.evaluator.items import CHOICES, Claim
from classifier.evaluator.profile import Profile, YearFigures

if TYPE_CHECKING:
    from collections.abc import Iterator

ColumnKind = Literal["text", "number", "whole", "truth", "date", "choice", "value"]

KEY = "企业编号"
FIRMS = "企业"
YEARS = "年度数据"
LOCAL = "地方特色化"
GUIDE = "说明"
OPTIONS = "选项"
REMARKS = "备注"
"""Sheets whose names begin so are the user's own and are not read."""

YES, NO = "是", "否"
LISTED, NONE = "已逐项列出", "没有"
"""Whether a list is complete: rows stand on its sheet, or there are none; blank is unknown."""

# The same value is another thing in another list.


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Parameters
    ----------
    heading, note
        Chinese heading, and what the cell note says.
    path
        Field of the profile (sheet 企业) or of the item.
    kind
        What a cell holds.
    choices
        Drop-down: the word that people see, and the value behind it.
    low, high
        Bounds of a number, included.
    required
        Whether a row without it is refused.
    """

    heading: str
    note: str
    path: str
    kind: ColumnKind
    choices: tuple[tuple[str, str], ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    required: bool = False

    @property
    def allowed(self) -> str:
        """Return what a cell may hold, as people read it."""
        if self.kind == "choice":
            return "、".join(word for word, _ in self.choices)
        if self.kind not in {"number", "whole"}:
            return _ALLOWED[self.kind]
        name = "整数" if self.kind == "whole" else "数（不带单位）"
        if self.low is not None and self.high is not None:
            return f"{name}，{self.low}至{self.high}"
        return name if self.low is None else f"{name}，不小于{self.low}"


_ALLOWED = {
    "truth": f"{YES}、{NO}，或留空（未知）",
    "date": "日期，如2024-05-31",
    "value": f"{YES}、{NO}或数",
    "text": "文字",
}


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet; ``path`` is the list of the profile that it fills, empty for 企业."""

    name: str
    path: str
    columns: tuple[Column, ...]

    def column(self, heading: str) -> Column | None:
        """Return the column of this heading, or None."""
        return next((c for c in self.columns if c.heading == heading), None)


_KEY_COLUMN = Column(
    KEY,
    "自定的编号，每家企业一个，各表用它相连；如1、2、3或统一社会信用代码",
    "",
    "text",
    required=True,
)


@cache
def plans() -> tuple[SheetPlan, ...]:
    """Return all sheets, 企业 first."""
    items = []
    for path, title, model in item_lists():
        columns = (_KEY_COLUMN, *_columns(model, "", model.__name__))
        items.append(SheetPlan(title, path, columns))
    firms = SheetPlan(FIRMS, "", (_KEY_COLUMN, *_columns(Profile, "", "Profile")))
    return (firms, _year_plan(), *items, _local_plan())


def plan(name: str) -> SheetPlan | None:
    """Return the plan of a sheet, or None."""
    return next((p for p in plans() if p.name == name), None)


@cache
def item_lists() -> tuple[tuple[str, str, type[BaseModel]], ...]:
    """Return path, title and item model of every list of the profile."""
    return tuple(_lists(Profile, ""))


def _lists(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, type[BaseModel]]]:
    for name, info in model.model_fields.items():
        kind = bare(info.annotation)
        if get_origin(kind) is tuple:
            yield prefix + name, info.title or name, get_args(kind)[0]
        elif _is_model(kind) and kind is not Claim:
            yield from _lists(kind, f"{prefix}{name}.")


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _columns(model: type[BaseModel], prefix: str, owner: str) -> Iterator[Column]:
    for name, info in model.model_fields.items():
        kind = bare(info.annotation)
        path, title, note = prefix + name, info.title or name, info.description or ""
        if get_origin(kind) is dict:
            continue  # years, platform scores and local facts stand on sheets of their own
        if get_origin(kind) is tuple:
            states = ((LISTED, "listed"), (NONE, "none"))
            words = f"{note}。逐项填在“{title}”表；“{NONE}”表示一项也没有，留空为未知"
            yield Column(f"{title}清单", words, path, "choice", states)
        elif kind is Claim:
            yield Column(title, f"{note}。{YES}或{NO}，留空为未知", f"{path}.met", "truth")
            yield Column(
                f"{title}（佐证）", "证明材料的名称、编号或链接", f"{path}.evidence", "text"
            )
        elif _is_model(kind):
            yield from _columns(kind, f"{path}.", kind.__name__)
        else:
            yield _plain(title, note, path, kind, info.metadata, owner)


def _plain(title: str, note: str, path: str, kind: Any, limits: list[Any], owner: str) -> Column:
    low = high = None
    for limit in limits:
        low = Decimal(str(limit.ge)) if hasattr(limit, "ge") else low
        high = Decimal(str(limit.le)) if hasattr(limit, "le") else high
    if kind is bool:
        return Column(title, f"{note}。{YES}或{NO}，留空为未知", path, "truth")
    if get_origin(kind) is Literal:
        values = get_args(kind)
        words = tuple((_word(owner, value), value) for value in values)
        return Column(title, f"{note}。从下拉框选", path, "choice", words)
    kinds: dict[Any, ColumnKind] = {Decimal: "number", int: "whole", str: "text"}
    return Column(title, note, path, kinds.get(kind, "date"), low=low, high=high)


_LEVELS_OF_STANDARDS = {"international": "国际标准", "industry": "行业标准", "other": "其他标准"}


def _word(owner: str, value: str) -> str:
    if owner == "Standard" and value in {*_LEVELS_OF_STANDARDS, "national"}:
        return _LEVELS_OF_STANDARDS.get(value, "国家标准")
    return CHOICES.get(value, value)


def _year_plan() -> SheetPlan:
    year = Column(
        "年份",
        "会计年度，如2025",
        "year",
        "whole",
        low=Decimal(1980),
        high=Decimal(2100),
        required=True,
    )
    info = Profile.model_fields["platform_scores"]
    score = Column(
        info.title or "",
        "平台给出的该年度得分，0～100；没有则留空",
        "platform_score",
        "number",
        low=Decimal(0),
        high=Decimal(100),
    )
    figures = _columns(YearFigures, "", "YearFigures")
    return SheetPlan(YEARS, "years", (_KEY_COLUMN, year, *figures, score))


def _local_plan() -> SheetPlan:
    return SheetPlan(
        LOCAL,
        "local",
        (
            _KEY_COLUMN,
            Column("事实编号", "省级文件facts中声明的id", "name", "text", required=True),
            Column("值", f"{YES}、{NO}，或一个数", "value", "value", required=True),
        ),
    )
