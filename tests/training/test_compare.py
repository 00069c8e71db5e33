"""Two models side by side; what stands against putting one to use."""

import csv
import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Classifier
from classifier.cli import main
from classifier.errors import PromotionError, RegistryError
from classifier.home import read_pointer
from classifier.schemes.labels import parse_label
from classifier.schemes.loader import load_schemes
from classifier.training.compare import compare
from classifier.training.evaluate import figures
from classifier.training.promotion import check, promote
from classifier.training.registry import log
from classifier.training.significance import NAMES, Given, holm, mcnemar, measures, right
from classifier.training.train import Extra, train
from tests.training.make import PRODUCTS, scheme_text, texts, write_labels, write_scheme

HEADER = "id\ttext\tzj10\tkind\tgroup\n"


@pytest.fixture(scope="module")
def weak(province, tmp_path_factory):
    """Return a model of which two concepts were taught the wrong way round."""
    folder = tmp_path_factory.mktemp("weak")
    swap = {"P01": "P02", "P02": "P01", "P03": "P04", "P04": "P03", "P05": "-"}
    rows = [(t, swap.get(n, n)) for t, n in texts(330)]
    labels = write_labels(folder / "l.csv", rows)
    train(province.base, folder / "2", extra=Extra(labels=(labels,), schemes=province.own), jobs=1)
    return folder / "2"


@pytest.fixture
def models(province, weak, tmp_path):
    """Return a registry in which the good model ships, beside a weak one and the good again."""
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copytree(province.model, folder / "default")
    (folder / "zj").mkdir()
    shutil.copytree(weak, folder / "zj" / "weak")
    shutil.copytree(province.model, folder / "zj" / "good")
    return folder


@pytest.fixture(scope="module")
def schemes(province):
    """Return the provincial scheme."""
    return load_schemes(province.own)


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory):
    """Return texts that no model saw."""
    seen = {t for t, _ in texts(330)}
    rows = [(t, n) for t, n in texts(260, seed=9) if t not in seen]
    return write_labels(tmp_path_factory.mktemp("b") / "benchmark.csv", rows)


def test_a_model_against_itself_differs_in_nothing(province, benchmark):
    """On the folds and on the benchmark."""
    classifier = Classifier.load(province.model)
    found = compare(classifier, classifier, benchmark)
    assert [(s.on, s.worse, s.better, s.p) for s in found.schemes] == [
        ("folds", False, False, 1.0), ("benchmark", False, False, 1.0),
    ]  # fmt: skip
    assert found.changed == ()
    for scheme in found.schemes:
        for measure in scheme.measures.values():
            assert measure.difference.low == measure.difference.high == 0.0


def test_a_model_that_was_taught_wrong_is_worse_beyond_noise(province, weak, benchmark):
    """Every text whose decision changed is listed with its text and its label."""
    found = compare(Classifier.load(province.model), Classifier.load(weak), benchmark)
    assert found.relabelled > 100
    by_place = {s.on: s for s in found.schemes}
    assert by_place["benchmark"].worse
    assert not by_place["benchmark"].better
    gap = by_place["benchmark"].measures["fair"].difference
    assert gap.low <= gap.value <= gap.high < 0
    changed = [c for c in found.changed if c.on == "benchmark"]
    assert len(changed) >= by_place["benchmark"].only_first
    assert all(c.text and c.truth for c in changed)
    assert by_place["benchmark"].only_first == sum(c.gain < 0 for c in changed)


def test_the_good_model_may_be_used_and_the_weak_may_not(models, schemes, benchmark):
    """Refused with its reasons; forced only with a reason, which stands in the log."""
    found = check(models, "zj/good", schemes, benchmark)
    assert found.reasons == ()
    assert promote(models, "zj/good", found, who="甲").current.ref == "zj/good"
    found = check(models, "zj/weak", schemes, benchmark)
    with pytest.raises(PromotionError, match="评测文件上显著变差"):
        promote(models, "zj/weak", found, who="甲")
    with pytest.raises(RegistryError, match="写明理由"):
        promote(models, "zj/weak", found, who="甲", force=True)
    assert read_pointer(models).current.ref == "zj/good"
    promote(models, "zj/weak", found, who="乙", force=True, reason="演练")
    last = log(models)[-1]
    assert (last["to"], last["who"], last["reason"]) == ("zj/weak", "乙", "演练")
    assert any("显著变差" in words for words in last["overruled"])


def test_a_check_that_another_change_overtook_is_void(models, schemes):
    """What was compared is not in use any more."""
    found = check(models, "zj/good", schemes)
    other = check(models, "zj/good", schemes)
    promote(models, "zj/good", found, who="甲")
    with pytest.raises(RegistryError, match="指针已被改动"):
        promote(models, "zj/good", other, who="乙")


def test_a_model_trained_on_benchmark_rows_is_refused(models, schemes, tmp_path):
    """Their letters are enough: punctuation does not hide them."""
    stolen = [(f"{t}。", n) for t, n in texts(330)[:7]]
    rows = write_labels(tmp_path / "b.csv", stolen)
    found = check(models, "zj/good", schemes, rows)
    assert [r for r in found.reasons if "训练用了" in r] == [
        "训练用了评测文件的 7 条文本（r1、r2、r3、r4、r5）"
    ]


def test_a_model_of_other_schemes_is_refused(models, schemes, tmp_path, taxonomy):
    """A scheme that is missing, that nobody knows, or that was changed since."""
    shipped = {"mp10": taxonomy.schemes["mp10"]}
    reasons = check(models, "zj/good", shipped).reasons
    assert "模型没有分类 mp10，而分类数据里有" in reasons
    assert "分类数据里没有模型的分类 zj10；用 --schemes 指明它所在的目录" in reasons
    names = {n: f"{p[0]}业" for n, p in PRODUCTS.items()}
    other = load_schemes(write_scheme(tmp_path / "own", scheme_text(names=names)))
    assert "分类 zj10 与模型训练时的不同；请重新训练" in check(models, "zj/good", other).reasons
    assert check(models, "zj/good", schemes).reasons == ()


def test_a_failing_golden_case_is_named(province, tmp_path):
    """A case of one's own, whose answer the model does not give."""
    own = write_scheme(tmp_path / "own")
    (own / "golden.tsv").write_text(
        HEADER + "g1\t绿茶的加工\tP07\tname\tg\ng2\t丝巾的制造\tP02\tname\tg\n", encoding="utf-8"
    )
    models = tmp_path / "models"
    shutil.copytree(province.model, models / "default")
    extra = Extra(labels=(province.labels,), schemes=own)
    train(province.base, models / "zj" / "2", extra=extra, jobs=1)
    reasons = check(models, "zj/2", load_schemes(own)).reasons
    assert reasons == ("典型案例 g1 的 zj10 答 P01，应为 P07：绿茶的加工",)


def test_the_commands_compare_promote_and_roll_back(
    models, province, benchmark, tmp_path, capsys, monkeypatch
):
    """As a person runs them; the taxonomy in use holds the province's scheme alone."""
    home = models.parent
    (home / "taxonomy" / "schemes").mkdir(parents=True)
    shutil.copy(province.own / "zj10.yaml", home / "taxonomy" / "schemes")
    monkeypatch.setenv("KEYFIELD_HOME", str(home))
    changed = tmp_path / "changed.csv"
    options = ["--benchmark", str(benchmark), "--labels", str(province.labels)]
    command = ["models", "compare", "default", "zj/weak", *options, "--changed", str(changed)]
    assert main(command) == 0
    assert "显著变差" in capsys.readouterr().out
    with changed.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    assert all(row["text"] for row in rows if row["on"] == "folds")
    assert main([*command, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schemes"][0]["scheme"] == "zj10"
    assert main(["models", "promote", "zj/weak", *options]) == 2
    assert "未发布" in capsys.readouterr().err
    assert main(["models", "promote", "zj/good", *options, "--who", "甲"]) == 0
    assert "已启用 zj/good（第1次改动）" in capsys.readouterr().out
    assert main(["classify", "船舶锚机的制造"]) == 0
    assert "P04 船用柴油机" in capsys.readouterr().out
    assert main(["models", "list"]) == 0
    assert "* zj/good" in capsys.readouterr().out
    assert main(["models", "rollback"]) == 0
    assert "已从 zj/good 回到 default" in capsys.readouterr().out
    assert main(["models", "show", "zj/good"]) == 0
    assert "启用 default → zj/good  甲" in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    parcel = tmp_path / "m.tar"
    assert main(["models", "export", "zj/good", str(parcel)]) == 0
    assert main(["models", "import", str(parcel), "zj/copy"]) == 0
    (models / "zj" / "copy" / "idf.npy").write_bytes(b"x")
    assert main(["models", "verify"]) == 2
    assert "不可用" in capsys.readouterr().out


CELL = st.sampled_from(["A", "B", "-", "A|B", "B|-", "-|A"])
ANSWER = st.sampled_from(["A", "B", "-"])
ROWS = st.lists(st.tuples(CELL, ANSWER, st.booleans(), st.sampled_from("gh")), min_size=1)


@given(ROWS)
def test_the_compared_figures_are_those_of_the_evaluation(rows):
    """The same definitions, and an interval that lies within 0 and 1 around its family."""
    truth = [parse_label(cell) for cell, *_ in rows]
    side = Given(tuple(r[1] for r in rows), tuple(r[2] for r in rows))
    found = measures(truth, side, side, [r[3] for r in rows], 1, rounds=20)
    expected = figures(truth, side.answers, side.accepted, 1)
    for name in NAMES:
        value = found[name].first.value
        if not np.isnan(value):
            assert value == pytest.approx(getattr(expected, name))
            assert 0 <= found[name].first.low <= found[name].first.high <= 1
            assert found[name].difference.value == 0.0


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_mcnemar_counts_what_one_alone_got_right_and_does_not_hang_on_the_side(pairs):
    """Swapping the models swaps the counts and leaves p."""
    first = np.array([a for a, _ in pairs], dtype=bool)
    second = np.array([b for _, b in pairs], dtype=bool)
    one, other, p = mcnemar(first, second)
    assert (one, other, p) == (*reversed(mcnemar(second, first)[:2]), mcnemar(second, first)[2])
    assert one - other == int(first.sum()) - int(second.sum())
    assert 0 <= p <= 1


def test_mcnemar_against_a_value_worked_by_hand():
    """One against nine of ten: 2 x (1 + 10) / 1024."""
    first = np.array([True] + [False] * 9)
    assert mcnemar(first, ~first) == (1, 9, pytest.approx(22 / 1024))


def test_holm_raises_the_smallest_most_and_never_changes_the_order():
    """Worked by hand."""
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {
        "a": pytest.approx(0.03), "b": pytest.approx(0.06), "c": pytest.approx(0.06),
    }  # fmt: skip


def test_an_answer_that_stands_in_also_is_right():
    """As in every other figure."""
    truth = [parse_label("A|B"), parse_label("-")]
    assert right(truth, Given(("B", "A"), (True, True)), 1).tolist() == [True, False]
