"""Answers as bytes: a line of JSON, or a row of a table, for many rows at once.

A file of answers is the pieces one after another, so it is the same however the rows were
cut into pieces and whoever encoded them.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.domains.answer import Answer, Finding

_quoted = json.JSONEncoder(ensure_ascii=False).encode


def encode_answers(kind: str, ids: Sequence[str], answers: Iterable[Answer]) -> bytes:
    """Return the rows of answers in one of the kinds ``.jsonl``, ``.csv`` and ``.tsv``."""
    if kind == ".jsonl":
        return "".join(map(json_line, ids, answers)).encode()
    return _table(kind, (list(flat(i, a).values()) for i, a in zip(ids, answers, strict=True)))


def encode_header(kind: str, schemes: Sequence[str]) -> bytes:
    """Return what stands before the first row of a kind."""
    return b"" if kind == ".jsonl" else _table(kind, [columns(schemes)])


def columns(schemes: Sequence[str]) -> list[str]:
    """Return the names of a table's columns, see ``flat``."""
    each = [name for s in schemes for name in (s, f"{s}_probability", f"{s}_decision")]
    return ["id", *each, "model", "taxonomy"]


def flat(row_id: str, answer: Answer) -> dict[str, Any]:
    """Return one row of a table: id, then primary, probability and decision a scheme."""
    out: dict[str, Any] = {"id": row_id}
    for scheme, found in answer.domains.items():
        out[scheme] = found.primary or "-"
        out[f"{scheme}_probability"] = round(found.probability, 4)
        out[f"{scheme}_decision"] = found.decision
    out["model"] = answer.versions.model
    out["taxonomy"] = answer.versions.taxonomy
    return out


def _table(kind: str, rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    delimiter = "\t" if kind == ".tsv" else ","
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


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
    if below is not None:
        probability = _shown[f"{below.probability:.4f}"]
        out += f', "narrower": {_label[below.notation]}{probability}}}'
    if found.decision == "review":
        out += f', "short_list": [{", ".join(map(_quoted, found.short_list))}]'
    return f'{out}, "conflict": true}}' if found.conflict else out + "}"
