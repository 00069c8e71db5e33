"""Fixtures that several folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier import Classifier
from classifier.schemes.taxonomy import Taxonomy, load_taxonomy

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    """Return the taxonomy that ships."""
    return load_taxonomy(ROOT / "taxonomy")


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """Return the model that ships."""
    return Classifier.load(ROOT / "models" / "default")
