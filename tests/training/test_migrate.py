"""Labels under a new version: carried ones train at once, the others go to a person."""

import csv

import pytest

from classifier import Classifier
from classifier.cli import main
from classifier.training.ground import own_ground
from classifier.training.train import Extra, train
from tests.training.make import PRODUCTS, scheme_text, small_taxonomy, write_labels

HEADER = "subject,relation,object,object_label,note\n"


@pytest.fixture(scope="module")
def migrated(province, root, tmp_path_factory):
    """Return the folder of a migration: P09 and P10 are split and merged, Q11 is new."""
    folder = tmp_path_factory.mktemp("migrated")
    names = {n: p[0] for n, p in PRODUCTS.items() if n not in {"P01", "P08", "P09", "P10"}}
    names |= {"Q01": "茶叶", "P08a": "工业机器人整机", "P08b": "机器人部件", "Q09": "环保与动漫"}
    new = folder / "zj11.yaml"
    new.write_text(scheme_text("zj11", names), encoding="utf-8")
    links = folder / "links.csv"
    rows = [
        "P01,exactMatch,Q01,,", "P08,narrowMatch,P08a,,", "P08,narrowMatch,P08b,,",
        "P09,broadMatch,Q09,,", "P10,broadMatch,Q09,,",
    ]  # fmt: skip
    links.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    base = small_taxonomy(folder / "taxonomy", root)
    command = [
        "taxonomy", "migrate", str(province.own / "zj10.yaml"), str(new), "--links", str(links),
        "--labels", str(province.labels), "--output", str(folder / "out"),
        "--taxonomy", str(base),
    ]  # fmt: skip
    assert main(command) == 0
    return base, folder / "out", command


def read(path):
    """Return the rows of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_label_is_carried_or_waits_for_a_person(migrated):
    """330 texts, 30 of each concept; one to one are P01 to P07 and none."""
    _, out, _ = migrated
    carried = (out / "examples" / "carried.tsv").read_text("utf-8").splitlines()[1:]
    waiting = read(out / "to-settle.csv")
    assert len(carried) + len(waiting) == 330
    assert {row["old"] for row in waiting} == {"P08", "P09", "P10"}
    assert {row["zj11"] for row in waiting} == {""}
    assert {row["candidates"] for row in waiting} == {"P08a P08b", "Q09"}
    assert {row["reason"] for row in waiting} == {"拆分", "合并"}
    assert sum("\tQ01\t" in line for line in carried) == 30


def test_splits_and_mergers_are_listed(migrated):
    """One line a pair."""
    _, out, _ = migrated
    changes = [(r["old"], r["change"], r["new"]) for r in read(out / "changes.csv")]
    assert ("P08", "拆分", "P08a") in changes
    assert ("P08", "拆分", "P08b") in changes
    assert ("P10", "合并", "Q09") in changes
    assert ("P01", "改号", "Q01") in changes


def test_the_folder_trains_once_the_rest_is_settled(migrated, tmp_path):
    """As it is, with the file that a person filled."""
    base, out, _ = migrated
    rows = read(out / "to-settle.csv")
    settled = [(r["text"], r["candidates"].split()[0]) for r in rows]
    labels = write_labels(tmp_path / "settled.csv", settled, "zj11")
    extra = Extra(labels=(labels,), schemes=out)
    found = train(base, tmp_path / "m", extra=extra, jobs=1)
    assert found.examples == 330
    (answer,) = Classifier.load(found.folder).classify(["绿茶的加工"])
    assert answer.domains["zj11"].primary == "Q01"


def test_a_folder_that_holds_something_is_not_written_to(migrated, capsys):
    """What a person settled there would be lost."""
    assert main(migrated[2]) == 2
    assert "不是空的" in capsys.readouterr().err


def test_a_changed_scheme_of_the_same_id_takes_no_label_by_its_number(province, tmp_path):
    """A concept of the same notation and another name is another concept."""
    base = tmp_path / "taxonomy"
    base.mkdir()
    for path in province.base.iterdir():
        if path.name != "examples":
            (base / path.name).symlink_to(path)
    (base / "examples").mkdir()
    header = "id\ttext\tcyber\tkind\tgroup\n"
    rows = "a\t防火墙\tC3\tname\tg\nb\t光缆\tC1\tname\tg\nc\t水饺\t-\tname\tg\n"
    (base / "examples" / "a.tsv").write_text(header + rows, encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    names = {"C1": "信息基础设施", "C3": "另一回事"}
    (own / "cyber.yaml").write_text(scheme_text("cyber", names), encoding="utf-8")
    ground = own_ground(base, own, keep=False)
    kept = {e.id: {s: str(c) for s, c in e.labels.items()} for e in ground.examples}
    assert kept == {"a": {}, "b": {"cyber": "C1"}, "c": {}}
    assert ground.dropped["cyber"] >= 2
