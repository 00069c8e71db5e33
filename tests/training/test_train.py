"""Training: the same bytes for the same input, honest splits, exact folding."""

import json

import numpy as np
import pytest

from classifier import Classifier
from classifier.domains.scoring import log_shares
from classifier.errors import CorpusError
from classifier.schemes.labels import LabelCell, parse_label
from classifier.training.calibrate import (
    FALSE_POSITIVES,
    FALSE_POSITIVES_ELSEWHERE,
    PRECISION,
    calibration_error,
    fit_calibration,
    handicap,
    judge,
)
from classifier.training.evaluate import figures, recall_by_concept
from classifier.training.fit import targets
from classifier.training.pack import quantise
from classifier.training.train import train


@pytest.fixture(scope="module")
def small(tmp_path_factory, root):
    """Return a small taxonomy folder: the schemes that ship, few terms and examples."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("schemes", "mappings", "restricted.yaml", "golden.tsv"):
        (folder / name).symlink_to(root / "taxonomy" / name)
    (folder / "terms").mkdir()
    (folder / "examples").mkdir()
    for name in ("energy", "ordinary"):
        text = (root / "taxonomy" / "terms" / f"{name}.txt").read_text("utf-8")
        blocks = text.split("\n\n")[:25]
        (folder / "terms" / f"{name}.txt").write_text("\n\n".join(blocks), encoding="utf-8")
        lines = (root / "taxonomy" / "examples" / f"{name}.tsv").read_text("utf-8").split("\n")
        part = [lines[0], *lines[1:150]]
        (folder / "examples" / f"{name}.tsv").write_text("\n".join(part), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(small, tmp_path_factory):
    """Return the folder of a model trained on the small taxonomy."""
    folder = tmp_path_factory.mktemp("models") / "small"
    train(small, folder, jobs=1)
    return folder


def test_training_gives_the_same_bytes_whatever_the_jobs(small, trained, tmp_path):
    """Deterministic to the byte, in one process and in two."""
    again = tmp_path / "small"
    train(small, again, jobs=2)
    files = sorted(p.name for p in trained.iterdir())
    assert files == sorted(p.name for p in again.iterdir())
    for name in files:
        assert (trained / name).read_bytes() == (again / name).read_bytes(), name


def test_a_trained_model_answers(trained):
    """A small corpus is enough to tell a transformer from dumplings."""
    classifier = Classifier.load(trained)
    transformer, dumplings = classifier.classify(["油浸式变压器", "速冻水饺"])
    assert transformer.domains["mp10"].primary == "M07"
    assert dumplings.domains["mp10"].primary is None


def test_the_manifest_holds_no_time_and_no_place(trained, small):
    """Otherwise the bytes would change from run to run and machine to machine."""
    text = (trained / "manifest.json").read_text("utf-8")
    assert str(small) not in text
    manifest = json.loads(text)
    assert set(manifest["hashes"]) == {"taxonomy", "lexicon", "corpus"}
    assert {"numpy", "scikit-learn", "rjieba"} <= set(manifest["libraries"])


def test_a_bad_row_stops_nothing_and_is_listed(small, tmp_path):
    """The good rows are trained on."""
    folder = tmp_path / "taxonomy"
    folder.mkdir()
    for path in small.iterdir():
        if path.name != "examples":
            (folder / path.name).symlink_to(path)
    (folder / "examples").mkdir()
    for path in (small / "examples").glob("*.tsv"):
        text = path.read_text("utf-8").rstrip("\n") + "\nbad row\n"
        (folder / "examples" / path.name).write_text(text, encoding="utf-8")
    found = train(folder, tmp_path / "m", jobs=1)
    assert len(found.problems) == 2
    assert found.examples == 298


def test_too_few_examples_are_refused(small, tmp_path):
    """It says how many there are and how many are needed."""
    folder = tmp_path / "taxonomy"
    folder.mkdir()
    for path in small.iterdir():
        if path.name != "examples":
            (folder / path.name).symlink_to(path)
    (folder / "examples").mkdir()
    with pytest.raises(CorpusError, match="0 good examples, at least 10"):
        train(folder, tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_an_also_is_neither_example_nor_counterexample():
    """Rows are skipped for a column that stands in their also, rolled up to its level."""
    cells = [parse_label(c) for c in ["6.5.1|7.1.3", "-|6.5", "7.1", "6.5.1|6.5.2"]]
    primary, skip = targets(cells, ("-", "6.5", "7.1"), 2)
    assert primary.tolist() == [1, 0, 2, 1]
    assert [s.tolist() for s in skip] == [[], [1], [0]]


def test_quantised_weights_are_within_half_a_step():
    """int8 by column."""
    weights = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
    weights[:, 2] = 0
    small, scales = quantise(weights)
    assert small.dtype == np.int8
    assert np.abs(small * scales - weights).max() <= scales.max() / 2 + 1e-7


def test_figures_follow_the_definitions_of_the_scorer():
    """Worked by hand: strict 2/5, fair 3/5, recall (1/2 + 1)/2, false+ 1/1."""
    truth = [LabelCell("A"), LabelCell("A"), LabelCell("B", ("A",)), LabelCell("-"),
             LabelCell("-", ("B",))]  # fmt: skip
    found = figures(truth, ["A", "-", "A", "A", "A"], [True, False, True, False, False], 1)
    assert (found.strict, found.fair) == (0.2, 0.4)
    assert found.recall == pytest.approx((0.5 + 1) / 2)
    assert found.false_positive == 1.0
    assert (found.auto, found.auto_ok) == (0.4, 1.0)
    assert recall_by_concept(truth, ["A", "-", "A", "A", "A"], 1) == {"A": (2, 0.5), "B": (1, 1.0)}


def test_calibration_finds_the_slope_of_margins_that_are_log_odds():
    """Margins that are a third of the log-odds get a slope of three, and small error."""
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(6000, 3)) * 2
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = np.array([rng.choice(3, p=row) for row in p])
    found = fit_calibration(logits / 3, truth, slice(0, 3))
    scores = found.logits(logits / 3, slice(0, 3))
    again = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    assert np.abs(again - p).mean() < 0.02


@pytest.mark.parametrize(
    ("scheme", "ceiling"),
    [("mp10", FALSE_POSITIVES["mp10"]), ("zj", FALSE_POSITIVES_ELSEWHERE)],
)
def test_the_handicap_keeps_false_positives_below_their_ceiling(scheme, ceiling):
    """Texts outside the scheme that lean to a concept raise the bar for all concepts."""
    rng = np.random.default_rng(5)
    logits = rng.normal(size=(1000, 3))
    logits[:600, 0] += 2
    fair = np.zeros((1000, 3), dtype=bool)
    fair[:600, 0] = True
    fair[600:, 1] = True
    truth = np.where(fair[:, 0], 0, 1)
    by = handicap(scheme, logits, truth, fair)
    given = logits.copy()
    given[:, 0] += by
    wrong = (given[:600].argmax(1) != 0).mean()
    assert by > 0
    assert wrong <= ceiling or by == 2.0


def test_accepted_answers_keep_the_stated_precision():
    """The threshold is the least that does."""
    rng = np.random.default_rng(7)
    sure = rng.uniform(0.4, 1, 4000)
    right = rng.uniform(size=4000) < sure
    logits = np.stack([np.log(sure), np.log(1 - sure)], axis=1)
    truth = np.where(right, 0, 1)
    fair = np.stack([right, ~right], axis=1)
    quality, best, taken = judge(logits, truth, fair, np.zeros(4000, dtype=bool))
    assert quality.precision >= PRECISION
    assert 0 < quality.accepted < 1
    assert fair[np.arange(4000), best][taken].mean() == pytest.approx(quality.precision)


def test_log_shares_are_of_the_column_and_of_the_best_other():
    """Worked by hand for shares of one half, one quarter, one quarter."""
    own, other = log_shares(np.log(np.array([[2.0, 1.0, 1.0]])))
    assert np.exp(own[0]).tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert np.exp(other[0]).tolist() == pytest.approx([0.25, 0.5, 0.5])


def test_a_perfectly_stated_share_has_no_calibration_error():
    """Half right at one half, all right at one."""
    sure = np.array([0.55] * 20 + [1.0] * 10, dtype=np.float32)
    right = np.array([True] * 11 + [False] * 9 + [True] * 10)
    assert calibration_error(sure, right) == pytest.approx(0, abs=1e-6)
    assert calibration_error(sure, ~right) > 0.3
