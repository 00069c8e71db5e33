"""The model beside its peers: lines of figures, for a terminal, a card and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.training.fit import depth_of
from classifier.training.heldout import FOLDS
from classifier.training.peers.measuring import MEASURES, View, fair_by_kind
from classifier.training.record import read_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from classifier.training.peers.measuring import Row

MODEL = "model"
TITLES = {
    MODEL: ("本模型", "this model"),
    "fasttext": ("fastText", "fastText"),
    "linear": ("结巴+TF-IDF+SVM", "jieba+TF-IDF+SVM"),
    "keywords": ("词表关键词", "keyword rules"),
    "majority": ("多数类", "majority class"),
}
"""Name of each line, in Chinese and English, in the order in which they are shown."""

HELD_OUT, BENCHMARK = "heldout", "benchmark"


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one peer in one place, by view."""

    name: str
    views: Mapping[str, Row]


def lines(place: str, results: Mapping[str, Any], model: Mapping[str, Row] | None) -> list[Line]:
    """Return the model's line, if there is one, and then those of its peers.

    Parameters
    ----------
    place
        ``heldout`` or ``benchmark``.
    results
        What ``bench`` gave.
    model
        The model's own figures there.
    """
    found = {p["name"]: p[place] for p in results["peers"] if p[place]}
    if model and found:
        found[MODEL] = {
            view: {m: row[m] for m in MEASURES if m in row} for view, row in model.items()
        }
    return [Line(name, found[name]) for name in TITLES if name in found]


def own_held_out(
    folder: Path, manifest: Mapping[str, Any], scored: int
) -> tuple[dict[str, Row], dict[str, Mapping[str, float]]]:
    """Return the model's held-out figures by view, and its fair shares by view and kind.

    Where fewer than all folds are scored, they are those of the same folds, from the record
    of the training; what the record does not tell (three digits) is of all folds.

    Raises
    ------
    ArtefactError
        The record was changed.
    """
    metrics = dict(manifest["metrics"])
    by_kind: dict[str, Mapping[str, float]] = {
        scheme: {kind: row["fair"] for kind, row in kinds.items()}
        for scheme, kinds in manifest["metrics_by_kind"].items()
    }
    record = read_record(folder, manifest) if scored < FOLDS else None
    for scheme in by_kind if record else ():
        rows = [r for r in record or () if _fold(r.group) < scored and scheme in r.answers]
        cells = tuple(r.answers[scheme].truth for r in rows)
        at = np.arange(len(rows))
        view = View(scheme, scheme, depth_of(scheme), at, cells)
        answers = {scheme: [r.answers[scheme].answer for r in rows]}
        metrics[scheme] = view.measure(answers)
        kinds = [r.kind for r in rows]
        by_kind |= fair_by_kind([view], answers, kinds, np.ones(len(rows), dtype=bool))
    return metrics, by_kind


def _fold(family: str) -> int:
    """Return the fold of a family from its hash in a record, as ``material.folds`` does."""
    return int(family, 16) % FOLDS


def best(found: list[Line], view: str, measure: str) -> float | None:
    """Return the best value of a measure in a view; the lowest of false positives."""
    values = [line.views[view][measure] for line in found if view in line.views]
    if not values:
        return None
    return min(values) if measure == "false_positive" else max(values)


def views(found: list[Line], results: Mapping[str, Any], place: str) -> list[str]:
    """Return the views of a place in the order in which the peers were measured."""
    order = next((list(p[place]) for p in results["peers"] if p[place]), [])
    return [view for view in order if any(view in line.views for line in found)]


def same_rows(results: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Tell whether model and peers were taught on the same lexicon and corpus."""
    return all(results["hashes"][k] == manifest["hashes"].get(k) for k in ("lexicon", "corpus"))


def section(
    results: Mapping[str, Any],
    folder: Path,
    manifest: Mapping[str, Any],
    scores: Mapping[str, Row] | None,
) -> list[str]:
    """Return the model card's chapter, in English."""
    folds, counts = results["folds"], results["counts"]
    of = "all" if folds["scored"] == folds["of"] else f"the first {folds['scored']} of"
    out = [
        "## Beside its peers",
        "",
        (
            f"All taught on {counts['examples']} descriptions and {counts['terms']} terms with the "
            f"same weights, and scored on {of} {folds['of']} folds (`keyfield bench`). A cell is "
            "fair / recall / false+; fair is bold where it is the best of its column."
        ),
    ]
    if not same_rows(results, manifest):
        out += ["", "The peers were taught on another state of the corpus than this model."]
    for place, (title, model) in _places(results, folder, manifest, scores).items():
        found = lines(place, results, model)
        if found:
            out += ["", f"{title}:", "", *_table(found, views(found, results, place))]
    settings = [p for p in results["peers"] if p["setting"]]
    for peer in settings:
        tried = ", ".join(f"`{s}` {fair:.3f}" for s, fair in peer["tried"].items())
        out += [
            "",
            (
                f"{TITLES[peer['name']][1]}: `{peer['setting']}`, chosen on an inner split of the "
                f"first fold's training part (fair: {tried})."
            ),
        ]
    out += [
        line
        for left in results["left_out"]
        for line in ("", f"{TITLES[left['name']][1]} is left out: {left['reason']}.")
    ]
    return [*out, ""]


def _table(found: list[Line], names: list[str]) -> list[str]:
    out = ["| | " + " | ".join(names) + " |", "|---" * (1 + len(names)) + "|"]
    for line in found:
        cells = []
        for view in names:
            row = line.views.get(view)
            if row is None:
                cells.append("–")
                continue
            fair = f"{row['fair']:.3f}"
            if row["fair"] == best(found, view, "fair"):
                fair = f"**{fair}**"
            cells.append(f"{fair} / {row['recall']:.3f} / {row['false_positive']:.3f}")
        out.append(f"| {TITLES[line.name][1]} | " + " | ".join(cells) + " |")
    return out


def places(
    results: Mapping[str, Any],
    folder: Path,
    manifest: Mapping[str, Any],
    scores: Mapping[str, Row] | None,
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the fair shares by place, peer and view, under English names, for a picture."""
    out = {}
    for place, (title, model) in _places(results, folder, manifest, scores).items():
        found = lines(place, results, model)
        names = views(found, results, place)
        if found:
            out[title] = {
                TITLES[line.name][1]: {v: line.views[v]["fair"] for v in names if v in line.views}
                for line in found
            }
    return out


def _places(
    results: Mapping[str, Any],
    folder: Path,
    manifest: Mapping[str, Any],
    scores: Mapping[str, Row] | None,
) -> dict[str, tuple[str, Mapping[str, Row] | None]]:
    """Return the title of each place and the model's own figures there."""
    own, _ = own_held_out(folder, manifest, results["folds"]["scored"])
    return {HELD_OUT: ("Held out", own), BENCHMARK: ("Benchmark", scores)}
