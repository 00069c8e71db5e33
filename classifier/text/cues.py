"""Kinds of characters, and where a boilerplate pattern can begin, for many texts at once.

A pattern is tried only where its first two characters stand: that is a tenth of all places.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import CODES, CodeTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAIRS = (
    "一流种类般 不动 专业注 世界 业内 主营要 产品 从事 代理 企业 优质 会议 供应"
    " 依法 信息 全球 公司开 具体 凡涉需须 制造 加工 厂房 售后 商务品 国内家际"
    " 土地 场地 型号 安装 展览 市场 应用 开发 我厂司 房屋 技术 推广 提供 普通"
    " 服务 本企公厂发实我本申集 机械 汽车 法律 涉及 牌号 生产"
    " 的供制加售安应开推服生研经维自设调销 知名 研制发究 经审有相营 维修护 聚焦 自主营"
    " 致力 著名 行业 规格 许可 设备计 调试 货专物运 道路 销售 长期 集团 非居"
    " 领先"
)
"""First characters of the patterns, each with those that follow it; a test holds them to the
patterns."""

ANYTHING = "(（凭需须"
"""First characters of a pattern that anything may follow; white space is another."""

WHITE = (
    " \t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""White space, all but the line break."""

IDLE = " ,.;:()。、；："
"""A text of which nothing but these is left is read as it stands."""

SIGN, NOTHING, LETTER, DIGIT = 1, 2, 3, 4
"""Kinds of characters: signs, those of ``IDLE`` and the line break, letters and such digits as
no figure is written with, decimal digits."""


def _kind(char: str) -> int:
    if char.isdecimal():
        return DIGIT
    if char.isalnum():
        return LETTER
    return NOTHING if char in IDLE or char == "\n" else SIGN


_kinds = CodeTable(_kind)


@cache
def _cue_tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """Return a number of each first character, one of each second, and which pairs count."""
    pairs = PAIRS.split()
    follow = sorted({char for pair in pairs for char in pair[1:]})
    first = np.zeros(CODES, dtype=np.uint8)
    second = np.zeros(CODES, dtype=np.uint8)
    counts = np.zeros((len(pairs) + 2, len(follow) + 1), dtype=bool)
    for number, char in enumerate(follow, start=1):
        second[ord(char)] = number
    for number, pair in enumerate(pairs, start=1):
        first[ord(pair[0])] = number
        counts[number, second[[ord(char) for char in pair[1:]]]] = True
    counts[-1] = True
    first[[ord(char) for char in ANYTHING + WHITE]] = len(pairs) + 1
    return first, second, counts


def kinds(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the kind of each code point."""
    return _kinds.of(codes)


def cues(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the places, rising, at which a boilerplate pattern can begin."""
    first, second, counts = _cue_tables()
    number = first.take(codes)
    at = (number[:-1] != 0).nonzero()[0]
    return at[counts[number[at], second.take(codes[at + 1])]]
