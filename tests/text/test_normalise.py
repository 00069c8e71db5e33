"""Any Unicode survives, and positions lead back to the text as it was given."""

from hypothesis import example, given
from hypothesis import strategies as st

from classifier.text.boilerplate import PART, mask
from classifier.text.normalise import LONGEST, canonical, origins

ANY = st.text(st.characters(), max_size=60)


def test_full_width_and_case_are_levelled():
    """NFKC and lower case."""
    assert canonical("ＰＬＣ控制器，３Ｄ打印机") == "plc控制器,3d打印机"
    assert canonical("㎡ ① ℃") == "m2 1 °c"


@given(ANY)
@example("\ud800孤")
@example("ﾊﾞﾙﾌﾞ")
@example("e\u0301")
@example("각")
def test_the_form_is_stable_and_encodable(text):
    """Applying it twice changes nothing; it holds no surrogate and no control character."""
    once = canonical(text)
    assert canonical(once) == once
    once.encode("utf-8")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in once)


@given(ANY)
@example("ﾊﾞﾙﾌﾞ精密㎡")
def test_every_character_has_an_origin_in_the_text(text):
    """As many origins as characters, none beyond the text, never going back."""
    back = origins(text)
    assert len(back) == len(canonical(text))
    assert all(0 <= at < len(text) for at in back)
    assert back == sorted(back)


@given(ANY)
def test_masking_keeps_every_position(text):
    """Blanks take the place of what does not count, one for one, marks that of semicolons."""
    plain = canonical(text)
    masked = mask(plain)
    assert len(masked) == len(plain)
    assert all(m in {" ", PART if p == ";" else p} for m, p in zip(masked, plain, strict=True))


def test_a_very_long_text_is_read_to_its_stated_length():
    """What follows LONGEST characters is not looked at."""
    assert len(canonical("轴承" * LONGEST)) == LONGEST
    assert canonical("轴承" * LONGEST) == canonical("轴承" * LONGEST + "变压器")


def test_empty_and_control_texts_have_an_answer():
    """They are empty, not an error."""
    assert canonical("") == ""
    assert canonical("\x00\x07\u200b") == "  "


def words(text: str) -> list[str]:
    """Return what is left of a text."""
    return mask(canonical(text)).split()


def test_boilerplate_of_a_sentence_is_blanked():
    """公司主要从事 … 的研发、生产和销售 says nothing about the product."""
    assert words("公司主要从事风电主轴轴承的研发、生产和销售。") == ["风电主轴轴承"]
    assert words("一种轴承清洗装置") == ["轴承清洗装置"]


def test_boilerplate_of_a_registered_scope_is_blanked():
    """Licence clauses, technical services, trade and leasing are side lines of any scope."""
    scope = (
        "一般项目：塑料模具制造；技术服务、技术开发、技术咨询；货物进出口；非居住房地产租赁。"
        "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）许可项目：道路货物运输"
        "（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以审批结果为准）"
    )
    left = "".join(words(scope))
    assert "塑料模具" in left
    for blank in ("批准", "技术", "进出口", "租赁", "审批"):
        assert blank not in left


def test_model_numbers_go_and_grades_stay():
    """XQG100-WJUM45080W names nothing; PA66, 5G, 3D and GCr15 do."""
    assert words("滚筒洗衣机 XQG100-WJUM45080W") == ["滚筒洗衣机"]
    assert words("PA66 5G GCr15 3D") == ["pa66", "5g", "gcr15", "3d"]


def test_a_text_of_nothing_but_boilerplate_is_read_as_it_stands():
    """Otherwise 技术服务 would be an empty text."""
    assert words("技术服务") == ["技术服务"]
