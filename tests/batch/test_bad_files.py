"""Each way to break a file: what is said, where, and what becomes of the rest."""

import io
import json
import zipfile

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from classifier.batch import lines
from classifier.batch.reading import LONGEST_TEXT, InputRow, read_rows
from classifier.batch.run import classify_file
from classifier.errors import InputError
from tests.batch.make import write


def _parquet(**columns):
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), out, row_group_size=1)
    return out.getvalue()


def _xlsx(rows, *, cut=0):
    """Return a workbook; with ``cut``, its sheet breaks off so many bytes before its end."""
    book, whole, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: -cut or None] if "sheet1" in name else data)
    return out.getvalue()


TEXTS = {"text": ["变压器", "轴承"]}
WHOLE = _parquet(**TEXTS)
CUT = _xlsx([("text",), ("变压器",), ("轴承",)], cut=60)

BROKEN = {
    "ending": ("in.doc", b"x", r"in.doc: found ending '.doc', allowed: .csv, .tsv, .jsonl"),
    "no bytes, csv": ("in.csv", b"", r"in.csv: the file is empty \(0 bytes\); export it again"),
    "no bytes, jsonl": ("in.jsonl", b"", r"the file is empty"),
    "no bytes, parquet": ("in.parquet", b"", r"the file is empty"),
    "no bytes, xlsx": ("in.xlsx", b"", r"the file is empty"),
    "no header, csv": ("in.csv", b"\n\n", r"in.csv:1: no header; the first row must name"),
    "no header, xlsx": ("in.xlsx", _xlsx([]), r"in.xlsx:1: no header"),
    "UTF-16": ("in.csv", "text\n变压器\n".encode("utf-16"), r"found UTF-16, expected UTF-8"),
    "GBK header": (
        "in.csv",
        "编号,描述\n1,变压器\n".encode("gbk"),
        r'in.csv:1: not UTF-8; save it as "CSV UTF-8"',
    ),
    "no column, csv": (
        "in.csv",
        "编号,描述\n1,变压器\n".encode(),
        r"in.csv \[text\]: no such column; found: 编号, 描述; name it with --text-column",
    ),
    "no column and no row": ("in.csv", "编号,描述\n".encode(), r"\[text\]: no such column"),
    "no column, tsv": ("in.tsv", b"id,text\n1,x\n", r"found: id,text; name it with"),
    "no column, parquet": ("in.parquet", _parquet(a=["x"]), r"\[text\]: no such column; found: a"),
    "no column, xlsx": ("in.xlsx", _xlsx([("a",), ("x",)]), r"\[text\]: no such column; found: a"),
    "column twice": ("in.csv", b"text,id,text\n", r"\[text\]: stands twice, as columns 1, 3"),
    "no Parquet": ("in.parquet", b"id,text\n", r"it begins with b'id,t', expected b'PAR1'"),
    "Parquet cut off": ("in.parquet", WHOLE[:-20], r"it is cut off before its footer; copy it"),
    "Parquet encrypted": ("in.parquet", b"PAR1....PARE", r"an encrypted Parquet file; write it"),
    "Parquet footer": ("in.parquet", b"PAR1" + b"\xff" * 40 + b"PAR1", r"not a Parquet file: "),
    "Parquet page": (
        "in.parquet",
        WHOLE[:4] + b"\xff" * 30 + WHOLE[34:],
        r"not a Parquet file: \w+: ",
    ),
    "XLSX encrypted": (
        "in.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
        r"an encrypted workbook, or one of the old .xls kind; save it as .xlsx without a password",
    ),
    "no XLSX": ("in.xlsx", b"x", r"not an XLSX workbook: BadZipFile: File is not a zip file"),
    "XLSX cut off": ("in.xlsx", CUT[: len(CUT) // 2], r"not an XLSX workbook"),
    "a sheet that breaks off": (
        "in.xlsx",
        CUT,
        r"in.xlsx:3: the XLSX workbook is damaged behind row 2: ParseError.*make it again",
    ),
}


@pytest.mark.parametrize(("name", "data", "message"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, classifier, name, data, message):
    """With what was found, what is allowed and what to do; nothing is left behind."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        classify_file(classifier, tmp_path / name, tmp_path / "out.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_parquet_file_damaged_in_its_middle_names_the_row(tmp_path, classifier):
    """By its checksums; the rows before it are not given out as if they were all."""
    data = bytearray(_long_parquet(20_000))
    half = len(data) // 2
    data[half : half + 200] = b"\xff" * 200
    (tmp_path / "in.parquet").write_bytes(data)
    with pytest.raises(InputError, match=r"in.parquet:\d+: the Parquet file is damaged behind row"):
        list(read_rows(tmp_path / "in.parquet"))
    with pytest.raises(InputError, match="damaged behind row"):
        classify_file(classifier, tmp_path / "in.parquet", tmp_path / "out.jsonl", rows=10_000)
    assert [p.name for p in tmp_path.iterdir()] == ["in.parquet"]


def _long_parquet(size):
    out = io.BytesIO()
    rows = pyarrow.table({"text": [f"{i * i} " for i in range(size)]})
    pyarrow.parquet.write_table(rows, out, row_group_size=5_000, write_page_checksum=True)
    return out.getvalue()


GOOD, NUL = '{"text": "变压器"}', "\0"
BAD_ROWS = {
    "JSON": ("in.jsonl", "{oops", r":2: not JSON: .* at character 2; expected an object a line"),
    "JSON, no object": ("in.jsonl", "[1]", r":2: found \[1\], expected an object"),
    "JSON, no text": ("in.jsonl", '{"id": 4}', r":2 \[text\]: missing; expected a text; found: id"),
    "JSON, a number": ("in.jsonl", '{"text": 4}', r":2 \[text\]: found 4, expected a text"),
    "JSON, half a pair": ("in.jsonl", '{"text": "\\ud83d"}', r":2 \[text\]: not UTF-8"),
    "JSON, half an id": ("in.jsonl", '{"text": "x", "id": "\\ud83d"}', r":2: the id is not UTF-8"),
    "JSON, too deep": ("in.jsonl", "[" * 100_000, r":2: not JSON: maximum recursion depth"),
    "JSON, too long a number": ("in.jsonl", "1" * 5000, r":2: not JSON: Exceeds the limit"),
    "JSON, too long": (
        "in.jsonl",
        json.dumps({"text": "x" * (1 << 21)}),
        r":2: a line of over 1,048,576 characters; expected a row a line",
    ),
    "CSV, too long": ("in.csv", "x" * (1 << 21), r":2: a line of over 1,048,576 characters"),
    "CSV, NUL": ("in.csv", "变压" + NUL + "器", r":2 \[text\]: not UTF-8"),
    "CSV, a cell more": ("in.csv", "变压器,轴承", r":2: found 2 cells, the header has 1; quote"),
    "TSV, a cell more": ("in.tsv", "变压器\t轴承", r":2: found 2 cells, the header has 1; a text"),
    "CSV, too long a text": (
        "in.csv",
        "长" * (LONGEST_TEXT + 1),
        r":2 \[text\]: found 1,000,001 characters, allowed: 1,000,000",
    ),
}


@pytest.mark.parametrize(("name", "row", "message"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_one_problem_and_the_next_row_is_read(tmp_path, name, row, message):
    """Named by file, row and field; the rows before and behind it are good."""
    rows = [GOOD, row, GOOD] if name.endswith("jsonl") else ["text", "变压器", row, "轴承"]
    (tmp_path / name).write_text("\n".join(rows), encoding="utf-8")
    first, bad, last = read_rows(tmp_path / name)
    assert (first.number, last.number) == (1, 3)
    with pytest.raises(AssertionError, match=name + message):
        raise AssertionError(str(bad))


def test_a_quote_that_is_never_closed_is_said(tmp_path):
    """It would swallow all rows behind it; the line where it opens is named."""
    (tmp_path / "in.csv").write_text('text\n变压器\n"轴承\n水饺\n电机\n', encoding="utf-8")
    good, bad = read_rows(tmp_path / "in.csv")
    assert good == InputRow(1, "1", "变压器")
    assert "in.csv:2: a quote in line 3 is never closed" in str(bad)


def test_a_quote_that_swallows_too_much_ends_by_itself(tmp_path):
    """The lines that it took are named, and the rows behind them are read again."""
    limit = lines.csv.field_size_limit(200)
    try:
        rows = ["text", '"轴承', *(f"第{i}种变压器" for i in range(40))]
        (tmp_path / "in.csv").write_text("\n".join(rows), encoding="utf-8")
        bad, *rest = read_rows(tmp_path / "in.csv")
    finally:
        lines.csv.field_size_limit(limit)
    assert "in.csv:1: lines 2 to 2" in str(bad)
    assert "is a quote not closed?" in str(bad)
    assert rest[-1].text == "第39种变压器"


def test_texts_of_a_parquet_file_that_are_not_utf8_are_bad_rows(tmp_path):
    """Some programs write bytes into a column that is said to hold strings."""
    raw = pyarrow.array([b"abc", "轴承".encode("gbk"), None], pyarrow.binary())
    column = pyarrow.StringArray.from_buffers(3, *raw.buffers()[1:], raw.buffers()[0])
    pyarrow.parquet.write_table(pyarrow.table({"text": column}), tmp_path / "in.parquet")
    good, *bad = read_rows(tmp_path / "in.parquet")
    assert good.text == "abc"
    assert [str(b).partition(": ")[2][:10] for b in bad] == ["not UTF-8 ", "found None"]


def test_a_sheet_with_a_wrong_size_and_empty_rows_is_read_whole(tmp_path):
    """Some programs note a size of one cell; rows without any cell do not count."""
    data = _xlsx([("id", "text"), (1, "变压器"), (None, None), (2.5, "轴承"), (3, None)])
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:B5"', b'ref="A1"'))
    *good, bad = read_rows(tmp_path / "x.xlsx")
    assert good == [InputRow(1, "1", "变压器"), InputRow(2, "2.5", "轴承")]
    assert "x.xlsx:3 [text]: found None, expected a text" in str(bad)


def test_an_id_column_that_was_asked_for_must_be_there(tmp_path):
    """Where none was asked for, a row's number stands in."""
    source = write(tmp_path / "in.csv")
    with pytest.raises(InputError, match=r"\[编号\]: no such column; found: id, text; name it"):
        list(read_rows(source, id_column="编号"))
    source.write_text("text\n变压器\n", encoding="utf-8")
    assert list(read_rows(source)) == [InputRow(1, "1", "变压器")]


def test_old_line_ends_and_a_byte_order_mark_are_no_matter(tmp_path):
    """As Excel on any machine writes them."""
    for end in ("\n", "\r\n", "\r"):
        (tmp_path / "in.csv").write_bytes(f"\ufefftext{end}变压器{end}{end}轴承".encode())
        assert [row.text for row in read_rows(tmp_path / "in.csv")] == ["变压器", "轴承"]
