"""What every peer is taught: the rows of the training, cut into words by jieba."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.schemes.labels import NONE, roll_up
from classifier.text.normalise import canonical
from classifier.training.fit import depth_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.schemes.labels import LabelCell

FINER = {"sei2018": 3}
"""Schemes that are scored on a level below the one on which they decide, and that level."""

Answers = dict[str, list[str]]
"""A notation (``-`` for none) a text, by scheme; the finest that the peer gives."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in canonical form, and the same cut into words that spaces part."""

    plain: tuple[str, ...]
    words: tuple[str, ...]

    def at(self, rows: NDArray[np.int64]) -> Texts:
        """Return some of them."""
        return Texts(tuple(self.plain[r] for r in rows), tuple(self.words[r] for r in rows))


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows to learn from: the lexicon's ``terms`` first, then the descriptions.

    ``labels`` are a row's cells by scheme, ``weights`` (rows,) what it counts.
    """

    texts: Texts
    labels: tuple[Mapping[str, LabelCell], ...]
    weights: NDArray[np.float64]
    terms: int

    def at(self, rows: NDArray[np.int64]) -> Lesson:
        """Return a lesson of some rows, which must be rising."""
        return Lesson(
            self.texts.at(rows),
            tuple(self.labels[r] for r in rows),
            self.weights[rows],
            int((rows < self.terms).sum()),
        )

    def targets(
        self, scheme: str, depth: int, above: str = ""
    ) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
        """Return the rows whose primary is told on a level, and that primary.

        Parameters
        ----------
        depth
            The level; "none" counts as told on the first one.
        above
            Only rows whose primary lies below this notation.
        """
        rows, found = [], []
        for row, labels in enumerate(self.labels):
            primary = labels[scheme].primary if scheme in labels else ""
            if not primary or (above and not primary.startswith(above + ".")):
                continue
            if primary == NONE or primary.count(".") + 1 >= depth:
                rows.append(row)
                found.append(roll_up(primary, depth))
        return np.array(rows, dtype=np.int64), np.array(found, dtype=np.str_)


Peer = Callable[[Lesson, Texts, Sequence[str]], Answers]
"""Is taught on a lesson, and answers some texts in some schemes."""

Learner = Callable[[Texts, "NDArray[np.str_]", "NDArray[np.float64]", Texts], "NDArray[np.str_]"]
"""Learns one set of notations from texts, their notations and weights; answers other texts."""


def level_by_level(learn: Learner, lesson: Lesson, asked: Texts, scheme: str) -> list[str]:
    """Answer one scheme as the model does: its own level first, then what lies below.

    Where a level has one notation only, that one is the answer.
    """
    rows, notations = lesson.targets(scheme, depth_of(scheme))
    given = _learned(learn, lesson, rows, notations, asked)
    finer = FINER.get(scheme)
    if finer is None:
        return [str(n) for n in given]
    out = given.astype(object)
    for above in sorted({str(n) for n in given} - {NONE}):
        rows, notations = lesson.targets(scheme, finer, above)
        if len(rows):
            at = np.flatnonzero(given == above)
            out[at] = _learned(learn, lesson, rows, notations, asked.at(at))
    return [str(n) for n in out]


def _learned(
    learn: Learner,
    lesson: Lesson,
    rows: NDArray[np.int64],
    notations: NDArray[np.str_],
    asked: Texts,
) -> NDArray[np.str_]:
    if len(np.unique(notations)) < 2:  # noqa: PLR2004  (nothing to tell apart)
        only = notations[0] if len(notations) else NONE
        return np.full(len(asked.plain), only)
    return learn(lesson.texts.at(rows), notations, lesson.weights[rows], asked)


def cut(texts: Sequence[str]) -> Texts:
    """Return texts in canonical form, cut with jieba's own dictionary and without its HMM."""
    import jieba  # noqa: PLC0415  (the peers alone need its Python cutter)

    tokenizer = jieba.Tokenizer()
    # what initialize() does, without a cache in the folder for temporary files
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    plain = tuple(canonical(text) for text in texts)
    words = tuple(" ".join(" ".join(tokenizer.cut(text, HMM=False)).split()) for text in plain)
    return Texts(plain, words)
