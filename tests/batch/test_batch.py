"""Files in, files out: each format, bad rows listed, nothing lost."""

import csv
import json

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from classifier.batch.reading import InputRow, read_rows
from classifier.batch.run import classify_file
from classifier.errors import InputError

ROWS = [("a", "油浸式变压器的制造"), ("b", "速冻水饺"), ("c", "六轴工业机器人")]
EXPECTED = {"a": "M07", "b": None, "c": "M02"}


def _csv(path, rows=ROWS):
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([("id", "text"), *rows])


def _tsv(path, rows=ROWS):
    lines = ["\t".join(row) for row in [("id", "text"), *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _jsonl(path, rows=ROWS):
    lines = [json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


def _parquet(path, rows=ROWS):
    table = pyarrow.table({"id": [i for i, _ in rows], "text": [t for _, t in rows]})
    pyarrow.parquet.write_table(table, path)


def _xlsx(path, rows=ROWS):
    book = openpyxl.Workbook()
    for row in [("id", "text"), *rows]:
        book.active.append(row)
    book.save(path)


WRITERS = {"csv": _csv, "tsv": _tsv, "jsonl": _jsonl, "parquet": _parquet, "xlsx": _xlsx}


def _read(path):
    """Return {id: mp10 primary or None} of an output file."""
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return {row["id"]: row["domains"]["mp10"]["primary"] for row in rows}
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path).to_pylist()
    elif path.suffix == ".xlsx":
        header, *cells = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        table = [dict(zip(header, row, strict=True)) for row in cells]
    else:
        with path.open(encoding="utf-8", newline="") as stream:
            delimiter = "," if path.suffix == ".csv" else "\t"
            table = list(csv.DictReader(stream, delimiter=delimiter))
    return {row["id"]: None if row["mp10"] == "-" else row["mp10"] for row in table}


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("out", ["jsonl", "csv", "tsv", "parquet", "xlsx"])
def test_every_format_goes_in_and_every_format_comes_out(tmp_path, classifier, ending, out):
    """Twenty-five ways, the same answers."""
    source, target = tmp_path / f"in.{ending}", tmp_path / f"out.{out}"
    WRITERS[ending](source)
    outcome = classify_file(classifier, source, target)
    assert (outcome.good, outcome.bad, outcome.bad_file) == (3, 0, None)
    assert _read(target) == EXPECTED
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, target.name])


def test_bad_rows_are_listed_beside_the_output_and_the_rest_goes_on(tmp_path, classifier):
    """Empty, not UTF-8, and with a cell too few."""
    source, target = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_bytes(
        "id,text\na,油浸式变压器的制造\nb,\nc,".encode()
        + "轴承".encode("gbk")
        + b"\nd\n"
        + "e,速冻水饺\n".encode()
    )
    outcome = classify_file(classifier, source, target)
    assert (outcome.good, outcome.bad) == (2, 3)
    assert _read(target) == {"a": "M07", "e": None}
    with outcome.bad_file.open(encoding="utf-8") as stream:
        listed = list(csv.DictReader(stream))
    assert [row["row"] for row in listed] == ["2", "3", "4"]
    assert "expected a text" in listed[0]["message"]
    assert "not UTF-8" in listed[1]["message"]
    assert "found 1 cells, the header has 2" in listed[2]["message"]


def test_a_line_that_is_not_json_is_one_bad_row(tmp_path):
    """So is a value that is no object, and an object without the text."""
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "变压器"}\n{oops\n[1]\n{"id": 4}\n', encoding="utf-8")
    good, *bad = read_rows(path)
    assert good == InputRow(1, "1", "变压器")
    assert ["not JSON" in str(bad[0]), "expected an object" in str(bad[1]),
            "missing" in str(bad[2])] == [True] * 3  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("in.doc", b"x", "found ending '.doc', allowed: .csv"),
        ("in.csv", "编号,描述\n1,变压器\n".encode(), "no such column; found: 编号, 描述"),
        ("in.xlsx", b"x", "not an XLSX workbook"),
        ("in.parquet", b"x", "not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_refused(tmp_path, classifier, name, data, message):
    """With what was found and what to do; no output is left behind."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        classify_file(classifier, tmp_path / name, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_missing_file_and_a_wrong_output_are_refused(tmp_path, classifier):
    """Before any work is done."""
    with pytest.raises(InputError, match="no such file"):
        classify_file(classifier, tmp_path / "no.csv", tmp_path / "out.jsonl")
    _csv(tmp_path / "in.csv")
    with pytest.raises(InputError, match=r"found ending '\.doc'"):
        classify_file(classifier, tmp_path / "in.csv", tmp_path / "out.doc")
    with pytest.raises(InputError, match="make it first"):
        classify_file(classifier, tmp_path / "in.csv", tmp_path / "no" / "out.csv")


def test_columns_can_be_named(tmp_path, classifier):
    """描述 and 编号 in place of text and id."""
    source = tmp_path / "in.csv"
    source.write_text("编号,描述\n7,变压器\n", encoding="utf-8")
    classify_file(classifier, source, tmp_path / "o.jsonl", text_column="描述", id_column="编号")
    assert _read(tmp_path / "o.jsonl") == {"7": "M07"}


def test_an_empty_file_gives_an_empty_result(tmp_path, classifier):
    """A header and no rows is no error, in any output format."""
    _csv(tmp_path / "in.csv", [])
    for ending in ("jsonl", "csv", "parquet", "xlsx"):
        outcome = classify_file(classifier, tmp_path / "in.csv", tmp_path / f"out.{ending}")
        assert outcome.good == 0
        assert (tmp_path / f"out.{ending}").exists()
