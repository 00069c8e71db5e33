"""Breaks Chinese text with figures in it into lines: no number, code or bracket is torn."""

from __future__ import annotations

import re

from classifier.cli.wording import width

_PIECES = re.compile(r"[A-Za-z0-9_.,%+\-=/\[\]]+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。；：、）〕”》？！%·…);:]")
_NOT_LAST = frozenset("（〔“《(")


def fold_text(text: str, columns: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """Return lines of at most this width.

    Parameters
    ----------
    text
        One paragraph.
    columns
        Terminal columns, the indent included.
    indent, hanging
        What stands before the first line, and before the others (the same by default).

    Examples
    --------
    >>> fold_text("研发费用还差338万元（现为462）", 16)
    ['研发费用还差', '338万元（现为', '462）']
    """
    rest = indent if hanging is None else hanging
    lines: list[str] = []
    before, line = indent, ""
    for piece in _bound(text):
        if line and width(before + line + piece) > columns:
            lines.append(before + line.rstrip())
            before, line = rest, ""
            piece = piece.lstrip()  # noqa: PLW2901  (no line begins with a space)
        room = columns - width(before)
        while width(piece) > room:  # a code longer than a line is torn after all
            cut = next(at for at in range(len(piece), 0, -1) if width(piece[:at]) <= room)
            lines.append(before + piece[:cut])
            before, piece = rest, piece[cut:]  # noqa: PLW2901
            room = columns - width(before)
        line += piece
    return [*lines, before + line]


def _bound(text: str) -> list[str]:
    """Return the pieces between which a line may end."""
    out: list[str] = []
    for piece in _PIECES.findall(text):
        if out and (piece in _NOT_FIRST or out[-1][-1] in _NOT_LAST):
            out[-1] += piece
        else:
            out.append(piece)
    return out
