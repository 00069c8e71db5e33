"""Answers that the mappings do not let stand together."""

import numpy as np
import pytest

from classifier.domains.agreement import barred_pairs, disagreeing

COLUMNS = {"mp10": ("-", "M07", "M10"), "sei2018": ("-", "4.1", "6.2"), "cyber": ("-", "C1")}
BARRED = {"mp10": {"M07": ["4.1"], "M10": ["6.2"]}}


@pytest.mark.parametrize(
    ("mp10", "sei2018", "expected"),
    [
        ("M07", "6.2", False),
        ("M07", "4.1", True),
        ("M10", "6.2", True),
        ("M07", "-", False),  # none goes with everything
        ("-", "4.1", False),
    ],
)
def test_both_sides_of_a_disagreement_are_told(mp10, sei2018, expected):
    """The scheme and the pivot are both in doubt; a third scheme is not."""
    best = {
        "mp10": np.array([COLUMNS["mp10"].index(mp10)]),
        "sei2018": np.array([COLUMNS["sei2018"].index(sei2018)]),
        "cyber": np.array([1]),
    }
    found = disagreeing(best, barred_pairs(COLUMNS, BARRED))
    assert [bool(found[s][0]) for s in ("mp10", "sei2018", "cyber")] == [expected, expected, False]


def test_without_the_pivot_nothing_is_in_doubt():
    """A model of one provincial scheme has nothing to be held against."""
    found = disagreeing({"zj": np.array([0, 1])}, barred_pairs({"zj": ("-", "Z1")}, BARRED))
    assert found["zj"].tolist() == [False, False]
