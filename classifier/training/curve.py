"""Learning curve: what the model would be worth if there were fewer descriptions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.training.evaluate import figures
from classifier.training.fit import depth_of, fit_head
from classifier.training.heldout import FOLDS
from classifier.training.material import design, dictionary, folds, gather
from classifier.training.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from classifier.training.ground import Ground

SHARES = (0.1, 0.25, 0.5, 1.0)
"""Shares of the product families; a smaller part stands whole in a larger one."""

SCHEMES = ("mp10", "sei2018")


def families(groups: Sequence[str], share: float) -> NDArray[np.bool_]:
    """Return which rows belong to the first families, by the hash of their name."""
    order = sorted(set(groups), key=lambda g: hashlib.sha256(f"curve {g}".encode()).digest())
    chosen = set(order[: max(1, round(share * len(order)))])
    return np.array([g in chosen for g in groups], dtype=bool)


@one_thread()
def learning_curve(
    ground: Ground,
    *,
    schemes: Sequence[str] = SCHEMES,
    shares: Sequence[float] = SHARES,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Fit the model's own heads on growing parts of the corpus; score the first fold.

    The lexicon is always in, features are those of the whole corpus, and the answer is the
    largest margin: no calibration, which moves "none" in the finished model.

    Returns
    -------
    list
        For each share its ``families`` and ``texts``, and the ``fair`` share by scheme.
    """
    lexicon, examples = ground.taxonomy.lexicon, ground.examples
    material = gather(lexicon, examples)
    words = dictionary(material, lexicon)
    matrix = design(material, words, ground.taxonomy.schemes).matrix
    groups = material.groups[material.terms :]
    outside = folds(groups, FOLDS) == 0
    inside = np.flatnonzero(~outside)
    out = []
    for share in shares:
        part = inside[families([groups[i] for i in inside], share)]
        rows = np.concatenate([np.arange(material.terms), material.terms + part])
        fair = {}
        for scheme in schemes:
            cells = material.cells(scheme)
            known = np.array(
                [i for i in np.flatnonzero(outside) if examples[i].label(scheme).known],
                dtype=np.int64,
            )
            head = fit_head(
                ground.taxonomy.schemes[scheme],
                matrix[rows],
                [cells[row] for row in rows],
                material.weights[rows],
                jobs,
            )
            best = head.margins(matrix[material.terms + known]).argmax(axis=1)
            found = figures(
                [examples[i].label(scheme) for i in known],
                [head.columns[b] for b in best],
                [False] * len(known),
                depth_of(scheme),
            )
            fair[scheme] = round(found.fair, 4)
        count = len({groups[i] for i in part})
        out.append({"share": share, "families": count, "texts": len(part), "fair": fair})
        progress(f"{share:.0%} of the families  " + "  ".join(f"{s} {f}" for s, f in fair.items()))
    return out
