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
    return b"" if kind == ".jsonl" else (_DELIMITERS[kind].join(columns(schemes)) + "\n").encode()


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


_shown, _label = _Probabilities(), _Labels()


def _row(row_id: str, answer: Answer, delimiter: str) -> str:
    """Return a row as ``csv`` writes it: but for the id, no cell can need a quote."""
    if _QUOTED.search(row_id) or not row_id:
        row_id = '"' + row_id.replace('"', '""') + '"'
    cells = [row_id]
    for found in answer.domains.values():
        cells += (found.primary or "-", _shown[f"{found.probability:.4f}"], found.decision)
    versions = answer.versions
    return delimiter.join((*cells, versions.model, versions.taxonomy)) + "\n"


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
    primary = "null" if found.primary is None else f'"{found.primary}"'
    probability = _shown[f"{found.probability:.4f}"]
    out = (
        f'"{scheme}": {{"primary": {primary}, "decision": "{found.decision}", '
        f'"probability": {probability}, "labels": [{labels}}}]'
    )
    below = found.narrower
    if below is None:
        return out + "}"
    probability = _shown[f"{below.probability:.4f}"]
    return f'{out}, "narrower": {_label[below.notation]}{probability}}}}}'
