"""Calibration, automation, confusion and drift from answers beside truths; cards stay harmless."""

from classifier.service.pages import markdown, quality
from classifier.service.pages.lookups import DecidedCase
from classifier.service.pages.quality import Answer

ANSWERS = [
    Answer("M01", ("M01",), 0.95),
    Answer("M01", ("M01.2",), 0.9),
    Answer("M07", ("M01",), 0.55),
    Answer("-", ("M07",), 0.2),
]


def test_what_a_review_says_of_the_model():
    """Confirmed, corrected and out of scope say what is right; the others say nothing."""
    kinds = ("confirm", "correct", "out_of_scope", "partial", "undecidable")
    cases = [
        DecidedCase("mp10", "M01", "M02", 0.8, accepted=True, outcome=kind, notation="M02")
        for kind in kinds
    ]
    found = quality.from_reviews(cases, "mp10")
    assert [one.truths for one in found] == [("M01",), ("M02",), ("-",)]
    assert [one.right for one in found] == [False, True, False]


def test_a_higher_threshold_takes_fewer():
    """The share taken never rises with the threshold; accuracy is that of what is taken."""
    curve = quality.automation(ANSWERS)
    taken = [one.taken for one in curve]
    assert sorted(taken, reverse=True) == taken
    assert (curve[0].taken, curve[0].right) == (1.0, 0.5)
    assert (curve[60].taken, curve[60].right) == (0.5, 1.0)


def test_bins_and_error_of_the_calibration():
    """Answers of one bin stand together, by mean probability."""
    bins = quality.calibration(ANSWERS)
    assert [one.count for one in bins] == [1, 1, 2]
    assert quality.calibration_error([]) is None


def test_a_finer_field_counts_for_the_one_above():
    """The same shares are no shift; all of one field are a clear one."""
    columns = ["-", "M01", "M02"]
    same = quality.shift({"M01.1": 50, "M02": 50}, {"M01": 50, "M02.9": 50}, columns)
    assert (same.index, same.level) == (0.0, "ok")
    assert quality.shift({"M01": 50, "M02": 50}, {"M01": 100}, columns).level == "alarm"


def test_confusion_counts_truth_by_prediction():
    """A right answer and a wrong one stand in the truth's row."""
    found = quality.confusion(ANSWERS)
    row = found.cells[found.truths.index("M01")]
    assert {name: cell.count for name, cell in zip(found.predictions, row, strict=True)} == {
        "M01": 1,
        "M07": 1,
        "-": 0,
    }


def test_nothing_in_a_card_becomes_markup():
    """Tags and quotes are escaped in every kind of block."""
    card = "# <img src=x>\n\n| a | `<b>` |\n|---|---|\n| <i> | **x** |\n\n- <script>\n"
    said = str(markdown.to_html(card))
    assert not {"<img", "<b>", "<i>", "<script"} & set(said.replace(">", "> ").split())
    assert "&lt;script&gt;" in said
    assert "<strong>x</strong>" in said
