"""Pages of a review: import, take, decide, take back, settle, export."""

import pytest

from classifier.service.pages import evidence

from .conftest import DESK


def _decide(app, case, who, kind, **form):
    assert app.post(f"/cases/{case}/take", who).status_code == 303
    return app.post(f"/cases/{case}/verdict", who, data={"kind": kind, **form})


def _state(app, case):
    return app.get(f"/v1/reviews/cases/{case}", "组长").json()["case"]["state"]


def test_an_import_takes_good_rows_and_lists_bad_ones(app):
    """Each bad row is named with its column and why; the others are in the queue."""
    lines = ["企业,产品描述,申报领域", "示例甲,导入用工业机器人,mp10:M02", "示例乙,,mp10:M02"]
    lines.append("示例丙,导入用减速器,mp10:M99")
    files = {"file": ("申报.csv", "\n".join(lines).encode("gb18030"), "text/csv")}
    answer = app.post("/imports", "组长", files=files)
    assert answer.status_code == 200
    for said in ("新入列 1 件", "退回 2 处", "空白；应为产品描述", "M99"):
        assert said in answer.text
    assert "导入用工业机器人" in app.get("/queue?state=all", "审核员甲").text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", "a,b\n1,2", "没有这一列"),
        ("x.pdf", "x", "扩展名"),
        ("x.csv", "", "空的"),
        ("x.xlsx", "PK", "不是XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(app, name, content, said):
    """The page says why, and nothing came in."""
    answer = app.post("/imports", "组长", files={"file": (name, content.encode(), "text/csv")})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_leased_case_can_be_seen_but_not_taken(app, claimed):
    """The other reviewer sees who has it, and gets no form."""
    case = claimed()
    assert app.post(f"/cases/{case}/take", "审核员甲").status_code == 303
    assert 'id="verdict"' in app.get(f"/cases/{case}", "审核员甲").text
    other = app.get(f"/cases/{case}", "审核员乙").text
    assert ("审核员甲正在审阅" in other, 'id="verdict"' in other) == (True, False)
    headers = {"Accept": "text/html"}
    assert app.post(f"/cases/{case}/take", "审核员乙", headers=headers).status_code == 409


def test_skipping_goes_down_the_queue_and_gives_the_case_back(app, claimed):
    """Skipped twice, two other cases come, each below the last; the first is free again."""
    first = next(claimed(DESK, "mp10:M03") for _ in range(3))
    app.post(f"/cases/{first}/take", "审核员甲")
    second = app.post(f"/cases/{first}/skip", "审核员甲").headers["location"]
    third = app.post(f"{second}/skip", "审核员甲").headers["location"]
    assert len({f"/cases/{first}", second, third}) == 3
    assert app.post(f"/cases/{first}/take", "审核员乙").status_code == 303
    app.post(f"{third}/skip", "审核员甲")


def test_a_correction_takes_a_notation_or_an_official_name(app, claimed):
    """What names nothing comes back with the form as it was; a name is as good as a notation."""
    case = claimed()
    wrong = _decide(app, case, "审核员甲", "correct", notation="M99", reason="看主导产品")
    assert (wrong.status_code, "看主导产品" in wrong.text) == (422, True)
    assert "M99" in wrong.text
    assert _decide(app, case, "审核员甲", "correct", notation="新材料").status_code == 303
    (said,) = app.get(f"/v1/reviews/cases/{case}", "审核员甲").json()["verdicts"]
    assert (said["kind"], said["notation"]) == ("correct", "M09")


def test_the_second_review_is_blind_until_both_are_in(app, claimed):
    """The second reviewer sees neither verdict nor remark of the first; afterwards both do."""
    case = claimed()
    _decide(app, case, "审核员甲", "confirm", reason="主轴轴承属于风电装备")
    app.post(f"/cases/{case}/comments", "审核员甲", data={"text": "只给自己看的备注"})
    app.post(f"/cases/{case}/take", "审核员乙")
    blind = app.get(f"/cases/{case}", "审核员乙").text
    assert ("主轴轴承属于" in blind, "只给自己看" in blind, "各自独立" in blind) == (
        False,
        False,
        True,
    )
    _decide(app, case, "审核员乙", "confirm")
    assert "主轴轴承属于风电装备" in app.get(f"/cases/{case}", "审核员乙").text


def test_a_disagreement_is_settled_by_a_lead_with_a_reason(app, claimed):
    """It stands in the list, side by side; without a reason it is not settled."""
    case = claimed()
    _decide(app, case, "审核员甲", "confirm")
    _decide(app, case, "审核员乙", "out_of_scope", reason="只做销售")
    listed = app.get("/disputes", "组长").text
    assert (f"/cases/{case}?" in listed, "只做销售" in listed) == (True, True)
    path = f"/cases/{case}/adjudication"
    assert app.post(path, "组长", data={"kind": "confirm"}).status_code == 422
    assert _state(app, case) == "disputed"
    done = app.post(path, "组长", data={"kind": "confirm", "reason": "主营是制造"})
    assert f"/disputes?settled={case}" == done.headers["location"]
    assert _state(app, case) == "settled"
    assert "审核员甲" in app.get("/agreement", "分析员").text


def test_a_verdict_can_be_taken_back_until_it_is_exported(app, claimed):
    """Undone, the case is open again and mine; exported, it stays."""
    case = claimed()
    for who in ("审核员甲", "审核员乙"):
        _decide(app, case, who, "confirm")
    assert app.post(f"/cases/{case}/undo", "审核员乙").status_code == 303
    assert _state(app, case) == "open"
    _decide(app, case, "审核员乙", "confirm")
    app.post("/labels/exports", "分析员")
    headers = {"Accept": "text/html"}
    kept = app.post(f"/cases/{case}/undo", "审核员乙", headers=headers)
    assert (kept.status_code, "已经导出" in kept.text) == (409, True)


def test_a_verdict_can_be_taken_back_while_the_other_reads(app, claimed):
    """The other reviewer keeps the case; the first one's verdict is gone all the same."""
    case = claimed()
    _decide(app, case, "审核员甲", "confirm")
    app.post(f"/cases/{case}/take", "审核员乙")
    assert app.post(f"/cases/{case}/undo", "审核员甲").status_code == 303
    assert "审核员乙正在审阅" in app.get(f"/cases/{case}", "审核员甲").text
    assert app.get(f"/v1/reviews/cases/{case}", "审核员甲").json()["case"]["given"] == 0


def test_results_come_as_files(app, claimed):
    """Decided cases with reasons in each kind of file; a batch of labels by its number."""
    case = claimed()
    for who in ("审核员甲", "审核员乙"):
        _decide(app, case, who, "partial", reason="=兼营")
    for target in ("csv", "xlsx", "jsonl"):
        answer = app.get(f"/labels/decided.{target}", "分析员")
        assert (answer.status_code, len(answer.content) > 100) == (200, True)
    assert "审核员甲：部分符合（=兼营）" in app.get("/labels/decided.csv", "组长").text
    number = app.post("/labels/exports", "分析员").headers["location"].split("=")[1]
    assert app.get(f"/labels/exports/{number}.csv", "分析员").status_code == 200
    assert app.get("/labels/exports/99999.csv", "分析员").status_code == 404


def test_a_hostile_text_is_shown_and_not_run(app, claimed):
    """Markup in a product's text, a reason or a remark stays text."""
    case = claimed("<img src=x onerror=alert(1)>轴承")
    app.post(f"/cases/{case}/comments", "审核员甲", data={"text": "<script>alert(2)</script>"})
    for path in (f"/cases/{case}", f"/cases/{case}/print", "/queue?state=all"):
        page = app.get(path, "审核员甲").text
        assert ("<img src=x" in page, "<script>alert" in page) == (False, False)


def test_words_find_concepts(app):
    """A notation or name shows its scope; part of a name offers what holds it."""
    ask = {"notation": "M07"}
    assert "电力装备" in app.get("/concepts/mp10", "审核员甲", params=ask).text
    some = app.get("/concepts/mp10", "审核员甲", params={"notation": "汽车"}).text
    assert 'data-use="M06"' in some
    nothing = app.get("/concepts/mp10", "审核员甲", params={"notation": "烹饪"}).text
    assert "没有这个编号或名称" in nothing


def test_evidence_of_the_page_is_that_of_the_record(app, claimed):
    """The marked stretches are those of the frozen verification."""
    case = claimed()
    record = app.get(f"/v1/reviews/cases/{case}", "审核员甲").json()["record"]
    page = app.get(f"/cases/{case}", "审核员甲").text
    found = evidence.pieces(record["input"]["text"], record["verification"])
    marked = [piece for piece in found if piece.side]
    assert marked
    for piece in marked:
        assert f'<mark class="kf-{piece.side} kf-s{piece.strength}">{piece.text}<' in page
