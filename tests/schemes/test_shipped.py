"""The schemes that ship are whole: official counts, and the term counts that are promised."""

import csv
from collections import Counter

import pytest

from classifier.schemes.labels import SCHEME_IDS

COUNTS = {"mp10": 33, "sei14": 9, "sei2018": 238, "foundation": 6, "cyber": 4, "comp": 8, "env": 6}


@pytest.mark.parametrize("scheme", SCHEME_IDS)
def test_every_scheme_has_its_official_number_of_concepts(taxonomy, scheme):
    """mp10: 10 sectors and 23 directions; sei2018: 9 / 40 / 189."""
    assert len(taxonomy.schemes[scheme].concepts) == COUNTS[scheme]


def test_sei2018_has_nine_forty_and_189_classes(taxonomy):
    """战略性新兴产业分类（2018）: nine industries, 40 groups, 189 classes."""
    scheme = taxonomy.schemes["sei2018"]
    assert Counter(scheme.depth(n) for n in scheme.concepts) == {1: 9, 2: 40, 3: 189}


def test_mp10_has_ten_sectors_and_23_directions(taxonomy):
    """技术路线图: ten sectors, 23 directions."""
    scheme = taxonomy.schemes["mp10"]
    assert Counter(scheme.depth(n) for n in scheme.concepts) == {1: 10, 2: 23}


def test_every_concept_is_described_and_bounded(taxonomy):
    """Chinese and English label, a scope note, and what does not belong."""
    for scheme in taxonomy.schemes.values():
        for concept in scheme.concepts.values():
            assert concept.label.zh
            assert concept.label.en
            assert len(concept.scope) >= 10, concept
            assert concept.excludes, concept


@pytest.mark.parametrize("scheme", SCHEME_IDS)
def test_the_lexicon_covers_every_concept(taxonomy, scheme):
    """sei2018 classes and mp10 directions have 25 terms or more, all other concepts 60."""
    counts: Counter[str] = Counter()
    for term in taxonomy.lexicon.terms:
        parts = [notation.split(".") for notation in term.label(scheme).notations]
        counts.update({".".join(of[: end + 1]) for of in parts for end in range(len(of))})
    thin = {}
    for notation in taxonomy.schemes[scheme].concepts:
        depth = taxonomy.schemes[scheme].depth(notation)
        fine = (scheme == "sei2018" and depth == 3) or (scheme == "mp10" and depth == 2)
        if counts[notation] < (25 if fine else 60):
            thin[notation] = counts[notation]
    assert thin == {}


def test_there_are_150_restricted_products_with_ground_and_confidence(taxonomy):
    """Each says why it is barred, by which document, and how well that was seen."""
    assert len(taxonomy.restricted) >= 150
    assert {e.ground_class for e in taxonomy.restricted} == {
        "prohibited", "eliminated", "restricted",
    }  # fmt: skip


def test_all_schemes_are_mapped_to_sei2018_and_it_to_gbt4754(taxonomy):
    """Each pair that is promised has mappings, and no concept of a mapped scheme lacks one."""
    for scheme in SCHEME_IDS:
        if scheme == "sei2018":
            continue
        mapped = {m.subject[1] for m in taxonomy.mappings.matches if m.subject[0] == scheme}
        tops = {c.notation for c in taxonomy.schemes[scheme].narrower(None)}
        assert tops <= mapped
    to_gbt = [m for m in taxonomy.mappings.matches if m.object[0] == "gbt4754"]
    assert len(to_gbt) > 800


def test_names_are_those_of_the_reference(taxonomy, root):
    """Class names and the pairs with GB/T 4754 are carried over exactly, where they are there."""
    folder = root.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("no reference beside the checkout")
    scheme = taxonomy.schemes["sei2018"]
    with (folder / "sei2018_tree.csv").open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream) if r["level"] in "123"]
    assert {r["code"]: r["name"] for r in rows} == {
        n: c.label.zh for n, c in scheme.concepts.items() if n != "4.3.6"
    }
    with (folder / "sei2018_gbt_map.csv").open(encoding="utf-8") as stream:
        pairs = {(r["l3_code"], r["gbt_code"]) for r in csv.DictReader(stream)}
    ours = {
        (m.subject[1], m.object[1]) for m in taxonomy.mappings.matches if m.object[0] == "gbt4754"
    }
    assert ours == pairs
