"""Pictures of the model card: learning curve, kinds of text, reliability, peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.schemes.labels import roll_up
from classifier.training.fit import depth_of
from classifier.training.plots import REFERENCE, canvas, svg
from classifier.training.record import read_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FOLDER = "figures"
CAPTIONS = {
    "peers.svg": "Fair share of each peer on held-out folds and on the benchmark",
    "learning-curve.svg": "Fair share on one held-out fold over the size of the corpus",
    "kinds.svg": "Held-out fair share by kind of text",
    "reliability.svg": "Stated probability of the first answer against the share that is right",
}
"""What each picture shows, in the order of the card."""

COLOURS = ("#1f5fa8", "#c77700", "#3a7d44", "#8a4fa0", "#b3261e", "#00838f", "#5d4037", "#8a94a6")
_BINS = 10
_COLUMNS = 4


def learning_curve_picture(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the fair share of each scheme over descriptions, as ``curve.learning_curve`` gives."""
    with canvas(7.2, 3.2) as (figure, axes):
        texts = [point["texts"] for point in points]
        for colour, scheme in zip(COLOURS, points[0]["fair"], strict=False):
            fair = [point["fair"][scheme] for point in points]
            axes.plot(texts, fair, marker="o", color=colour, label=scheme)
            for x, y in zip(texts, fair, strict=True):
                axes.annotate(f"{y:.3f}", (x, y), (0, 6), textcoords="offset points", ha="center")
        axes.set_xlabel("descriptions (the lexicon is always in)")
        axes.set_ylabel("fair, before calibration")
        axes.margins(y=0.2)
        axes.legend(frameon=False, loc="lower right")
        return svg(figure)


def kinds_picture(by_kind: Mapping[str, Mapping[str, float]]) -> str:
    """Return the fair share of each kind of text, a mark a scheme."""
    kinds = list(dict.fromkeys(kind for found in by_kind.values() for kind in found))
    with canvas(7.2, 0.42 * len(kinds) + 1.3) as (figure, axes):
        for colour, (scheme, found) in zip(COLOURS * len(by_kind), by_kind.items(), strict=False):
            places = [kinds.index(kind) for kind in found]
            axes.plot(list(found.values()), places, "o", color=colour, label=scheme)
        axes.set_yticks(range(len(kinds)), kinds)
        axes.invert_yaxis()
        axes.grid(axis="x", color=REFERENCE, linewidth=0.4)
        axes.set_xlabel("fair")
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        return svg(figure)


def reliability(
    stated: NDArray[np.floating[Any]], right: NDArray[np.bool_], bins: int = _BINS
) -> list[tuple[float, float, int]]:
    """Return, for each bin that holds a text, mean stated probability, share right, and texts.

    Parameters
    ----------
    stated
        Probability of the first answer, shape (texts,), 0 to 1.
    right
        Whether it is the primary label.
    """
    at = np.minimum((stated * bins).astype(int), bins - 1)
    return [
        (float(stated[at == b].mean()), float(right[at == b].mean()), int((at == b).sum()))
        for b in range(bins)
        if (at == b).any()
    ]


def reliability_picture(
    answers: Mapping[str, tuple[NDArray[np.floating[Any]], NDArray[np.bool_]]],
) -> str:
    """Return stated against found shares, a panel a scheme, a mark a bin that holds a text.

    ``answers`` maps a scheme to the arrays of ``reliability``.
    """
    rows = -(-len(answers) // _COLUMNS)
    columns = min(_COLUMNS, len(answers))
    with canvas(1.85 * columns, 2.0 * rows, rows, columns) as (figure, panels):
        for panel in np.ravel(panels):
            panel.set_axis_off()
        for panel, (scheme, (stated, right)) in zip(
            np.ravel(panels), answers.items(), strict=False
        ):
            panel.set_axis_on()
            found = reliability(stated, right)
            panel.plot([0, 1], [0, 1], color=REFERENCE, linewidth=0.8, linestyle="--")
            panel.plot(
                [s for s, _, _ in found],
                [r for _, r, _ in found],
                marker="o",
                markersize=3,
                color=COLOURS[0],
            )
            error = sum(abs(s - r) * n for s, r, n in found) / len(stated)
            panel.set_title(f"{scheme}  error {error:.3f}", fontsize=8)
            panel.set(xlim=(0, 1.03), ylim=(0, 1.03), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        figure.supxlabel("stated probability", fontsize=8)
        figure.supylabel("share right", fontsize=8)
        return svg(figure)


def peers_picture(places: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return bars of fair shares: a panel a place, a group a view, a bar a peer.

    ``places`` maps a place (held out, benchmark) to peers, and these to shares by view.
    """
    with canvas(7.2, 2.6 * len(places), len(places), 1) as (figure, panels):
        for panel, (place, peers) in zip(np.ravel(panels), places.items(), strict=True):
            views = list(dict.fromkeys(v for shares in peers.values() for v in shares))
            width = 0.85 / len(peers)
            colours = COLOURS * len(peers)
            for number, (peer, shares) in enumerate(peers.items()):
                panel.bar(
                    [i + (number - (len(peers) - 1) / 2) * width for i in range(len(views))],
                    [shares.get(view, 0) for view in views],
                    width,
                    color=colours[number],
                    label=peer,
                )
            panel.set_xticks(range(len(views)), views)
            panel.set_ylim(0, 1)
            panel.set_ylabel("fair")
            panel.set_title(place, loc="left")
        handles, labels = np.ravel(panels)[0].get_legend_handles_labels()
        figure.legend(handles, labels, frameon=False, loc="outside lower center", ncols=len(labels))
        return svg(figure)


def draw(
    folder: Path,
    manifest: Mapping[str, Any],
    *,
    places: Mapping[str, Mapping[str, Mapping[str, float]]],
    curve: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Draw the pictures for which there are figures into a model folder; return their names.

    Raises
    ------
    ArtefactError
        The record of what was held out was changed.
    """
    drawn = {}
    if places:
        drawn["peers.svg"] = peers_picture(places)
    if curve:
        drawn["learning-curve.svg"] = learning_curve_picture(curve)
    drawn["kinds.svg"] = kinds_picture(
        {
            scheme: {kind: row["fair"] for kind, row in kinds.items()}
            for scheme, kinds in manifest["metrics_by_kind"].items()
        }
    )
    held = _held(folder, manifest)
    if held:
        drawn["reliability.svg"] = reliability_picture(held)
    (folder / FOLDER).mkdir(exist_ok=True)
    for name, text in drawn.items():
        (folder / FOLDER / name).write_text(text, encoding="utf-8")
    return list(drawn)


def _held(
    folder: Path, manifest: Mapping[str, Any]
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Return stated probabilities and whether they were right, from the model's record."""
    out = {}
    rows = read_record(folder, manifest) or []
    for scheme in [head["scheme"] for head in manifest["heads"]]:
        found = [row.answers[scheme] for row in rows if scheme in row.answers]
        if found:
            depth = depth_of(scheme)
            out[scheme] = (
                np.array([a.probability for a in found]),
                np.array([roll_up(a.truth.primary, depth) == a.answer for a in found]),
            )
    return out
