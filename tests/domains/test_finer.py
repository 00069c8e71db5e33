"""Models below a concept give the same by a table as each by itself."""

import numpy as np
import pytest

from classifier.domains import finer
from classifier.domains.finer import Finer
from classifier.domains.scoring import softmax

TEXTS = [
    "风电主轴轴承的研发、生产和销售",
    "",
    "ab",
    "工业机器人控制器",
    "锂离子电池隔膜",
    "中药饮片",
]


@pytest.fixture(scope="module")
def batch(classifier):
    """Return the features of a few texts."""
    return classifier._scorer.batch(TEXTS)


@pytest.mark.parametrize("scheme", ["mp10", "sei2018"])
def test_every_model_scores_every_text_as_plain_sums_do(classifier, batch, scheme, monkeypatch):
    """By bisection and by table alike, to the last bit; -inf behind a model's last column."""
    model = classifier.artefact
    own = {above: fine for (of, above), fine in model.fine.items() if of == scheme}
    texts, numbers = map(np.ravel, np.meshgrid(np.arange(len(TEXTS)), np.arange(len(own))))
    monkeypatch.setattr(finer, "FEW", 1 << 40)
    bisecting = Finer(own, len(model.features))
    one = [
        bisecting.scores(batch.rows, batch.values, texts[[i]], numbers[[i]])[0]
        for i in range(len(texts))
    ]
    together = bisecting.scores(batch.rows, batch.values, texts, numbers)
    assert "_cells" not in vars(bisecting)
    table = Finer(own, len(model.features))
    assert table._cells is not None
    found = table.scores(batch.rows, batch.values, texts, numbers)
    assert np.array_equal(np.array(one), found)
    assert np.array_equal(together, found)
    models = {table.numbers[above]: fine for above, fine in own.items()}
    for text, number, scores in zip(texts, numbers, found, strict=True):
        fine = models[number]
        part = slice(batch.rows.indptr[text], batch.rows.indptr[text + 1])
        value = dict(zip(batch.rows.indices[part], batch.values[part].astype(float), strict=True))
        has = [value.get(int(feature), 0.0) for feature in fine.features]
        sums = np.array(has) @ fine.weights.astype(float) * fine.scales
        expected = fine.slope * (sums + fine.biases)
        assert scores[: len(expected)] == pytest.approx(expected, abs=1e-4)
        assert np.all(scores[len(expected) :] == -np.inf)


def test_shares_below_add_up_to_one(classifier, batch):
    """Those of a model's own columns."""
    models = classifier._scorer.finer("sei2018")
    numbers = np.arange(len(models.widths))
    shares = softmax(models.scores(batch.rows, batch.values, np.zeros_like(numbers), numbers))
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert ((shares > 0).sum(axis=1) <= models.widths).all()
