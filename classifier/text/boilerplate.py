"""What people write around a product and what says nothing about it.

Everything is blanked with spaces of the same length, so that positions stay true; parts of a
text that only deal in something, too, where another part makes something. Where a text says in
so many words which product is the main one (主要产品为…), what follows stands between two marks,
and nothing in it is taken for mere dealing. The semicolons of a list become marks, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import SPACE, blank, decoded, encoded, spread
from classifier.text.cues import DIGIT, END, LETTER, NAMER, NOTHING, characters, kinds, signs
from classifier.text.dealing import dealt_in
from classifier.text.patterns import beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from classifier.text.cues import Signs

MAIN, SIDE = "\x02", "\x03"
"""Marks around what a text itself names as its main product; no canonical text holds them."""

PART = "\x04"
"""Mark in place of the semicolon between two parts of a list."""

_NAMED = re.compile(
    r"(?:主要|主导|主营|核心|拳头)(?:产品|业务|服务)"
    r"(?:(?:和|及|与|或|、|/)(?:产品|业务|服务))?"
    r"(?:为|是|有|包括|涵盖|系|:)"
    r"([^。\n]{2,160})"
)
_OF_NAMED = [ord(char) for char in "产业服"]
"""Third characters of what ``_NAMED`` begins with."""

_FEW_DIGITS, _SHORTEST = 3, 6
"""Digits and characters that make a model number of letters, digits and signs."""

_LOW = 1024
"""Code points among which those of figures and model numbers stand."""


def _table(chars: str) -> NDArray[np.bool_]:
    return np.isin(np.arange(_LOW), [ord(char) for char in chars])


_NUMERAL = _table("0123456789")
_PLAIN = _NUMERAL | _table("abcdefghijklmnopqrstuvwxyz")
_OF_A_MODEL = _PLAIN | _table("./*×φ~-_")
_BETWEEN_DIGITS = _table(".,%~-")


class _Matches(dict[int, "list[Callable[[str, int], re.Match[str] | None]]"]):
    """What tries the patterns that can begin with a pair of characters, by its number.

    It is made when the pair is first seen.
    """

    def __missing__(self, pair: int) -> list[Callable[[str, int], re.Match[str] | None]]:
        found = self[pair] = beginning(*characters(pair))
        return found


_MATCHES = _Matches()


def mask(text: str) -> str:
    """Blank boilerplate, model numbers, figures and punctuation of a canonical text.

    Parameters
    ----------
    text
        Result of ``canonical``.

    Returns
    -------
    str
        Of the same length; single spaces or runs of them stand where nothing counts.
        Short names with digits (5g, 3d, pa66, 316l) stay. ``MAIN`` and ``SIDE`` stand
        before and behind what the text names as its main product, in place of a blank,
        ``PART`` in place of a semicolon.
    """
    return decoded(mask_codes([text], encoded([text]))[:-1])


def mask_codes(texts: Sequence[str], codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the code points of each text as ``mask`` leaves it, a line break behind each.

    Parameters
    ----------
    texts, codes
        Results of ``canonical_all``.
    """
    parted = (codes == ord(";")).nonzero()[0]
    codes = codes.copy()
    kind = kinds(codes)
    named = _namers(codes, kind)
    ends = (kind == END).nonzero()[0]
    begins = np.zeros(len(ends), dtype=np.int64)
    begins[1:] = ends[:-1] + 1
    rows = [r for r in dict.fromkeys(ends.searchsorted(named).tolist()) if _NAMED.search(texts[r])]
    found = signs(codes)
    hidden = _boilerplate(texts, found, begins, ends)
    dealt = dealt_in(codes, ends, found.word, found.kind)
    if dealt is not None:
        for row in rows:
            dealt[begins[row] : ends[row]] = False
    _blank(codes, kind, begins, ends, hidden, dealt)
    digit = kind == DIGIT
    if digits := np.count_nonzero(digit):
        near = (digit | (codes < _LOW)).nonzero()[0]
        if digits >= _FEW_DIGITS:
            _blank_models(codes, near)
        _blank_numbers(codes, digit, near)
    blank(codes, kind < LETTER)
    codes[parted] = ord(PART)
    for row in rows:
        _mark_named(texts[row], codes[begins[row] : ends[row]])
    return codes


def _namers(codes: NDArray[np.uint32], kind: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the places at which a text may begin to name its main product."""
    at: NDArray[np.int64] = (kind == NAMER).nonzero()[0]
    if not len(at):
        return at
    third = codes.take(at + 2, mode="clip")
    product, business, service = _OF_NAMED
    return at.compress((third == product) | (third == business) | (third == service))


def _mark_named(text: str, codes: NDArray[np.uint32]) -> None:
    """Set marks, in ``codes``, around what a text names as its main product."""
    for found in _NAMED.finditer(text):
        start, end = found.span(1)
        codes[found.start() : start - 1] = SPACE
        codes[start - 1] = ord(MAIN)
        if end < len(text):
            codes[end] = ord(SIDE)


def _boilerplate(
    texts: Sequence[str],
    found: Signs,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> NDArray[np.bool_] | None:
    """Return which places are boilerplate, None where none are."""
    at = found.cue
    row = ends.searchsorted(at)
    starts, stops = [], []
    free = 0  # nothing before it can begin a match
    begun = begins.take(row).tolist()
    for where, pair, of, begin in zip(
        at.tolist(), found.pair.tolist(), row.tolist(), begun, strict=True
    ):
        if where < free:
            continue
        for match_of in _MATCHES[pair]:
            if match := match_of(texts[of], where - begin):
                free = begin + match.end()
                starts.append(where)
                stops.append(free)
                break
    return spread(np.array(starts), np.array(stops), int(ends[-1]) + 1) if starts else None


def _blank(
    codes: NDArray[np.uint32],
    kind: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    *hidden: NDArray[np.bool_] | None,
) -> None:
    """Blank hidden places.

    Of a text of which nothing else would be left, only those of the first kind, or none.
    """
    kinds_left = [part for part in hidden if part is not None]
    idle = (kind == NOTHING) | (kind == END)
    open_ = np.ones(len(ends), dtype=bool)  # texts that nothing is blanked in yet
    while kinds_left and open_.any():
        every = np.logical_or.reduce(kinds_left)
        some = open_ & ~np.logical_and.reduceat(every | idle, begins)
        blank(codes, every & some.repeat(ends - begins + 1))
        open_ &= ~some
        kinds_left.pop()


def _blank_models(codes: NDArray[np.uint32], near: NDArray[np.int64]) -> None:
    """Blank model numbers among the places ``near``.

    One is a run of letters, digits and signs of ASCII, from its first letter or digit to its
    last, with digits enough and long enough.
    """
    at = near[_of(_OF_A_MODEL, codes.take(near))]
    run = _runs(at)
    own = codes.take(at)
    plain = _of(_PLAIN, own).nonzero()[0]
    if not len(plain):
        return
    at, run, own = at.take(plain), run.take(plain), own.take(plain)
    first, last = _edges(run)
    starts, stops = at.take(first), at.take(last) + 1
    digits = np.add.reduceat(_of(_NUMERAL, own), first, dtype=np.int64)
    model = ((digits >= _FEW_DIGITS) & (stops - starts >= _SHORTEST)).nonzero()[0]
    if len(model):
        codes[spread(starts.take(model), stops.take(model), len(codes))] = SPACE


def _blank_numbers(
    codes: NDArray[np.uint32], digit: NDArray[np.bool_], near: NDArray[np.int64]
) -> None:
    """Blank figures that are no part of a name of letters (5g, pa66), among the places ``near``.

    In a run of digits and of the signs between them, that is what stands from the first digit
    that no letter or digit of ASCII stands before to the last place that none stands behind.
    """
    own = codes.take(near)
    numeral = digit.take(near) & (own != SPACE)
    part = (numeral | _of(_BETWEEN_DIGITS, own)).nonzero()[0]
    at, numeral = near.take(part), numeral.take(part)
    if not numeral.any():
        return
    opens = numeral & ~_of(_PLAIN, codes.take(at - 1))  # before the first: the last break
    closes = ~_of(_PLAIN, codes.take(at + 1))
    run = _runs(at)
    first, last = _edges(run)
    opened, closed = opens.cumsum(), closes.cumsum()
    before = (opened - opens).take(first)
    left = closed.take(last).take(run) - closed + closes  # places to close at, from here on
    codes[at[(opened > before.take(run)) & (left > 0)]] = SPACE


def _runs(at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the run of neighbours that each of some rising places is in."""
    fresh = np.zeros(len(at), dtype=np.int64)
    np.not_equal(at[1:], at[:-1] + 1, out=fresh[1:], casting="unsafe")
    return fresh.cumsum()


def _edges(run: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the first and the last place of each run stand among those of ``run``."""
    last = np.ones(len(run), dtype=bool)
    np.not_equal(run[1:], run[:-1], out=last[:-1])
    first = np.ones(len(run), dtype=bool)
    first[1:] = last[:-1]
    return first.nonzero()[0], last.nonzero()[0]


def _of(table: NDArray[np.bool_], codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which code points are in a table."""
    return table.take(codes, mode="clip")
