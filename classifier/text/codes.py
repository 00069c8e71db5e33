"""Texts as arrays of code points, a line break behind each text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

SPACE, BREAK = 32, 10
CODES = 0x110000
"""Code points that there are."""

IDEOGRAPHS = range(0x4E00, 0xA000)
"""The block of Unicode's unified ideographs that all common characters of Chinese are in."""


class CodeTable:
    """A number above 0 for each code point, found out once a process.

    Parameters
    ----------
    number
        Returns that of a character, at most ``0xffffffff``.
    ideographs
        The same of all ``IDEOGRAPHS`` at once, which texts are mostly of: shape (ideographs,),
        or one number.
    """

    def __init__(self, number: Callable[[str], int], ideographs: NDArray[np.uint32] | int) -> None:
        self._number = number
        self._known = np.zeros(CODES, dtype=np.uint32)  # 0: not looked up yet
        self._known[IDEOGRAPHS.start : IDEOGRAPHS.stop] = ideographs

    def of(self, codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the number of each code point."""
        found = self._known.take(codes)
        if np.count_nonzero(found) < len(found):
            for code in set(codes[found == 0].tolist()):
                self._known[code] = self._number(chr(code))
            found = self._known.take(codes)
        return found


def numbers(chars: Iterable[str]) -> NDArray[np.uint8]:
    """Return a table of all code points: 1, 2, … for those of ``chars``, each one or several."""
    out = np.zeros(CODES, dtype=np.uint8)
    for number, same in enumerate(chars, start=1):
        out[[ord(char) for char in same]] = number
    return out


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


def blank(codes: NDArray[np.uint32], where: NDArray[np.bool_]) -> None:
    """Turn code points into spaces, in place, where told.

    By arithmetic: assigning under a mask takes a branch for each place, and guesses wrongly.
    """
    change = codes ^ np.uint32(SPACE)
    change *= where
    codes ^= change
