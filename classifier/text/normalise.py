"""One canonical form for any text, and the way back to the characters it came from.

The form: NFKC (full-width letters and digits become half-width), lower case, control
and format characters gone or turned to spaces, at most ``LONGEST`` characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import (
    ASCII,
    BREAK,
    CODES,
    IDEOGRAPHS,
    SPACE,
    CodeTable,
    decoded,
    encoded,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGEST = 20_000
"""Characters that are read of one text; what follows is not looked at (a registered scope
has some hundreds, an application form some thousands)."""

_FORMAT = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIGMA = "\u03a3"  # its lower case hangs on what stands behind it
_SHORT = LONGEST // 18
"""Characters of a text that no normal form makes longer than ``LONGEST``."""


def canonical(text: str) -> str:
    r"""Return the canonical form of a text.

    Any string is accepted: lone surrogates become U+FFFD, control characters spaces,
    zero-width and direction marks nothing. Applying it twice changes nothing.

    Examples
    --------
    >>> canonical("ＰＬＣ控制器，３Ｄ打印\t机")
    'plc控制器,3d打印 机'
    """
    text = _SURROGATE.sub("\ufffd", text[:LONGEST])
    text = unicodedata.normalize("NFKC", _FORMAT.sub("", text))
    text = unicodedata.normalize("NFKC", text.lower())
    return _CONTROL.sub(" ", text)[:LONGEST]


def _plain_code(char: str) -> int:
    """Return the code point that a character becomes wherever it stands, if there is one."""
    if char == "\n":
        return BREAK
    out = canonical(char)
    plain = len(out) == 1 and char != _SIGMA and not _joins(char) and not _joins(out)
    return ord(out) if plain else _NOT_PLAIN


def _plain_ascii() -> NDArray[np.uint32]:
    out = np.frombuffer(bytes(ASCII).lower(), dtype=np.uint8).astype(np.uint32)
    out[_CONTROLS] = SPACE
    out[BREAK] = BREAK
    return out


_NOT_PLAIN = CODES
_CONTROLS = [code for code in ASCII if not chr(code).isprintable()]
_plain = CodeTable(  # an ideograph is itself
    _plain_code, _plain_ascii(), np.arange(IDEOGRAPHS.start, IDEOGRAPHS.stop, dtype=np.uint32)
)


def canonical_all(texts: Sequence[str]) -> tuple[list[str], NDArray[np.uint32]]:
    """Return the canonical form of each text, as ``canonical`` does, in one pass over all.

    They come as strings and as code points with a line break behind each text.

    Characters that become another single one, whatever stands beside them, are looked up;
    texts that are long or hold any others go their own way.
    """
    codes = encoded(texts)
    ends = (codes == BREAK).nonzero()[0]
    alone: set[int] = set()
    if len(ends) > len(texts) or max(map(len, texts), default=0) > _SHORT:
        alone.update(i for i, text in enumerate(texts) if len(text) > _SHORT or "\n" in text)
        codes = encoded(["" if i in alone else text for i, text in enumerate(texts)])
        ends = (codes == BREAK).nonzero()[0]
    found = _plain.of(codes)
    odd = (found == _NOT_PLAIN).nonzero()[0]
    if len(odd):
        alone.update(ends.searchsorted(odd).tolist())
        found[odd] = SPACE
    out = decoded(found).split("\n")[:-1]
    for i in alone:
        out[i] = canonical(texts[i])
    return out, encoded(out) if alone else found


def origins(text: str) -> list[int]:
    """Return, for every character of ``canonical(text)``, the index it came from.

    Where characters combine across the whole text in a way that cannot be told apart,
    every index is that of the text's start.
    """
    source = text[:LONGEST]
    out: list[int] = []
    pieces: list[str] = []
    start = 0
    while start < len(source):
        end = start + 1
        while end < len(source) and _joins(source[end]):
            end += 1
        piece = canonical(source[start:end])
        pieces.append(piece)
        out.extend([start] * len(piece))
        start = end
    whole = canonical(text)
    if "".join(pieces)[:LONGEST] != whole:
        return [0] * len(whole)
    return out[: len(whole)]


def _joins(char: str) -> bool:
    """Tell whether a character may combine with the one before it."""
    return (
        unicodedata.combining(char) != 0
        or unicodedata.category(char) in {"Mc", "Mn"}
        or "\u1160" <= char <= "\u11ff"
        or "\uff9e" <= char <= "\uff9f"
    )
