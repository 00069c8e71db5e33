"""A text is tried: seven schemes, evidence, a claim, at once and without scripts."""

import pytest

from .conftest import WIND

HTMX = {"HX-Request": "true", "Accept": "text/html"}


def test_a_text_gets_the_fields_of_all_schemes_with_evidence(app):
    """Seven rows, the evidence marked, and a claim with its verdict; no whole page for htmx."""
    form = {"text": WIND, "scheme": "foundation", "claim_scheme": "mp10", "claim": "航空航天装备"}
    said = app.post("/try", "分析员", data=form, headers=HTMX).text
    assert said.count('name="scheme"') == 7
    assert '<mark class="kf-for' in said
    assert "M03" in said
    assert "不支持" in said
    assert "<html" not in said
    assert "<html" in app.post("/try", "分析员", data=form).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": ""}, "判定随即出现"),
        ({"text": "字" * 5001}, "最多5000个"),
        ({"text": WIND, "claim": "M77"}, "不是这个分类的编号"),
        ({"text": WIND, "scheme": "none", "claim_scheme": "none"}, "电力装备"),
    ],
)
def test_what_cannot_be_answered_is_told_in_place(app, form, said):
    """Nothing, too much, an unknown claim; an unknown scheme means the first."""
    answer = app.post("/try", "组长", data=form, headers=HTMX)
    assert (answer.status_code, said in answer.text) == (200, True)
