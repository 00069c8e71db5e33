"""What an import refused is kept with what was found and what to do; so are imports and exports."""

import csv
import io
import json

import pytest

LEAD, ANALYST = "组长", "分析员"
ROWS = """text,claim,enterprise,stake
风电主轴轴承甲,mp10:M07,示例,normal
,mp10:M07,,
减速器乙,mp10:M99,,
减速器丙,轴承,,
减速器丁,,,
隔膜戊,mp10:M06,,very
隔膜己,mp10:M06
"""


def put(app, content=ROWS, name="claims.csv"):
    """Import a file; return the answer."""
    return app.post(
        "/v1/reviews/imports", LEAD, files={"file": (name, content.encode(), "text/csv")}
    )


@pytest.fixture(scope="module")
def kept(service):
    """Return the app and the number of an import with six flaws."""
    return service, put(service).json()["id"]


def test_every_refused_row_is_kept_with_what_to_do(kept):
    """File, row, field, what was found, what is allowed."""
    app, number = kept
    found = app.get(f"/v1/imports/{number}", LEAD).json()
    item = found["item"]
    assert (item["state"], item["kind"], item["refused"]) == ("taken", "claims", 6)
    told = [(p["row"], p["field"], p["code"], p["found"], p["allowed"]) for p in found["problems"]]
    schemes = "、".join(app.backend.knowledge.schemes)
    assert told == [
        (2, "text", "blank", "", "5000"),
        (3, "claim", "concept", "M99", "mp10"),
        (4, "claim", "scheme", "轴承", schemes),
        (5, "claim", "empty", "", "mp10:M07"),
        (6, "stake", "choice", "very", "low、normal、high、低、一般、高"),
        (7, "", "cells", "2", "4"),
    ]
    assert {p["file"] for p in found["problems"]} == {"claims.csv"}
    assert all(p["detail"] and p["what_to_do"] for p in found["problems"])


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        ("a,b\n1,2\n", "c.csv", "column"),
        ("text,claim\n", "c.csv", "nothing"),
        ("", "c.csv", "file"),
        ("x", "c.pdf", "file"),
        ("x", "c.xlsx", "file"),
    ],
)
def test_a_file_that_is_refused_whole_is_kept_too(service, content, name, code):
    """With its name, and row 0."""
    assert put(service, content, name).status_code in {415, 422}
    newest = service.get("/v1/imports", LEAD, params={"size": 1}).json()["items"][0]
    assert (newest["file"], newest["state"], newest["added"]) == (name, "refused", 0)
    found = service.get(f"/v1/imports/{newest['id']}", LEAD).json()
    assert {(p["row"], p["code"]) for p in found["problems"]} == {(0, code)}


def test_the_pages_list_imports_and_show_one(kept):
    """In both languages, and as a file that no spreadsheet takes for a formula."""
    app, number = kept
    assert f'href="/imports/{number}"' in app.get("/imports", LEAD).text
    for lang, said in (("zh", "核对编号或正式名称"), ("en", "Check the notation")):
        assert said in app.get(f"/imports/{number}", LEAD, params={"lang": lang}).text
    found = app.get(f"/imports/{number}/problems.csv", LEAD)
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert app.get("/imports/99999", LEAD).status_code == 404


def test_a_name_that_no_database_holds_is_kept_readable(service):
    """And many problems are counted, though not all are shown at once."""
    lines = "text,claim\n" + "x,mp10:M99\n" * 300
    answer = put(service, lines, "a\0b.csv")
    assert (answer.status_code, answer.json()["refused"]) == (201, 300)
    number = answer.json()["id"]
    assert len(service.get(f"/v1/imports/{number}", LEAD).json()["problems"]) == 300
    assert "100" in service.get(f"/imports/{number}", LEAD).text


def test_exports_are_listed_with_what_they_hold(service):
    """A batch is in the list, and its labels can be read as JSON."""
    service.claims([("", "风电主轴轴承导出", "mp10:M07", "high")])
    words = {"words": "轴承导出"}
    one = service.get("/v1/reviews/cases", "审核员甲", params=words).json()["items"][0]
    at = f"/v1/reviews/cases/{one['id']}/verdicts"
    assert service.post(at, "审核员甲", json={"kind": "confirm"}).status_code == 201
    made = service.post("/v1/reviews/exports", ANALYST).json()
    listed = service.get("/v1/exports", ANALYST).json()
    assert (listed["items"][0]["id"], listed["items"][0]["by"]) == (made["id"], ANALYST)
    found = service.get(f"/v1/exports/{made['id']}", ANALYST).json()
    assert json.dumps(made["items"]) == json.dumps(found["items"])
    assert service.get("/v1/exports/99999", ANALYST).status_code == 404


def test_imports_are_for_leads(service):
    """A reviewer and an analyst are refused."""
    codes = {service.get("/v1/imports", who).status_code for who in ("审核员甲", ANALYST)}
    assert codes == {403}
