"""The frame: sign-in, language, navigation by role, problems as pages."""

import re

import pytest

from classifier.service.pages.static_files import FOLDER, address
from classifier.service.security.passwords import hash_password
from classifier.service.security.users import add_user
from tests.conftest import ROOT

from .conftest import PASSWORD

HTML = {"Accept": "text/html"}
PAGES = {
    "审核员甲": ["/queue", "/account", "/try", "/enterprises", "/enterprises/new"],
    "组长": ["/queue", "/imports", "/disputes", "/agreement", "/labels", "/model"],
    "分析员": ["/agreement", "/labels", "/model/quality", "/model/drift", "/model/card"],
    "管理员": ["/account", "/admin/users", "/admin/keys", "/admin/audit", "/model"],
}


@pytest.fixture
def newcomer(app):
    """Return the name of somebody new, with a one-time password."""
    with app.store.write() as session:
        name = "新人" + str(len(app.get("/v1/users", "管理员").json()["items"]))
        user, _ = add_user(session, name, ["reviewer"], actor="tests")
        user.password_hash = hash_password(PASSWORD)
    return name


def _sign_in(app, name, password=PASSWORD, **form):
    return app.post("/login", data={"name": name, "password": password, **form})


@pytest.mark.parametrize(("who", "path"), [(w, p) for w, ps in PAGES.items() for p in ps])
def test_each_role_finds_its_pages_in_both_languages(app, who, path):
    """Every page answers, in Chinese and in English, with one main heading."""
    for lang, code in (("zh", "zh-CN"), ("en", "en")):
        answer = app.get(path, who, params={"lang": lang})
        assert answer.status_code == 200
        assert f'<html lang="{code}"' in answer.text
        assert answer.text.count("<h1") == 1


def test_navigation_offers_only_what_one_may_open(app):
    """Each link of a role's navigation answers that role; an admin reviews nothing."""
    for who in PAGES:
        page = app.get("/account", who).text
        offered = re.findall(r'<li><a href="([^"]+)"', page)
        assert {200} >= {app.get(path, who).status_code for path in offered}
    assert "/queue" not in app.get("/account", "管理员").text


def test_whoever_is_not_signed_in_comes_back_after_it(app):
    """A browser is sent to the sign-in and then to where it wanted; a program gets 401."""
    sent = app.get("/cases/3?scheme=mp10", headers=HTML)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/login?next=%2Fcases%2F3%3Fscheme%3Dmp10"
    assert app.get("/cases/3").status_code == 401
    assert app.get("/v1/model", headers=HTML).status_code == 401


@pytest.mark.parametrize("next_", ["//elsewhere/x", "https://elsewhere/", "/\\elsewhere", "x"])
def test_nobody_is_sent_elsewhere_after_the_sign_in(app, newcomer, next_):
    """Only a path of this site is followed."""
    assert _sign_in(app, newcomer, next=next_).headers["location"] == "/account"


def test_a_wrong_password_says_so_and_keeps_the_name(app, newcomer):
    """The form comes back with the name in it, and no cookie."""
    answer = _sign_in(app, newcomer, "wrong")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert f'value="{newcomer}"' in answer.text


def test_a_one_time_password_leads_to_its_change(app, newcomer):
    """Until it is changed every page leads to the account; after it one signs in again."""
    cookie = _sign_in(app, newcomer).headers["set-cookie"].split(";")[0]
    headers = HTML | {"Cookie": cookie}
    assert app.get("/queue", headers=headers).headers["location"] == "/account"
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', app.get("/account", headers=headers).text
    )
    form = {"old": PASSWORD, "new": "另外四个不相干的词在一起", "again": "别的"}
    wrong = app.post("/account/password", headers=headers, data={**form, "csrf_token": token[1]})
    assert wrong.status_code == 422
    form["again"] = form["new"]
    done = app.post("/account/password", headers=headers, data={**form, "csrf_token": token[1]})
    assert done.headers["location"] == "/login?why=changed"
    assert "/login" in app.get("/queue", headers=headers).headers["location"]


def test_a_form_without_its_token_is_refused_as_a_page(app, newcomer):
    """The page says what to do; nothing happened."""
    headers = HTML | {"Cookie": _sign_in(app, newcomer).headers["set-cookie"].split(";")[0]}
    answer = app.post("/logout", headers=headers)
    assert (answer.status_code, "CSRF" in answer.text) == (403, True)
    assert app.get("/account", headers=headers).status_code == 200


def test_problems_are_pages_for_people_and_lines_for_htmx(app):
    """The same problem, as a whole page or as a line in the notice."""
    page = app.get("/cases/999999", "审核员甲", headers=HTML)
    assert (page.status_code, page.text.startswith("<!doctype html>")) == (404, True)
    line = app.post("/cases/999999/lease", "审核员甲", headers={"HX-Request": "true"})
    assert (line.status_code, line.headers["hx-retarget"]) == (404, "#notice")
    assert line.text.startswith('<div class="alert')
    plain = app.get("/cases/999999", "审核员甲")
    assert plain.headers["content-type"] == "application/problem+json"


def test_the_language_is_kept(app):
    """Asked for once, English stays until Chinese is asked for."""
    kept = app.get("/login?lang=en").headers["set-cookie"].split(";")[0]
    assert kept == "keyfield_lang=en"
    assert 'lang="en"' in app.get("/login", headers={"Cookie": kept}).text


def test_static_files_may_be_kept_and_pages_not(app):
    """A versioned address lasts a year; a page is not stored."""
    assert "immutable" in app.get(address("keyfield.css")).headers["cache-control"]
    assert app.get("/static/keyfield.css").headers["cache-control"] == "no-cache"
    assert app.get("/login").headers["cache-control"] == "no-store"
    assert app.get("/static/../app.py").status_code == 404


def test_assets_are_pinned_and_their_licences_lie_beside_them():
    """The lock names no registry, each library has its licence, and nothing else is shipped."""
    lock = (ROOT / "classifier/service/pages/assets/package-lock.json").read_text()
    assert '"resolved"' not in lock
    shipped = {path.name for path in (FOLDER / "vendor").iterdir()}
    for name in ("tabler", "htmx", "echarts", "popper"):
        assert f"{name}.LICENSE.txt" in shipped
