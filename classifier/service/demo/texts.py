"""Reads the demonstration's tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.service.reviews.model import Kind

FOLDER = Path(__file__).parent
BETWEEN = "；"
_MARKS: dict[str, Kind] = {"-": "out_of_scope", "~": "partial", "?": "undecidable"}


@dataclass(frozen=True, slots=True)
class Said:
    """A claim of the demonstration, with the verdict that its author holds right.

    ``mp10:M07`` is right; ``mp10:M02>M08`` should read M08; behind ``>``, ``-`` means out of
    scope, ``~`` partly right, and ``?`` undecidable.
    """

    claim: str
    kind: Kind
    notation: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """A product text with its claims."""

    enterprise: str
    text: str
    claims: tuple[Said, ...]
    stake: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table of the demonstration."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def examples(name: str = "claims.tsv") -> list[Example]:
    """Return the product texts with their claims."""
    return [
        Example(
            row["enterprise"],
            row["text"],
            tuple(_said(part) for part in row["claims"].split(BETWEEN)),
            row["stake"],
        )
        for row in rows(name)
    ]


def _said(written: str) -> Said:
    claim, marked, right = written.partition(">")
    if not marked:
        return Said(claim, "confirm", None)
    if right in _MARKS:
        return Said(claim, _MARKS[right], None)
    return Said(claim, "correct", right)


def claims_csv() -> str:
    """Return 200 more claims as a file to import, one claim a row."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["企业名称", "产品描述", "申报领域", "重要程度"])
    stakes = {"high": "高", "normal": "一般", "low": "低"}
    for example in examples("import.tsv"):
        for said in example.claims:
            table.writerow([example.enterprise, example.text, said.claim, stakes[example.stake]])
    return out.getvalue()
