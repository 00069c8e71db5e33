"""The bytes of answers: by the contract, and the same however the rows were cut."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.batch.encoding import (
    _shown,
    columns,
    decimals,
    encode,
    encode_header,
    wants_detail,
)
from classifier.batch.reading import InputRow
from classifier.batch.work import CHARACTERS, Piece, answer_here, pieces
from classifier.domains.answer import Scored
from classifier.errors import Problem
from tests.batch.make import written

KINDS = (".jsonl", ".csv", ".tsv")


@pytest.fixture(scope="module")
def texts(root):
    """Return a few hundred descriptions, odd ones among them."""
    return [*written(root)[::30], "?", "の", "x" * 5000, "轴承" * 3000, "😀", " 变压器\n变压器 "]


def _encoded(classifier, kind, ids, texts):
    decided = classifier.decided(texts, detail=wants_detail(kind))
    return encode(kind, ids, decided, classifier.versions)


def test_a_line_of_json_is_what_the_general_encoder_gives(classifier, texts):
    """The one that is written out is faster, and nothing else."""
    ids = [f'{number} "引号" \\ \n\x7f' for number in range(len(texts))]
    expected = [
        json.dumps(answer.to_json(name), ensure_ascii=False) + "\n"
        for name, answer in zip(ids, classifier.stream(texts), strict=True)
    ]
    assert "".join(expected).encode() == _encoded(classifier, ".jsonl", ids, texts)


def test_notations_of_any_characters_are_encoded(classifier):
    """A scheme of one's own may number its concepts as it likes."""
    (answer,) = classifier.classify(["变压器"])
    ((texts, decisions),) = classifier.decided(["变压器"])
    odd = '甲,"1"\t\\'
    found = decisions["mp10"]
    names = tuple(name and odd + name for name in found.names)
    own = answer.domains["mp10"]
    finding = replace(
        own,
        primary=odd + own.primary,
        labels=tuple(Scored(x.notation and odd + x.notation, x.probability) for x in own.labels),
        narrower=Scored(odd + own.narrower.notation, own.narrower.probability),
        short_list=tuple(name and odd + name for name in own.short_list),
    )
    decided = [(texts, {odd: found._replace(names=names)})]
    line = json.dumps(replace(answer, domains={odd: finding}).to_json("1"), ensure_ascii=False)
    assert encode(".jsonl", ["1"], decided, classifier.versions).decode() == line + "\n"
    for kind, delimiter in ((".csv", ","), (".tsv", "\t")):
        data = encode_header(kind, [odd]) + encode(kind, ["1"], decided, classifier.versions)
        stream = io.StringIO(data.decode(), newline="")
        (row,) = csv.DictReader(stream, delimiter=delimiter)
        assert row[odd] == odd + own.primary


@given(st.floats(0, 1) | st.integers(0, 100_000).map(lambda n: n / 100_000))
def test_a_probability_is_rounded_as_everywhere(value):
    """Four decimals, the shortest form, halves included."""
    for kind in (np.float64, np.float32):
        (found,) = decimals(np.array([value], dtype=kind))
        assert repr(round(float(kind(value)), 4)) == _shown()[found]


def _bytes(classifier, kind, rows, most):
    return b"".join(done.data for done in answer_here(pieces(rows, most), classifier, kind))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_answers_hang_on_the_text_alone(classifier, texts, data):
    """Any order and any size of the pieces gives each row the same bytes."""
    order = data.draw(st.permutations(range(len(texts))).map(lambda p: p[:60]))
    most = data.draw(st.integers(1, 70))
    kind = data.draw(st.sampled_from(KINDS))
    rows = [InputRow(i, str(i), texts[i]) for i in order]
    alone = [_encoded(classifier, kind, [r.id], [r.text]) for r in rows]
    assert b"".join(alone) == _bytes(classifier, kind, rows, most)


@given(
    st.lists(st.integers(0, CHARACTERS // 2) | st.none(), max_size=40),
    st.integers(1, 10),
)
def test_pieces_hold_every_row_once_and_never_too_much(lengths, most):
    """Good and bad rows in order; long texts make short pieces."""
    rows = [
        Problem("in.csv", i, "text", "bad") if n is None else InputRow(i, str(i), "x" * n)
        for i, n in enumerate(lengths)
    ]
    cut = list(pieces(rows, most))
    assert [i for p in cut for i in p.ids] == [r.id for r in rows if isinstance(r, InputRow)]
    assert [x for p in cut for x in p.problems] == [r for r in rows if isinstance(r, Problem)]
    assert sum(p.rows for p in cut) == len(rows)
    for piece in cut:
        assert isinstance(piece, Piece)
        assert piece.rows == len(piece.ids) + len(piece.problems) <= most
        assert sum(map(len, piece.texts[:-1])) < CHARACTERS


@pytest.mark.parametrize("kind", [".csv", ".tsv"])
def test_a_table_reads_back(classifier, texts, kind):
    """Any id, three columns a scheme, and the versions; numbers in four decimals."""
    answers = classifier.classify(texts[:5])
    ids = ['a"b,c\td', "a\r\nb", "", " x ", "编号"]
    data = encode_header(kind, classifier.schemes) + _encoded(classifier, kind, ids, texts[:5])
    delimiter = "," if kind == ".csv" else "\t"
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))
    assert list(rows[0]) == columns(classifier.schemes)
    for name, answer, row in zip(ids, answers, rows, strict=True):
        expected = {"id": name, **answer.versions.to_json()}
        for scheme, found in answer.domains.items():
            expected[scheme] = found.primary or "-"
            expected[f"{scheme}_probability"] = str(round(found.probability, 4))
            expected[f"{scheme}_decision"] = found.decision
        assert expected == row
