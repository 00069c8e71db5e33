"""Which n-grams are kept: words, chains of words, parts of a word."""

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.text.features import pieces
from classifier.text.segment import Segmenter
from classifier.training.wordlike import LEAST_SHARE, wordlike

WORDS = {"轴承": 30, "主轴": 20, "主轴轴承": 5, "风电": 40, "变压器": 9, "研发": 50}


def kept(texts):
    """Return the n-grams that are kept, as text."""
    found = pieces(texts)
    keep = wordlike(found, Segmenter(WORDS))
    at = zip(found.row[keep], found.start[keep], found.length[keep], strict=True)
    return {texts[r][s : s + n] for r, s, n in at}


def test_a_seam_of_two_words_is_left_out():
    """电变 breaks 风电 and 变压器 apart; 风电变压 breaks one; both words and their parts stay."""
    found = kept(["风电变压器"])
    assert {"风电", "变压器", "变压", "压器", "风", "器"} <= found
    assert not {"电变", "电变压", "风电变", "风电变压", "电变压器"} & found


def test_a_chain_of_whole_words_stays():
    """风电轴承 is two words and says more than either."""
    assert "风电轴承" in kept(["风电轴承"])


def test_what_is_mostly_a_seam_goes_though_it_is_once_a_word():
    """The share of occurrences decides, over all texts."""
    seams = ["风电轴承"] * 3  # 电轴 over the seam
    assert "电轴" not in kept(seams)


def test_nothing_in_nothing_out():
    """Texts without a character have no n-gram."""
    assert kept(["", " "]) == set()


@given(st.lists(st.text("风电主轴承变压器研发a5 ", max_size=14), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_it_is_what_a_slow_count_gives(texts):
    """Occurrences that respect jieba's words, counted one by one."""
    cutter = Segmenter(WORDS)
    found = pieces(texts)
    seams = []
    for words in cutter.cut(texts):
        ends = np.cumsum([len(w) for w in words])
        seams.append({0, *ends.tolist()})
    good, every = Counter(), Counter()
    names = defaultdict(list)
    for i, (row, start, length, key) in enumerate(
        zip(found.row, found.start, found.length, found.hash, strict=True)
    ):
        inner = set(range(start + 1, start + length)) & seams[row]
        whole = start in seams[row] and start + length in seams[row]
        good[key] += whole or not inner
        every[key] += 1
        names[key].append(i)
    expected = np.zeros(len(found.hash), dtype=bool)
    for key, at in names.items():
        expected[at] = good[key] / every[key] >= LEAST_SHARE
    assert wordlike(found, cutter).tolist() == expected.tolist()
