"""``keyfield bench``: every peer on the same folds and on the same benchmark, in one run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from classifier.training.heldout import FOLDS
from classifier.training.material import folds, gather
from classifier.training.peers.learned import FastText, Linear, has_fasttext
from classifier.training.peers.lesson import Lesson, Texts, cut
from classifier.training.peers.measuring import (
    fair_by_kind,
    measured,
    read_labelled,
    views_of,
)
from classifier.training.peers.rules import keywords, majority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from classifier.training.ground import Ground
    from classifier.training.peers.lesson import Answers, Peer
    from classifier.training.peers.measuring import Benchmark, View

PEERS = ("majority", "keywords", "linear", "fasttext")
"""The peers, weakest first."""

TUNED_ON = ("mp10",)
"""Schemes on which settings are chosen; the first one where a taxonomy has none of them."""

LINEAR = (Linear(1, 0.5), Linear(1, 1.0), Linear(2, 0.5), Linear(2, 1.0), Linear(2, 2.0))
FASTTEXT = (
    FastText(epoch=5, lr=0.5, words=1, dim=50),
    FastText(epoch=5, lr=0.5, words=2, dim=50),
    FastText(epoch=15, lr=0.5, words=2, dim=50),
    FastText(epoch=15, lr=0.2, words=2, dim=100),
    FastText(epoch=5, lr=0.5, words=2, dim=50, longest=3),
    FastText(epoch=15, lr=0.2, words=2, dim=50, longest=3),
    FastText(epoch=25, lr=0.5, words=2, dim=50, longest=3),
)
"""Settings that are tried on the inner split."""

_INNER = 5  # one family of so many of the first fold's training part chooses the settings


@dataclass(frozen=True, slots=True)
class Field:
    """All that the peers are taught on and asked for."""

    lesson: Lesson
    fold: NDArray[np.int64]
    inner: NDArray[np.int64]
    kinds: tuple[str, ...]
    views: tuple[View, ...]
    schemes: tuple[str, ...]
    benchmark: Benchmark | None
    asked: Texts

    def examples(self, mask: NDArray[np.bool_]) -> Lesson:
        """Return a lesson of the lexicon and of the descriptions of a mask."""
        rows = self.lesson.terms + np.flatnonzero(mask)
        return self.lesson.at(np.concatenate([np.arange(self.lesson.terms), rows]))

    def texts(self, mask: NDArray[np.bool_]) -> Texts:
        """Return the texts of the descriptions of a mask."""
        return self.lesson.texts.at(self.lesson.terms + np.flatnonzero(mask))

    def answered(self, parts: Iterable[tuple[NDArray[np.bool_], Answers]]) -> Answers:
        """Put answers to the descriptions of some masks in the places of all descriptions."""
        out: dict[str, list[str]] = {}
        for mask, given in parts:
            rows = np.flatnonzero(mask)
            for scheme, answers in given.items():
                whole = out.setdefault(scheme, [""] * len(mask))
                for row, answer in zip(rows, answers, strict=True):
                    whole[row] = answer
        return out


def field_of(ground: Ground, benchmark: Path | None) -> Field:
    """Read what the peers are taught on, cut it into words, and divide it as a training does."""
    lexicon, examples = ground.taxonomy.lexicon, ground.examples
    schemes = tuple(ground.taxonomy.schemes)
    rows = gather(lexicon, examples)
    gold = None if benchmark is None else read_labelled(benchmark, schemes)
    asked = () if gold is None else gold.texts
    whole = cut([*(t.text for t in lexicon.terms), *(e.text for e in examples), *asked])
    count = len(rows.labels)
    taught, rest = (np.arange(count), np.arange(count, count + len(asked)))
    groups = rows.groups[rows.terms :]
    return Field(
        lesson=Lesson(whole.at(taught), tuple(rows.labels), rows.weights, rows.terms),
        fold=folds(groups, FOLDS),
        inner=folds([f"inner {g}" for g in groups], _INNER),
        kinds=tuple(e.kind for e in examples),
        views=views_of(examples, schemes),
        schemes=schemes,
        benchmark=gold,
        asked=whole.at(rest),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The setting that was best on the inner split, and the mean fair share of each tried."""

    setting: Linear | FastText
    tried: Mapping[str, float]


def choose(field: Field, settings: Sequence[Linear | FastText], jobs: int = 1) -> Choice:
    """Choose a setting on an inner split of the first fold's training part; first of equals."""
    schemes = [s for s in TUNED_ON if s in field.schemes] or list(field.schemes[:1])
    train = field.fold != 0
    held = train & (field.inner == 0)
    lesson, asked = field.examples(train & ~held), field.texts(held)
    every = Parallel(n_jobs=jobs)(delayed(s)(lesson, asked, schemes) for s in settings)
    tried = {}
    best, most = settings[0], -1.0
    for setting, given in zip(settings, every, strict=True):
        answers = field.answered([(held, given)])
        found = [
            view.measure(answers, held)["fair"] for view in field.views if view.scheme in schemes
        ]
        tried[str(setting)] = round(float(np.mean(found)), 4)
        if tried[str(setting)] > most:
            best, most = setting, tried[str(setting)]
    return Choice(best, tried)


def bench(
    ground: Ground,
    *,
    benchmark: Path | None = None,
    scored: int = FOLDS,
    names: Sequence[str] = PEERS,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Teach and measure every peer.

    Parameters
    ----------
    ground
        Schemes, lexicon and corpus; the same rows, weights and folds as in a training.
    benchmark
        A labelled file; the peers are then taught on all rows and asked for its texts.
    scored
        Folds that are scored, of those of a training, from the first on.
    names
        The peers.

    Returns
    -------
    dict
        What goes into ``peers.json``: content hashes, and for each peer its setting, its
        figures by view (``heldout``, ``benchmark``) and its fair share by kind of text.

    Raises
    ------
    InputError
        The benchmark cannot be read.
    """
    field = field_of(ground, benchmark)
    progress(f"{field.lesson.terms} terms, {len(field.fold)} descriptions, cut by jieba")
    measured_peers, left_out = [], []
    for name in names:
        if name == "fasttext" and not has_fasttext():
            left_out.append({"name": name, "reason": "fasttext-numpy2 is not installed"})
            continue
        peer, tried = _peer(name, field, jobs)
        for setting, fair in tried.items():
            progress(f"{name}  {setting}  fair on the inner split {fair:.4f}")
        found = _measure(field, peer, scored, partial(_step, progress, name))
        setting = str(peer) if tried else ""
        measured_peers.append({"name": name, "setting": setting, "tried": dict(tried), **found})
    return {
        "hashes": dict(ground.hashes),
        "counts": {"terms": field.lesson.terms, "examples": len(field.fold)},
        "folds": {"of": FOLDS, "scored": scored},
        "benchmark": None
        if field.benchmark is None
        else {"name": field.benchmark.name, "texts": len(field.benchmark.texts)},
        "peers": measured_peers,
        "left_out": left_out,
    }


def _step(progress: Callable[[str], None], name: str, words: str) -> None:
    progress(f"{name}  {words}")


def _peer(name: str, field: Field, jobs: int) -> tuple[Peer, Mapping[str, float]]:
    if name == "majority":
        return majority, {}
    if name == "keywords":
        return keywords, {}
    settings: Sequence[Linear | FastText] = LINEAR if name == "linear" else FASTTEXT
    choice = choose(field, settings, jobs)
    return replace(choice.setting, jobs=jobs), choice.tried


def _measure(
    field: Field, peer: Peer, scored: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    parts = []
    for number in range(scored):
        outside = field.fold == number
        given = peer(field.examples(~outside), field.texts(outside), field.schemes)
        parts.append((outside, given))
        progress(f"fold {number + 1} of {scored}")
    answers = field.answered(parts)
    seen = field.fold < scored
    out: dict[str, Any] = {
        "heldout": measured(field.views, answers, seen),
        "by_kind": fair_by_kind(field.views, answers, field.kinds, seen),
        "benchmark": None,
    }
    if field.benchmark is not None:
        given = peer(field.lesson, field.asked, field.schemes)
        out["benchmark"] = measured(field.benchmark.views, given)
        progress(field.benchmark.name)
    return out
