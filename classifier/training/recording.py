"""Writes the record of a training: see ``record`` for what is in it."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

from classifier.training.keys import text_key
from classifier.training.record import EACH, FRONT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.training.corpus import Example
    from classifier.training.heldout import Assessment


def write_record(examples: Sequence[Example], assessment: Assessment) -> bytes:
    """Return the record of a training: one row an example, the same bytes for the same input."""
    schemes = tuple(assessment.answers)
    cells = {
        scheme: {
            int(row): (
                str(examples[row].label(scheme)),
                found.columns[best],
                "+" if taken else "",
                f"{shares[best]:.3f}",
            )
            for row, best, taken, shares in zip(
                found.rows.tolist(),
                found.best.tolist(),
                found.taken.tolist(),
                found.probabilities,
                strict=True,
            )
        }
        for scheme, found in assessment.answers.items()
    }
    lines = ["\t".join([*FRONT, *(f"{s}.{name}" for s in schemes for name in EACH)])]
    for row, example in enumerate(examples):
        parts = [text_key(example.text), family(example.group), example.kind, example.id]
        for scheme in schemes:
            parts.extend(cells[scheme].get(row, ("",) * len(EACH)))
        lines.append("\t".join(parts))
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


def family(group: str) -> str:
    """Return the hash under which a record names a product family."""
    return hashlib.sha256(group.encode()).hexdigest()[:12]
