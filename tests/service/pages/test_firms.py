"""An enterprise: list, form checked as one types, ladder, trace, what-if, rule sets, print."""

import re

import pytest
import yaml

from classifier.service.pages.profile_form import sections
from classifier.service.pages.profile_reading import read_form
from tests.conftest import ROOT

HTMX = {"HX-Request": "true", "Accept": "text/html"}
EXAMPLE = yaml.safe_load((ROOT / "classifier/evaluator/examples/firm.yaml").read_text("utf-8"))
DAY = "2026-06-01"


@pytest.fixture(scope="module")
def firm(app):
    """Return the number of the example enterprise, stored."""
    given = app.post("/v1/enterprises", "组长", json={"profile": _plain(EXAMPLE)})
    return given.json()["id"]


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def _fields(data, knowledge):
    """Return the form of a profile as a browser sends it unchanged."""
    from datetime import date

    out = []
    for section in sections(data, knowledge.rulebook, date(2026, 6, 1)):
        entries = [*section.entries, *(one for row in section.table for one in row)]
        for one in section.lists:
            out.append((f"{one.name}.state", one.state))
            entries += [entry for _, item in one.items for entry in item]
        for entry in entries:
            claim = entry.kind == "claim"
            out.append((f"{entry.name}.met" if claim else entry.name, entry.value))
            if claim:
                out.append((f"{entry.name}.evidence", entry.evidence))
    return out


def test_a_form_sent_back_unchanged_changes_nothing(app, firm):
    """Every fact of the example firm survives its form."""
    before = app.get(f"/v1/enterprises/{firm}", "组长").json()
    form = _fields(before["profile"], app.backend.knowledge)
    sent = {}
    for name, value in [*form, ("revision", str(before["revision"]))]:
        sent.setdefault(name, []).append(value)
    answer = app.post(f"/enterprises/{firm}/profile", "组长", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/enterprises/{firm}?why=saved",
    )
    after = app.get(f"/v1/enterprises/{firm}", "组长").json()
    assert before["profile"] == after["profile"]
    stale = app.post(f"/enterprises/{firm}/profile", "组长", data=sent)
    assert (stale.status_code, "已被他人改到" in stale.text) == (422, True)


def test_what_is_wrong_is_told_at_its_field_also_behind_a_removed_item():
    """Places of items are those of the form, not those of the list without gaps."""
    filled = read_form(
        [("awards.state", "some"), ("awards[0].kind", ""), ("awards[3].level", "galactic")]
    )
    assert [(one.name, "galactic" in one.message) for one in filled.problems()] == [
        ("awards[3].level", True)
    ]


def test_the_check_answers_as_one_types(app):
    """A line a mistake; nothing is stored."""
    form = {"years.2025.revenue": "一千", "name": "某厂"}
    said = app.post("/enterprises/check", "审核员甲", data=form, headers=HTMX).text
    assert 'data-field="years.2025.revenue"' in said
    good = app.post("/enterprises/check", "审核员甲", data={"name": "某厂"}, headers=HTMX).text
    assert "填写无误" in good
    assert app.post("/enterprises/check", "分析员", data=form).status_code == 403


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("", "四个层级"),
        ("/trace", "工信部企业〔2026〕2号"),
        ("/compare", "miit-2022-63"),
        ("/ahead", "2027-05-31"),
        ("/records", "存档"),
        ("/print", "供审核参考"),
    ],
)
def test_each_page_of_an_enterprise_answers_in_both_languages(app, firm, tail, said):
    """All pages, for whoever reads only."""
    asked = {"on": DAY, "tier": "srdi"}
    page = app.get(f"/enterprises/{firm}{tail}", "分析员", params=asked)
    assert page.status_code == 200
    assert said in page.text or tail == "/compare"
    english = app.get(f"/enterprises/{firm}{tail}", "分析员", params={**asked, "lang": "en"})
    assert english.text.count("<h1") == 1


def test_a_moved_fact_is_evaluated_without_being_stored(app, firm):
    """Less research shows as a gap; the profile stays."""
    form = {"tier": "srdi", "on": DAY, "application": "new", "rd_expense.2025": "10"}
    said = app.post(f"/enterprises/{firm}/what-if", "分析员", data=form, headers=HTMX).text
    assert "改动了 1 项" in said
    assert re.search(r"研发费用.*还差", said)
    figures = app.get(f"/v1/enterprises/{firm}", "组长").json()["profile"]["years"]["2025"]
    assert figures["rd_expense"] == "960"


def test_an_impossible_change_is_told_in_place(app, firm):
    """More main business than revenue is refused with its reason."""
    form = {"tier": "srdi", "on": DAY, "main_revenue.2025": "99999999"}
    answer = app.post(f"/enterprises/{firm}/what-if", "分析员", data=form, headers=HTMX)
    assert (answer.status_code, "大于" in answer.text) == (200, True)


def test_assessments_are_frozen_and_can_be_read_again(app, firm):
    """The record shows the trace; an analyst may not make one."""
    assert app.post(f"/enterprises/{firm}/records", "分析员").status_code == 403
    app.post(f"/enterprises/{firm}/records", "组长")
    listed = app.get(f"/enterprises/{firm}/records", "分析员").text
    record = re.search(r"/assessments/(\d+)", listed)[0]
    assert "条款" in app.get(record, "分析员").text


def test_the_dates_come_as_a_calendar(app, firm):
    """One event a date."""
    answer = app.get(f"/enterprises/{firm}/calendar.ics", "分析员", params={"on": DAY})
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text
