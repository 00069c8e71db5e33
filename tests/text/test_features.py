"""Words are jieba's; features are what a slow and plain count gives."""

import jieba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.text.features import (
    APART,
    FALL,
    FLOOR,
    KNEE,
    pieces,
    place_weight,
)
from classifier.text.hashes import NGRAMS
from classifier.text.prepare import prepare
from classifier.text.segment import Segmenter, Words
from classifier.text.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def corpus_texts(root):
    """Return the masked texts of the corpus."""
    texts = []
    for path in sorted((root / "taxonomy" / "examples").glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        texts += [line.split("\t")[1] for line in lines]
    return prepare(texts)


def test_the_native_cutter_cuts_as_jieba_does(classifier, corpus_texts, tmp_path):
    """Parity with jieba itself, HMM off, on every text of the corpus (at least 2,000)."""
    model = classifier.artefact
    path = tmp_path / "dict.txt"
    lines = [f"{w} {f} n" for w, f in model.words.all().items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    reference = jieba.Tokenizer(dictionary=str(path))
    reference.tmp_dir = str(tmp_path)
    ours = Segmenter(model.words)
    assert len(corpus_texts) >= 2000
    different = []
    for text, cut in zip(corpus_texts, ours.cut(corpus_texts), strict=True):
        expected = list(reference.cut(text, HMM=False))
        if [w for w in expected if w.strip()] != [w for w in cut if w.strip()]:
            different.append((text, expected, cut))
    assert different == []


@given(
    st.dictionaries(st.text("风电主轴a𠀀", min_size=1, max_size=5), st.integers(1, 9), max_size=30),
    st.sets(st.sampled_from("风电主a𠀀轮"), max_size=3),
)
def test_words_that_begin_with_some_characters_are_those_of_the_dictionary(words, chars):
    """Each with its frequency; the total and the longest are those of all words."""
    found = Words.of(words)
    assert found.all() == words
    assert found.beginning(chars) == {w: f for w, f in words.items() if w[0] in chars}
    assert found.total == sum(words.values())
    assert found.longest == max(map(len, words), default=1)


def test_a_few_texts_are_cut_as_they_are_among_many(classifier, corpus_texts):
    """A cutter filled only with the words that can occur gives the same words."""
    model = classifier.artefact
    whole = Segmenter(model.words)
    together = whole.cut(corpus_texts)
    for i in range(0, len(corpus_texts), 401):
        alone = Segmenter(model.words).cut([corpus_texts[i]])
        assert alone == [together[i]]
    filled = Segmenter(model.words)
    filled.fill()
    assert filled.cut(corpus_texts[:1]) == together[:1]


@given(st.lists(st.text("风电主轴承变压器研发a5 ", max_size=14), max_size=6))
@settings(max_examples=60, deadline=None)
def test_pieces_are_all_ngrams(texts):
    """Every run of 1 to 4 characters, and once more what ends a phrase."""
    found = pieces(texts)
    got = sorted(
        (int(r), int(s), int(n))
        for r, s, n in zip(found.row, found.start, found.length, strict=True)
    )
    expected = []
    for row, text in enumerate(texts):
        for n in NGRAMS:
            expected += [
                (row, i, n) for i in range(len(text) - n + 1) if " " not in text[i : i + n]
            ]
    heads = [(r, i, n) for r, i, n in expected if texts[r][i + n : i + n + 1] in {"", " "}]
    assert got == sorted(expected + heads)


def test_equal_pieces_have_equal_hashes_and_others_not():
    """A feature's hash hangs on its characters and kind alone, not on its place."""
    texts = ["风电主轴轴承", "研发 变压器 轴承", "轴承"]
    found = pieces(texts)
    text_of: dict[int, set[str]] = {}
    hashes_of: dict[str, set[int]] = {}
    for row, value, start, length in zip(
        found.row, found.hash, found.start, found.length, strict=True
    ):
        text = texts[row][start : start + length]
        text_of.setdefault(int(value), set()).add(text)
        hashes_of.setdefault(text, set()).add(int(value))
    assert all(len(found_texts) == 1 for found_texts in text_of.values())
    assert len(hashes_of["轴承"]) == 2  # anywhere, and as a head
    assert len(hashes_of["风"]) == 1


def test_hashes_tell_every_piece_of_the_corpus_apart_by_their_leading_bits_too(corpus_texts):
    """No two pieces have one hash, and buckets are taken as evenly as by chance."""
    some = corpus_texts[::8]
    found = pieces(some)
    seen = {}
    for row, start, length, value in zip(
        found.row.tolist(), found.start.tolist(), found.length.tolist(), found.hash.tolist(),
        strict=True,
    ):  # fmt: skip
        seen.setdefault(value, set()).add(some[row][start : start + length])
    assert all(len(same) == 1 for same in seen.values())
    bits = len(seen).bit_length()
    taken = len({value >> (64 - bits) for value in seen}) / 2**bits
    assert taken == pytest.approx(1 - np.exp(-len(seen) / 2**bits), rel=0.02)


def test_a_head_noun_is_not_its_word_as_a_modifier():
    """变压器 at the end of a phrase has a feature that 变压器 before another noun has not."""
    head, modifier = pieces(["变压器"]), pieces(["变压器轴承"])
    own = set(head.hash.tolist()) - set(modifier.hash.tolist())
    assert len(own) == 3  # 器, 压器, 变压器, at the end


@pytest.mark.parametrize(
    ("text", "main", "side"),
    [
        ("房屋租赁;轴承销售。主要产品和服务为变压器。", "变压器", "轴承"),
        ("主营业务:变压器。轴承销售", "变压器", "轴承"),
        ("轴承销售。公司主导产品是变压器", "变压器", "轴承"),
    ],
)
def test_the_product_that_a_text_names_as_its_main_one_counts_most(text, main, side):
    """主要产品为 and its like decide the place, wherever they stand (主导产品)."""
    (masked,) = prepare([text])
    found = pieces([masked])
    weight = {
        masked[s : s + n]: float(w)
        for s, n, w in zip(found.start, found.length, found.weight, strict=True)
    }
    assert len(masked) == len(text)
    assert weight[main] == 1.0
    assert weight[side] < 0.6


def test_what_stands_first_counts_most():
    """Full weight to the knee, one half at knee + fall, never below the floor."""
    weights = place_weight(np.array([0, KNEE, KNEE + FALL, 10_000]))
    assert weights.tolist() == pytest.approx([1, 1, 0.5, FLOOR])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("泵;阀门;;轴承", [0, 1 + APART, 2 + APART, 3 + 2 * APART, 4 + 2 * APART]),
        (";泵;", [0]),
        ("泵、阀,轴;", [0, 1, 2]),
        ("轴承制造;五金批发;泵", [0, 1, 2, 3, 4 + APART]),
        ("货物进出口;泵;阀", [0, 1 + APART]),
        ("", []),
    ],
)
def test_each_part_of_a_list_stands_further_back(text, places):
    """A step a semicolon that something stands before; what is left out counts no step."""
    beside = ["阀;泵", text, ";;变压器"]
    content = pieces(prepare(beside)).content
    assert content.place[content.row == 1].tolist() == places
    assert content.place[content.row == 2].tolist() == [0, 1, 2]
    assert pieces(prepare([text])).content.place.tolist() == places


def test_a_feature_counts_once_with_its_best_place():
    """Repeating a side line at the end adds nothing."""
    found = pieces(["轴承" + "研" * 40 + "轴承"])
    vocabulary = Vocabulary(np.unique(found.hash))
    rows = vocabulary.rows(found, 1)
    assert len(set(rows.indices.tolist())) == len(rows.indices)
    first = vocabulary.find(found.hash[found.start == 0])
    weights = dict(zip(rows.indices.tolist(), rows.weights.tolist(), strict=True))
    assert all(weights[i] == 1 for i in first.tolist())


def test_unknown_features_are_not_found():
    """An empty vocabulary knows nothing."""
    empty = Vocabulary(np.zeros(0, dtype=np.uint64))
    assert empty.find(np.array([1, 2], dtype=np.uint64)).tolist() == [-1, -1]
