"""Parts of a file that others read are its rows, whatever it holds."""

import csv
import io
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.batch import blocks, lines
from classifier.batch.blocks import Block, NotHereError, cut, row_ends
from classifier.batch.reading import read_block, read_plain, read_rows
from classifier.batch.run import classify_file
from classifier.batch.work import Piece, Task, answer, pieces, work_of
from classifier.errors import BatchError, InputError
from tests.batch.make import many

BITS = [
    b"a", "变压器".encode(), b",", b",", b'"', b'""', b"\n", b"\n", b"\r\n", b"\r", b"\t", b" ",
    b'"x,y"', b'\n"', b'",', b',"', b'"\n', b"\0", b"\xff", b"\xef\xbb\xbf", b"long" * 9,
    b'{"id": "1", "text": "a"}\n', b'{"text": 3}\n', b"{\n", "\u3000".encode(), b"[]\n",
]  # fmt: skip
FILES = st.lists(st.sampled_from(BITS), max_size=30).map(b"".join)
PLAIN = st.text(st.sampled_from('变压器a,"\n\t é𠀀'), min_size=1, max_size=12)
HEADERS = {
    ".csv": [b"id,text\n", b'\xef\xbb\xbf"id","text"\r\n', b"\n\ntext\n", b'id,"te""xt"\n'],
    ".tsv": [b"id\ttext\n", b"text\n", b'id\t"text"\r\n'],
    ".jsonl": [b"", b"\xef\xbb\xbf", b'{"text": "a"}\n'],
}


def _seen(work, most=None):
    """Return ids, texts and problems in order; blocks hold as many rows as they say."""
    ids, texts, problems = [], [], []
    for part in work:
        assert part.rows <= (most or part.rows)
        read = [part] if isinstance(part, Piece) else list(pieces(read_block(part)))
        if isinstance(part, Block):
            assert part.rows == sum(piece.rows for piece in read) > 0
            assert part.light().whole() == part
            if (plain := read_plain(part)) is not None:
                assert [(*plain, [])] == [(p.ids, p.texts, p.problems) for p in read]
        for piece in read:
            ids += piece.ids
            texts += piece.texts
            problems += piece.problems
    return ids, texts, problems


def _whole(path, begun=0):
    """Return the same of all rows behind some, read one after another."""
    rows = list(read_rows(path, "text", "id"))[begun:]
    good = [row for row in rows if isinstance(row, tuple)]
    return [r.id for r in good], [r.text for r in good], [r for r in rows if r not in good]


def _told(read):
    """Return what is read, or what is said where nothing can be."""
    try:
        return read()
    except InputError as error:
        return error.problems


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl"])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_blocks_are_the_rows_of_a_file_of_anything(tmp_path_factory, ending, data):
    """Wrong quotes, old line ends, blank lines, bytes that are no character: in any cut."""
    path = tmp_path_factory.mktemp("blocks") / f"in{ending}"
    header = data.draw(st.sampled_from(HEADERS[ending]))
    path.write_bytes(header + data.draw(FILES))
    if not path.stat().st_size:
        return
    size = data.draw(st.sampled_from([1, 5, 40, 1 << 20]))
    longest = data.draw(st.sampled_from([30, 1 << 20]))
    most = data.draw(st.none() | st.integers(1, 4))
    begun = data.draw(st.integers(0, 3))
    with (
        mock.patch.object(blocks, "BYTES", size),
        mock.patch.object(blocks, "LONGEST", longest),
        mock.patch.object(lines, "LONGEST", longest),
    ):
        expected = _told(lambda: _whole(path, begun))
        assert _told(lambda: _seen(work_of(path, "text", "id", begun, most), most)) == expected


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(PLAIN, PLAIN), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.sampled_from([1, 7, 1 << 20]),
)
def test_a_table_as_programs_write_it_is_cut_to_its_end(tmp_path_factory, rows, end, quoting, size):
    """Cells with commas, quotes and line ends leave no doubt."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([("id", "text"), *rows])
    path = tmp_path_factory.mktemp("written") / "in.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    with mock.patch.object(blocks, "BYTES", size):
        work = list(work_of(path, "text", "id", 0, None))
    assert all(isinstance(part, Block) for part in work)
    assert _seen(work) == _whole(path)
    assert sum(part.rows for part in work) == len(rows)
    if all(name and text.strip() for name, text in rows):
        assert all(read_plain(part) for part in work)


@pytest.mark.parametrize(
    ("data", "ending", "ends"),
    [
        (b'a,"b\nc",d\ne', ".csv", [10]),
        (b'a,"b""\n""c"\n', ".csv", [12]),
        (b'a,b"c\nd"\n', ".csv", None),  # a quote within a cell is none
        (b'a,"b"c\nd\n', ".csv", None),
        (b'a,b\n"c\n', ".csv", [4]),  # it may be closed further on
        (b'a\t"b\nc\n', ".tsv", [5, 7]),
        (b"a\rb\n", ".csv", None),
        (b"a\r\nb\r", ".csv", [3]),  # the other half of a line end may follow
        (b"\na\n\r\n\nb\n", ".csv", [3, 8]),
        (b'{"a": 1}\n \n', ".jsonl", None),  # not a row, but not empty
        (b'{"a": 1}\n\n{}\n', ".jsonl", [9, 13]),
        (b"", ".csv", []),
    ],
)
def test_where_rows_end_is_told_by_line_ends_and_plain_quotes(data, ending, ends):
    """Elsewhere nothing is told."""
    found = row_ends(data, ending)
    assert (None if found is None else found.tolist()) == ends


def test_from_the_place_of_doubt_on_a_file_is_read_row_by_row(tmp_path, root, classifier):
    """The answers of several processes, and what they say of bad rows, are those of one."""
    good = [f"{i},{text}\r\n" for i, text in many(root, 60) if not {",", '"'} & set(text)]
    wrong = ['x,5" 钢管\r\n', "y\r\n", "\r\n", 'z,"钢管\r\n的制造"\r\n', "v, \r\n"]
    path = tmp_path / "in.csv"
    path.write_text("id,text\r\n" + "".join([*good, *wrong, *good]), "utf-8", newline="")
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    with mock.patch.object(blocks, "BYTES", 900):
        done = list(cut(path, "text", "id"))
        outcome = classify_file(classifier, path, two, jobs=2)
    assert 3 < sum(block.rows for block in done) <= len(good)
    assert outcome == replace(classify_file(classifier, path, one), bad_file=outcome.bad_file)
    assert two.read_bytes() == one.read_bytes()
    assert outcome.bad == 2
    assert (tmp_path / "two.csv.bad.csv").read_bytes() == (
        tmp_path / "one.csv.bad.csv"
    ).read_bytes()


def test_a_block_of_other_rows_than_it_says_is_no_answer(tmp_path, classifier):
    """A file that changes meanwhile cannot shift the numbers of rows."""
    path = tmp_path / "in.csv"
    path.write_text("text\n变压器\n水泵\n", encoding="utf-8")
    versions = classifier.versions
    task = Task(str(classifier.artefact.folder), versions.model, versions.taxonomy, ".csv")
    (block,) = cut(path, "text", "id")
    assert answer(task, block).rows == 2
    with pytest.raises(BatchError, match=r"found 2 rows, expected 3, in rows 1 to 3"):
        answer(task, block._replace(rows=3))
    assert answer(task, block.light()) == answer(task, block)
    path.write_text("text\n变压器\n水蒸", encoding="utf-8")
    with pytest.raises(NotHereError, match="is not what it was"):
        answer(task, block.light())
    path.unlink()
    with pytest.raises(NotHereError, match="No such file"):
        answer(task, block.light())
    assert answer(task, block).rows == 2
