"""Answers as bytes: a line of JSON, or a row of a table, for many rows at once.

A file of answers is the pieces one after another, so it is the same however the rows were
cut into pieces and whoever encoded them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.domains.answer import Answer, Finding

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_QUOTED = re.compile('[",\t\r\n]')
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def encode_answers(kind: str, ids: Sequence[str], answers: Iterable[Answer]) -> bytes:
    """Return the rows of answers in one of the kinds ``.jsonl``, ``.csv`` and ``.tsv``."""
    if kind == ".jsonl":
        return "".join(map(json_line, ids, answers)).encode()
    delimiter = _DELIMITERS[kind]
    return "".join([_row(i, a, delimiter) for i, a in zip(ids, answers, strict=True)]).encode()


def encode_header(kind: str, schemes: Sequence[str]) -> bytes:
    """Return what stands before the first row of a kind."""
    if kind == ".jsonl":
        return b""
    return (_DELIMITERS[kind].join(map(_plain, columns(schemes))) + "\n").encode()


def columns(schemes: Sequence[str]) -> list[str]:
    """Return the names of a table's columns: id, then three a scheme, then the versions."""
    each = [name for s in schemes for name in (s, f"{s}_probability", f"{s}_decision")]
    return ["id", *each, "model", "taxonomy"]


class _Probabilities(dict[str, str]):
    """A number of four decimals as JSON has it; there are 10,001 of them."""

    def __missing__(self, decimal: str) -> str:
        out = self[decimal] = repr(float(decimal))
        return out


class _Labels(dict[str | None, str]):
    """The beginning of a label, up to its probability."""

    def __missing__(self, notation: str | None) -> str:
        out = self[notation] = f'{{"notation": {_quoted(notation)}, "probability": '
        return out


class _Primaries(dict[str | None, str]):
    """A notation as JSON has it."""

    def __missing__(self, notation: str | None) -> str:
        out = self[notation] = _quoted(notation)
        return out


class _Cells(dict[str | None, str]):
    """A notation as a table has it."""

    def __missing__(self, notation: str | None) -> str:
        out = self[notation] = _plain(notation or "-")
        return out


_shown, _label, _primary, _cell = _Probabilities(), _Labels(), _Primaries(), _Cells()


def _row(row_id: str, answer: Answer, delimiter: str) -> str:
    """Return a row as ``csv`` writes it."""
    cells = [_plain(row_id)]
    for found in answer.domains.values():
        cells += (_cell[found.primary], _shown[f"{found.probability:.4f}"], found.decision)
    versions = answer.versions
    return delimiter.join((*cells, versions.model, versions.taxonomy)) + "\n"


def _plain(cell: str) -> str:
    """Return a cell, in quotes where it needs them."""
    return '"' + cell.replace('"', '""') + '"' if not cell or _QUOTED.search(cell) else cell


def json_line(row_id: str, answer: Answer) -> str:
    """Return ``json.dumps(answer.to_json(row_id), ensure_ascii=False)`` and a line's end.

    Written out because an answer holds some forty small objects: the general encoder
    takes 120 microseconds a row, more than many a text takes to score, and this 20.
    """
    domains = ", ".join([_finding(scheme, found) for scheme, found in answer.domains.items()])
    versions = answer.versions
    return (
        f'{{"id": {_quoted(row_id)}, "domains": {{{domains}}}, "versions": '
        f'{{"model": "{versions.model}", "taxonomy": "{versions.taxonomy}"}}}}\n'
    )


def _finding(scheme: str, found: Finding) -> str:
    labels = "}, ".join([_label[s.notation] + _shown[f"{s.probability:.4f}"] for s in found.labels])
    probability = _shown[f"{found.probability:.4f}"]
    out = (
        f'{_primary[scheme]}: {{"primary": {_primary[found.primary]}, '
        f'"decision": "{found.decision}", "probability": {probability}, "labels": [{labels}}}]'
    )
    below = found.narrower
    if below is not None:
        probability = _shown[f"{below.probability:.4f}"]
        out += f', "narrower": {_label[below.notation]}{probability}}}'
    if found.decision == "review":
        out += f', "short_list": [{", ".join([_primary[n] for n in found.short_list])}]'
    return f'{out}, "conflict": true}}' if found.conflict else out + "}"
