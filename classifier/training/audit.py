"""``keyfield corpus check``: duplicates, contradictions, counts."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from classifier.errors import Problem
from classifier.schemes.labels import NONE, UNLABELLED, ancestors
from classifier.schemes.mappings import contradicts
from classifier.training.keys import letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.schemes.taxonomy import Taxonomy
    from classifier.training.corpus import Example

NEAR = 0.6
"""Jaccard similarity of character 5-grams from which two texts are near duplicates."""

_GRAM = 5


@dataclass(frozen=True, slots=True)
class Audit:
    """What a check of the corpus found."""

    problems: tuple[Problem, ...]
    by_concept: dict[str, Counter[str]]
    by_kind: Counter[str]


def audit(
    examples: Sequence[Example], taxonomy: Taxonomy, benchmark: Sequence[tuple[str, str]] = ()
) -> Audit:
    """Check examples that were read without a problem.

    Parameters
    ----------
    examples
        The corpus.
    taxonomy
        Its schemes and mappings decide which labels contradict one another.
    benchmark
        (id, text) of benchmark rows; no example may repeat one, nearly or exactly.
    """
    problems = [*duplicates(examples, benchmark), *contradictions(examples, taxonomy)]
    by_concept: dict[str, Counter[str]] = {scheme: Counter() for scheme in taxonomy.schemes}
    for example in examples:
        for scheme, cell in example.labels.items():
            by_concept[scheme].update(ancestors(cell.primary))
    return Audit(tuple(problems), by_concept, Counter(e.kind for e in examples))


def _gram_matrix(texts: Sequence[str]) -> sparse.csr_matrix:
    index: dict[str, int] = {}
    indptr: list[int] = [0]
    indices: list[int] = []
    for text in texts:
        plain = letters(text)
        grams = {plain[i : i + _GRAM] for i in range(max(1, len(plain) - _GRAM + 1))}
        indices.extend(index.setdefault(gram, len(index)) for gram in grams)
        indptr.append(len(indices))
    data = np.ones(len(indices), dtype=np.float32)
    return sparse.csr_matrix((data, indices, indptr), shape=(len(texts), max(1, len(index))))


def near_pairs(texts: Sequence[str], least: float = NEAR) -> list[tuple[int, int, float]]:
    """Return pairs (i, j, similarity), i < j, of texts that nearly repeat one another.

    The similarity is the Jaccard index of the sets of character 5-grams.
    """
    grams = _gram_matrix(texts)
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    out: list[tuple[int, int, float]] = []
    step = 1000
    for begin in range(0, len(texts), step):
        common = (grams[begin : begin + step] @ grams.T).tocoo()
        left, right = common.row + begin, common.col
        keep = left < right
        left, right, both = left[keep], right[keep], common.data[keep]
        similarity = both / (sizes[left] + sizes[right] - both)
        hit = similarity >= least
        rows = zip(left[hit], right[hit], similarity[hit], strict=True)
        out.extend((int(i), int(j), float(s)) for i, j, s in rows)
    return sorted(out)


def nearest(
    texts: Sequence[str], others: Sequence[str], offset: int, least: float = NEAR
) -> list[int | None]:
    """Return, for each text, the index of the most similar of ``others`` before its own place.

    Parameters
    ----------
    texts
        They stand in ``others`` from index ``offset`` on.
    least
        Similarity below which there is none.
    """
    grams = _gram_matrix(others)
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    out: list[int | None] = []
    step = 500
    for begin in range(0, len(texts), step):
        rows = range(offset + begin, offset + min(begin + step, len(texts)))
        common = (grams[rows.start : rows.stop] @ grams.T).tocsr()
        for at, row in enumerate(rows):
            part = slice(common.indptr[at], common.indptr[at + 1])
            columns = common.indices[part]
            similarity = common.data[part] / (sizes[row] + sizes[columns] - common.data[part])
            similarity = np.where(columns < row, similarity, 0.0)
            best = int(np.lexsort((columns, -similarity))[0]) if len(columns) else 0
            near = len(columns) > 0 and similarity[best] >= least
            out.append(int(columns[best]) if near else None)
    return out


def duplicates(
    examples: Sequence[Example], benchmark: Sequence[tuple[str, str]] = ()
) -> list[Problem]:
    """Return a problem for every text that repeats an earlier one or a benchmark row."""
    texts = [e.text for e in examples] + [text for _, text in benchmark]
    problems = []
    for i, j, similarity in near_pairs(texts):
        if i >= len(examples):
            continue  # two benchmark rows
        example = examples[i]
        if j >= len(examples):
            other = f"benchmark row {benchmark[j - len(examples)][0]}"
        else:
            other = f"{examples[j].file}:{examples[j].line} ({examples[j].id})"
        word = "repeats" if similarity == 1 else f"nearly repeats ({similarity:.2f})"
        problems.append(
            Problem(example.file, example.line, "text", f"{example.id} {word} {other}; keep one")
        )
    return problems


def contradictions(examples: Sequence[Example], taxonomy: Taxonomy) -> list[Problem]:
    """Return a problem for every label set that the mappings do not allow.

    A scheme's labels contradict ``sei2018`` where no label of the one (primary or also)
    goes with any of the other; "none" goes with everything.
    """
    pivot = "sei2018"
    problems = []
    for scheme in taxonomy.schemes:
        if scheme == pivot:
            continue
        allowed = taxonomy.mappings.allowed(scheme, pivot)
        for example in examples:
            mine, other = example.label(scheme), example.label(pivot)
            if {NONE, UNLABELLED} & {mine.primary, other.primary}:
                continue
            if all(
                NONE not in (a, b) and contradicts(allowed, a, b)
                for a in mine.notations
                for b in other.notations
            ):
                problems.append(
                    Problem(
                        example.file,
                        example.line,
                        scheme,
                        f"{example.id}: {scheme} {mine} does not go with {pivot} {other} by "
                        "the mappings; mend a label, or the mapping if the label is right",
                    )
                )
    return problems


def read_benchmark(path: Path) -> list[tuple[str, str]]:
    """Return (id, text) of a benchmark file by the contract; nothing else is read of it."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["id"], row["text"]) for row in rows]
