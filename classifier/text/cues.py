"""Kinds of characters, where a boilerplate pattern can begin, and words of making and dealing.

All for many texts at once. A pattern is tried only where its first two characters stand, of
frequent ones its third too: that is one place in twenty. Words of two characters that say what
is done with goods are found in the same pass.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.codes import ASCII, IDEOGRAPHS, CodeTable, numbers
from classifier.text.dealing import WORDS
from classifier.text.patterns import following

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

THIRDS = (
    (
        "供应 制造 加工 售后 安装 应用 开发 推广 服务 生产 研制 研发 研究 维修 维护 设计 调试 销售",
        "_,/、与以供制加及和售安并应开推服生研等经维自设调销",
    ),
    ("厂房 土地 场地 房屋 汽车 设备", "出的租"),
    ("世界 业内 全球 国内 国际 行业", "一专优知著领"),
    ("一般 许可", "经范项"),
    ("产品", "型牌规"),
    ("机械", "设"),
    ("信息", "咨服"),
)
"""Frequent pairs, and what must follow them: ``_`` stands for all white space."""

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


_kinds = CodeTable(
    _kind, np.array([_kind(chr(code)) for code in ASCII], dtype=np.uint32), _ideographs()
)


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

    ``cue``: a boilerplate pattern can begin there, with that ``pair`` of characters
    (``characters``); ``word``: one of ``dealing.WORDS`` does, of that ``kind``.
    """

    cue: NDArray[np.int64]
    pair: NDArray[np.int64]
    word: NDArray[np.int64]
    kind: NDArray[np.int64]


def _numbers(chars: Iterable[str]) -> NDArray[np.uint8]:
    """Return a table of code points, ``_`` standing for all white space."""
    return numbers(WHITE if char == "_" else char for char in chars)


@cache
def _firsts() -> tuple[str, ...]:
    """Return the character of each number, from 1 on: of patterns, then of words alone."""
    return tuple(dict.fromkeys([*following(), *(word[0] for word in WORDS)]))


@cache
def _seconds() -> tuple[str, ...]:
    after = {char for chars in following().values() for char in chars}
    return tuple(sorted(after.union(word[1] for word in WORDS) - {"*"}))


@cache
def _tables() -> _Tables:
    firsts = {char: number for number, char in enumerate(_firsts(), start=1)}
    then = {char: number for number, char in enumerate(_seconds(), start=1)}
    third = sorted({char for _, chars in THIRDS for char in chars})
    places = {char: number for number, char in enumerate(third, start=1)}
    allowed = np.zeros((len(THIRDS) + 2, len(third) + 1), dtype=bool)
    allowed[1] = True
    rule = np.zeros((len(firsts) + 1, len(then) + 1), dtype=np.int64)
    for first, after in following().items():
        rule[firsts[first], slice(None) if "*" in after else [then[char] for char in after]] = 1
    for number, (pairs, chars) in enumerate(THIRDS, start=2):
        allowed[number, [places[char] for char in chars]] = True
        for pair in pairs.split():
            rule[firsts[pair[0]], then[pair[1]]] = number
    meaning = rule * allowed.shape[1]
    for word, kind in WORDS.items():
        meaning[firsts[word[0]], then[word[1]]] |= kind << _WORD
    return _Tables(
        first=_numbers(firsts),
        second=_numbers(then),
        third=_numbers(third),
        seconds=meaning.shape[1],
        meaning=meaning.ravel(),
        allowed=allowed.ravel(),
    )


def characters(pair: int) -> tuple[str, str]:
    """Return the two characters of a pair, ``_`` for white space, ``*`` for any other."""
    first, second = divmod(pair, len(_seconds()) + 1)
    return _firsts()[first - 1], ("*", *_seconds())[second]


def kinds(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the kind of each code point."""
    return _kinds.of(codes)


def signs(codes: NDArray[np.uint32]) -> Signs:
    """Return the places at which a boilerplate pattern or a word of dealing can begin."""
    tables = _tables()
    first = tables.first.take(codes, mode="clip")
    at = (first[:-1] != 0).nonzero()[0]
    first = first.take(at)
    pair = np.multiply(first, tables.seconds, dtype=np.int64)
    pair += tables.second.take(codes.take(at + 1), mode="clip")
    meant = tables.meaning.take(pair)
    hit = meant.nonzero()[0]
    at, meant = at.take(hit), meant.take(hit)
    kind = meant >> _WORD
    meant &= (1 << _WORD) - 1
    meant += tables.third.take(codes.take(at + 2, mode="clip"), mode="clip")
    begins = tables.allowed.take(meant).nonzero()[0]
    word = kind.nonzero()[0]
    return Signs(at.take(begins), pair.take(hit.take(begins)), at.take(word), kind.take(word))
