"""A common feature that says nothing about the labels is left out; one that tells them stays."""

import numpy as np
import pytest
from scipy import sparse

from classifier.schemes.labels import parse_label
from classifier.training.telling import COMMON, LEFT_OUT, telling

ROWS = 4 * COMMON


def _matrix(columns):
    return sparse.csr_matrix(np.stack(columns, axis=1).astype(float))


@pytest.fixture
def labels():
    """Return cells of two schemes: halves of one, quarters of the other."""
    first = [parse_label("M01" if row < ROWS // 2 else "-") for row in range(ROWS)]
    second = [parse_label(("F1", "F2", "-", "-")[row % 4]) for row in range(ROWS)]
    return {"mp10": first, "foundation": second}


def test_what_stands_everywhere_is_left_out_first(labels):
    """Five common features: one in five goes, the one whose labels are those of all texts."""
    row = np.arange(ROWS)
    every = np.ones(ROWS)
    half = row < ROWS // 2
    quarters = [row % 4 == k for k in range(3)]
    kept = telling(_matrix([half, every, *quarters]), labels, np.ones(ROWS))
    assert pytest.approx(1 / 5) == LEFT_OUT
    assert kept.tolist() == [True, False, True, True, True]


def test_a_rare_feature_stays_whatever_it_says(labels):
    """What few texts say is not known well enough."""
    rare = np.zeros(ROWS)
    rare[:: ROWS // (COMMON - 1) + 1] = 1
    assert 0 < rare.sum() < COMMON
    assert telling(_matrix([rare, rare]), labels, np.ones(ROWS)).tolist() == [True, True]


def test_texts_that_nobody_labelled_say_nothing(labels):
    """A feature of unlabelled texts alone is the first to be left out."""
    unknown = [parse_label("?")] * (ROWS // 2)
    known = [*labels["mp10"][: ROWS // 4], *labels["mp10"][-ROWS // 4 :]]
    row = np.arange(ROWS)
    quarter = ROWS // 4
    columns = [row >= 2 * quarter, row < quarter, row // quarter == 1, row % 3 == 0, row <= quarter]
    kept = telling(_matrix(columns), {"mp10": [*known, *unknown]}, np.ones(ROWS))
    assert kept.tolist() == [False, True, True, True, True]
