"""Answers as bytes: a line of JSON, or a row of a table, for many rows at once.

They are made from the arrays of decisions: an answer as an object holds some forty small ones,
which cost more than most texts take to score. A file of answers is the pieces one after another,
so it is the same however the rows were cut into pieces and whoever encoded them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.batch.header import DELIMITERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.domains.answer import Versions
    from classifier.domains.decisions import Decisions

_QUOTED = re.compile('[",\t\r\n]')
_quoted = json.JSONEncoder(ensure_ascii=False).encode
_DECIMALS = 10_000
_TIE = 1e-6
"""How near to a half, in the last decimal, a product of two floats cannot tell the sides."""


def encode(
    kind: str,
    ids: Iterable[str],
    decided: Iterable[tuple[Sequence[str], Mapping[str, Decisions]]],
    versions: Versions,
) -> bytes:
    """Return the rows of answers in one of the kinds ``.jsonl``, ``.csv`` and ``.tsv``.

    Parameters
    ----------
    kind
        The output's ending.
    ids
        Of all rows.
    decided
        Result of ``Classifier.decided``, with ``detail`` as ``wants_detail`` says.
    versions
        Those of the model.
    """
    left = iter(ids)
    rows = _lines if kind == ".jsonl" else _rows
    return "".join(
        [
            row
            for texts, found in decided
            for row in rows(kind, list(islice(left, len(texts))), found, versions)
        ]
    ).encode()


def wants_detail(kind: str) -> bool:
    """Tell whether a kind shows more of an answer than the primary."""
    return kind not in DELIMITERS


def encode_header(kind: str, schemes: Sequence[str]) -> bytes:
    """Return what stands before the first row of a kind."""
    if kind == ".jsonl":
        return b""
    return (DELIMITERS[kind].join(map(_plain, columns(schemes))) + "\n").encode()


def columns(schemes: Sequence[str]) -> list[str]:
    """Return the names of a table's columns: id, then three a scheme, then the versions."""
    each = [name for s in schemes for name in (s, f"{s}_probability", f"{s}_decision")]
    return ["id", *each, "model", "taxonomy"]


def decimals(probability: NDArray[np.floating[Any]]) -> list[int]:
    """Return probabilities in ten-thousandths, rounded as ``round`` does to four decimals."""
    scaled = probability.astype(np.float64).ravel() * _DECIMALS
    out = np.rint(scaled)
    for at in (np.abs(np.abs(scaled - out) - 0.5) < _TIE).nonzero()[0]:
        out[at] = np.rint(float(f"{float(probability.flat[at]):.4f}") * _DECIMALS)
    found: list[int] = out.astype(np.int64).tolist()
    return found


@cache
def _shown(behind: str = "") -> tuple[str, ...]:
    """Return every number of four decimals from 0 to 1 as JSON has it, and what stands behind."""
    begins = [f"0.{thousandths:03d}" for thousandths in range(1_000)]
    ends = [f"{digit}{behind}" for digit in range(10)]
    out = [begin + end for begin in begins for end in ends]
    out.append("")
    for n in range(0, _DECIMALS + 1, 10):  # no number ends in a nought but 0.0 and 1.0
        out[n] = f"{n / _DECIMALS!r}{behind}"
    return tuple(out)


def _rows(
    kind: str, ids: Sequence[str], decided: Mapping[str, Decisions], versions: Versions
) -> Iterator[str]:
    """Yield rows as ``csv`` writes them."""
    delimiter = DELIMITERS[kind]
    shown = _shown()
    cells: list[Sequence[str]] = [list(map(_plain, ids))]
    accepted: NDArray[np.bool_] | None = None  # in the scheme before
    for found in decided.values():
        if accepted is None:
            names, at = _cells(found.names), found.primary
        else:  # a decision and the next scheme's primary are one cell: fewer to put together
            names = _decided(_cells(found.names), delimiter)
            at = accepted * len(found.names) + found.primary
        cells.append([names[i] for i in at.tolist()])
        cells.append([shown[n] for n in decimals(found.probability)])
        accepted = found.accepted
    end = f"{delimiter}{versions.model}{delimiter}{versions.taxonomy}\n"
    last = _decided((end,), "")
    cells.append([last[i] for i in (() if accepted is None else accepted.tolist())])
    return map(delimiter.join, zip(*cells, strict=True))


@cache
def _cells(names: tuple[str | None, ...]) -> tuple[str, ...]:
    """Return notations as a table has them."""
    return tuple(_plain(name or "-") for name in names)


@cache
def _decided(cells: tuple[str, ...], delimiter: str) -> tuple[str, ...]:
    """Return cells with the decision before them: those under review, then those accepted."""
    return tuple(f"{how}{delimiter}{cell}" for how in ("review", "accept") for cell in cells)


def _plain(cell: str) -> str:
    """Return a cell, in quotes where it needs them."""
    return '"' + cell.replace('"', '""') + '"' if not cell or _QUOTED.search(cell) else cell


def _lines(
    _kind: str, ids: Sequence[str], decided: Mapping[str, Decisions], versions: Versions
) -> Iterator[str]:
    """Yield ``json.dumps(answer.to_json(row_id), ensure_ascii=False)`` and a line's end each."""
    findings = [_findings(scheme, found) for scheme, found in decided.items()]
    end = f'}}, "versions": {{"model": "{versions.model}", "taxonomy": "{versions.taxonomy}"}}}}\n'
    for row_id, domains in zip(ids, map(", ".join, zip(*findings, strict=True)), strict=True):
        yield f'{{"id": {_quoted(row_id)}, "domains": {{{domains}{end}'


@cache
def _notations(names: tuple[str | None, ...]) -> tuple[str, ...]:
    """Return notations as JSON has them."""
    return tuple(map(_quoted, names))


@cache
def _labels(names: tuple[str | None, ...]) -> tuple[str, ...]:
    """Return the beginnings of labels, up to their probabilities."""
    return tuple(f'{{"notation": {name}, "probability": ' for name in _notations(names))


def _findings(scheme: str, found: Decisions) -> list[str]:
    """Return the answers of one scheme."""
    notation, label = _notations(found.names), _labels(found.names)
    shown, closed = _shown(), _shown("}")
    begin = f'{_quoted(scheme)}: {{"primary": '
    width, longest = found.labels.shape[1], int(found.listed.max(initial=0))
    held = (found.labels >= 0).sum(axis=1).tolist()
    labels = [
        label[i] + closed[n]
        for i, n in zip(found.labels.ravel().tolist(), decimals(found.shares), strict=True)
    ]
    short = [notation[i] for i in found.ranked[:, :longest].ravel().tolist()]
    out = []
    for row, (primary, sure, probability, below, share, listed, conflict) in enumerate(
        zip(
            found.primary.tolist(),
            found.accepted.tolist(),
            decimals(found.probability),
            found.narrower.tolist(),
            decimals(found.narrower_share),
            found.listed.tolist(),
            found.conflict.tolist(),
            strict=True,
        )
    ):
        decision = "accept" if sure else "review"
        first = row * width
        text = (
            f'{begin}{notation[primary]}, "decision": "{decision}", "probability": '
            f'{shown[probability]}, "labels": [{", ".join(labels[first : first + held[row]])}]'
        )
        if below >= 0:
            text += f', "narrower": {label[below]}{closed[share]}'
        if not sure:
            first = row * longest
            text += f', "short_list": [{", ".join(short[first : first + listed])}]'
        out.append(f'{text}, "conflict": true}}' if conflict else text + "}")
    return out
