"""Each way to break the lexicon, a mapping or the restricted list is refused."""

import pytest

from classifier.errors import TaxonomyError
from classifier.schemes.lexicon import load_lexicon, write_terms
from classifier.schemes.mappings import contradicts, load_mappings
from classifier.schemes.restricted import find_restricted, load_restricted
from tests.schemes.make import write

HEAD = "# M07\tS3\t6.5\t-\t-\tK2\t-\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "变压器、变压器\n", "'变压器' stands already at a.txt:2"),
        (
            HEAD + "变压器、ＵＰＳ\n" + "# -\t-\t-\t-\t-\t-\t-\nups\n",
            "'ups' stands already at a.txt:2",
        ),
        (HEAD.replace("M07", "M77") + "变压器\n", "a.txt:1 [mp10]: unknown code 'M77'"),
        ("变压器\n", "a.txt:1: terms before any label line"),
        ("# M07\tS3\n变压器\n", "found 2 label cells, expected 7"),
        (HEAD + "变压器、、开关\n", "empty term"),
        (HEAD + "长" * 41 + "\n", "has 41 characters, allowed: 40"),
        ("## nace\n# 26\n变压器\n", "a.txt:1 [nace]: unknown scheme; known: mp10"),
        (HEAD.replace("M07", "M07|M07") + "变压器\n", "names a notation twice"),
    ],
)
def test_a_broken_lexicon_is_refused_with_its_place(tmp_path, taxonomy, text, message):
    """A term stands once, under seven cells with known codes."""
    write(tmp_path, "a.txt", text)
    with pytest.raises(TaxonomyError) as caught:
        load_lexicon(tmp_path, taxonomy.schemes)
    assert message in str(caught.value)


def test_a_file_for_other_schemes_names_them_before_its_first_block(tmp_path, taxonomy):
    """What it does not name, nobody labelled; it is written and read back the same."""
    text = "## sei14\tmp10\n# S3\tM07\n变压器、开关柜\n# ?\t-\n水饺\n"
    write(tmp_path, "a.txt", text)
    found = load_lexicon(tmp_path, taxonomy.schemes)
    assert [{s: str(c) for s, c in t.labels.items()} for t in found.terms] == [
        {"sei14": "S3", "mp10": "M07"}, {"sei14": "S3", "mp10": "M07"}, {"mp10": "-"},
    ]  # fmt: skip
    assert not found.terms[0].label("env").known
    write(tmp_path, "a.txt", write_terms(found.terms, ("mp10", "sei14")))
    again = load_lexicon(tmp_path, taxonomy.schemes)
    assert [(t.text, dict(t.labels)) for t in again.terms] == [
        (t.text, dict(t.labels)) for t in found.terms
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("mp10:M01,sameAs,sei2018:1,,", "[relation]: found 'sameAs'"),
        ("mp10:M99,closeMatch,sei2018:1,,", "[subject]: scheme mp10 has no concept 'M99'"),
        ("mp10:M01,closeMatch,gbt4754:39,,", "[object]: found '39', expected a four-digit"),
        ("M01,closeMatch,sei2018:1,,", "expected scheme:notation"),
        ("nace:26,closeMatch,sei2018:1,,", "unknown scheme 'nace'"),
        ("mp10:M01,closeMatch,sei2018:1", "found 3 cells, expected 5"),
        ("mp10:M01,closeMatch,sei2018:1,,\nmp10:M01,exactMatch,sei2018:1,,", "stands already at"),
    ],
)
def test_a_broken_mapping_is_refused_with_its_place(tmp_path, taxonomy, row, message):
    """Relations and both ends are checked."""
    write(tmp_path, "m.csv", "subject,relation,object,object_label,note\n" + row + "\n")
    with pytest.raises(TaxonomyError) as caught:
        load_mappings(tmp_path, taxonomy.schemes)
    assert message in str(caught.value)
    assert "m.csv:" in str(caught.value)


def test_a_mapping_with_other_columns_is_refused(tmp_path, taxonomy):
    """The header is part of the contract."""
    write(tmp_path, "m.csv", "a,b\n1,2\n")
    with pytest.raises(TaxonomyError, match="expected subject,relation,object"):
        load_mappings(tmp_path, taxonomy.schemes)


def test_labels_contradict_only_where_no_mapping_joins_them():
    """A mapping of a group speaks for its classes, and a concept without one for nobody."""
    allowed = {"M07": frozenset({"6", "7.1"})}
    assert not contradicts(allowed, "M07.2", "6.5.1")
    assert not contradicts(allowed, "M07", "7")
    assert contradicts(allowed, "M07.2", "4.1.2")
    assert not contradicts(allowed, "M10", "6.5.1")


ENTRY = """\
entries:
  - id: thermometer
    name: 含汞体温计
    terms: [含汞体温计, 水银体温计]
    unless: [无汞]
    class: eliminated
    industry: 医疗器械
    ground: 汞公约
    source: 公告
    confidence: recalled
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("class: eliminated", "class: bad", "[class]: found 'bad', allowed: prohibited"),
        ("    ground: 汞公约\n", "", "[ground]: found None"),
        ("terms: [含汞体温计, 水银体温计]", "terms: []", "[terms]: no term"),
        ("terms: [含汞体温计, 水银体温计]", "terms: [汞, 汞]", "'汞' stands already"),
        ("    industry", "    sector: x\n    industry", "[sector]: unknown key"),
    ],
)
def test_a_broken_restricted_list_is_refused(tmp_path, old, new, message):
    """Ground, class and terms are required, and a term stands once."""
    path = write(tmp_path, "restricted.yaml", ENTRY.replace(old, new))
    with pytest.raises(TaxonomyError) as caught:
        load_restricted(path)
    assert message in str(caught.value)


def test_a_restricted_product_is_found_by_its_longest_wording_unless_lifted(tmp_path):
    """无汞 beside it lifts the suspicion."""
    entries = load_restricted(write(tmp_path, "restricted.yaml", ENTRY))
    assert [(e.id, w) for e, w in find_restricted("生产水银体温计", entries)] == [
        ("thermometer", "水银体温计")
    ]
    assert find_restricted("生产无汞体温计，替代水银体温计", entries) == []
    assert find_restricted("电子体温计", entries) == []


def test_a_wording_is_found_in_any_width_but_not_inside_a_longer_name(tmp_path):
    """Ｓ７ is S7; S7型变压器 does not stand in KS7型变压器, nor 1万吨 in 11万吨."""
    text = ENTRY.replace("[含汞体温计, 水银体温计]", "[S7型变压器, 1万吨以下]")
    entries = load_restricted(write(tmp_path, "restricted.yaml", text))
    assert [w for _, w in find_restricted("生产Ｓ７型变压器", entries)] == ["S7型变压器"]
    assert find_restricted("生产KS7型变压器", entries) == []
    assert find_restricted("年产11万吨以下", entries) == []
