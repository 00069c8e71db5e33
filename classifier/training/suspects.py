"""Likely label errors: labels that a model which never saw their family finds improbable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.schemes.labels import roll_up
from classifier.training.extras import extra
from classifier.training.fit import depth_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from classifier.training.corpus import Example
    from classifier.training.heldout import Answers, Assessment

LEAST_ROWS = 20
"""Labelled texts that a scheme needs before its labels are judged."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that may be wrong.

    ``quality`` is cleanlab's normalised margin, 0 (surely wrong) to 1; ``issue`` tells that
    cleanlab's confident learning counts it among the errors, not only among the doubtful.
    """

    row: int
    scheme: str
    given: str
    suggested: str
    quality: float
    probability: float
    issue: bool


def suspects(
    examples: Sequence[Example], assessment: Assessment, only: Collection[int] | None = None
) -> list[Suspect]:
    """Return labels that may be wrong, the worst first.

    Parameters
    ----------
    examples
        What was held out.
    assessment
        Out-of-fold probabilities of them.
    only
        Indices of examples to report; all of them by default. What is likely is judged on
        all examples either way.

    Notes
    -----
    A label whose ``also`` holds the suggested concept is not reported.

    References
    ----------
    Northcutt, Jiang, Chuang (2021), Confident Learning, JAIR 70.
    """
    out: list[Suspect] = []
    for scheme, found in assessment.answers.items():
        if len(found.rows) >= LEAST_ROWS:
            out.extend(_of_scheme(scheme, examples, found))
    wanted = None if only is None else set(only)
    kept = [s for s in out if wanted is None or s.row in wanted]
    return sorted(kept, key=lambda s: (not s.issue, s.quality, s.row, s.scheme))


def _of_scheme(scheme: str, examples: Sequence[Example], found: Answers) -> list[Suspect]:
    with extra("analyst"):
        from cleanlab.filter import find_label_issues  # noqa: PLC0415  (two seconds)
        from cleanlab.rank import get_label_quality_scores  # noqa: PLC0415

    depth = depth_of(scheme)
    cells = [examples[row].label(scheme) for row in found.rows]
    index = {column: i for i, column in enumerate(found.columns)}
    given = np.array([index.get(roll_up(c.primary, depth), 0) for c in cells], dtype=np.int64)
    present = np.unique(given)
    shares: NDArray[np.float64] = found.probabilities[:, present].astype(np.float64)
    shares = np.maximum(shares, 1e-9)
    shares /= shares.sum(axis=1, keepdims=True)
    labels = np.searchsorted(present, given)
    if len(present) < 2:  # noqa: PLR2004  (nothing to mistake it for)
        return []
    quality = get_label_quality_scores(labels, shares, method="normalized_margin")
    issues = find_label_issues(labels, shares, n_jobs=1)
    out = []
    for at, row in enumerate(found.rows.tolist()):
        suggested = found.columns[int(present[shares[at].argmax()])]
        defended = {roll_up(n, depth) for n in cells[at].notations}
        if suggested in defended:
            continue
        out.append(
            Suspect(
                row=row,
                scheme=scheme,
                given=str(cells[at]),
                suggested=suggested,
                quality=round(float(quality[at]), 4),
                probability=round(float(shares[at].max()), 4),
                issue=bool(issues[at]),
            )
        )
    return out
