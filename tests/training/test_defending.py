"""What can be defended, and where a verdict on a claim turns."""

import numpy as np
import pytest

from classifier.training.defending import Claims, fit_defensible, fit_limits, make_claims


def test_a_label_that_often_stands_second_is_defensible():
    """Column 1 is right beside column 0 where both score high; column 2 never is."""
    rng = np.random.default_rng(11)
    logits = rng.normal(size=(4000, 3)) * 0.3
    logits[:, 0] += 4
    logits[:2000, 1] += 2
    fair = np.zeros((4000, 3), dtype=bool)
    fair[:, 0] = True
    fair[:2000, 1] = True
    p = fit_defensible(logits, logits, fair).probability(logits, logits)
    assert p[:2000, 1].mean() > 0.8
    assert p[2000:, 1].mean() < 0.2
    assert p[:, 2].mean() < 0.05
    assert p[:, 0].mean() > 0.95


def test_another_scheme_can_show_that_a_label_is_defensible():
    """The same scores of the scheme, told apart by a column of another one."""
    rng = np.random.default_rng(12)
    logits = np.stack([np.full(2000, 6.0), rng.normal(-6, 0.1, 2000)], axis=1)
    border = np.arange(2000) < 600
    every = np.column_stack([logits, np.where(border, 3.0, -3.0)])
    fair = np.column_stack([np.ones(2000, dtype=bool), border])
    p = fit_defensible(logits, every, fair).probability(logits, every)
    assert p[border, 1].mean() > 0.9
    assert p[~border, 1].mean() < 0.1
    alone = fit_defensible(logits, logits, fair).probability(logits, logits)
    assert abs(alone[border, 1].mean() - alone[~border, 1].mean()) < 0.1


def test_claims_are_primary_second_or_false():
    """A primary one only where none could not be defended too; none is never claimed."""
    fair = np.array(
        [
            [False, True, True, False],  # 1|2
            [True, False, True, False],  # 2|-
            [True, False, False, False],  # -
        ]
    )
    first = np.tile(np.array([0.1, 0.2, 0.3, 0.4]), (3, 1))
    found = make_claims(first, first, np.array([1, 2, 0]), fair, np.array([1, 3, 0]))
    assert sorted(found.kind[found.first == 0.2]) in ([0, 2], [0, 0, 2], [2])
    assert (found.kind == 2).sum() == 1
    assert (found.kind == 1).sum() == 1
    assert (found.kind[found.first == 0.4] == 0).all()
    assert 0.1 not in found.first
    assert (
        found.likeliest.sum()
        == (found.first[found.likeliest] == 0.2).sum() + (found.first[found.likeliest] == 0.4).sum()
    )


def test_thresholds_stand_where_kinds_of_claims_part():
    """Between the false and the second, and between the second and the primary."""
    kind = np.repeat([0, 1, 2], 100)
    first = np.concatenate([np.linspace(0, 0.1, 100), np.linspace(0.1, 0.3, 100),
                            np.linspace(0.6, 1, 100)])  # fmt: skip
    defended = np.concatenate([np.linspace(0, 0.05, 100), np.linspace(0.2, 0.6, 100),
                               np.linspace(0.7, 1, 100)])  # fmt: skip
    found = fit_limits(Claims(kind, first, defended, np.ones(300, dtype=bool)))
    assert 0.3 < found.supported <= 0.6
    assert 0.05 < found.contradicted <= 0.2
    assert (found.primary, found.also, found.false, found.misled) == (1, 1, 1, 0)
    assert found.claims == 300


@pytest.mark.parametrize("kind", [[0, 0], [1, 1], [2, 2], []])
def test_thresholds_can_be_set_where_a_kind_is_missing(kind):
    """A small scheme may have no second labels."""
    values = np.array([0.2, 0.8])[: len(kind)]
    if not kind:
        values = np.array([0.5])
        kind = [0]
    found = fit_limits(Claims(np.array(kind), values, values, values > 0))
    assert 0 <= found.contradicted <= 1
    assert 0 <= found.supported <= 1


def test_only_the_models_answer_is_supported():
    """However probable: what another label outdoes is uncertain at most."""
    kind = np.array([2, 2, 1, 0])
    values = np.array([0.9, 0.9, 0.4, 0.1])
    found = fit_limits(Claims(kind, values, values, np.array([True, False, False, False])))
    assert found.primary == 0.5
    assert found.misled == 0
