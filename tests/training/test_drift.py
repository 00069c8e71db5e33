"""The same kind of texts raise nothing; other texts do, and the report says which and why."""

import json
import math
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Classifier
from classifier.cli import main
from classifier.domains.scoring import Scorer
from classifier.errors import LibraryError
from classifier.schemes.labels import parse_label
from classifier.training.drift import (
    LIMITS,
    drift,
    held_side,
    side_of,
    stability,
    tell_apart,
)
from classifier.training.drift_report import LEVELS, MEANING, TITLES, page, to_json
from classifier.training.keys import text_key
from classifier.training.novelty import unknown_share
from classifier.training.record import read_record
from tests.training.make import texts, write_labels


@pytest.fixture(scope="module")
def classifier(province):
    """Return the provincial model."""
    return Classifier.load(province.model)


@pytest.fixture(scope="module")
def reference(classifier):
    """Return the held-out answers of its training."""
    rows = read_record(classifier.artefact.folder, classifier.artefact.manifest)
    return held_side(rows, {text_key(t): t for t, _ in texts(330)})


@pytest.fixture(scope="module")
def strange(classifier, reference):
    """Return the drift of texts that are all of one field and in other words."""
    recent = [f"量子纠缠密钥分发终端第{n}代及低温稀释制冷单元研制与光伏组件" for n in range(120)]
    return drift(classifier, recent, reference, held_out=True)


def test_texts_of_the_same_kind_raise_nothing(classifier, reference):
    """Drawn by the same rule from another seed."""
    recent = [t for t, _ in texts(220, seed=5)]
    found = drift(classifier, recent, reference, held_out=True)
    assert found.level == "ok"
    auc = next(s for s in found.signals if s.name == "auc")
    assert 0.3 < auc.value < 0.7


def test_other_texts_raise_alarms_and_the_words_that_tell_are_named(strange):
    """The classifier tells them apart, pairs are unknown, the fields have shifted."""
    levels = {s.name: s.level for s in strange.signals}
    assert levels["auc"] == levels["unknown"] == levels["psi"] == "alarm"
    assert strange.level == "alarm"
    assert {p for p, w in strange.telling if w > 0} & {"量", "量子", "子", "密", "密钥"}


def test_few_texts_say_nothing(classifier, reference):
    """Below thirty."""
    found = drift(classifier, [t for t, _ in texts(12, seed=5)], reference, held_out=True)
    assert {s.level for s in found.signals} == {"unknown"}
    assert found.level == "unknown"


def test_what_reviewers_overruled_is_a_share_of_what_they_saw(classifier, reference):
    """An also that holds the answer is no overruling; below thirty verdicts nothing is said."""
    rows = texts(120, seed=5)
    cells = {}
    for i, (text, notation) in enumerate(rows):
        wrong = i % 4 == 0
        cells[text_key(text)] = {"zj10": parse_label(f"P99|{notation}" if not wrong else "P99")}
    recent = [t for t, _ in rows]

    def overruled(labels):
        found = drift(classifier, recent, reference, held_out=True, labels=labels)
        return [s for s in found.signals if s.name == "overruled"]

    (signal,) = overruled(cells)
    assert signal.value == pytest.approx(0.25, abs=0.03)
    assert signal.level == "alarm"
    (signal,) = overruled(dict(list(cells.items())[:20]))
    assert signal.level == "unknown"
    assert overruled({}) == []


def test_limits_are_what_one_says_they_are(classifier, reference, strange):
    """The same value, another level."""
    limits = dict.fromkeys(LIMITS, (50.0, 60.0))
    found = drift(classifier, strange.recent.texts, reference, held_out=True, limits=limits)
    assert found.level == "ok"
    assert [s.value for s in found.signals] == [s.value for s in strange.signals]


COUNTS = st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 200), min_size=2)


@given(COUNTS, COUNTS)
def test_stability_is_no_less_than_zero_and_the_same_from_both_sides(one, other):
    """And zero where the shares are the same."""
    index, noise = stability(one, other)
    assert index >= -1e-12
    assert noise >= 0
    assert stability(other, one)[0] == pytest.approx(index)
    assert stability(one, one)[0] == pytest.approx(0.0)


def test_stability_against_a_value_worked_by_hand():
    """Half a count is added: (99.5, 0.5) against (50.5, 49.5) of 100 and one."""
    p, q = (99.5 / 100, 0.5 / 100), (50 / 100, 50 / 100)
    expected = sum((a - b) * math.log(a / b) for a, b in zip(p, q, strict=True))
    assert stability({"A": 99, "B": 0}, {"A": 49.5, "B": 49.5})[0] == pytest.approx(expected)


def test_unknown_pairs_are_counted(classifier):
    """Nothing is unknown of a text made of known words; all is of another script."""
    scorer = Scorer(classifier.artefact)
    assert unknown_share(scorer, ["Ωψξδ"]) == 1.0
    assert unknown_share(scorer, ["绿茶的研发、生产和销售"]) < 0.3
    assert unknown_share(scorer, []) == 0.0


def test_sides_without_a_difference_cannot_be_told_apart():
    """Area near one half."""
    sides = [[t for t, _ in texts(150, seed=s)] for s in (5, 6)]
    auc, telling = tell_apart(*sides)
    assert 0.3 < auc < 0.7
    assert telling


def test_the_report_is_whole_and_holds_no_text_of_a_firm(strange):
    """Every signal has a title, the pictures are SVG with real words, and nothing is fetched."""
    html = page(strange)
    assert html.count("<svg") == 3
    assert "占比</text>" in html
    assert "P06 集成电路" in page(strange, names={"zj10:P06": "集成电路"})
    assert "量子纠缠密钥分发终端第" not in html
    assert not re.search(r"<script|src=|href=\"http", html)
    assert page(strange) == html
    plain = json.loads(to_json(strange))
    assert plain["level"] == "alarm"
    assert {s["name"] for s in plain["signals"]} <= set(TITLES)
    assert set(TITLES) == set(LIMITS) == set(MEANING)
    assert set(LEVELS) == {"ok", "warn", "alarm", "unknown"}


def test_a_missing_library_is_named_with_the_extra_that_has_it(strange, monkeypatch):
    """In words, not as a traceback."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(LibraryError, match=r"缺少 matplotlib；请运行 pip install"):
        page(strange)


def test_a_reference_that_the_model_answered_itself_is_said_to_be_too_good(classifier):
    """In words, beside the figures."""
    known = [t for t, _ in texts(60)]
    side = side_of(known, classifier.classify(known))
    found = drift(classifier, known, side, held_out=False)
    assert "偏乐观" in page(found)


def test_the_command_writes_page_and_data_and_can_fail_on_an_alarm(province, tmp_path, capsys):
    """Exit code 1 only if asked for."""
    recent = tmp_path / "recent.csv"
    lines = [f"量子纠缠密钥分发终端第{n}代研制" for n in range(60)]
    recent.write_text("主导产品\n" + "\n".join(lines) + "\n", encoding="utf-8")
    reference = write_labels(tmp_path / "reference.csv", texts(120))
    command = [
        "drift", str(recent), "--model", str(province.model), "--reference", str(reference),
        "--output", str(tmp_path / "r.html"), "--json", str(tmp_path / "r.json"),
    ]  # fmt: skip
    assert main([*command, "--text-column", "text"]) == 2
    assert "没有 text 列" in capsys.readouterr().err
    assert main(command) == 0
    assert "结论：警报" in capsys.readouterr().out
    assert (tmp_path / "r.html").read_text("utf-8").startswith("<!doctype html>")
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["recent"] == 60
    assert main([*command, "--strict"]) == 1
    assert main([*command, "--limit", "psi=x"]) == 2
    assert main([*command, "--limit", "speed=1:2"]) == 2
