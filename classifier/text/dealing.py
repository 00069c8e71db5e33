"""Parts of a text in which goods are only dealt in: beside a part that makes something, no product.

A registered scope (经营范围) lists what a firm makes and, between semicolons, what it trades,
leases, stores and carries. The main product (主导产品) is among the former.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text.codes import BREAK, CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAKING = "制造 生产 研发 研制 加工 开发 设计 铸造 冶炼 制作 组装 合成"
"""Words of a part in which something is made."""

DEALING = "批发 零售 经销 购销 贸易 销售 代理 批零 租赁 仓储 运输"
"""Words of a part in which, without one of ``MAKING``, something is only dealt in."""

ENDS = ";。"
"""What ends a part of a canonical text."""

_MAKES, _DEALS = 1, 2


class _Tables(NamedTuple):
    """A number for each ``first`` character of a word and ``second`` one, and what they make."""

    first: NDArray[np.uint8]
    second: NDArray[np.uint8]
    word: NDArray[np.uint8]
    seconds: int


@cache
def _tables() -> _Tables:
    words = {**dict.fromkeys(MAKING.split(), _MAKES), **dict.fromkeys(DEALING.split(), _DEALS)}
    first, second = np.zeros((2, CODES), dtype=np.uint8)
    for table, place in ((first, 0), (second, 1)):
        chars = sorted({word[place] for word in words})
        table[[ord(char) for char in chars]] = np.arange(len(chars)) + 1
    seconds = int(second.max()) + 1
    word = np.zeros((int(first.max()) + 1) * seconds, dtype=np.uint8)
    for name, kind in words.items():
        word[int(first[ord(name[0])]) * seconds + int(second[ord(name[1])])] = kind
    return _Tables(first, second, word, seconds)


def dealt_in(codes: NDArray[np.uint32], breaks: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Return which characters stand in parts that only deal, in texts in which others make.

    Parameters
    ----------
    codes
        Code points of canonical texts, a line break behind each.
    breaks
        Places of those line breaks.

    Returns
    -------
    numpy.ndarray or None
        One entry a code point; None where there is no such part.
    """
    tables = _tables()
    first = tables.first.take(codes)
    at = (first[:-1] != 0).nonzero()[0]
    pair = np.multiply(first.take(at), tables.seconds, dtype=np.int64)
    pair += tables.second.take(codes.take(at + 1))
    found = tables.word.take(pair)
    deals = at[found == _DEALS]
    if not len(deals):
        return None
    closing = codes == BREAK
    for end in ENDS:
        closing |= codes == ord(end)
    ends = closing.nonzero()[0]
    made, dealt = np.zeros((2, len(ends)), dtype=bool)
    made[ends.searchsorted(at[found == _MAKES])] = True
    dealt[ends.searchsorted(deals)] = True
    bounds = np.zeros(len(breaks) + 1, dtype=np.int64)  # parts before each text
    bounds[1:] = ends.searchsorted(breaks) + 1
    makes = np.logical_or.reduceat(made, bounds[:-1])
    dealt &= ~made
    dealt &= makes.repeat(np.diff(bounds))
    if not dealt.any():
        return None
    out: NDArray[np.bool_] = dealt.repeat(np.diff(ends, prepend=-1))
    out[breaks] = False
    return out
