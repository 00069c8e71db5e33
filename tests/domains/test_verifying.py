"""Claims: verdicts, named reasons, and the sentence of a scope note that decides."""

import json

import numpy as np
import pytest

from classifier.domains.evidence import Explainer
from classifier.domains.reasons import NEIGHBOURS, ReasonCode
from classifier.errors import NotationError, TaxonomyError
from classifier.schemes.praise import SECTIONS, blank, load_praise
from classifier.text.normalise import canonical

REASONS = [
    ("adjective_only", "采用大数据和人工智能技术的智能拖把的生产", "mp10:M01"),
    ("adjective_only", "国际领先的量子纳米能量床垫", "mp10:M09"),
    ("adjective_only", "工业互联网智能工厂生产的纸尿裤", "sei14:S1"),
    ("neighbouring_field", "风力发电机叶片的制造", "sei2018:6.2.2"),
    ("neighbouring_field", "110kV油浸式电力变压器", "mp10:M07.1"),
    ("neighbouring_field", "液压油缸密封圈", "foundation:F2"),
    ("general_part", "深沟球轴承的生产和销售", "mp10:M07"),
    ("general_part", "标准六角螺栓和弹簧垫圈的制造", "mp10:M03"),
    ("side_line", "男装和校服的加工；兼营光伏组件租赁", "mp10:M07"),
    ("side_line", "饼干、蛋糕的生产；工业机器人销售", "mp10:M02"),
    ("side_line", "木制家具制造，窗帘加工，医疗器械批发", "mp10:M10"),
    ("service_not_product", "风力发电机组的运维服务", "mp10:M07"),
    ("service_not_product", "化学药品批发", "mp10:M10"),
    ("service_not_product", "挖掘机和数控机床租赁", "mp10:M02"),
    ("restricted", "含汞电池的生产", "mp10:M07"),
    ("restricted", "地条钢、钢筋的轧制", "mp10:M09"),
    ("no_product", "系统方案设计与新材料投资", "mp10:M09"),
    ("no_product", "国际领先的高科技产品", "mp10:M01"),
    ("no_product", "型号XJ-3000A", "mp10:M02"),
    ("excluded_by_scope", "家用净水器的生产", "env:E2"),
    ("excluded_by_scope", "保健食品和化妆品的生产", "mp10:M10"),
    ("excluded_by_scope", "110kV油浸式电力变压器", "mp10:M07.1"),
]


@pytest.mark.parametrize(
    ("text", "claim"), [("网络安全运维服务", "cyber:C3"), ("第三方检测服务", "foundation:F6")]
)
def test_a_service_stands_in_a_scheme_that_has_services(classifier, text, claim):
    """Only in a scheme of products does it speak against the claim."""
    assert classifier.verify(text, claim).verdict == "supported"


DEFINED_BY_THEIR_PROPERTY = [
    ("智能电表的研发和生产", "mp10:M07"),
    ("石墨烯导热膜的研发和生产", "mp10:M09"),
    ("人工智能芯片的设计", "mp10:M01"),
    ("智能网联汽车毫米波雷达", "mp10:M06"),
    ("工业互联网平台软件开发", "mp10:M01"),
    ("大数据分析软件的开发", "cyber:C2"),
]


@pytest.mark.parametrize(("code", "text", "claim"), REASONS)
def test_a_claim_that_does_not_stand_gets_its_reason_by_name(classifier, code, text, claim):
    """One table, at least two texts a reason."""
    found = classifier.verify(text, claim)
    assert code in [str(reason.code) for reason in found.reasons]
    assert found.verdict != "supported" or code == "restricted"


@pytest.mark.parametrize(
    ("text", "group", "finer"),
    [
        ("组串式光伏逆变器，110千瓦", "sei2018:6.2", "sei2018:6.2.1"),
        ("口服降血糖化学药片，凭处方销售", "sei2018:7.2", "sei2018:7.2.1"),
        ("面包和饼干的生产", "mp10:M01", "mp10:M01.2"),
    ],
)
def test_where_a_group_is_contradicted_so_is_every_class_of_it(classifier, text, group, finer):
    """A class cannot stand where the group that it belongs to does not."""
    verdicts = [classifier.verify(text, claim).verdict for claim in (group, finer)]
    assert verdicts == ["contradicted", "contradicted"]


def test_every_reason_is_in_the_table():
    """No code without a text that gets it."""
    assert {code for code, _, _ in REASONS} == {str(code) for code in ReasonCode}


@pytest.mark.parametrize(("text", "claim"), DEFINED_BY_THEIR_PROPERTY)
def test_a_word_that_defines_the_product_is_no_praise(classifier, text, claim):
    """智能电表 is a meter for the grid: its claim stands, and no reason is told."""
    found = classifier.verify(text, claim)
    assert found.verdict == "supported"
    assert found.reasons == ()


def test_adjectives_are_told_with_exact_figures(classifier):
    """Weights of words and head noun are the model's; the probability is the bare text's."""
    text, claim = "智能垃圾桶的生产，区块链溯源", ("mp10", "M01")
    found = classifier.verify(text, ":".join(claim))
    (reason,) = [r for r in found.reasons if r.code is ReasonCode.ADJECTIVE_ONLY]
    assert reason.basis == "weights"
    assert {w.text for w in reason.words} <= {"智能", "区块链溯源"}
    weights = Explainer(classifier._scorer, text).weights(*claim)
    plain = canonical(text)
    for word in reason.words:
        at = plain.index(word.text)
        assert word.weight == pytest.approx(float(weights[at : at + len(word.text)].sum()))
    assert reason.head.text == "垃圾桶"
    assert reason.head.weight < 0
    bare = blank(plain, [(0, 2), (plain.index("区块链溯源"), len(plain))])
    assert reason.probability == pytest.approx(classifier.probability(bare, *claim))


def test_praise_may_lower_a_verdict_and_never_raise_one(classifier):
    """A supported or doubtful claim that praise carries gets the bare text's verdict."""
    rank = ("contradicted", "uncertain", "supported")
    for bare, praised in [
        ("拖把的生产", "智能拖把的生产，人工智能、大数据、物联网技术"),
        ("大米种植", "物联网智慧农业大米种植"),
        ("烤鸭", "人工智能烤鸭，5G、区块链、云计算、元宇宙"),
    ]:
        for claim in ("mp10:M01", "sei14:S1", "cyber:C2"):
            plain, stuffed = classifier.verify(bare, claim), classifier.verify(praised, claim)
            assert rank.index(stuffed.verdict) <= rank.index(plain.verdict), (praised, claim)


@pytest.mark.parametrize(
    ("text", "claim", "notation", "kind", "word"),
    [
        ("家用净水器的生产", "env:E2", "E2", "excludes", "家用净水器"),
        ("110kV油浸式电力变压器", "mp10:M07.1", "M07.2", "scope", "油浸式电力变压器"),
        ("风电主轴轴承", "mp10:M07", "M07", "scope", "风电主轴轴承"),
        ("保健食品和化妆品的生产", "mp10:M10", "M10", "excludes", "保健食品"),
    ],
)
def test_the_sentence_that_decides_names_its_concept(
    classifier, taxonomy, text, claim, notation, kind, word
):
    """From the claimed concept or the better one, scope or exclusion, with the words."""
    note = classifier.verify(text, claim).decided_by
    concept = taxonomy.schemes[claim.split(":")[0]].concept(notation)
    written = concept.scope if kind == "scope" else "".join(e.what for e in concept.excludes)
    assert (note.notation, note.kind) == (notation, kind)
    assert note.text in written
    assert word in [w.text for w in note.words]


def test_no_sentence_decides_where_none_names_a_word_of_weight(classifier):
    """Better none than one that says nothing of the text."""
    assert classifier.verify("￥%…&*", "mp10:M01").decided_by is None


def test_a_direction_is_answered_with_the_direction_that_fits(classifier):
    """M07.1 claimed for a transformer: M07.2, not M07."""
    found = classifier.verify("110kV油浸式电力变压器", "mp10:M07.1")
    assert found.better.notation == "M07.2"
    assert found.better.probability <= classifier.probability(found.text, "mp10", "M07")


def test_an_industry_is_explained_by_the_group_below_it(classifier):
    """sei2018 decides on groups: the evidence for 6 is that of 6.2."""
    found = classifier.verify("风电主轴轴承的生产", "sei2018:6")
    assert found.verdict == "supported"
    assert found.evidence_for.notation == "6.2"
    assert found.evidence_for.spans


def test_a_verification_is_plain_data_with_both_languages(classifier):
    """JSON holds the codes, both wordings, and the hashes by which it can be given again."""
    found = classifier.verify("智能垃圾桶的生产", "mp10:M01")
    row = json.loads(json.dumps(found.to_json("7"), ensure_ascii=False))
    assert row["id"] == "7"
    (reason,) = row["reasons"]
    assert reason["code"] == "adjective_only"
    assert "垃圾桶" in reason["zh"]["sentence"]
    assert "head noun" in reason["en"]["sentence"]
    assert set(row["versions"]) == {"model", "taxonomy"}
    assert len(row["lists"]) == 12


def test_every_reason_has_a_sentence_in_both_languages(classifier):
    """No template is left with a hole, and the English ones carry no Chinese marks."""
    for _, text, claim in REASONS:
        for reason in classifier.verify(text, claim).reasons:
            for lang in ("zh", "en"):
                assert reason.code.label(lang)
                assert "{" not in reason.sentence(lang)
                assert "None" not in reason.sentence(lang)
            assert "“" not in reason.sentence("en").replace(reason.detail, "")
    assert all(zh and en for zh, en in NEIGHBOURS.values())


@pytest.mark.parametrize("text", ["", "   ", "￥%…&*", "AI", "的", "a" * 5000, "智能、高端、绿色"])
def test_any_text_is_verified(classifier, text):
    """Nothing raises, and nothing that says nothing is supported."""
    for claim in ("mp10:M01", "mp10:M07.2", "sei2018:6", "sei2018:6.2.1", "env:E1"):
        assert classifier.verify(text, claim).verdict != "supported"


@pytest.mark.parametrize("claim", ["M07", "nace:26", "mp10:M99", "mp10:", "", "mp10:-"])
def test_a_claim_of_nothing_that_exists_is_refused(classifier, claim):
    """It says how a claim is written, or what the scheme lacks."""
    with pytest.raises(NotationError, match="claim"):
        classifier.verify("变压器", claim)


def test_defensible_probabilities_are_probabilities(classifier):
    """Between 0 and 1 for every column."""
    scorer = classifier._scorer
    margins = scorer.margins(scorer.batch(["风电主轴轴承", "速冻水饺", ""]))
    for head in classifier.artefact.heads.values():
        found = scorer.defensible(margins, head)
        assert found.shape == (3, len(head.columns))
        assert np.isfinite(found).all()
        assert ((found >= 0) & (found <= 1)).all()


def test_the_list_of_praise_is_whole(root):
    """Six sections, each with words."""
    praise = load_praise(root / "taxonomy" / "praise.txt")
    assert set(praise.words) == set(SECTIONS)
    assert all(len(words) > 5 for words in praise.words.values())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("人工智能烤鸭", ["人工智能"]),
        ("大数据分析软件", ["大数据分析"]),
        ("ai视觉", ["ai"]),
        ("main board", []),
        ("5g基站", ["5g"]),
    ],
)
def test_praise_is_found_longest_first_and_not_inside_a_latin_word(root, text, found):
    """人工智能, not 智能; no ai in main."""
    praise = load_praise(root / "taxonomy" / "praise.txt")
    assert [text[a:b] for a, b in praise.find(text, "praise", "buzzword")] == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("智能\n# praise\n高端\n", "before any section"),
        ("# adjectives\n智能\n", "allowed: praise, buzzword"),
        ("# praise\n高端、高端\n", "stands twice"),
        ("# praise\n高端\n", "no words in section buzzword"),
    ],
)
def test_a_broken_list_of_praise_is_refused(tmp_path, content, message):
    """With the line and what was expected."""
    (tmp_path / "praise.txt").write_text(content, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=message):
        load_praise(tmp_path / "praise.txt")
