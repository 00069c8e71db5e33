"""Disagreement is listed, never averaged, and no row is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.schemes.labels import LabelCell, parse_label
from classifier.training.audit import nearest
from classifier.training.corpus import Example
from classifier.training.labels import LabelRow, Provenance
from classifier.training.settle import combine, settle


def row(text, cell, line=2, who="甲", **more):
    """Return a label row in the scheme s."""
    labels = {"s": LabelCell("?", (cell[2:],)) if cell.startswith("?|") else parse_label(cell)}
    return LabelRow("l.csv", line, f"r{line}", text, labels | more, "short", "", Provenance(who))


def example(text, cell, group="g"):
    """Return a corpus text in the scheme s."""
    return Example("e1", text, {"s": parse_label(cell)}, "short", group, "c.tsv", 9)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("M07", "M07", "M07"),
        ("6.5", "6.5.1", "6.5.1"),
        ("6.5.1|7.1", "6.5|4.1", "6.5.1|7.1,4.1"),
        ("M07", "?|M09", "M07|M09"),
        ("M07", "?|M07", "M07"),
        ("M07", "M09", None),
        ("M07", "-", None),
        ("M07|M09", "M09|M07", None),
    ],
)
def test_cells_go_together_where_one_lies_in_the_other(one, other, both):
    """The finer wins; what only stands in an also is no agreement on the first."""

    def cell(text):
        return LabelCell("?", (text[2:],)) if text.startswith("?|") else parse_label(text)

    for a, b in ((one, other), (other, one)):
        found = combine(cell(a), cell(b))
        if both is None:
            assert found is None
        else:
            assert (found.primary, set(found.also)) == (
                parse_label(both).primary, set(parse_label(both).also)
            )  # fmt: skip


def test_reviewers_who_disagree_leave_the_text_unlabelled_there_and_are_named():
    """Each side with place, person and cell; other schemes of the text stand."""
    rows = [
        row("绿茶的加工", "P01", 2, "甲", t=LabelCell("T1")),
        row("绿茶的加工。", "P02", 3, "乙"),
    ]
    found = settle(rows, [])
    (conflict,) = found.conflicts
    assert (conflict.scheme, conflict.between, conflict.defensible) == ("s", "reviewers", False)
    assert [(s.where, s.who, s.cell) for s in conflict.sides] == [
        ("l.csv:2", "甲", "P01"), ("l.csv:3", "乙", "P02"),
    ]  # fmt: skip
    assert dict(found.examples[0].labels) == {"t": LabelCell("T1")}


@pytest.mark.parametrize(
    ("prefer", "corpus", "label", "left", "defensible"),
    [
        ("neither", "P01", "P02", None, False),
        ("labels", "P01", "P02", "P02", False),
        ("corpus", "P01", "P02", "P01", False),
        ("neither", "P01|P02", "P02", "P01|P02", True),
        ("labels", "P01|P02", "P02", "P02", True),
    ],
)
def test_a_label_against_the_corpus_is_listed_and_one_says_who_stands(
    prefer, corpus, label, left, defensible
):
    """Neither, unless told so, or unless the corpus admits the label."""
    found = settle([row("绿茶的加工", label)], [example("绿茶的加工", corpus)], prefer)
    (conflict,) = found.conflicts
    assert (conflict.between, conflict.defensible) == ("corpus", defensible)
    assert found.examples[0].labels.get("s") == (parse_label(left) if left else None)
    assert (found.added, found.merged) == (0, 1)


def test_a_label_adds_to_a_corpus_text_what_nobody_labelled():
    """No conflict; the text is learned once."""
    found = settle([row("绿茶的加工", "P01", t=LabelCell("T1"))], [example("绿茶的加工", "P01")])
    assert found.conflicts == ()
    assert found.labelled == {0}
    assert found.examples[0].labels == {"s": LabelCell("P01"), "t": LabelCell("T1")}


def test_a_text_that_nearly_repeats_another_joins_its_family():
    """No split parts them; one that is its own stays so."""
    corpus = [example("公司主要从事油浸式电力变压器的研发、生产和销售", "P01", "transformer")]
    rows = [
        row("公司主要从事油浸式电力变压器的研发生产销售及安装", "P01", 2),
        row("速冻水饺的制造与批发零售", "-", 3),
        row("速冻水饺的制造与批发", "-", 4),
    ]
    groups = [e.group for e in settle(rows, corpus).examples]
    assert groups[0] == groups[1] == "transformer"
    assert groups[2] == groups[3] != "transformer"


def test_the_nearest_is_looked_for_among_what_stands_before():
    """Each text's own place is where its number says."""
    texts = ["甲乙丙丁戊己庚", "子丑寅卯辰巳午", "甲乙丙丁戊己庚辛"]
    assert nearest(texts[1:], texts, 1) == [None, 0]


CELLS = st.sampled_from(["P01", "P02", "-", "P01|P02", "P01|-", "?|P01"])


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), CELLS), max_size=12), st.randoms())
def test_no_row_is_lost_and_their_order_does_not_matter(pairs, chance):
    """Rows are added, folded or merged; conflicts and labels are the same in any order."""
    corpus = [example("产品甲", "P01"), example("产品戊", "P02")]
    rows = [row(f"产品{text}", cell, n) for n, (text, cell) in enumerate(pairs, 2)]
    found = settle(rows, corpus)
    assert len(rows) == found.added + found.folded + found.merged
    assert len(found.examples) == len(corpus) + found.added
    mixed = list(rows)
    chance.shuffle(mixed)
    other = settle(mixed, corpus)

    def plain(settled):
        return (
            {(c.text, c.scheme, c.between) for c in settled.conflicts},
            {
                (e.text, s, c.primary, frozenset(c.also))
                for e in settled.examples for s, c in e.labels.items()
            },
        )  # fmt: skip

    assert plain(found) == plain(other)
