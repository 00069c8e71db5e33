"""``--lang en``: names of findings, values, gaps and readings in English."""

import re

import pytest

from classifier.evaluator.clauses import Condition, Every, Some
from classifier.evaluator.data_files import DATA, open_data
from classifier.evaluator.derive import DERIVED
from classifier.evaluator.domain import SCHEME_TITLES
from classifier.evaluator.english import english, names
from classifier.evaluator.facts import FIGURES, fact_fields
from classifier.evaluator.items import CHOICES
from classifier.evaluator.loading import shipped
from classifier.evaluator.model import BetterOf, Cases, Sum
from classifier.evaluator.workbook_layout import item_lists

from .firms import run, told, widest, written

BEFORE, AFTER = "2026-03-31", "2026-04-01"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _told(monkeypatch):
    told(monkeypatch)


def of_expression(expression):
    """Yield the titles within an expression."""
    if isinstance(expression, Condition):
        yield expression.title
        for waiver in expression.waivers:
            yield from of_expression(waiver)
        yield from of_expression(expression.test)
    elif isinstance(expression, (Every, Some)):
        for part in expression.parts:
            yield from of_expression(part)


def of_scale(scale):
    """Yield the titles of a scale's cases."""
    if isinstance(scale, (Cases, Sum)):
        for case in scale.cases:
            yield case.title
            yield from of_expression(case.test)
    elif isinstance(scale, BetterOf):
        for part in scale.scales:
            yield from of_scale(part)


def of_tier(tier):
    """Yield the titles of a tier."""
    yield tier.title
    yield from (route.title for route in tier.routes)
    conditions = (*tier.gates, *tier.findings, *tier.bonus, *tier.conditions, *tier.direct)
    for condition in (*conditions, *([tier.main_product] if tier.main_product else [])):
        yield from of_expression(condition)
    for group in tier.score.groups if tier.score else ():
        yield group.title
        for indicator in group.indicators:
            yield indicator.title
            yield from of_scale(indicator.scale)


def shown_names():
    """Return every name that rules, facts, items and readings show."""
    book = shipped()
    out = [title for r in book.rule_sets.values() for t in r.tiers.values() for title in of_tier(t)]
    out += [fact.title for r in book.rule_sets.values() for fact in r.facts.values()]
    for province in book.provinces.values():
        out += [fact.title for fact in province.facts.values()]
        out += [title for c in province.conditions for title in of_expression(c)]
        for indicator in province.indicators:
            out += [indicator.title, *of_scale(indicator.scale)]
    out += [derived.title for derived in DERIVED.values()]
    out += [*FIGURES.values(), *(fact.title for fact in fact_fields().values())]
    out += [i.title for _, _, model in item_lists() for i in model.model_fields.values()]
    out += [*CHOICES.values(), *SCHEME_TITLES.values()]
    out += [t for r in book.readings.values() for t in (r.title, *r.options.values())]
    return list(dict.fromkeys(out))


def test_every_name_has_its_english():
    """A rule file that gains a title must gain its English."""
    assert [name for name in shown_names() if name not in names()] == []


def test_the_table_is_whole():
    """No name twice, none without words, none that is still Chinese."""
    reader, root = open_data(DATA / "english.yaml")
    assert (reader.problems, list(root.repeated)) == ([], [])
    assert [zh for zh, en in names().items() if not en or CHINESE.search(en)] == []


@pytest.mark.parametrize("tier", ["innovative", "tech", "srdi", "little-giant", "champion"])
@pytest.mark.parametrize("on", [BEFORE, AFTER])
@pytest.mark.parametrize("changes", [None, {"years": {}, "titles": None, "market": {}}])
def test_findings_and_gaps_hold_no_chinese(capsys, tmp_path, tier, on, changes):
    """Between the head and the notes every line is English, and fits 80 columns."""
    path = written(tmp_path / "firm.json", {"name": "Firm", **(changes or {})})
    more = ("--lang", "en", "--set", "chain.key_link.evidence=proof")
    code, out, _ = run(capsys, "evaluate", path, "--tier", tier, "--on", on, *more)
    assert code == 0
    assert widest(out) <= 80
    body = out.partition("\nNotes\n")[0].replace("材料", "")
    lines = [line for line in body.splitlines() if not line.startswith("Rules  ")]
    assert [line for line in lines if CHINESE.search(line)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年研发费用还差38.5万元（现为61.5，需达到100）",
         "R&D expense 2025: 38.5 x10k CNY more needed (now 61.5, must reach 100)"),
        ("知识产权第2项的“是否应用”", "Intellectual property, no. 2: in use"),
        ("奖励和大赛名次（“创客中国”大赛（企业组）、近3年、国家级、前50名）",
         "Awards and contests (Maker China (firms), last 3 years, national, top 50)"),
        ("未知（0～100）", "unknown (0 to 100)"),
        ("未知（微型～大型）", "unknown (micro to large)"),
        ("一句没有译文的话", "一句没有译文的话"),
    ],
)  # fmt: skip
def test_sentences(text, expected):
    """Composed sentences by their pattern; what has no English stays as it was."""
    assert expected == english(text)


def test_other_commands_speak_english_too(capsys, tmp_path):
    """compare-rules, peers and gap."""
    path = written(tmp_path / "firm.json", {"name": "Firm"})
    for args in (
        ("compare-rules", path, "--tier", "little-giant"),
        ("peers", path),
        ("gap", path, "--tier", "champion"),
    ):
        code, out, _ = run(capsys, *args, "--on", AFTER, "--lang", "en")
        assert code == 0
        assert widest(out) <= 80
        lines = out.partition("\n〔")[0].splitlines()
        assert [x for x in lines if CHINESE.search(x) and not x.startswith("Rules  ")] == []
