"""What a model was trained on and answered on its folds: ``heldout.tsv.gz`` in its folder.

Texts are not in it, only a hash of their letters, so a model can be handed on without them.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import ArtefactError
from classifier.schemes.labels import LabelCell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any


HELD_OUT = "heldout.tsv.gz"
FRONT = ("key", "group", "kind", "id")
EACH = ("truth", "answer", "accepted", "probability")


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """A held-out answer in one scheme, beside the truth."""

    truth: LabelCell
    answer: str
    accepted: bool
    probability: float


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A text that a model was trained on, with its held-out answer by scheme."""

    key: str
    group: str
    kind: str
    id: str
    answers: Mapping[str, HeldAnswer]


def read_record(folder: Path, manifest: Mapping[str, Any]) -> list[HeldRow] | None:
    """Read the record of a model folder; None where the model has none.

    Raises
    ------
    ArtefactError
        The record was changed since the model was written.
    """
    expected = manifest.get("records", {}).get(HELD_OUT)
    if expected is None:
        return None
    path = folder / HELD_OUT
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ArtefactError(f"{path} is missing; restore the model folder") from None
    if hashlib.sha256(data).hexdigest() != expected:
        raise ArtefactError(f"{path} was changed; restore the model folder")
    header, *lines = gzip.decompress(data).decode().splitlines()
    schemes = [h.removesuffix(".truth") for h in header.split("\t") if h.endswith(".truth")]
    return [_row(line.split("\t"), schemes) for line in lines]


def _row(cells: list[str], schemes: Sequence[str]) -> HeldRow:
    answers = {}
    for number, scheme in enumerate(schemes):
        at = len(FRONT) + number * len(EACH)
        truth, answer, accepted, probability = cells[at : at + len(EACH)]
        if truth:
            primary, _, also = truth.partition("|")
            cell = LabelCell(primary, tuple(also.split(",")) if also else ())
            answers[scheme] = HeldAnswer(cell, answer, accepted == "+", float(probability))
    key, group, kind, row_id = cells[: len(FRONT)]
    return HeldRow(key, group, kind, row_id, answers)
