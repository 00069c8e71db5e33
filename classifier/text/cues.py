"""Which characters are letters, and where a boilerplate pattern can begin, for many at once.

A pattern is tried only where its first two characters stand: that is a tenth of all places.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAIRS = (
    "一流种类般 不动 专业注 世界 业内 主营要 产品 从事 代理 企业 优质 会议 供应"
    " 依法 信息 全球 公司开 具体 凡涉需须 制造 加工 厂房 售后 商务品 国内家际"
    " 土地 场地 型号 安装 展览 市场 应用 开发 我厂司 房屋 技术 推广 提供 普通"
    " 服务 本企公厂发实我申集 机械 汽车 法律 涉及 牌号 生产"
    " 的供制加售安应开推服生研经维自设调销 知名 研制发究 经审有相营 维修护 聚焦 自主营"
    " 致力 著名 行业 规格 许可 设备计 调试 货专物运 道路 销售 长期 集团 非居"
    " 领先"
)
"""First characters of the patterns, each with those that follow it; a test holds them to the
patterns."""

ANYTHING = "(（凭需须"
"""First characters of a pattern that anything may follow; white space is another."""

_PLANE = 0x10000
_LETTER = re.compile(r"[^\W_]")


@cache
def _letter_table() -> NDArray[np.bool_]:
    table = np.zeros(_PLANE, dtype=bool)
    everything = "".join(map(chr, range(_PLANE)))
    for run in re.finditer(r"[^\W_]+", everything):
        table[run.start() : run.end()] = True
    return table


@cache
def _cue_tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """Return a number of each first character, one of each second, and which pairs count."""
    pairs = PAIRS.split()
    follow = sorted({char for pair in pairs for char in pair[1:]})
    first = np.zeros(_PLANE, dtype=np.uint8)
    second = np.zeros(_PLANE, dtype=np.uint8)
    counts = np.zeros((len(pairs) + 2, len(follow) + 1), dtype=bool)
    for number, char in enumerate(follow, start=1):
        second[ord(char)] = number
    for number, pair in enumerate(pairs, start=1):
        first[ord(pair[0])] = number
        counts[number, second[[ord(char) for char in pair[1:]]]] = True
    counts[-1] = True
    spaces = [code for code in range(_PLANE) if chr(code).isspace() and chr(code) != "\n"]
    first[[*map(ord, ANYTHING), *spaces]] = len(pairs) + 1
    return first, second, counts


def letters(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which code points are letters or digits."""
    low = np.minimum(codes, _PLANE - 1)
    out: NDArray[np.bool_] = _letter_table()[low]
    for at in np.flatnonzero(low != codes):
        out[at] = bool(_LETTER.match(chr(codes[at])))
    return out


def cues(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the places, rising, at which a boilerplate pattern can begin."""
    first, second, counts = _cue_tables()
    low = np.minimum(codes, _PLANE - 1)
    number = first[low]
    at = np.flatnonzero(number[:-1])
    return at[counts[number[at], second[low[at + 1]]]]
