"""One-vs-rest linear models: one for each concept on which a scheme decides, one below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from sklearn.svm import LinearSVC

from classifier.schemes.labels import NONE, natural_key, roll_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from classifier.schemes.labels import LabelCell
    from classifier.schemes.model import Scheme
    from classifier.training.material import Material

DEPTH = {"mp10": 1, "sei2018": 2}
"""Level on which a scheme decides between concepts; 1 where it is not named."""

PENALTY = 0.5
"""C of the linear models. On held-out groups of the corpus 0.25, 0.5 and 1 differ by half a
point each, the largest being best; on real texts 0.25 and 1 are worse than 0.5."""

HEDGED = 0.1
"""What a row outside the scheme counts as a counter-example of a concept in its ``also``.

0, 0.1, 0.3 and 1 were compared: with 0, ordinary machines (``-|2.1``) are no counter-example of
any equipment, and on real texts more of them are given a concept; with 0.3 and 1, rare concepts
are missed. A concept in the ``also`` of another concept is no counter-example at all."""

TOLERANCE = 0.01
"""Where the solver stops; against a hundredth of it, weights differ in the third digit."""

_SEED = 20260401


@dataclass(frozen=True, slots=True)
class HeadFit:
    """Weights (features, columns) and biases of one scheme; ``-`` is the first column."""

    scheme: str
    columns: tuple[str, ...]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def margins(self, matrix: sparse.csr_matrix) -> NDArray[np.float32]:
        """Return the linear scores of a matrix's rows."""
        out: NDArray[np.float32] = np.asarray(matrix @ self.weights) + self.biases
        return out


@dataclass(frozen=True, slots=True)
class FineFit:
    """The model below one concept; ``features`` are the indices that it weighs."""

    scheme: str
    above: str
    columns: tuple[str, ...]
    features: NDArray[np.int64]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def margins(self, matrix: sparse.csr_matrix) -> NDArray[np.float32]:
        """Return the linear scores of a matrix's rows."""
        if not len(self.features):
            return np.tile(self.biases, (matrix.shape[0], 1))
        out: NDArray[np.float32] = np.asarray(matrix[:, self.features] @ self.weights)
        return out + self.biases


def depth_of(scheme: str) -> int:
    """Return the level on which a scheme decides."""
    return DEPTH.get(scheme, 1)


def targets(
    cells: Sequence[LabelCell], columns: Sequence[str], depth: int
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Return each row's primary column (-1: none of them) and, by column, the hedged rows.

    A row is hedged for a column that stands in its ``also``: there it is no example, and
    hardly a counter-example.
    """
    index = {column: i for i, column in enumerate(columns)}
    primary = np.full(len(cells), -1, dtype=np.int64)
    skip: list[list[int]] = [[] for _ in columns]
    for row, cell in enumerate(cells):
        first = roll_up(cell.primary, depth)
        primary[row] = index.get(first, -1)
        for other in {roll_up(n, depth) for n in cell.also} - {first}:
            if other in index:
                skip[index[other]].append(row)
    return primary, [np.array(rows, dtype=np.int64) for rows in skip]


def _fit_column(
    matrix: sparse.csr_matrix,
    positive: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.float32], float]:
    use = weights > 0
    if len(np.unique(positive[use])) == 1:  # nothing to tell it from, or nothing to learn
        sure = 1.0 if positive[use][0] else -1.0
        return np.zeros(matrix.shape[1], dtype=np.float32), sure
    model = LinearSVC(C=PENALTY, tol=TOLERANCE, random_state=_SEED)
    # a weight of nothing leaves a row out, and no part of the matrix is copied
    model.fit(matrix, positive.astype(int), sample_weight=weights)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def fit_head(
    scheme: Scheme,
    matrix: sparse.csr_matrix,
    cells: Sequence[LabelCell],
    weights: NDArray[np.float64],
    jobs: int,
) -> HeadFit:
    """Fit one scheme on the level on which it decides; concepts without a row get no weight."""
    depth = depth_of(scheme.id)
    notations = [n for n in scheme.concepts if scheme.depth(n) == depth]
    columns = (NONE, *sorted(notations, key=natural_key))
    primary, hedged = targets(cells, columns, depth)
    tasks = []
    for at in range(len(columns)):
        share = np.where(primary >= 0, weights, 0.0)
        outside = primary[hedged[at]] == 0
        share[hedged[at]] *= np.where(outside, HEDGED, 0.0)
        tasks.append((primary == at, share))
    fitted = Parallel(n_jobs=jobs)(
        delayed(_fit_column)(matrix, positive, share) for positive, share in tasks
    )
    coefficients = np.stack([weight for weight, _ in fitted], axis=1)
    biases = np.array([bias for _, bias in fitted], dtype=np.float32)
    return HeadFit(scheme.id, columns, coefficients, biases)


def fit_fine(
    scheme: Scheme,
    matrix: sparse.csr_matrix,
    cells: Sequence[LabelCell],
    weights: NDArray[np.float64],
) -> list[FineFit]:
    """Fit the models that tell apart the concepts below each deciding concept."""
    depth = depth_of(scheme.id)
    out = []
    for above in [n for n in scheme.concepts if scheme.depth(n) == depth]:
        below = tuple(sorted((c.notation for c in scheme.narrower(above)), key=natural_key))
        if below:
            out.append(_fit_below(scheme.id, above, below, matrix, cells, weights))
    return out


def _fit_below(
    scheme: str,
    above: str,
    below: tuple[str, ...],
    matrix: sparse.csr_matrix,
    cells: Sequence[LabelCell],
    weights: NDArray[np.float64],
) -> FineFit:
    primary, hedged = targets(cells, below, above.count(".") + 2)
    rows = np.flatnonzero(primary >= 0)
    present = np.unique(primary[rows])
    biases = np.full(len(below), -1.0, dtype=np.float32)
    if len(present) < 2:  # noqa: PLR2004  (nothing to tell apart)
        biases[present] = 1.0
        empty = np.zeros((0, len(below)), dtype=np.float32)
        return FineFit(scheme, above, below, np.zeros(0, dtype=np.int64), empty, biases)
    part = matrix[rows]
    features = np.unique(part.indices).astype(np.int64)
    part = part[:, features]
    coefficients = np.zeros((len(features), len(below)), dtype=np.float32)
    for at in present:
        share = np.where(np.isin(rows, hedged[at]), 0.0, weights[rows])
        coefficients[:, at], biases[at] = _fit_column(part, primary[rows] == at, share)
    return FineFit(scheme, above, below, features, coefficients, biases)


@dataclass(frozen=True, slots=True)
class ModelFit:
    """All heads and all models below them."""

    heads: tuple[HeadFit, ...]
    fine: tuple[FineFit, ...]


def fit_model(
    schemes: Mapping[str, Scheme],
    matrix: sparse.csr_matrix,
    material: Material,
    rows: NDArray[np.int64],
    jobs: int,
) -> ModelFit:
    """Fit every scheme on the given rows of the matrix."""
    part, weights = matrix[rows], material.weights[rows]
    heads, fine = [], []
    for scheme_id, scheme in schemes.items():
        every = material.cells(scheme_id)
        cells = [every[row] for row in rows]
        heads.append(fit_head(scheme, part, cells, weights, jobs))
        fine.extend(fit_fine(scheme, part, cells, weights))
    return ModelFit(tuple(heads), tuple(fine))
