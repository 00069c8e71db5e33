"""What is exported as SKOS reads back as the same concepts; official lists come in."""

import openpyxl
import pytest

from classifier.errors import InputError, NotationError, TaxonomyError
from classifier.schemes.intake import import_terms
from classifier.schemes.labels import SCHEME_IDS
from classifier.schemes.lexicon import load_lexicon
from classifier.schemes.skos import export_skos, read_skos


@pytest.mark.parametrize("ending", ["ttl", "jsonld"])
@pytest.mark.parametrize("scheme", SCHEME_IDS)
def test_an_export_reads_back_to_the_same_concepts(tmp_path, taxonomy, scheme, ending):
    """Notations, labels, notes, broader, terms and mappings survive."""
    path = tmp_path / f"out.{ending}"
    count = export_skos(taxonomy, [scheme], path)
    found = {c.notation: c for c in read_skos(path)}
    ours = taxonomy.schemes[scheme].concepts
    assert count == len(ours)
    assert set(found) == set(ours)
    terms: dict[str, set[str]] = {}
    for term in taxonomy.lexicon.terms:
        terms.setdefault(term.label(scheme).primary, set()).add(term.text)
    for notation, concept in ours.items():
        read = found[notation]
        assert (read.zh, read.en) == (concept.label.zh, concept.label.en)
        assert read.scope == concept.scope
        assert read.broader == concept.broader
        assert read.terms == terms.get(notation, set())
        assert len(read.excludes) == len({(e.what, e.see) for e in concept.excludes})
        assert read.matches == {
            (m.relation, ":".join(m.object)) for m in taxonomy.mappings.of(scheme, notation)
        }


def test_an_export_to_another_ending_or_scheme_is_refused(tmp_path, taxonomy):
    """Only .ttl and .jsonld, only schemes that exist."""
    with pytest.raises(TaxonomyError, match=r"allowed: .ttl, .jsonld"):
        export_skos(taxonomy, ["mp10"], tmp_path / "x.rdf")
    with pytest.raises(NotationError, match="no scheme 'nace'"):
        export_skos(taxonomy, ["nace"], tmp_path / "x.ttl")


def test_a_damaged_skos_file_is_refused(tmp_path):
    """It is named, with what it is not."""
    path = tmp_path / "x.ttl"
    path.write_text("this is no turtle", encoding="utf-8")
    with pytest.raises(TaxonomyError, match="not turtle"):
        read_skos(path)


def _book(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_an_official_list_comes_in_as_new_terms(tmp_path, taxonomy):
    """Known terms are counted, bad rows listed, the rest written in the lexicon's format."""
    path = _book(
        tmp_path / "list.xlsx",
        [
            ["序号", "产品", "类别"],
            [1, "超环面行星蜗杆磨齿专机；超环面蜗杆滚刀", "2.1.3"],
            [2, "变压器", "6.5.1"],
            [3, "某产品名", "9.9.9"],
            [4, None, "2.1.3"],
        ],
    )
    found = import_terms(
        path,
        taxonomy,
        term_column="产品",
        labels={"mp10": "M02.1"},
        label_columns={"sei2018": "类别"},
    )
    assert (found.added, found.known) == (2, 1)
    assert [p.line for p in found.problems] == [4, 5]
    assert "unknown code '9.9.9'" in str(found.problems[0])
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "new.txt").write_text(found.text, encoding="utf-8")
    back = load_lexicon(tmp_path / "terms", taxonomy.schemes)
    assert [t.text for t in back.terms] == ["超环面行星蜗杆磨齿专机", "超环面蜗杆滚刀"]
    assert str(back.terms[0].label("sei2018")) == "2.1.3"
    assert str(back.terms[0].label("mp10")) == "M02.1"


def test_a_list_without_the_column_or_with_a_bad_label_is_refused(tmp_path, taxonomy):
    """The message says what was found and what there is."""
    path = tmp_path / "list.csv"
    path.write_text("产品\n滚刀\n", encoding="utf-8")
    with pytest.raises(InputError, match="no such column; found: 产品"):
        import_terms(path, taxonomy, term_column="名称", labels={}, label_columns={})
    with pytest.raises(NotationError, match="unknown code 'M99'"):
        import_terms(path, taxonomy, term_column="产品", labels={"mp10": "M99"}, label_columns={})
    (tmp_path / "list.doc").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"allowed: \.csv, \.xlsx"):
        import_terms(
            tmp_path / "list.doc", taxonomy, term_column="产品", labels={}, label_columns={}
        )
