"""A small taxonomy and a model of a provincial scheme trained on it, once a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from classifier.training.train import Extra, train
from tests.training.make import small_taxonomy, texts, write_labels, write_scheme

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Province:
    """Where the parts of the small training lie."""

    base: Path
    own: Path
    labels: Path
    model: Path

    @property
    def extra(self):
        """Return what the model was trained with."""
        return Extra(labels=(self.labels,), schemes=self.own)


@pytest.fixture(scope="session")
def province(tmp_path_factory, root):
    """Return a trained model of ten concepts; tests copy it before they change it."""
    folder = tmp_path_factory.mktemp("province")
    base = small_taxonomy(folder / "taxonomy", root)
    own = write_scheme(folder / "own")
    labels = write_labels(folder / "labels.csv", texts(330))
    made = Province(base, own, labels, folder / "models" / "zj" / "1")
    train(base, made.model, extra=made.extra, name="zj/1", jobs=1)
    return made
