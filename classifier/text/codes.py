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

_PLANE = 0x10000

ASCII = range(0x80)
IDEOGRAPHS = range(0x4E00, 0xA000)
"""The block of Unicode's unified ideographs that all common characters of Chinese are in."""


class CodeTable:
    """A number above 0 for each code point, found out once a process.

    Parameters
    ----------
    number
        Returns that of a character, at most ``0xffffffff``.
    ascii_, ideographs
        The same of all ``ASCII`` and of all ``IDEOGRAPHS`` at once, which texts are mostly of:
        shape (code points of the block,), or one number.
    """

    def __init__(
        self,
        number: Callable[[str], int],
        ascii_: NDArray[np.uint32],
        ideographs: NDArray[np.uint32] | int,
    ) -> None:
        self._number = number
        self._known = np.zeros(CODES, dtype=np.uint32)  # 0: not looked up yet
        self._known[ASCII.start : ASCII.stop] = ascii_
        self._known[IDEOGRAPHS.start : IDEOGRAPHS.stop] = ideographs

    def of(self, codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the number of each code point."""
        found = self._known.take(codes)
        if np.count_nonzero(found) < len(found):
            at = (found == 0).nonzero()[0]
            unknown = codes.take(at)
            for code in set(unknown.tolist()):
                self._known[code] = self._number(chr(code))
            found[at] = self._known.take(unknown)
        return found


def numbers(chars: Iterable[str]) -> NDArray[np.uint8]:
    """Return a table of the first plane: 1, 2, … for those of ``chars``, each one or several.

    No character is at its end, so that ``take`` with ``mode="clip"`` finds 0 for all others.
    """
    pairs = [(ord(char), number) for number, same in enumerate(chars, start=1) for char in same]
    out = np.zeros(_PLANE, dtype=np.uint8)
    out[[code for code, _ in pairs]] = [number for _, number in pairs]
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
