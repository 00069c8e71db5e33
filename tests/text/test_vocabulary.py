"""Features are found the same way among few and among many, and each counts once a text."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.domains import scoring
from classifier.text import vocabulary
from classifier.text.vocabulary import FEW, Vocabulary

CROWDED = st.lists(  # many share their leading bits, so that buckets hold more than one
    st.integers(0, 2**64 - 1) | st.integers(2**40, 2**40 + 60) | st.integers(2**64 - 9, 2**64 - 1),
    max_size=80,
    unique=True,
)


@given(CROWDED, st.lists(st.integers(0, 2**64 - 1) | st.integers(2**40, 2**40 + 60), max_size=40))
@settings(max_examples=200, deadline=None)
def test_many_hashes_are_found_as_a_dictionary_finds_them(known, others):
    """Through the buckets, every known hash has its index and any other none."""
    hashes = np.array(sorted(known), dtype=np.uint64)
    asked = np.resize(np.array([*known, *others, 5], dtype=np.uint64), FEW + 1)
    number = {value: at for at, value in enumerate(sorted(known))}
    expected = [number.get(int(value), -1) for value in asked]
    several = Vocabulary(hashes)
    assert expected == several.find(asked).tolist()
    with mock.patch.object(vocabulary, "_BLOCK", 70):
        assert expected == Vocabulary(hashes).find(asked).tolist()
    assert expected[:50] == several.find(asked[:50]).tolist()
    assert expected[:50] == Vocabulary(hashes).find(asked[:50]).tolist()


@given(CROWDED.filter(bool))
@settings(max_examples=50, deadline=None)
def test_the_sieve_lets_everything_known_through(known):
    """And little else."""
    hashes = np.array(sorted(known), dtype=np.uint64)
    chance = np.random.default_rng(6).integers(0, 2**64, FEW, dtype=np.uint64)
    asked = np.concatenate([hashes, chance])
    passed = Vocabulary(hashes).sieve(asked)
    with mock.patch.object(vocabulary, "_BLOCK", 70):
        assert np.array_equal(passed, Vocabulary(hashes).sieve(asked))
    assert passed[: len(hashes)].all()
    assert passed[len(hashes) :].mean() < 0.2


@pytest.mark.parametrize("most", [1, 9, 40, 1 << 20])
def test_a_feature_is_known_by_its_best_place_in_a_batch_of_any_size(classifier, most, monkeypatch):
    """The main product's place, wherever else a feature stands, and wherever the batch is cut."""
    monkeypatch.setattr(scoring, "AT_ONCE", most)
    scorer = classifier._scorer
    texts = ["轴承;主要产品为变压器、轴承。轴承", "", "风电主轴轴承", "变压器" * 30]
    together = scorer.batch(texts).rows
    assert len(together.indptr) == len(texts) + 1
    for row, text in enumerate(texts):
        alone = scorer.batch([text]).rows
        part = slice(together.indptr[row], together.indptr[row + 1])
        assert together.indices[part].tolist() == alone.indices.tolist()
        assert together.weights[part].tolist() == alone.weights.tolist()
        assert len(set(alone.indices.tolist())) == len(alone.indices)
