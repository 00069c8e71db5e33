"""Peers that learn: words with TF-IDF under a linear SVM, and fastText."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from classifier.training.peers.lesson import level_by_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.training.peers.lesson import Answers, Lesson, Texts

_SEED = 20260401
_LABEL = "__label__"
_TOLERANCE = 0.01
_BUCKETS = 500_000  # hashed vectors of word runs and parts of words; 2 million take 400 MB a model


@dataclass(frozen=True, slots=True)
class Linear:
    """jieba + TfidfVectorizer + LinearSVC, one vs. rest; sublinear counts, idf, L2 norm.

    ``words`` is the longest run of words that is a feature, ``c`` the penalty.
    """

    words: int = 1
    c: float = 1.0
    jobs: int = 1

    def __str__(self) -> str:
        return f"words={self.words} C={self.c:g}"

    def __call__(self, lesson: Lesson, asked: Texts, schemes: Sequence[str]) -> Answers:
        """Learn and answer every scheme."""
        learn = partial(_linear, self)
        given = Parallel(n_jobs=self.jobs)(
            delayed(level_by_level)(learn, lesson, asked, s) for s in schemes
        )
        return dict(zip(schemes, given, strict=True))


def _linear(
    setting: Linear,
    taught: Texts,
    notations: NDArray[np.str_],
    weights: NDArray[np.float64],
    asked: Texts,
) -> NDArray[np.str_]:
    features = TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, ngram_range=(1, setting.words), sublinear_tf=True
    )
    matrix = features.fit_transform(taught.words)
    model = LinearSVC(C=setting.c, tol=_TOLERANCE, random_state=_SEED)
    model.fit(matrix, notations, sample_weight=weights)
    answers: NDArray[np.str_] = model.predict(features.transform(asked.words))
    return answers


@dataclass(frozen=True, slots=True)
class FastText:
    """Supervised fastText with softmax, one thread and a seed, so that it gives the same again.

    It takes no weights: a row stands as often as it counts. ``longest`` is the length of the
    longest part of a word that has a vector of its own, 0 for whole words only.
    """

    epoch: int = 10
    lr: float = 0.5
    words: int = 2
    dim: int = 50
    longest: int = 0
    jobs: int = 1

    def __str__(self) -> str:
        parts = asdict(self)
        names = {"words": "wordNgrams", "longest": "maxn"}
        return " ".join(f"{names.get(k, k)}={v:g}" for k, v in parts.items() if k != "jobs")

    def __call__(self, lesson: Lesson, asked: Texts, schemes: Sequence[str]) -> Answers:
        """Learn and answer every scheme."""
        learn = partial(_fasttext, self)
        given = Parallel(n_jobs=self.jobs)(
            delayed(level_by_level)(learn, lesson, asked, s) for s in schemes
        )
        return dict(zip(schemes, given, strict=True))


def _fasttext(
    setting: FastText,
    taught: Texts,
    notations: NDArray[np.str_],
    weights: NDArray[np.float64],
    asked: Texts,
) -> NDArray[np.str_]:
    import fasttext  # noqa: PLC0415  (of the development extra: it may be missing)

    often = np.maximum(1, np.rint(weights / weights.min())).astype(int)
    order = np.random.default_rng(_SEED).permutation(np.repeat(np.arange(len(notations)), often))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "taught.txt"
        lines = (f"{_LABEL}{notations[row]} {taught.words[row]}\n" for row in order)
        path.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(
            str(path),
            epoch=setting.epoch,
            lr=setting.lr,
            wordNgrams=setting.words,
            dim=setting.dim,
            minn=1 if setting.longest else 0,
            maxn=setting.longest,
            bucket=_BUCKETS,
            thread=1,
            seed=_SEED,
            verbose=0,
        )
    labels, _ = model.predict(list(asked.words))
    return np.array([given[0].removeprefix(_LABEL) for given in labels], dtype=np.str_)


def has_fasttext() -> bool:
    """Tell whether the package fasttext-numpy2 is there."""
    return find_spec("fasttext") is not None
