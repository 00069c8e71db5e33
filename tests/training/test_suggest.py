"""What to label next: uncertain and rare first, no two alike, nothing twice."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import Classifier
from classifier.cli import main
from classifier.schemes.loader import load_schemes
from classifier.training.keys import text_key
from classifier.training.labels import read_labels
from classifier.training.suggest import Unlabelled, suggest
from tests.training.make import texts


@pytest.fixture(scope="module")
def classifier(province):
    """Return the provincial model."""
    return Classifier.load(province.model)


def test_what_the_model_does_not_know_comes_before_what_it_knows(classifier):
    """A strange text before a plain one."""
    given_texts = [Unlabelled("plain", "绿茶的加工"), Unlabelled("strange", "量子纠缠分发终端")]
    found = suggest(classifier, given_texts, 1)
    assert [s.id for s in found.chosen] == ["strange"]


def test_what_is_worth_more_comes_first(classifier):
    """The same doubt, another value."""
    rows = [Unlabelled("a", "量子纠缠分发终端", 1.0), Unlabelled("b", "深海采矿集矿车", 50.0)]
    assert suggest(classifier, rows, 1).chosen[0].id == "b"


def test_near_repetitions_are_folded_into_one(classifier):
    """With the ids of all, exact ones too."""
    rows = [
        Unlabelled("a", "深海采矿集矿车的研发、生产和销售服务"),
        Unlabelled("b", "深海采矿集矿车的研发生产和销售服务"),
        Unlabelled("c", "深海采矿集矿车的研发、生产和销售服务等"),
        Unlabelled("d", "量子纠缠分发终端"),
    ]
    found = suggest(classifier, rows, 4)
    assert {frozenset((s.id, *s.folded)) for s in found.chosen} == {
        frozenset("abc"), frozenset("d"),
    }  # fmt: skip
    assert found.repeated == 2


def test_those_chosen_are_unlike_one_another(classifier):
    """A tenth of the texts covers more fields than the most uncertain tenth of one field."""
    rows = [Unlabelled(f"q{n}", f"量子纠缠分发终端{c}型样机") for n, c in enumerate("甲乙丙丁戊己")]
    rows.append(Unlabelled("sea", "深海采矿集矿车"))
    chosen = [s.id for s in suggest(classifier, rows, 2).chosen]
    assert "sea" in chosen


def test_texts_that_are_labelled_already_and_empty_ones_are_left_out(classifier):
    """And counted."""
    rows = [Unlabelled("a", "绿茶的加工。"), Unlabelled("b", "、"), Unlabelled("c", "丝巾")]
    found = suggest(classifier, rows, 5, {text_key("绿茶的加工")})
    assert ([s.id for s in found.chosen], found.known, found.empty) == (["c"], 1, 1)


TEXTS = st.lists(st.sampled_from([t for t, _ in texts(40, seed=3)] + ["", "。", "绿茶"]))


@given(TEXTS, st.integers(0, 12))
@settings(max_examples=30, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_no_text_is_chosen_twice_or_lost(classifier, given_texts, count):
    """With room for all, each is chosen, folded, known or empty."""
    rows = [Unlabelled(str(n), text) for n, text in enumerate(given_texts)]
    found = suggest(classifier, rows, count, {text_key("绿茶")})
    ids = [x for s in found.chosen for x in (s.id, *s.folded)]
    assert len(ids) == len(set(ids))
    assert len(found.chosen) <= count
    everything = suggest(classifier, rows, len(rows) + 1, {text_key("绿茶")})
    folded = sum(len(s.folded) for s in everything.chosen)
    assert len(rows) == len(everything.chosen) + folded + everything.known + everything.empty
    assert folded == everything.repeated


def test_the_file_is_a_label_file_once_a_person_filled_it(province, tmp_path, capsys):
    """Cells are empty: a prediction is no label; what the model thinks stands beside."""
    source, target = tmp_path / "u.csv", tmp_path / "todo.csv"
    lines = ["编号,text,营收"] + [f"{n},{t},{n}" for n, (t, _) in enumerate(texts(30, seed=8))]
    source.write_text("\n".join([*lines, "99,丝巾,很多"]) + "\n", encoding="utf-8")
    command = [
        "suggest", str(source), "--count", "6", "--output", str(target), "--id-column", "编号",
        "--value-column", "营收", "--model", str(province.model),
    ]  # fmt: skip
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert "选出 6 条" in out
    assert "不是数" in err
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["zj10"] for row in rows} == {""}
    assert all(row["predicted_zj10"] for row in rows)
    schemes = load_schemes(province.own)
    assert len(read_labels([target], schemes).problems) == 6
    for row in rows:
        row["zj10"] = "P02"
    with target.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)
    found = read_labels([target], schemes)
    assert (len(found.rows), found.problems) == (6, ())
