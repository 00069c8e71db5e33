"""A boilerplate pattern is tried wherever it can begin, and a batch is read as its texts are."""

import re
import unicodedata
from re import _constants, _parser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.text import boilerplate, cues, normalise
from classifier.text.boilerplate import mask
from classifier.text.codes import ASCII, IDEOGRAPHS, decoded
from classifier.text.cues import LETTER, THIRDS, WHITE, kinds
from classifier.text.dealing import DEALING, ENDS, MAKING
from classifier.text.normalise import LONGEST, canonical, canonical_all
from classifier.text.patterns import PATTERNS, beginning
from classifier.text.prepare import prepare

SNIPPETS = st.sampled_from(
    [
        "公司主要从事", "的研发、生产和销售", "一种", "主要产品为:", "主营业务：",
        "技术服务、技术开发",
        "（依法须经批准的项目，经相关部门批准后方可经营）",
        "货物进出口", "本本厂",
        "凭许可证经营", "钢材销售", "变压器制造;", "五金批发", "加工。",
        "变压器", "轴承", "ABC-12345", "316L", "３Ｄ打印", "㎡", "。", "；", "，", " ", "\u3000",
        "\n", "\u200b", "\ud800", "𠀀", "e\u0301", "Σ", "厂房租赁", "5", "12.5%",
        "1.5a", "-3~4", "a5", ".", "٣", "φ12×3", "_7/8*", "1-2", "a.b",
    ]
)  # fmt: skip
_BOILERPLATE = re.compile("|".join(f"(?:{pattern})" for _, pattern in PATTERNS))
_MODEL = re.compile(r"[a-z0-9][a-z0-9./*×φ~\-_]{4,}[a-z0-9]")
TEXTS = st.lists(st.lists(SNIPPETS | st.text(max_size=4), max_size=12).map("".join), max_size=9)


_MAKES = re.compile("|".join(MAKING.split()))
_DEALS = re.compile("|".join(DEALING.split()))


def _dealt(text):
    """Return the text with those parts blanked that only deal, where another one makes."""
    parts = re.split(f"([{ENDS}])", text)
    if boilerplate._NAMED.search(text) or not any(_MAKES.search(part) for part in parts):
        return text
    return "".join(
        "\1" * len(part) if _DEALS.search(part) and not _MAKES.search(part) else part
        for part in parts
    )


def _mask(text):
    """Return what masking says, pattern after pattern over a whole text."""

    def blank(match):
        return " " * len(match.group())

    boiled = _BOILERPLATE.sub(blank, text)
    dealt = _dealt(text)
    out = "".join(" " if d == "\1" else b for b, d in zip(boiled, dealt, strict=True))
    for fewer in (boiled, text):
        if not out.strip(" ,.;:()。、；："):
            out = fewer
    out = _MODEL.sub(
        lambda m: blank(m) if sum(c.isdigit() for c in m.group()) >= 3 else m.group(), out
    )
    out = re.sub(r"(?<![a-z0-9])\d[\d.,%~\-]*(?![a-z0-9])", blank, out)
    out = re.sub(r"[\W_]", " ", out)
    out = "".join("\4" if sign == ";" else char for char, sign in zip(out, text, strict=True))
    for named in boilerplate._NAMED.finditer(text):
        start, end = named.span(1)
        behind = "\x03" + out[end + 1 :] if end < len(out) else ""
        gap = " " * (start - 1 - named.start())
        out = out[: named.start()] + gap + "\x02" + out[start:end] + behind
    return out


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电线电缆制造、销售;橡胶制品批发、零售", "电线电缆"),
        ("五金批发;货物运输;泵阀加工。", "泵阀加工"),
        ("钢材销售;木材批发", "钢材销售 木材批发"),  # nothing is made
        ("技术开发;化工销售", "化工销售"),  # nothing else would be left
        ("轴承加工。主要产品为变压器。钢材批发", "轴承加工 \x02变压器\x03钢材批发"),  # named
    ],
)
def test_what_is_only_dealt_in_is_left_out_beside_what_is_made(text, left):
    """By parts between semicolons and full stops."""
    assert mask(canonical(text)).replace("\4", " ").split() == left.split()


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_a_batch_is_masked_as_each_text_is_by_the_plain_patterns(texts):
    """Trying patterns only at cues, and all texts at once, changes no character."""
    plain = [canonical(text) for text in texts]
    found, codes = canonical_all(texts)
    assert found == plain
    assert decoded(codes) == "\n".join([*plain, ""])
    assert prepare(texts) == [_mask(text) for text in plain]
    assert [mask(text) for text in plain] == [_mask(text) for text in plain]


def test_a_batch_of_long_and_odd_texts_is_read_as_each_is():
    """What is longer than a normal form may become, or holds control signs, goes its own way."""
    texts = ["轴承" * LONGEST, "ﷺ" * 2_000, "a\nb", "", "\x00", "变压器"]
    assert canonical_all(texts)[0] == [canonical(text) for text in texts]


def test_letters_are_those_of_the_patterns():
    r"""A letter or digit is what ``[^\W_]`` matches, beyond the first plane too."""
    chars = [c for c in map(chr, range(0x11000)) if c != "\n"] + ["𠀀", "😀", "\U0010ffff"]
    found = kinds(np.array([ord(c) for c in chars], dtype=np.uint32)) >= LETTER
    assert found.tolist() == [bool(re.fullmatch(r"[^\W_]", c)) for c in chars]


def test_characters_of_a_block_are_as_each_is_by_itself():
    """What is said of a whole block of characters at once holds for every one of them."""
    codes = np.array([*ASCII, *IDEOGRAPHS], dtype=np.uint32)
    plain = [ord(char if char == "\n" else canonical(char)) for char in map(chr, codes)]
    assert normalise._plain.of(codes).tolist() == plain
    assert kinds(codes).tolist() == [cues._kind(char) for char in map(chr, codes)]


def _of_class(entries):
    if entries[0][0] is _constants.NEGATE:
        return {"any"}
    out = set()
    for kind, value in entries:
        if kind is _constants.LITERAL:
            out.add(chr(value))
        else:
            out.add("space" if value is _constants.CATEGORY_SPACE else "any")
    return out


def _beginnings(sequence, length=2):
    """Return what a parsed pattern can begin with: tuples of characters, "any" and "space"."""
    out = {()}
    for kind, value in sequence:
        if kind is _constants.SUBPATTERN:
            after = _beginnings(value[3], length)
        elif kind is _constants.BRANCH:
            after = set().union(*(_beginnings(branch, length) for branch in value[1]))
        elif kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            least, most, inner = value
            once = _beginnings(inner, length)
            after = once if least else {()} | once
            if most > 1:
                after = after | {(a + b)[:length] for a in once for b in once}
        elif kind in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT):
            after = {()}
        elif kind is _constants.LITERAL:
            after = {(chr(value),)}
        else:
            after = {(c,) for c in _of_class(value)} if kind is _constants.IN else {("any",)}
        out = {(a + b)[:length] for a in out for b in after}
    return out


def test_a_pattern_stands_with_the_characters_that_it_can_begin_with():
    """No pattern can begin elsewhere, and no characters stand there for nothing."""
    sign = {"space": "_", "any": "*"}
    for begins, pattern in PATTERNS:
        follow: dict[str, set[str]] = {}
        for first, second in _beginnings(_parser.parse(pattern)):
            follow.setdefault(sign.get(first, first), set()).add(sign.get(second, second))
        words = begins.split()
        assert len({word[0] for word in words}) == len(words)
        assert {word[0]: set(word[1:]) for word in words} == {
            first: {"*"} if "*" in seconds else seconds for first, seconds in follow.items()
        }
        assert "*" not in follow


def test_only_the_patterns_that_can_begin_there_are_tried():
    """Those of a pair of characters, in their order, and those that anything may follow."""
    tried = [found.__self__.pattern for found in beginning("(", "依")]
    licence, limits = (next(p for _, p in PATTERNS if word in p) for word in ("依法须", "限分支"))
    assert tried == [licence, limits]
    assert [found.__self__.pattern for found in beginning("(", "本")] == [limits]
    assert len(beginning("_", "_")) == 5


def test_what_follows_a_frequent_pair_is_what_the_patterns_say():
    """The third character, and never the end of a text."""
    follow: dict[str, set[str]] = {}
    for begin in _beginnings(_parser.parse(_BOILERPLATE.pattern), 3):
        third = begin[2] if len(begin) > 2 else "end"
        follow.setdefault("".join(begin[:2]), set()).add("_" if third == "space" else third)
    for pairs, thirds in THIRDS:
        for pair in pairs.split():
            assert follow[pair] == set(thirds)


def test_white_space_is_a_cue():
    """All of it but the line break, which parts texts."""
    assert {c for c in map(chr, range(0x110000)) if c.isspace()} == {*WHITE, "\n"}


def test_a_character_that_is_looked_up_joins_no_other():
    """Of two characters that normalisation puts together, the second is never looked up."""
    for code in range(0x110000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            assert normalise._plain_code(chr(int(parts[1], 16))) == normalise._NOT_PLAIN
