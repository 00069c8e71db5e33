"""Each way to break a scheme is refused with its file, line and field."""

import pytest

from classifier.errors import TaxonomyError
from classifier.schemes.loader import load_scheme, load_schemes
from tests.schemes.make import scheme_text, write

BROKEN = [
    (
        "unknown key",
        "    scope: 甲类产品",
        "    scpoe: 甲类产品",
        "mp10.yaml:6 [scpoe]: unknown key",
    ),
    (
        "repeated key",
        "    scope: 甲类产品",
        "    scope: 甲\n    scope: 乙",
        "[scope]: stands twice",
    ),
    ("duplicate notation", "notation: B", "notation: A", "'A' stands already at line 6"),
    ("dangling broader", "broader: A", "broader: Z", "[broader]: A.1: no concept 'Z'"),
    ("dangling see", "see: B", "see: Z", "[excludes.see]: A: no concept 'Z'"),
    ("circle", "  - notation: A\n", "  - notation: A\n    broader: A.1\n", "go in a circle"),
    ("empty label", "zh: 甲,", 'zh: "",', "[zh]: found '', expected a text"),
    ("missing scope", "    scope: 甲类产品\n", "", "[scope]: found None"),
    ("empty excludes", "[{what: 乙类产品, see: B}]", "[]", "[excludes]: empty"),
    ("unknown confidence", "confidence: secondary}", "confidence: sure}", "allowed: official"),
    ("missing source", "number: 一号, ", "", "[number]: found None"),
    ("not a mapping", "id: mp10", "- id: mp10", "not YAML"),
]


@pytest.mark.parametrize(("way", "old", "new", "message"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_scheme_is_refused_with_its_place(tmp_path, way, old, new, message):
    """The message names what was found and where."""
    good = scheme_text()
    assert old in good, way
    path = write(tmp_path, "mp10.yaml", good.replace(old, new, 1))
    with pytest.raises(TaxonomyError) as caught:
        load_scheme(path)
    assert message in str(caught.value)
    assert "mp10.yaml:" in str(caught.value)


def test_a_good_scheme_loads(tmp_path):
    """The same file, unbroken, gives its concepts in order."""
    scheme = load_scheme(write(tmp_path, "mp10.yaml", scheme_text()))
    assert list(scheme.concepts) == ["A", "B", "A.1"]
    assert [c.notation for c in scheme.narrower("A")] == ["A.1"]


def test_a_file_that_is_not_utf8_is_refused_by_name(tmp_path):
    """GBK bytes are told as such."""
    (tmp_path / "mp10.yaml").write_bytes(scheme_text().encode("gbk"))
    with pytest.raises(TaxonomyError, match="not UTF-8"):
        load_scheme(tmp_path / "mp10.yaml")


def test_problems_of_all_files_come_together(tmp_path):
    """One bad file does not hide the next."""
    write(tmp_path, "a.yaml", scheme_text().replace("broader: A", "broader: Z"))
    write(tmp_path, "b.yaml", scheme_text("sei14").replace("zh: 乙,", 'zh: "",'))
    with pytest.raises(TaxonomyError) as caught:
        load_schemes(tmp_path)
    assert {p.file for p in caught.value.problems} == {"a.yaml", "b.yaml"}


def test_a_see_into_another_scheme_must_exist(tmp_path):
    """scheme:notation is looked up across files."""
    write(tmp_path, "a.yaml", scheme_text().replace("see: B", 'see: "sei14:Z"'))
    write(tmp_path, "b.yaml", scheme_text("sei14"))
    with pytest.raises(TaxonomyError, match="'sei14:Z' does not exist"):
        load_schemes(tmp_path)
