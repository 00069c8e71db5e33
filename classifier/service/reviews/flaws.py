"""What can be wrong with a file of claims or a row of it, in words of both languages.

A flaw is kept as its code with what was found and what is allowed; the sentences, and what to
do, follow from the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from classifier.errors import Problem

Lang = Literal["zh", "en"]

FLAWS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "empty": (
        ("空白；应填{allowed}", "empty; expected {allowed}"),
        ("补填后重新导入这一行", "Fill it in and import the row again"),
    ),
    "blank": (
        (
            "空白；应为产品描述（最多{allowed}个字符）",
            "empty; a product description is expected, at most {allowed} characters",
        ),
        ("补填后重新导入这一行", "Fill it in and import the row again"),
    ),
    "long": (
        ("有{found}个字符；最多{allowed}个", "{found} characters; at most {allowed}"),
        ("删短后重新导入这一行", "Shorten it and import the row again"),
    ),
    "choice": (
        ("填的是“{found}”；允许：{allowed}", "found “{found}”; allowed: {allowed}"),
        ("改成允许的值", "Change it to an allowed value"),
    ),
    "scheme": (
        (
            "填的是“{found}”；应为 分类:编号，如 mp10:M07；分类有：{allowed}",
            "found “{found}”; expected scheme:notation, such as mp10:M07; schemes: {allowed}",
        ),
        ("在编号前写上分类和冒号", "Put the scheme and a colon before the notation"),
    ),
    "concept": (
        ("{allowed}中没有“{found}”", "{allowed} has no “{found}”"),
        ("核对编号或正式名称", "Check the notation or the official name"),
    ),
    "cells": (
        ("有{found}格，表头有{allowed}格", "{found} cells, the header has {allowed}"),
        ("含逗号的文字加引号", "Quote a text that holds a comma"),
    ),
    "row": (
        ("这一行读不出：{found}", "the row cannot be read: {found}"),
        ("检查引号和换行", "Check quotes and line breaks"),
    ),
    "column": (
        ("没有这一列；可写作：{allowed}", "no such column; it may be called: {allowed}"),
        ("补上这一列，或下载空表", "Add the column, or fetch the empty table"),
    ),
    "rows": (
        ("超过{allowed}行", "more than {allowed} rows"),
        ("分成几个文件", "Split the file"),
    ),
    "nothing": (
        ("没有数据行", "no rows of data"),
        ("在表头下填上数据", "Put rows below the header"),
    ),
    "file": (
        ("文件读不出：{found}", "the file cannot be read: {found}"),
        ("另存为 UTF-8 的 CSV 或 XLSX", "Save it as CSV in UTF-8, or as XLSX"),
    ),
}
WHOLE = ("column", "rows", "nothing", "file")
"""Flaws for which a whole file is refused."""

_CELLS = re.compile(r"found (\d+) cells, the header has (\d+)")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, what was found and what is allowed."""

    code: str
    found: str = ""
    allowed: str = ""

    def say(self, lang: Lang = "zh") -> str:
        """Return what is wrong, as a sentence."""
        said = FLAWS[self.code][0][lang == "en"]
        return said.format(found=self.found, allowed=self.allowed)

    def mend(self, lang: Lang = "zh") -> str:
        """Return what to do."""
        return FLAWS[self.code][1][lang == "en"]


@dataclass(frozen=True, slots=True)
class Refused(Problem):
    """A row, or a whole file where ``line`` is 0, that was refused."""

    flaw: Flaw


def refused(
    file: str, line: int, field: str, code: str, found: str = "", allowed: str = ""
) -> Refused:
    """Return a refusal, with its sentence."""
    flaw = Flaw(code, found, allowed)
    return Refused(file, line, field, flaw.say(), flaw)


def as_refused(problem: Problem, line: int = 0) -> Refused:
    """Return a reader's problem as a refusal."""
    if isinstance(problem, Refused):
        return problem
    cells = _CELLS.match(problem.message)
    if cells:
        return refused(problem.file, line or problem.line, "", "cells", cells[1], cells[2])
    code = "row" if line or problem.line else "file"
    return refused(problem.file, line or problem.line, problem.field, code, problem.message)
