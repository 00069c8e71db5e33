"""What is learned from: texts and terms with labels and weights, as one sparse matrix."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from classifier.domains.scoring import row_values
from classifier.schemes.labels import NOT_LABELLED, LabelCell
from classifier.text.features import pieces
from classifier.text.prepare import prepare
from classifier.text.segment import Segmenter, term_frequency
from classifier.text.vocabulary import Vocabulary
from classifier.training.telling import telling
from classifier.training.wordlike import wordlike

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.schemes.lexicon import Lexicon
    from classifier.text.vocabulary import Rows
    from classifier.training.corpus import Example

EXAMPLE_WEIGHT = 4.0
"""What a written description counts against one term of the lexicon (2, 4, 8 and 10 were
compared by grouped cross-validation; the differences are within noise)."""

LEAST_TEXTS = 5
"""Texts or terms that a feature must stand in. Held-out figures are equal for 2, 3, 4 and 6; on
real texts 2 is better by half a point in ``mp10`` and as good elsewhere, but a model of so many
features has 35 MB, and may have 16."""

_LEAST_OF_FEW = 2
_FEW = 20_000
"""Texts and terms below which ``_LEAST_OF_FEW`` is enough."""

_LONGEST_WORD = 8


@dataclass(frozen=True, slots=True)
class Material:
    """Rows to learn from: the lexicon's terms first, then the examples.

    ``masked`` texts, ``labels`` (a row's cells by scheme), ``weights`` (rows,),
    ``groups`` (empty for terms), ``examples`` the number of rows that are examples.
    """

    masked: list[str]
    labels: list[Mapping[str, LabelCell]]
    weights: NDArray[np.float64]
    groups: list[str]
    examples: int

    @property
    def terms(self) -> int:
        """Return the number of rows that are terms."""
        return len(self.masked) - self.examples

    def cells(self, scheme: str) -> list[LabelCell]:
        """Return one scheme's cell of every row; ``?`` where nobody labelled it."""
        return [labels.get(scheme, NOT_LABELLED) for labels in self.labels]


def gather(lexicon: Lexicon, examples: Sequence[Example]) -> Material:
    """Return terms and examples as rows."""
    texts = [t.text for t in lexicon.terms] + [e.text for e in examples]
    weights = np.ones(len(texts))
    weights[len(lexicon.terms) :] = EXAMPLE_WEIGHT
    return Material(
        masked=prepare(texts),
        labels=[t.labels for t in lexicon.terms] + [e.labels for e in examples],
        weights=weights,
        groups=[""] * len(lexicon.terms) + [e.group for e in examples],
        examples=len(examples),
    )


def dictionary(material: Material, lexicon: Lexicon) -> dict[str, int]:
    """Return the segmenter's words with frequencies, in sorted order.

    They are jieba's words that stand in any text or term, and the lexicon's terms.
    """
    import jieba  # noqa: PLC0415  (training alone needs it)

    joined = "\n".join(material.masked)
    known: dict[int, dict[str, int]] = {}
    path = Path(jieba.__file__).parent / "dict.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        if len(word) <= _LONGEST_WORD:
            known.setdefault(len(word), {})[word.lower()] = int(frequency)
    words: dict[str, int] = {}
    for length, of_length in known.items():
        present = {joined[i : i + length] for i in range(len(joined) - length + 1)}
        words.update((w, f) for w, f in of_length.items() if w in present)
    for masked in material.masked[: len(lexicon.terms)]:
        for word in masked.split():
            if len(word) > 1:
                words.setdefault(word, term_frequency(len(word)))
    return dict(sorted(words.items()))


@dataclass(frozen=True, slots=True)
class Design:
    """Features of all rows: vocabulary, idf and the normalised matrix."""

    vocabulary: Vocabulary
    idf: NDArray[np.float32]
    matrix: sparse.csr_matrix


def design(material: Material, words: dict[str, int], schemes: Iterable[str]) -> Design:
    """Build the feature matrix, shape (rows, features), rows of Euclidean norm 1.

    Parameters
    ----------
    material
        The rows.
    words
        The segmenter's words with their frequencies.
    schemes
        Whose labels tell which features say something.
    """
    found = pieces(material.masked)
    kept = wordlike(found, Segmenter(words))
    rows = len(material.masked)
    row, value = found.row[kept], found.hash[kept]
    order = np.lexsort((value, row))
    row, value = row[order], value[order]
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (row[1:] != row[:-1]) | (value[1:] != value[:-1])
    hashes, counts = np.unique(value[fresh], return_counts=True)
    keep = counts >= (LEAST_TEXTS if rows >= _FEW else _LEAST_OF_FEW)
    hashes, counts = hashes[keep], counts[keep]
    cells = {scheme: material.cells(scheme) for scheme in schemes}
    every = _matrix(Vocabulary(hashes).rows(found, rows), len(hashes))
    keep = telling(every, cells, material.weights)
    hashes, counts = hashes[keep], counts[keep]
    idf = (np.log((1 + rows) / (1 + counts)) + 1).astype(np.float32)
    own = Vocabulary(hashes).rows(found, rows)
    return Design(Vocabulary(hashes), idf, _matrix(own, len(hashes), row_values(own, idf)))


def _matrix(
    rows: Rows, columns: int, values: NDArray[np.float32] | None = None
) -> sparse.csr_matrix:
    """Return rows of features as a matrix, with the weights of places where no values are given."""
    matrix = sparse.csr_matrix(
        (
            (rows.weights if values is None else values).astype(np.float64),
            rows.indices.astype(np.int32),
            rows.indptr.astype(np.int32),
        ),
        shape=(len(rows.indptr) - 1, columns),
    )
    matrix.sort_indices()
    return matrix


def folds(groups: Sequence[str], count: int) -> NDArray[np.int64]:
    """Return a fold for every group name, by its hash: a family is never split.

    A name falls into the same fold whatever else is in the corpus.
    """
    return np.array(
        [int(hashlib.sha256(g.encode()).hexdigest()[:12], 16) % count for g in groups],
        dtype=np.int64,
    )
