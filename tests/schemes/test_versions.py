"""A new version of a scheme: splits and merges are shown, and no label is carried by guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.errors import TaxonomyError
from classifier.schemes.labels import LabelCell, parse_label
from classifier.schemes.model import Concept, Label, Scheme, Source
from classifier.schemes.versions import ONE_TO_ONE, Link, carry, change, read_links

HEADER = "subject,relation,object,object_label,note\n"


def scheme(scheme_id, **names):
    """Return a flat scheme of notations with names."""
    concepts = {n: Concept(scheme_id, n, Label(name, name), "范围") for n, name in names.items()}
    source = Source("文件", "一号", "机关", "2026-01-01", "unconfirmed")
    return Scheme(scheme_id, Label("标题", "Title"), source, ("类",), concepts)


OLD = scheme("s", A="甲", B="乙", C="丙", D="丁", E="戊", F="己", G="庚", H="辛")
NEW = scheme("s2", A="甲", B="新乙", X="丙", D1="丁一", D2="丁二", EF="戊己", G="别的", N="新")
LINKS = [
    Link("B", "exactMatch", "B"),
    Link("C", "exactMatch", "X"),
    Link("D", "narrowMatch", "D1"),
    Link("D", "narrowMatch", "D2", "一分为二"),
    Link("E", "broadMatch", "EF"),
    Link("F", "broadMatch", "EF"),
]


@pytest.mark.parametrize(
    ("notation", "kind", "targets"),
    [
        ("A", "kept", ("A",)),
        ("B", "renamed", ("B",)),
        ("C", "moved", ("X",)),
        ("D", "split", ("D1", "D2")),
        ("E", "merged", ("EF",)),
        ("F", "merged", ("EF",)),
        ("G", "unsettled", ("G",)),
        ("H", "removed", ()),
    ],
)
def test_what_became_of_each_concept_is_said(notation, kind, targets):
    """The same number under another name is not the same concept."""
    move = change(OLD, NEW, LINKS).moves[notation]
    assert (move.kind, move.new) == (kind, targets)


def test_concepts_without_an_old_one_are_added():
    """G has none: nobody said that it is the old G."""
    assert change(OLD, NEW, LINKS).added == ("G", "N")


def test_a_link_into_a_kept_concept_makes_it_a_merger():
    """A is then no longer the A of before."""
    found = change(OLD, NEW, [Link("B", "broadMatch", "A")])
    assert {n: found.moves[n].kind for n in "AB"} == {"A": "merged", "B": "merged"}


def test_a_match_that_is_not_exact_is_partial():
    """Nearly the same is not the same."""
    assert change(OLD, NEW, [Link("C", "closeMatch", "X")]).moves["C"].kind == "partial"
    assert change(OLD, NEW, [Link("C", "exactMatch", "-")]).moves["C"].kind == "removed"


@pytest.mark.parametrize(
    ("cell", "carried", "candidates", "reasons"),
    [
        ("A", "A", (), ()),
        ("C|A", "X|A", (), ()),
        ("D", None, ("D1", "D2"), ("split",)),
        ("A|D", None, ("A", "D1", "D2"), ("split",)),
        ("E", None, ("EF",), ("merged",)),
        ("H", None, (), ("removed",)),
        ("-", None, ("-", "G", "N"), ("added",)),
        ("Z", None, (), ("unknown",)),
    ],
)
def test_a_label_is_carried_where_one_to_one_and_open_where_not(cell, carried, candidates, reasons):
    """With the candidates, and why."""
    found = carry(parse_label(cell), change(OLD, NEW, LINKS))
    assert (str(found.cell) if found.cell else None) == carried
    assert (found.candidates, found.reasons) == (candidates, reasons)


def test_mergers_and_none_are_carried_if_one_says_so():
    """Two labels that fall together stand once."""
    found = change(OLD, NEW, LINKS)
    assert str(carry(parse_label("E|F"), found, merged=True).cell) == "EF"
    assert str(carry(parse_label("-"), found, none=True).cell) == "-"


def test_a_scheme_against_itself_keeps_everything():
    """Nothing added, every label carried as it is."""
    found = change(OLD, OLD)
    assert {m.kind for m in found.moves.values()} == {"kept"}
    assert found.added == ()
    assert carry(parse_label("-|A"), found).cell == parse_label("-|A")


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(sorted(OLD.concepts)),
        st.sampled_from(["exactMatch", "broadMatch", "closeMatch"]),
        st.sampled_from([*sorted(NEW.concepts), "-"]),
    ),
    unique_by=lambda p: (p[0], p[2]),
)


@given(PAIRS, st.sampled_from(sorted(OLD.concepts)), st.sampled_from(sorted(OLD.concepts)))
def test_two_old_concepts_never_become_one_unseen(pairs, one, other):
    """Labels that are carried over stay as different as they were."""
    found = change(OLD, NEW, [Link(*p) for p in pairs])
    cells = [carry(LabelCell(n), found).cell for n in (one, other)]
    if None not in cells and one != other:
        assert cells[0] != cells[1]
    for notation, move in found.moves.items():
        assert (move.kind in ONE_TO_ONE) == (carry(LabelCell(notation), found).cell is not None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n", "列名是 a,b"),
        (HEADER + "A,exactMatch\n", "有2格"),
        (HEADER + "Q,exactMatch,A,,\n", "s 没有“Q”"),
        (HEADER + "s:A,exactMatch,s2:Q,,\n", "s2 没有“Q”"),
        (HEADER + "A,sameAs,A,,\n", "是“sameAs”"),
        (HEADER + "A,exactMatch,A,,\nA,broadMatch,A,,\n", "A → A 重复"),
    ],
)
def test_a_broken_file_of_links_is_refused(tmp_path, text, words):
    """With file, line and field."""
    path = tmp_path / "links.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=words):
        read_links(path, OLD, NEW)


def test_links_are_read_with_and_without_the_scheme(tmp_path):
    """A note goes along; a dash says that nothing succeeds."""
    path = tmp_path / "links.csv"
    path.write_text(HEADER + "s:D,narrowMatch,s2:D1,,半\n\nH,exactMatch,-,,\n", encoding="utf-8")
    assert read_links(path, OLD, NEW) == [
        Link("D", "narrowMatch", "D1", "半"), Link("H", "exactMatch", "-"),
    ]  # fmt: skip
