"""Label cells and notations."""

import pytest

from classifier.schemes.labels import LabelCell, ancestors, natural_key, parse_label, roll_up


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("-", LabelCell("-")),
        ("M07.2", LabelCell("M07.2")),
        ("M06|M07", LabelCell("M06", ("M07",))),
        ("-|3.3,3.5", LabelCell("-", ("3.3", "3.5"))),
    ],
)
def test_a_cell_reads_back_as_written(cell, expected):
    """What is parsed is written again in the same words."""
    assert parse_label(cell) == expected
    assert str(expected) == cell


@pytest.mark.parametrize("cell", ["", "|M01", "M01|", "M01|,M02", "M01|M01", "M01|M02,M02"])
def test_a_cell_that_says_nothing_or_says_it_twice_is_refused(cell):
    """Empty parts and repeated notations are errors."""
    with pytest.raises(ValueError, match="found"):
        parse_label(cell)


def test_ancestors_follow_from_the_notation():
    """A class lies in its group and in its industry."""
    assert ancestors("3.1.10") == ("3.1.10", "3.1", "3")
    assert roll_up("3.1.10", 2) == "3.1"
    assert roll_up("-", 2) == "-"


def test_tens_sort_after_nines():
    """3.1.10 is the tenth class, not the second."""
    assert sorted(["3.1.10", "3.1.9", "3.1.1"], key=natural_key) == ["3.1.1", "3.1.9", "3.1.10"]
