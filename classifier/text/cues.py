"""Kinds of characters, where a boilerplate pattern can begin, and words of making and dealing.

All for many texts at once. A pattern is tried only where its first two characters stand, of
frequent ones its third too: that is one place in twenty. Words of two characters that say what
is done with goods are found in the same pass.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.codes import IDEOGRAPHS, CodeTable, numbers
from classifier.text.dealing import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

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

WHITE_PAIR = " 依具凡涉需须产型牌规一公提本 "
"""White space, and what may follow it: more of it too."""

THIRDS = (
    (
        "供应 制造 加工 售后 安装 应用 开发 推广 服务 生产 研制 研发 研究 维修 维护 设计 调试 销售",
        " ,/、与以供制加及和售安并应开推服生研等经维自设调销",
    ),
    ("厂房 土地 场地 房屋 汽车 设备", "出的租"),
    ("世界 业内 全球 国内 国际 行业", "一专优知著领"),
    ("一般 许可", "经范项"),
    ("产品", "型牌规"),
    ("机械", "设"),
    ("信息", "咨服"),
)
"""Frequent pairs, and what must follow them: a space stands for all white space."""

ANYTHING = "(凭需须"
"""First characters of a pattern that anything may follow."""

WHITE = (
    " \t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""White space, all but the line break."""

IDLE = " ,.;:()。、；："
"""A text of which nothing but these is left is read as it stands."""

NAMING = "主核拳"
"""What a text's naming of its main product can begin with."""

SIGN, NOTHING, LETTER, DIGIT, NAMER, END = 1, 2, 3, 4, 5, 6
"""Kinds of characters: signs, those of ``IDLE``, letters and such digits as no figure is written
with, decimal digits, letters of ``NAMING``, the line break."""


def _kind(char: str) -> int:
    if char.isdecimal():
        return DIGIT
    if char.isalnum():
        return NAMER if char in NAMING else LETTER
    if char == "\n":
        return END
    return NOTHING if char in IDLE else SIGN


def _ideographs() -> NDArray[np.uint32]:
    out = np.full(len(IDEOGRAPHS), LETTER, dtype=np.uint32)
    out[[ord(char) - IDEOGRAPHS.start for char in NAMING]] = NAMER
    return out


_kinds = CodeTable(_kind, _ideographs())


_WORD = 16
"""Bits before the kind of a word in what two characters mean."""


class _Tables(NamedTuple):
    """What is looked up for each place: numbers of characters, and what they mean together.

    ``meaning`` by first and second character, of so many ``seconds``: where the thirds of a
    cue's rule begin in ``allowed`` (none, any, or those of ``THIRDS``), and from bit ``_WORD``
    on which kind of word the two are.
    """

    first: NDArray[np.uint8]
    second: NDArray[np.uint8]
    third: NDArray[np.uint8]
    seconds: int
    meaning: NDArray[np.int64]
    allowed: NDArray[np.bool_]


class Signs(NamedTuple):
    """What stands where among the code points of a batch, places rising.

    ``cue``: a boilerplate pattern can begin there, with the number of its ``first`` character
    (``FIRSTS``); ``word``: one of ``dealing.WORDS`` does, of that ``kind``.
    """

    cue: NDArray[np.int64]
    first: NDArray[np.uint8]
    word: NDArray[np.int64]
    kind: NDArray[np.int64]


FIRSTS = tuple(pair[0] for pair in (*PAIRS.split(), WHITE_PAIR, *ANYTHING))
"""The character of each number, from 1 on; a space stands for all white space."""


def _numbers(chars: Sequence[str]) -> NDArray[np.uint8]:
    """Return a table of code points, a space standing for all white space."""
    return numbers(WHITE if char == " " else char for char in chars)


@cache
def _tables() -> _Tables:
    pairs = [*PAIRS.split(), WHITE_PAIR]
    words = sorted({word[0] for word in WORDS} - set(FIRSTS))
    first = _numbers([*FIRSTS, *words])
    second = _numbers(sorted({char for pair in (*pairs, *WORDS) for char in pair[1:]}))
    third = _numbers(sorted({char for _, thirds in THIRDS for char in thirds}))
    allowed = np.zeros((len(THIRDS) + 2, int(third.max()) + 1), dtype=bool)
    allowed[1] = True
    rule = np.zeros((int(first.max()) + 1, int(second.max()) + 1), dtype=np.int64)
    for pair in pairs:
        rule[first[ord(pair[0])], second[[ord(char) for char in pair[1:]]]] = 1
    rule[first[[ord(char) for char in ANYTHING]]] = 1
    for number, (of, thirds) in enumerate(THIRDS, start=2):
        allowed[number, third[[ord(char) for char in thirds]]] = True
        for pair in of.split():
            rule[first[ord(pair[0])], second[ord(pair[1])]] = number
    meaning = rule * allowed.shape[1]
    for word, kind in WORDS.items():
        meaning[first[ord(word[0])], second[ord(word[1])]] |= kind << _WORD
    return _Tables(first, second, third, meaning.shape[1], meaning.ravel(), allowed.ravel())


def kinds(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the kind of each code point."""
    return _kinds.of(codes)


def signs(codes: NDArray[np.uint32]) -> Signs:
    """Return the places at which a boilerplate pattern or a word of dealing can begin."""
    tables = _tables()
    first = tables.first.take(codes)
    at = (first[:-1] != 0).nonzero()[0]
    first = first.take(at)
    pair = np.multiply(first, tables.seconds, dtype=np.int64)
    pair += tables.second.take(codes.take(at + 1))
    meant = tables.meaning.take(pair)
    hit = meant.nonzero()[0]
    at, meant = at.take(hit), meant.take(hit)
    kind = meant >> _WORD
    meant &= (1 << _WORD) - 1
    meant += tables.third.take(codes.take(at + 2, mode="clip"))
    begins = tables.allowed.take(meant).nonzero()[0]
    word = kind.nonzero()[0]
    return Signs(at.take(begins), first.take(hit.take(begins)), at.take(word), kind.take(word))
