"""A text cut into pieces that speak for a claim, against it, for both or for neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

Side = Literal["", "for", "against", "both"]

SHOWN = 0.1
"""Share of the heaviest weight below which a piece is not marked: it decides nothing."""

STRONG, MIDDLING = 0.6, 0.3
"""Shares of the heaviest weight from which a piece counts as strong, or as middling."""

LEAST = 1.0
"""Weight that counts as heavy at least, so that faint evidence does not look strong."""

ROWS = 8
"""Pieces that the table of evidence lists."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text.

    Parameters
    ----------
    text
        Its characters, as they stand.
    side
        For the claim, against it, both, or neither.
    strength
        3 strong, 2 middling, 1 weak; 0 where it is not marked.
    """

    text: str
    side: Side
    strength: int


@dataclass(frozen=True, slots=True)
class Weight:
    """A stretch with its weights; ``against`` is None where the model agrees with the claim."""

    text: str
    on_claim: float
    on_rival: float | None


def pieces(text: str, verification: Mapping[str, Any]) -> list[Piece]:
    """Return the text in pieces, marked by the spans of a frozen verification.

    What adds to the claimed concept's score speaks for it. What takes from that score, or adds
    to the score of the concept that the model prefers, speaks against it.

    Examples
    --------
    >>> spans = [{"start": 0, "end": 2, "weight": 2.0}, {"start": 2, "end": 3, "weight": -2.0}]
    >>> found = pieces("电池和租", {"evidence_for": {"spans": spans}, "evidence_against": None})
    >>> [(piece.text, piece.side) for piece in found]
    [('电池', 'for'), ('和', 'against'), ('租', '')]
    """
    on_claim = _by_character(text, verification["evidence_for"])
    on_rival = _by_character(text, verification["evidence_against"])
    speaks_for = [max(weight, 0.0) for weight in on_claim]
    against = [max(-own, other, 0.0) for own, other in zip(on_claim, on_rival, strict=True)]
    heaviest = max([*speaks_for, *against, LEAST])
    marks = [
        _mark(one / heaviest, other / heaviest)
        for one, other in zip(speaks_for, against, strict=True)
    ]
    out, at = [], 0
    for (side, strength), run in groupby(marks):
        length = len(list(run))
        out.append(Piece(text[at : at + length], side, strength))
        at += length
    return out


def weights(verification: Mapping[str, Any]) -> list[Weight]:
    """Return the stretches that weigh most, with their weights on both concepts."""
    own, other = verification["evidence_for"], verification["evidence_against"]
    claim = {(s["start"], s["end"]): s for s in own["spans"]}
    rival = {(s["start"], s["end"]): s for s in other["spans"]} if other else {}

    def heaviness(key: tuple[int, int]) -> float:
        return max(abs(float(side[key]["weight"])) for side in (claim, rival) if key in side)

    heaviest = sorted(claim.keys() | rival.keys(), key=lambda key: (-heaviness(key), key))
    return [
        Weight(
            (claim.get(key) or rival[key])["text"],
            claim[key]["weight"] if key in claim else 0.0,
            (rival[key]["weight"] if key in rival else 0.0) if other else None,
        )
        for key in heaviest[:ROWS]
    ]


def _by_character(text: str, found: Mapping[str, Any] | None) -> list[float]:
    out = [0.0] * len(text)
    for span in found["spans"] if found else ():
        for at in range(span["start"], min(span["end"], len(text))):
            out[at] = span["weight"]
    return out


def _mark(speaks_for: float, against: float) -> tuple[Side, int]:
    most = max(speaks_for, against)
    if most < SHOWN:
        return "", 0
    strength = 3 if most >= STRONG else 2 if most >= MIDDLING else 1
    if min(speaks_for, against) >= SHOWN:
        return "both", strength
    return ("for" if speaks_for > against else "against"), strength
