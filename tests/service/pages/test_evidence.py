"""Marks of evidence stand where the classifier says, and lose no character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.service.pages.evidence import pieces, weights


def _evidence(*spans):
    return {"spans": [{"start": a, "end": b, "text": "", "weight": w} for a, b, w in spans]}


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ((0, 2, 3.0), None, [("电池", "for", 3), ("租赁", "", 0)]),
        ((2, 4, -3.0), None, [("电池", "", 0), ("租赁", "against", 3)]),
        ((0, 2, 0.2), (2, 4, 4.0), [("电池", "", 0), ("租赁", "against", 3)]),
        ((0, 2, 3.0), (0, 2, 1.2), [("电池", "both", 3), ("租赁", "", 0)]),
        ((0, 2, 1.6), (2, 4, 4.0), [("电池", "for", 2), ("租赁", "against", 3)]),
        ((0, 2, 0.05), None, [("电池租赁", "", 0)]),
    ],
)
def test_spans_speak_for_or_against(own, other, expected):
    """The claim's weights speak for it, its minus and its rival's plus against it."""
    found = {
        "evidence_for": _evidence(own),
        "evidence_against": None if other is None else _evidence(other),
    }
    assert expected == [(p.text, p.side, p.strength) for p in pieces("电池租赁", found)]


spans = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.floats(-9, 9, allow_nan=False)),
    max_size=6,
)


@given(st.text(max_size=12), spans, spans)
def test_pieces_are_the_text(text, own, other):
    """Whatever the spans, the pieces together are the text."""
    found = {"evidence_for": _evidence(*own), "evidence_against": _evidence(*other)}
    assert text == "".join(piece.text for piece in pieces(text, found))


def test_spans_of_the_model_stand_where_they_say(classifier):
    """What is marked for a claim is what the classifier named."""
    said = "公司主要从事新能源汽车动力电池及储能电池系统的研发、生产和销售"
    found = classifier.verify(said, "mp10:M07").to_json()
    marked = {piece.text for piece in pieces(said, found) if piece.side in {"for", "both"}}
    named = {s["text"] for s in found["evidence_for"]["spans"] if s["weight"] > 1}
    assert named <= marked
    assert weights(found)[0].on_rival is not None
