"""What people write around a product and what says nothing about it.

Everything is blanked with spaces of the same length, so that positions stay true. Where a
text says in so many words which product is the main one (主要产品为…), what follows stands
between two marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import BREAK, SPACE, decoded, encoded, spread
from classifier.text.cues import DIGIT, LETTER, NOTHING, cues, kinds
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
_NAMES = tuple(map(ord, "主核拳"))  # its first characters

_MODEL = re.compile(r"[a-z0-9][a-z0-9./*×φ~\-_]{4,}[a-z0-9]")
_NUMBER = re.compile(r"\d(?<![a-z0-9]\d)[\d.,%~\-]*(?![a-z0-9])")
_DIGITS_OF_A_MODEL = 3


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
    named = ((codes == _NAMES[0]) | (codes == _NAMES[1]) | (codes == _NAMES[2])).nonzero()[0]
    ends = (codes == BREAK).nonzero()[0]
    begins = np.zeros_like(ends)
    begins[1:] = ends[:-1] + 1
    _blank_boilerplate(texts, codes, kind, begins, ends)
    _blank_figures(codes, kind, begins, ends)
    codes[(kind < LETTER) & (codes != BREAK)] = SPACE
    for row in np.unique(ends.searchsorted(named)).tolist() if len(named) else ():
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
        idle = np.logical_and.reduceat(hidden | (kind == NOTHING), begins)
        if idle.any():
            hidden &= ~idle.repeat(ends - begins + 1)
        codes[hidden] = SPACE


def _blank_figures(
    codes: NDArray[np.uint32],
    kind: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Blank model numbers and figures; only texts with digits are looked at."""
    digits = ((kind == DIGIT) & (codes != SPACE)).nonzero()[0]
    if not len(digits):
        return
    count = np.bincount(ends.searchsorted(digits), minlength=len(ends))
    rows = count.nonzero()[0]
    text = decoded(codes)
    starts, stops = [], []
    for begin, end, of in zip(
        begins[rows].tolist(), ends[rows].tolist(), count[rows].tolist(), strict=True
    ):
        part = text[begin:end]
        models = _models(part) if of >= _DIGITS_OF_A_MODEL else ()
        for found in reversed(models):
            part = part[: found.start()] + " " * len(found.group()) + part[found.end() :]
        for found in (*models, *_NUMBER.finditer(part)):
            starts.append(begin + found.start())
            stops.append(begin + found.end())
    if starts:
        codes[spread(np.array(starts), np.array(stops), len(codes))] = SPACE


def _models(text: str) -> tuple[re.Match[str], ...]:
    return tuple(
        found
        for found in _MODEL.finditer(text)
        if sum(c.isdigit() for c in found.group()) >= _DIGITS_OF_A_MODEL
    )
