"""What the speed is measured against: pipelines that people build, and floors below them.

Each is fitted on a small part of the corpus: how fast it predicts hangs on features and
columns, not on how well it was fitted. Its labels are those that the classifier answers:
six schemes on the level on which they decide, and the classes of ``sei2018``.
"""

from __future__ import annotations

import logging
import random
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jieba
import rjieba
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from classifier.domains.classifier import CHUNK
from classifier.schemes.labels import SCHEME_IDS
from classifier.text.features import pieces
from classifier.text.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier import Classifier

FITTED_ON = 3_000
HASHED_TO = 2**16
SEED = 6


def corpus(root: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Return texts and their primary labels, shuffled."""
    rows = []
    for path in sorted((root / "taxonomy" / "examples").glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        names = lines[0].split("\t")
        rows += [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
    random.Random(SEED).shuffle(rows)  # noqa: S311  (no secret is made here)
    labels = [{s: row.get(s, "-").split("|")[0] or "-" for s in SCHEME_IDS} for row in rows]
    return [row["text"] for row in rows], labels


def varied(texts: Sequence[str], count: int) -> list[str]:
    """Return so many texts of the same lengths, each changed somewhere: nothing can be cached."""
    chance = random.Random(SEED)  # noqa: S311  (no secret is made here)
    characters = "".join(texts)
    out = []
    for number in range(count):
        text = texts[number % len(texts)]
        parts = text.split("、")
        if len(parts) > 1:  # another text's product in place of one of its own
            other = chance.choice(texts).split("、")
            parts[chance.randrange(len(parts))] = chance.choice(other)
            text = "、".join(parts)
        at = chance.randrange(len(text) + 1)
        out.append(text[:at] + chance.choice(characters) + text[at + 1 :])
    chance.shuffle(out)
    return out


def _linear(vectorizer: Any, texts: Sequence[str], labels: Sequence[dict[str, str]]) -> Any:
    matrix = vectorizer.fit_transform(texts)
    models = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for scheme in SCHEME_IDS:
            target = [label[scheme] for label in labels]
            models.append(LinearSVC(max_iter=20).fit(matrix, target))

    def run(batch: Sequence[str]) -> object:
        features = vectorizer.transform(batch)
        return [model.predict(features) for model in models]

    return run


def _fasttext(texts: Sequence[str], labels: Sequence[dict[str, str]]) -> Any:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        with path.open("w", encoding="utf-8") as stream:
            for text, label in zip(texts, labels, strict=True):
                names = " ".join(f"__label__{s}:{n}" for s, n in label.items())
                stream.write(f"{names} {' '.join(rjieba.cut(text))}\n")
        model = fasttext.train_supervised(
            str(path), loss="ova", epoch=2, wordNgrams=2, bucket=200_000, thread=1, verbose=0
        )

    def run(batch: Sequence[str]) -> object:
        lines = [" ".join(rjieba.cut(text)).replace("\n", " ") for text in batch]
        return model.predict(lines, k=len(SCHEME_IDS))

    return run


def _in_chunks(run: Any) -> Any:
    """Return a run over chunks that stay in the cache, as the classifier's do."""
    return lambda batch: [run(batch[at : at + CHUNK]) for at in range(0, len(batch), CHUNK)]


def rivals(
    classifier: Classifier, texts: Sequence[str], labels: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """Return every pipeline by name: a function of texts."""
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    texts, labels = texts[:FITTED_ON], labels[:FITTED_ON]
    words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None)
    plain = TfidfVectorizer(tokenizer=lambda t: jieba.lcut(t, HMM=False), token_pattern=None)
    grams = HashingVectorizer(analyzer="char", ngram_range=(1, 4), n_features=HASHED_TO)
    segmenter = classifier._scorer.segmenter
    segmenter.cut(prepare(varied(texts, 3_000)))  # filled once
    return {
        "jieba + TfidfVectorizer + LinearSVC": _linear(words, texts, labels),
        "the same, jieba's HMM off": _linear(plain, texts, labels),
        "HashingVectorizer + LinearSVC": _linear(make_pipeline(grams), texts, labels),
        "rjieba + fastText": _fasttext(texts, labels),
        "floor: segmenting alone": _in_chunks(lambda part: segmenter.cut(["\n".join(part)])),
        "floor: hashing n-grams alone": _in_chunks(pieces),
    }
