"""What people write around a product and what says nothing about it.

Everything is blanked with spaces of the same length, so that positions stay true. Where a
text says in so many words which product is the main one (主要产品为…), what follows stands
between two marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import SPACE, decoded, encoded, spread
from classifier.text.cues import DIGIT, END, LETTER, NAMER, NOTHING, cues, kinds
from classifier.text.patterns import beginning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAIN, SIDE = "\x02", "\x03"
"""Marks around what a text itself names as its main product; no canonical text holds them."""

_NAMED = re.compile(
    r"(?:主要|主导|主营|核心|拳头)(?:产品|业务|服务)"
    r"(?:(?:和|及|与|或|、|/)(?:产品|业务|服务))?"
    r"(?:为|是|有|包括|涵盖|系|:)"
    r"([^。\n]{2,160})"
)
_MODEL = re.compile(r"[a-z0-9][a-z0-9./*×φ~\-_]{4,}[a-z0-9]")
_DIGITS_OF_A_MODEL = 3

_ASCII = 128
_PLAIN = np.array([chr(code).isalnum() for code in range(_ASCII)])
_BETWEEN_DIGITS = np.isin(np.arange(_ASCII), [ord(char) for char in ".,%~-"])


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
        before and behind what the text names as its main product, in place of a blank.
    """
    return decoded(mask_codes([text], encoded([text]))[:-1])


def mask_codes(texts: Sequence[str], codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the code points of each text as ``mask`` leaves it, a line break behind each.

    Parameters
    ----------
    texts, codes
        Results of ``canonical_all``.
    """
    codes = codes.copy()
    kind = kinds(codes)
    named = (kind == NAMER).nonzero()[0]
    ends = (kind == END).nonzero()[0]
    begins = np.zeros(len(ends), dtype=np.int64)
    begins[1:] = ends[:-1] + 1
    _blank_boilerplate(texts, codes, kind, begins, ends)
    if (kind == DIGIT).any():
        _blank_models(codes, kind, begins, ends)
        _blank_numbers(codes, kind)
    codes[kind < LETTER] = SPACE
    for row in dict.fromkeys(ends.searchsorted(named).tolist()):
        _mark_named(texts[row], codes[begins[row] : ends[row]])
    return codes


def _mark_named(text: str, codes: NDArray[np.uint32]) -> None:
    """Set marks, in ``codes``, around what a text names as its main product."""
    for found in _NAMED.finditer(text):
        start, end = found.span(1)
        codes[found.start() : start - 1] = SPACE
        codes[start - 1] = ord(MAIN)
        if end < len(text):
            codes[end] = ord(SIDE)


def _blank_boilerplate(
    texts: Sequence[str],
    codes: NDArray[np.uint32],
    kind: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Blank boilerplate in texts of which something else is left."""
    at = cues(codes)
    if not len(at):
        return
    row = ends.searchsorted(at)
    starts, stops = [], []
    free = 0  # nothing before it can begin a match
    for where, of, base in zip(at.tolist(), row.tolist(), begins[row].tolist(), strict=True):
        if where >= free:
            text = texts[of]
            place = where - base
            if found := beginning(text[place]).match(text, place):
                free = base + found.end()
                starts.append(where)
                stops.append(free)
    if starts:
        hidden = spread(np.array(starts), np.array(stops), len(codes))
        idle = np.logical_and.reduceat(hidden | (kind == NOTHING) | (kind == END), begins)
        if idle.any():
            hidden &= ~idle.repeat(ends - begins + 1)
        codes[hidden] = SPACE


def _blank_models(
    codes: NDArray[np.uint32],
    kind: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Blank model numbers; only texts with digits enough for one are looked at."""
    digits = ((kind == DIGIT) & (codes != SPACE)).nonzero()[0]
    if not len(digits):
        return
    count = np.bincount(ends.searchsorted(digits), minlength=len(ends))
    rows = (count >= _DIGITS_OF_A_MODEL).nonzero()[0]
    text = decoded(codes) if len(rows) else ""
    for begin, end in zip(begins[rows].tolist(), ends[rows].tolist(), strict=True):
        for found in _MODEL.finditer(text, begin, end):
            if sum(c.isdigit() for c in found.group()) >= _DIGITS_OF_A_MODEL:
                codes[found.start() : found.end()] = SPACE


def _blank_numbers(codes: NDArray[np.uint32], kind: NDArray[np.uint32]) -> None:
    """Blank figures that are no part of a name of letters (5g, pa66).

    In a run of digits and of the signs between them, that is what stands from the first digit
    that no letter or digit of ASCII stands before to the last place that none stands behind.
    """
    digit = (kind == DIGIT) & (codes != SPACE)
    if not digit.any():
        return
    at = (digit | _BETWEEN_DIGITS.take(np.minimum(codes, _ASCII - 1))).nonzero()[0]
    opens = digit.take(at) & ~_is_plain(codes.take(at - 1))  # before the first: the last break
    closes = ~_is_plain(codes.take(at + 1))
    fresh = np.empty(len(at), dtype=bool)
    fresh[:1] = True
    np.not_equal(at[1:], at[:-1] + 1, out=fresh[1:])
    first = fresh.nonzero()[0]
    run = fresh.cumsum() - 1
    opened, closed = opens.cumsum(), closes.cumsum()
    before = (opened - opens).take(first)
    last = np.append(first[1:], len(at)) - 1
    left = closed.take(last).take(run) - closed + closes  # places to close at, from here on
    codes[at[(opened > before.take(run)) & (left > 0)]] = SPACE


def _is_plain(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return _PLAIN.take(np.minimum(codes, _ASCII - 1))
