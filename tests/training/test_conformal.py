"""Short lists are as long as they must be to hold the truth at the stated rate."""

import numpy as np
import pytest

from classifier.training.conformal import COVERAGE, fit_short_list, mass_before, quantile


def test_the_mass_before_a_label_is_that_of_the_likelier_ones():
    """Equal probabilities are ranked by column, as the answer ranks them."""
    probability = np.array([[0.5, 0.3, 0.2], [0.2, 0.4, 0.4], [0.2, 0.4, 0.4]], dtype=np.float32)
    before = mass_before(probability, np.array([2, 1, 2]))
    assert before.tolist() == pytest.approx([0.8, 0.0, 0.4])


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, 1.0),  # nothing to learn from: every label is listed
        (18, 1.0),  # ceil(19 x 0.95) = 19 > 18
        (19, 18.0),  # ceil(20 x 0.95) = 19, the largest of 0..18
        (99, 94.0),  # ceil(100 x 0.95) = 95th smallest of 0..98
    ],
)
def test_the_quantile_has_the_finite_sample_correction(count, expected):
    """The ceil((n + 1) 0.95)-th smallest score, 1 where there are too few."""
    assert quantile(np.arange(count, dtype=np.float64)) == expected


def test_short_lists_hold_the_truth_on_texts_that_were_not_fitted():
    """Drawn from the stated probabilities, lists reach the coverage and stay short."""
    random = np.random.default_rng(7)
    probability = random.dirichlet([0.4] * 8, size=4000).astype(np.float32)
    truth = np.array([random.choice(8, p=p / p.sum()) for p in probability.astype(np.float64)])
    taken = probability.max(axis=1) > 0.97
    found = fit_short_list(probability, truth, taken, np.arange(4000) % 5)
    assert found.coverage == pytest.approx(COVERAGE, abs=0.012)
    assert found.texts == int((~taken).sum())
    assert 1 < found.size < 6


def test_all_accepted_leaves_whole_lists():
    """Where nothing goes to review there is nothing to measure."""
    probability = np.eye(3, dtype=np.float32)
    found = fit_short_list(probability, np.arange(3), np.ones(3, dtype=bool), np.arange(3))
    assert (found.texts, found.mass, found.coverage) == (0, 1.0, 1.0)
