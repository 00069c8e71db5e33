"""Parts of a text in which goods are only dealt in: beside a part that makes something, no product.

A registered scope (经营范围) lists what a firm makes and, between semicolons, what it trades,
leases, stores and carries. The main product (主导产品) is among the former.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAKING = "制造 生产 研发 研制 加工 开发 设计 铸造 冶炼 制作 组装 合成"
"""Words of a part in which something is made.

They belong to the features that a model was fitted with. By those of ``taxonomy/praise.txt``,
``verify`` gives its reasons; they can change without a training."""

DEALING = "批发 零售 经销 购销 贸易 销售 代理 批零 租赁 仓储 运输"
"""Words of a part in which, without one of ``MAKING``, something is only dealt in."""

ENDS = ";。"
"""What ends a part of a canonical text."""

_MAKES, _DEALS = 1, 2

WORDS = {**dict.fromkeys(MAKING.split(), _MAKES), **dict.fromkeys(DEALING.split(), _DEALS)}
"""The words, all of two characters, each with its kind."""


def dealt_in(
    codes: NDArray[np.uint32],
    breaks: NDArray[np.int64],
    at: NDArray[np.int64],
    kind: NDArray[np.int64],
) -> NDArray[np.bool_] | None:
    """Return which characters stand in parts that only deal, in texts in which others make.

    Parameters
    ----------
    codes
        Code points of canonical texts, a line break behind each.
    breaks
        Places of those line breaks.
    at, kind
        Where which of ``WORDS`` stand, rising.

    Returns
    -------
    numpy.ndarray or None
        One entry a code point; None where there is no such part.
    """
    deals = at[kind == _DEALS]
    if not len(deals):
        return None
    closing = np.zeros(len(codes), dtype=bool)
    closing[breaks] = True
    for end in ENDS:
        closing |= codes == ord(end)
    ends = closing.nonzero()[0]
    made, dealt = np.zeros((2, len(ends)), dtype=bool)
    made[ends.searchsorted(at[kind == _MAKES])] = True
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
