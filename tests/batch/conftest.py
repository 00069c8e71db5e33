"""A file of some hundred rows, and what one process alone makes of it."""

import pytest

from classifier.batch.run import classify_file
from tests.batch.make import many, write

SIZE = 400


@pytest.fixture(scope="session")
def source(tmp_path_factory, root):
    """Return an input of 400 rows."""
    return write(tmp_path_factory.mktemp("source") / "in.csv", many(root, SIZE))


@pytest.fixture(scope="session")
def whole(source, classifier):
    """Return what this process alone makes of it."""
    target = source.with_name("out.jsonl")
    classify_file(classifier, source, target)
    return target.read_bytes()
