"""Words stand in one catalogue, in two languages, and templates keep to the content policy."""

import re

import pytest

from classifier.service.pages import shell
from classifier.service.pages.wording import CATALOGUE, text
from tests.conftest import ROOT

PAGES = ROOT / "classifier" / "service" / "pages"
TEMPLATES = sorted((PAGES / "templates").glob("*.html"))
MODULES = sorted(
    path
    for path in PAGES.rglob("*.py")
    if path.parent.name != "wording" and path != PAGES / "__init__.py"
)
KEY = re.compile(r"""\b(?:t|say)\(\s*["']([a-z_]+\.[a-z_.]+[a-z_])["']\s*[,)]""")
BEGUN = re.compile(r"""["']([a-z_]+(?:\.[a-z_]+)*\.)["'] \+|f"([a-z_]+(?:\.[a-z_]+)*\.)\{""")
QUOTED = re.compile(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_hold_no_words_of_their_own(path):
    """No Chinese stands in a template; words come from the catalogue."""
    assert re.findall(r"[\u4e00-\u9fff]+", path.read_text("utf-8").replace("中文", "")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_keep_to_the_content_policy(path):
    """No inline style, no inline script, no handler, nothing from another host."""
    said = path.read_text("utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)", said)
    handlers = re.findall(r"\s(?:on[a-z]+|hx-on[:a-z-]*|style)=", said)
    assert (scripts, handlers, re.findall(r"""["'(](?:https?:)?//""", said)) == ([], [], [])


def test_every_word_asked_for_is_in_the_catalogue():
    """Each key that a template or a module names exists."""
    asked = {key for path in (*TEMPLATES, *MODULES) for key in KEY.findall(path.read_text("utf-8"))}
    assert len(asked) > 100
    assert set() == asked - CATALOGUE.keys()


def test_no_word_of_the_catalogue_is_left_over():
    """Each key of the catalogue is named, or begins as some made-up key begins."""
    said = "\n".join(path.read_text("utf-8") for path in (*TEMPLATES, *MODULES))
    named = set(QUOTED.findall(said))
    begun = tuple({one or other for one, other in BEGUN.findall(said)})
    assert [k for k in CATALOGUE if k not in named and not k.startswith(begun)] == []


def test_both_languages_take_the_same_values():
    """A word's Chinese and English have the same places to fill in."""
    places = re.compile(r"\{(\w+)\}")
    odd = [
        key
        for key, (zh, en) in CATALOGUE.items()
        if set(places.findall(zh)) != set(places.findall(en))
    ]
    assert odd == []
    assert text("en", "shell.page_of", page=2, pages=3) == "Page 2 of 3"


def test_every_template_compiles():
    """All templates parse, also those that only come in by a name."""
    for path in TEMPLATES:
        assert shell.environment().get_template(path.name)
