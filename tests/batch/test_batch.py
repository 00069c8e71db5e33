"""Files in, files out: each format, bad rows listed, nothing lost."""

import csv

import openpyxl
import pyarrow.parquet
import pytest

from classifier.batch import sealing
from classifier.batch.run import classify_file
from classifier.errors import InputError
from tests.batch.make import EXPECTED, WRITERS, primaries, table, write

OUT = ["jsonl", "csv", "tsv", "parquet", "xlsx"]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("out", OUT)
def test_every_format_goes_in_and_every_format_comes_out(tmp_path, classifier, ending, out):
    """Twenty-five ways, the same answers, and no other file is left."""
    source, target = write(tmp_path / f"in.{ending}"), tmp_path / f"out.{out}"
    outcome = classify_file(classifier, source, target)
    assert (outcome.good, outcome.bad, outcome.bad_file) == (3, 0, None)
    assert dict(primaries(target)) == EXPECTED
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, target.name])


@pytest.mark.parametrize("out", OUT)
def test_the_same_job_gives_the_same_bytes(tmp_path, classifier, out):
    """Whatever the size of the pieces, an archive's date included."""
    source = write(tmp_path / "in.csv")
    for name, rows in (("a", 1), ("b", 2048)):
        classify_file(classifier, source, tmp_path / f"{name}.{out}", rows=rows)
    assert (tmp_path / f"a.{out}").read_bytes() == (tmp_path / f"b.{out}").read_bytes()


def test_bad_rows_are_listed_beside_the_output_and_the_rest_goes_on(tmp_path, classifier):
    """Empty, not UTF-8, and with a cell too few."""
    source, target = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_bytes(
        "id,text\na,油浸式变压器的制造\nb,\nc,".encode()
        + "轴承".encode("gbk")
        + b"\nd\n"
        + "e,速冻水饺\n".encode()
    )
    outcome = classify_file(classifier, source, target, rows=1)
    assert (outcome.good, outcome.bad) == (2, 3)
    assert primaries(target) == [("a", "M07"), ("e", None)]
    with outcome.bad_file.open(encoding="utf-8") as stream:
        listed = list(csv.DictReader(stream))
    assert [row["row"] for row in listed] == ["2", "3", "4"]
    assert "expected a text" in listed[0]["message"]
    assert "not UTF-8" in listed[1]["message"]
    assert "found 1 cells, the header has 2" in listed[2]["message"]
    assert [p.line for p in outcome.first_problems] == [2, 3, 4]


def test_a_list_of_bad_rows_goes_with_the_output_that_it_is_of(tmp_path, classifier):
    """A run without bad rows takes the list of the run before away."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n \n", encoding="utf-8")
    assert classify_file(classifier, source, target).bad_file.exists()
    write(source)
    assert classify_file(classifier, source, target).bad_file is None
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_ids_that_stand_twice_are_kept_in_order(tmp_path, classifier):
    """An id names a row for its owner; it is no key."""
    source = write(tmp_path / "in.jsonl", [("x", "变压器"), ("y", "速冻水饺"), ("x", "变压器")])
    classify_file(classifier, source, tmp_path / "out.csv")
    assert primaries(tmp_path / "out.csv") == [("x", "M07"), ("y", None), ("x", "M07")]


def test_columns_can_be_named(tmp_path, classifier):
    """描述 and 编号 in place of text and id."""
    source = tmp_path / "in.csv"
    source.write_text("编号,描述\n7,变压器\n", encoding="utf-8")
    classify_file(classifier, source, tmp_path / "o.jsonl", text_column="描述", id_column="编号")
    assert primaries(tmp_path / "o.jsonl") == [("7", "M07")]


@pytest.mark.parametrize("out", OUT)
def test_a_file_without_rows_gives_a_result_without_rows(tmp_path, classifier, out):
    """A header and no rows is no error; a table has its header all the same."""
    source, target = write(tmp_path / "in.csv", []), tmp_path / f"out.{out}"
    assert classify_file(classifier, source, target).good == 0
    assert primaries(target) == []
    if out == "parquet":
        assert pyarrow.parquet.read_schema(target).names[:2] == ["id", "mp10"]


@pytest.mark.parametrize("out", OUT)
def test_ids_of_any_characters_come_out_as_they_went_in(tmp_path, classifier, out):
    """Delimiters, quotes, line ends, and what a spreadsheet takes for a formula."""
    ids = ["=1+1", 'a"b', "a,b", "a\tb", "a\nb", "a\r\nb", "编号 7", "-", "0012"]
    source = write(tmp_path / "in.jsonl", [(i, "变压器") for i in ids])
    classify_file(classifier, source, tmp_path / f"out.{out}")
    found = [i for i, _ in primaries(tmp_path / f"out.{out}")]
    assert found == [i.replace("\r", "") if out == "xlsx" else i for i in ids]  # XML does that
    if out == "xlsx":
        book = openpyxl.load_workbook(tmp_path / "out.xlsx")
        assert book.worksheets[0]["A2"].data_type != "f"


def test_a_character_that_no_cell_can_hold_is_marked(tmp_path, classifier):
    """A workbook is XML: a control character in an id becomes U+FFFD there."""
    source = write(tmp_path / "in.jsonl", [("a\x01b\x00c", "变压器")])
    classify_file(classifier, source, tmp_path / "out.xlsx")
    assert primaries(tmp_path / "out.xlsx") == [("a\ufffdb\ufffdc", "M07")]


def test_a_sheet_that_is_full_is_followed_by_another(tmp_path, classifier, monkeypatch):
    """Excel holds 1,048,576 rows a sheet."""
    monkeypatch.setattr(sealing, "SHEET", 3)
    source = write(tmp_path / "in.csv")
    classify_file(classifier, source, tmp_path / "out.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets
    assert [(s.title, s.max_row) for s in sheets] == [("keyfield", 3), ("keyfield 2", 2)]


def test_a_parquet_output_has_row_groups_of_one_size(tmp_path, classifier, monkeypatch):
    """Probabilities are numbers, and every row is there once."""
    monkeypatch.setattr(sealing, "ROW_GROUP", 2)
    rows = [(str(i), "变压器") for i in range(7)]
    classify_file(classifier, write(tmp_path / "in.csv", rows), tmp_path / "out.parquet")
    meta = pyarrow.parquet.read_metadata(tmp_path / "out.parquet")
    assert [meta.row_group(i).num_rows for i in range(meta.num_row_groups)] == [2, 2, 2, 1]
    found = table(tmp_path / "out.parquet")
    assert [row["id"] for row in found] == [i for i, _ in rows]
    assert isinstance(found[0]["mp10_probability"], float)


def test_a_missing_file_and_a_wrong_output_are_refused(tmp_path, classifier):
    """Before any work is done."""
    with pytest.raises(InputError, match="no such file"):
        classify_file(classifier, tmp_path / "no.csv", tmp_path / "out.jsonl")
    source = write(tmp_path / "in.csv")
    with pytest.raises(InputError, match=r"found ending '\.doc'"):
        classify_file(classifier, source, tmp_path / "out.doc")
    with pytest.raises(InputError, match="make it first"):
        classify_file(classifier, source, tmp_path / "no" / "out.csv")
    with pytest.raises(InputError, match="is the input; name another output"):
        classify_file(classifier, source, source)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv"]


def test_an_input_that_changes_while_it_is_read_is_refused(tmp_path, classifier):
    """Its answers would be of neither file."""
    source = write(tmp_path / "in.csv")

    def grow(_done, _total):
        with source.open("a", encoding="utf-8") as stream:
            stream.write("d,变压器\n")

    with pytest.raises(InputError, match="was changed while it was read"):
        classify_file(classifier, source, tmp_path / "out.csv", progress=grow)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv"]
