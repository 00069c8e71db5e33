"""Users, keys and audit log, for admins only; secrets are shown once."""

import re

import pytest

ADMIN = "管理员"


def _secret(page):
    return re.search(r'id="secret">([^<]+)<', page)[1]


@pytest.mark.parametrize("path", ["/admin/users", "/admin/keys", "/admin/audit"])
def test_nobody_but_an_admin_comes_in(app, path):
    """A lead, a reviewer and an analyst are refused."""
    assert {403} == {app.get(path, who).status_code for who in ("组长", "审核员甲", "分析员")}


def test_a_user_is_made_changed_reset_and_closed(app):
    """The one-time password is shown once; the last admin stays."""
    made = app.post("/admin/users", ADMIN, data={"name": "新审核员", "roles": ["reviewer"]})
    assert made.status_code == 200
    first = _secret(made.text)
    assert first not in app.get("/admin/users", ADMIN).text
    found = app.get("/v1/users", ADMIN).json()["items"]
    user = next(one for one in found if one["name"] == "新审核员")
    at = f"/admin/users/{user['id']}"
    assert app.post(f"{at}/roles", ADMIN, data={"roles": ["lead", "analyst"]}).status_code == 303
    assert first != _secret(app.post(f"{at}/password", ADMIN).text)
    app.post(f"{at}/active", ADMIN, data={"active": "false"})
    after = app.get("/v1/users", ADMIN).json()["items"]
    user = next(one for one in after if one["name"] == "新审核员")
    assert (user["roles"], user["active"]) == (["lead", "analyst"], False)
    twice = app.post("/admin/users", ADMIN, data={"name": "新审核员", "roles": ["lead"]})
    assert (twice.status_code, "已有用户" in twice.text) == (422, True)
    others = [one["id"] for one in after if "admin" in one["roles"] and one["name"] != ADMIN]
    for one in others:
        app.post(f"/admin/users/{one}/active", ADMIN, data={"active": "false"})
    own = app.callers[ADMIN].user_id
    last = app.post(f"/admin/users/{own}/active", ADMIN, data={"active": "false"})
    assert (last.status_code, "至少要留一个" in last.text) == (422, True)


def test_a_key_is_shown_once_works_and_is_revoked(app):
    """The key opens the API until it is revoked."""
    user = app.callers["分析员"].user_id
    form = {"user": user, "label": "申报系统", "days": "30"}
    key = _secret(app.post("/admin/keys", ADMIN, data=form).text)
    listed = app.get("/admin/keys", ADMIN).text
    prefix = key.split("_")[1]
    assert (key in listed, prefix in listed) == (False, True)
    headers = {"Authorization": f"Bearer {key}"}
    assert app.get("/v1/model", headers=headers).status_code == 200
    assert app.post(f"/admin/keys/{prefix}/revocation", ADMIN).status_code == 303
    assert app.get("/v1/model", headers=headers).status_code == 401
    wrong = app.post("/admin/keys", ADMIN, data={**form, "days": "0"})
    assert (wrong.status_code, "有效天数" in wrong.text) == (422, True)


def test_the_log_is_verified_and_names_its_rows(app):
    """What was done stands in the log; the chain holds."""
    app.post("/admin/users", ADMIN, data={"name": "记入日志的人", "roles": ["analyst"]})
    said = app.post("/admin/audit/verification", ADMIN).text
    assert "都对得上" in said
    assert "user.add" in said
