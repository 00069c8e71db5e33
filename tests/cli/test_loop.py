"""The analyst's loop as a person runs it: labels in, a model out, beside the one in use."""

import shutil

import pytest

from classifier.cli import main
from classifier.cli.labelling import write_conflicts
from classifier.cli.progress import time_left
from classifier.training.settle import Conflict, Side
from classifier.training.sheets import read_sheet
from tests.training.make import small_taxonomy, texts, write_labels, write_scheme


@pytest.fixture(scope="module")
def desk(tmp_path_factory, root):
    """Return a folder with a small taxonomy, a scheme and a label file with faults."""
    folder = tmp_path_factory.mktemp("desk")
    small_taxonomy(folder / "taxonomy", root)
    write_scheme(folder / "own")
    rows = texts(330)
    rows += [(rows[0][0], "P02"), ("坏行", "P99")]
    write_labels(folder / "labels.csv", rows)
    return folder


@pytest.fixture
def at(desk, monkeypatch):
    """Work at the desk."""
    monkeypatch.setenv("KEYFIELD_HOME", str(desk))
    return desk


def run(capsys, *args):
    """Run a command; return code, output and messages."""
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


def test_labels_are_checked_with_their_conflicts_and_bad_rows(at, capsys):
    """Exit code 3: done, and something is to be looked at."""
    code, out, err = run(capsys, "labels", "check", at / "labels.csv", "--schemes", at / "own")
    assert code == 3
    assert "labels.csv：332 行，坏行 1" in out
    assert "冲突（同一标注人前后）zj10" in out
    assert "审核员甲 labels.csv:332" in out
    assert "问题 1  冲突 1" in out
    assert "labels.csv:333 [zj10]: unknown code 'P99'" in err


@pytest.mark.parametrize(
    ("second", "words"), [("审核员乙", "标注人之间"), ("审核员甲", "同一标注人前后")]
)
def test_a_conflict_says_whether_one_or_two_reviewers_are_in_it(capsys, second, words):
    """Who changed one's mind is asked another question than two who disagree."""
    sides = (Side("a.csv:2", "审核员甲", "M09"), Side("a.csv:9", second, "-"))
    found = Conflict("铝板带", "mp10", "reviewers", sides, defensible=False, outcome="待定")
    write_conflicts([found])
    assert f"冲突（{words}）mp10：铝板带" in capsys.readouterr().out


def test_labels_that_repeat_the_benchmark_are_listed(at, capsys, tmp_path):
    """A benchmark text is no material to learn from."""
    path = tmp_path / "b.tsv"
    path.write_text(f"id\ttext\nd1\t{texts(330)[5][0]}\n", encoding="utf-8")
    command = ["labels", "check", at / "labels.csv", "--schemes", at / "own", "--benchmark", path]
    code, _, err = run(capsys, *command)
    assert code == 3
    assert "benchmark row d1" in err


def test_a_label_set_is_written_with_what_was_left_out_beside_it(at, capsys, tmp_path):
    """It can be read again, and says where each row stood."""
    target = tmp_path / "set.tsv"
    command = ["labels", "import", at / "labels.csv", "--schemes", at / "own", "--output", target]
    assert run(capsys, *command)[0] == 3
    sheet = read_sheet(target)
    assert len(sheet.rows) == 331
    assert sheet.rows[0][1]["source"] == "labels.csv:2"
    assert sheet.rows[0][1]["guide"] == "1.2"
    assert len(read_sheet(tmp_path / "set.bad.csv").rows) == 1
    assert len(read_sheet(tmp_path / "set.conflicts.csv").rows) == 2
    again = ["labels", "check", target, "--schemes", at / "own"]
    assert "331 行，坏行 0" in run(capsys, *again)[1]


def test_suspects_are_listed_and_written(at, capsys, tmp_path):
    """By the labels' own held-out answers."""
    rows = [(t, "P05" if i == 10 else n) for i, (t, n) in enumerate(texts(330))]
    labels = write_labels(tmp_path / "l.csv", rows)
    target = tmp_path / "s.csv"
    command = ["labels", "suspects", labels, "--schemes", at / "own", "--jobs", 1]
    code, out, _ = run(capsys, *command, "--output", target)
    assert code == 0
    assert "可疑" in out
    assert read_sheet(target).rows[0][1]["id"] == "r11"


def test_a_training_shows_the_time_left_and_lists_what_it_left_out(at, capsys):
    """The model stands at its name and version, with its card."""
    command = ["train", "--labels", at / "labels.csv", "--schemes", at / "own", "--jobs", 1]
    code, _, err = run(capsys, *command)
    assert code == 2
    assert "--output" in err
    code, _, err = run(capsys, *command, "--output", at / "models" / "default")
    assert code == 2
    assert "是附带的模型" in err
    target = at / "models" / "zj" / "1"
    code, out, err = run(capsys, *command, "--output", target)
    assert code == 3
    assert "约剩" in err
    assert "留出折 1/5" in err
    assert "标注：新增 330，并入语料 0，重复 1，冲突 1" in out
    card = (target / "MODEL_CARD.md").read_text("utf-8")
    assert "labels from labels.csv (332 rows, 1 bad): 330 new texts" in card
    code, _, err = run(capsys, *command, "--output", target)
    assert code == 2
    assert "版本不可改" in err


def test_the_model_in_use_is_never_written_over(at, capsys):
    """Not even with --replace; others may be."""
    for version in ("2", "3"):
        shutil.copytree(at / "models" / "zj" / "1", at / "models" / "zj" / version)
    shutil.copytree(at / "models" / "zj" / "1", at / "models" / "default")
    schemes = ["--schemes", at / "own", "--only"]
    code, out, _ = run(capsys, "models", "promote", "zj/2", *schemes, "--who", "甲")
    assert code == 0, out
    command = ["train", "--labels", at / "labels.csv", "--schemes", at / "own", "--jobs", 1]
    code, _, err = run(capsys, *command, "--output", at / "models" / "zj" / "2", "--replace")
    assert code == 2
    assert "正在使用" in err
    code, _, _ = run(capsys, *command, "--output", at / "models" / "zj" / "3", "--replace")
    assert code == 3


def test_a_model_without_the_ten_sectors_is_shown_by_its_own_scheme(at, capsys):
    """As text, as a table, and in evidence."""
    model = ["--model", at / "models" / "zj" / "1"]
    code, out, _ = run(capsys, "classify", "船舶锚机的制造", *model)
    assert code == 0
    assert "P04 船用柴油机" in out
    assert run(capsys, "classify", "船舶锚机的制造", "--format", "table", *model)[0] == 0
    assert "锚机" in run(capsys, "explain", "船舶锚机的制造", *model)[1]


@pytest.mark.parametrize(
    ("elapsed", "share", "words"),
    [(30, 0.5, "约剩 30 秒"), (100, 0.25, "约剩 5 分"), (1, 0.02, ""), (9, 1.0, "约剩 0 秒")],
)
def test_the_time_left_goes_on_as_it_went(elapsed, share, words):
    """In proportion."""
    assert time_left(elapsed, share) == words
