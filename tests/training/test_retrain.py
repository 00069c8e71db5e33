"""Training with one's own labels and schemes: deterministic, complete, beside the model in use."""

import json
import os
import signal
import subprocess
import sys

import pytest

from classifier import Classifier
from classifier.domains.artefact import load_artefact
from classifier.errors import ArtefactError, CorpusError
from classifier.training.ground import own_ground
from classifier.training.record import HELD_OUT, read_record
from classifier.training.registry import leftovers, refs
from classifier.training.suspects import suspects
from classifier.training.train import Extra, held_out, read_sources, train
from tests.training.make import scheme_text, texts, write_labels, write_scheme


def test_a_scheme_of_ones_own_is_trained_from_yaml_and_labels_alone(province):
    """Ten concepts and none; the model answers and explains in that scheme only."""
    classifier = Classifier.load(province.model)
    assert classifier.schemes == ("zj10",)
    anchor, food = classifier.classify(["船舶锚机的制造", "手工速冻水饺"])
    assert anchor.domains["zj10"].primary == "P04"
    assert food.domains["zj10"].primary is None
    (evidence,) = classifier.explain("船舶锚机的制造")
    assert evidence.label == "船用柴油机"


def test_the_same_labels_give_the_same_bytes_and_progress_goes_up_to_one(province, tmp_path):
    """Whatever the number of processes."""
    shares = []
    folder = tmp_path / "1"
    train(
        province.base, folder, extra=province.extra, name="zj/1", jobs=2,
        progress=lambda share, _: shares.append(share),
    )  # fmt: skip
    files = sorted(p.name for p in province.model.iterdir())
    assert files == sorted(p.name for p in folder.iterdir())
    for name in files:
        assert (province.model / name).read_bytes() == (folder / name).read_bytes(), name
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_the_manifest_says_where_the_labels_come_from_and_what_they_weigh(province):
    """Files with their hashes, people, days, guide, weights; no path."""
    text = (province.model / "manifest.json").read_text("utf-8")
    assert str(province.labels.parent) not in text
    manifest = json.loads(text)
    counts = manifest["counts"]
    assert counts["weights"] == {"term": 1.0, "example": 4.0, "label": 4.0}
    assert counts["labels"]["added"] == 330
    assert counts["labels"]["who"] == {"审核员甲": 330}
    assert counts["labels"]["guide"] == {"1.2": 330}
    assert counts["labels"]["when"] == ["2026-03-02", "2026-03-02"]
    assert counts["labels"]["files"][0]["name"] == "labels.csv"
    assert set(manifest["schemes"]) == {"zj10"}


def test_the_record_holds_every_text_by_its_hash_and_none_in_words(province):
    """So that it can be said later whether a benchmark text was trained on."""
    manifest = load_artefact(province.model).manifest
    rows = read_record(province.model, manifest)
    assert len(rows) == 330
    assert {r.answers["zj10"].truth.primary for r in rows} >= {"P01", "P10", "-"}
    assert "茶" not in (province.model / HELD_OUT).read_bytes().decode("latin-1")


def test_a_changed_record_is_not_read(province, tmp_path):
    """As little as a changed array is."""
    manifest = load_artefact(province.model).manifest
    (tmp_path / HELD_OUT).write_bytes(b"x")
    with pytest.raises(ArtefactError, match="was changed"):
        read_record(tmp_path, manifest)
    assert read_record(tmp_path, {}) is None


def test_beside_the_shipped_schemes_a_text_counts_where_it_is_labelled(province, root, tmp_path):
    """Shipped texts are no example of a scheme in which nobody labelled them."""
    examples = root / "taxonomy" / "examples" / "energy.tsv"
    lines = examples.read_text("utf-8").split("\n")[:120]
    base = tmp_path / "taxonomy"
    base.mkdir()
    for path in province.base.iterdir():
        if path.name != "examples":
            (base / path.name).symlink_to(path)
    (base / "examples").mkdir()
    (base / "examples" / "energy.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    extra = Extra(labels=(province.labels,), schemes=province.own, keep=True)
    found = train(base, tmp_path / "m", extra=extra, jobs=1)
    figures = found.assessment.figures
    assert (figures["mp10"].texts, figures["zj10"].texts) == (119, 330)
    classifier = Classifier.load(found.folder)
    assert classifier.schemes[-1] == "zj10"
    assert len(classifier.schemes) == 8
    (answer,) = classifier.classify(["芯片封装的研发、生产和销售"])
    assert answer.domains["zj10"].primary == "P06"


def test_own_terms_examples_and_golden_cases_join_the_ground(province, tmp_path):
    """By the contracts of the shipped ones, with the scheme's own columns."""
    own = write_scheme(tmp_path / "own")
    (own / "terms").mkdir()
    (own / "terms" / "a.txt").write_text("## zj10\n# P01\n白茶、速冻饺子\n", encoding="utf-8")
    (own / "examples").mkdir()
    header = "id\ttext\tzj10\tkind\tgroup\n"
    (own / "examples" / "a.tsv").write_text(header + "a\t白茶\tP01\tname\tg\n", encoding="utf-8")
    (own / "golden.tsv").write_text(header + "g\t黑茶\tP01\tname\tg\n", encoding="utf-8")
    write_scheme(own, scheme_text("mp10", {"M01": "信息技术"}), "mp10")
    ground = own_ground(province.base, own, keep=False)
    assert tuple(ground.taxonomy.schemes) == ("mp10", "zj10")
    assert [str(t.label("zj10")) for t in ground.taxonomy.lexicon.terms][-1] == "P01"
    assert [e.id for e in ground.examples] == ["a"]
    assert [c["expected"] for c in ground.golden] == [{"zj10": ["P01"]}]
    assert set(ground.dropped) <= {"mp10"}


def test_a_scheme_with_too_few_examples_is_refused_by_name(province, tmp_path):
    """Nothing is written."""
    few = write_labels(tmp_path / "few.csv", texts(5))
    with pytest.raises(CorpusError, match=r"\[zj10\]: 5 good examples, at least 10"):
        train(province.base, tmp_path / "m", extra=Extra(labels=(few,), schemes=province.own))
    assert not (tmp_path / "m").exists()


def test_a_killed_training_leaves_no_model(province, tmp_path, monkeypatch):
    """The folder appears whole or not at all."""

    def stop(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("classifier.training.pack._swap", stop)
    with pytest.raises(KeyboardInterrupt):
        train(province.base, tmp_path / "m", extra=province.extra, jobs=1)
    assert list(tmp_path.iterdir()) == []


def test_a_training_killed_at_the_last_moment_leaves_no_model_either(province, tmp_path):
    """Killed by the system before the one step that puts it in place: what is left is named."""
    code = (
        "import sys, time, pathlib\n"
        "from classifier.training import pack\n"
        "from classifier.training.train import Extra, train\n"
        "def wait(*_):\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
        "pack._swap = wait\n"
        "base, own, labels, out = map(pathlib.Path, sys.argv[1:])\n"
        "train(base, out, extra=Extra(labels=(labels,), schemes=own), jobs=1)\n"
    )
    models = tmp_path / "models"
    paths = (province.base, province.own, province.labels, models / "zj" / "1")
    command = [sys.executable, "-c", code, *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as training:
        assert training.stdout.readline() == "written\n"
        os.kill(training.pid, signal.SIGKILL)
    assert refs(models) == []
    assert [p.name.startswith(".1-") for p in leftovers(models)] == [True]


def test_labels_that_were_swapped_are_the_first_suspects(province, tmp_path):
    """Ten of 330 were made wrong; most stand among the first fifteen."""
    rows = texts(330)
    wrong = {3 + 31 * n for n in range(10)}
    swap = {"P01": "P02", "P02": "P01"}
    changed = [(t, swap.get(n, "P05" if n != "P05" else "-")) if i in wrong else (t, n)
               for i, (t, n) in enumerate(rows)]  # fmt: skip
    labels = write_labels(tmp_path / "l.csv", changed)
    extra = Extra(labels=(labels,), schemes=province.own)
    sources = read_sources(province.base, extra)
    found = suspects(sources.examples, held_out(sources, extra, jobs=1))
    first = {s.row for s in found[:15]}
    assert len(first & wrong) >= 8
    assert found[0].suggested == rows[found[0].row][1]
    some = suspects(sources.examples, held_out(sources, extra, jobs=1), only={found[0].row})
    assert [s.row for s in some] == [found[0].row]
