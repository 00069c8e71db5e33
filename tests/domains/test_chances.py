"""Probabilities are softmax, and one text's do not hang on the texts beside it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifier.domains.chances import FEW, Softmax

WIDTHS = [3, 1, 41, 300]  # a scheme of one's own may have more than 255
SOFTMAX = Softmax(WIDTHS)
SCORES = arrays(
    np.float32,
    st.tuples(st.integers(1, 3 * FEW), st.just(sum(WIDTHS))),
    elements=st.floats(-60, 60, width=32) | st.sampled_from([0.0, 1.0]),
)


@given(SCORES)
def test_a_text_has_the_same_probabilities_in_any_batch(scores):
    """To the last bit: alone, among few and among many."""
    whole = SOFTMAX(np.concatenate([scores] * (1 + FEW // len(scores))))
    assert len(whole.shares) > FEW
    for row, own in enumerate(scores):
        alone = SOFTMAX(own[None, :])
        assert alone.shares[0].tobytes() == whole.shares[row].tobytes()
        assert alone.best[:, 0].tolist() == whole.best[:, row].tolist()
        assert alone.sure[:, 0].tobytes() == whole.sure[:, row].tobytes()


@pytest.mark.parametrize("texts", [1, FEW, FEW + 1, 300])
def test_they_are_a_softmax_in_each_scheme(texts):
    """As in double precision; the likeliest is the first of the greatest."""
    scores = np.random.default_rng(5).normal(0, 8, (texts, sum(WIDTHS))).astype(np.float32)
    scores[0] = 0
    found = SOFTMAX(scores)
    first = 0
    for scheme, width in enumerate(WIDTHS):
        exact = np.exp(scores[:, first : first + width].astype(np.float64))
        exact /= exact.sum(axis=1, keepdims=True)
        own = found.shares[:, first : first + width]
        np.testing.assert_allclose(own, exact, atol=1e-6)
        assert found.best[scheme].tolist() == own.argmax(axis=1).tolist()
        assert found.sure[scheme].tolist() == own.max(axis=1).tolist()
        first += width
