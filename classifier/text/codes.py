"""Texts as arrays of code points, a line break behind each text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SPACE, BREAK = 32, 10


def encoded(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the code points of texts that hold no line break, one break behind each."""
    joined = "\n".join([*texts, ""])
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def decoded(codes: NDArray[np.uint32]) -> str:
    """Return the characters of code points."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def spread(starts: NDArray[np.int64], ends: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Return which of ``size`` places stand in one of the spans, which do not overlap."""
    steps = np.zeros(size + 1, dtype=np.int8)
    steps[starts] += 1
    steps[ends] -= 1
    inside: NDArray[np.bool_] = np.cumsum(steps[:-1], dtype=np.int8).view(bool)
    return inside
