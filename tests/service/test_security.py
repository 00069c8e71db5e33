"""Users, keys, sessions: hashes only, shown once, no way around the CSRF token."""

import re

import pytest
from sqlalchemy import select

from classifier.errors import ConflictError, InvalidError, MissingError, SignInError
from classifier.service.app import prepare
from classifier.service.security import keys, users
from classifier.service.security.csrf import FIELD, HEADER
from classifier.service.security.passwords import check_password, hash_password, matches
from classifier.service.security.roles import Role, read_roles, write_roles
from classifier.service.security.sessions import COOKIE
from classifier.service.storage.tables import ApiKey, AuditRow, SignIn, User

PASSWORD = "四个不相干的词连在一起就好记"  # noqa: S105  (a test's)


def test_passwords_are_argon2_and_nothing_else_matches():
    """Argon2id hashes; a wrong password and an unknown user are both refused."""
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    given = (matches(PASSWORD, hashed), matches("x", hashed), matches("x", None))
    assert given == (True, False, False)
    assert not matches(PASSWORD, "no hash")


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_has_twelve_characters_at_least(password):
    """Length is what is asked of a password."""
    with pytest.raises(InvalidError, match="允许12至200"):
        check_password(password)


def test_first_start_makes_an_admin_and_prints_the_key_once(store, settings, capsys):
    """Only an empty database gets one; what was printed works and stands nowhere else."""
    prepare(store, settings)
    printed = capsys.readouterr().out
    key = re.search(r"kf_\S+", printed)[0]
    password = re.search(r"password\s+(\S+)", printed)[1]
    prepare(store, settings)
    assert capsys.readouterr().out == ""
    with store.read() as session:
        assert frozenset({Role.ADMIN}) == keys.caller_of_key(session, key).roles
        admin = session.scalar(select(User))
        assert matches(password, admin.password_hash)
        assert admin.must_change
        said = " ".join(row.detail + row.subject for row in session.scalars(select(AuditRow)))
        stored = session.scalar(select(ApiKey)).digest + admin.password_hash + said
    assert key[16:] not in stored
    assert password not in stored


def test_a_key_is_known_by_its_hash_and_dies_when_revoked(store):
    """Right, altered, foreign, revoked, closed: only the first passes."""
    with store.write() as session:
        user, _ = users.add_user(session, "系统", ["analyst"], actor="t")
        row, key = keys.create_key(session, user, "x", actor="t")
        old, expired = keys.create_key(session, user, "x", actor="t", days=1)
        old.expires_at = old.created_at
    wrong = [key[:-1] + ("A" if key[-1] != "A" else "B"), "kf_" + "0" * 12 + key[15:], "", expired]
    with store.read() as session:
        assert user.id == keys.caller_of_key(session, key).user_id
        assert [keys.caller_of_key(session, other) for other in wrong] == [None] * 4
    with store.write() as session:
        users.add_user(session, "管理员", ["admin"], actor="t")
        users.change_user(session, user.id, actor="t", active=False)
        assert keys.caller_of_key(session, key) is None
        users.change_user(session, user.id, actor="t", active=True)
        keys.revoke_key(session, row.prefix, actor="t")
    with store.write() as session:
        assert keys.caller_of_key(session, key) is None
        with pytest.raises(ConflictError):
            keys.revoke_key(session, row.prefix, actor="t")
        with pytest.raises(MissingError):
            keys.revoke_key(session, "0" * 12, actor="t")


def test_roles_are_written_in_one_order():
    """Several roles are kept sorted; unknown ones are named."""
    assert write_roles(read_roles("lead,reviewer")) == "reviewer,lead"
    with pytest.raises(InvalidError, match="没有角色root"):
        read_roles("root")


def test_the_last_admin_cannot_be_closed(store):
    """Somebody must be left who can open accounts."""
    with store.write() as session:
        first, _ = users.add_user(session, "一", ["admin"], actor="t")
    with store.write() as session, pytest.raises(ConflictError, match="管理员"):
        users.change_user(session, first.id, actor="t", active=False)
    with store.write() as session, pytest.raises(ConflictError, match="已有用户"):
        users.add_user(session, "一", ["lead"], actor="t")


def test_changing_a_password_needs_the_old_one(store):
    """A wrong or an unchanged password is refused; a change ends what one-time meant."""
    with store.write() as session:
        user, first = users.add_user(session, "甲", ["reviewer"], actor="t")
    with store.write() as session, pytest.raises(SignInError):
        users.change_password(session, user.id, "wrong", PASSWORD)
    with store.write() as session, pytest.raises(InvalidError):
        users.change_password(session, user.id, first, first)
    with store.write() as session:
        users.change_password(session, user.id, first, PASSWORD)
        assert not users.get_user(session, user.id).must_change


@pytest.fixture(scope="module")
def signed(service):
    """Return cookie and token of a signed-in admin whose password is changed."""
    with service.store.write() as session:
        _, first = users.add_user(session, "会话用户", ["admin"], actor="t")
    asked = {"name": "会话用户", "password": first}
    begun = service.post("/v1/session", json=asked)
    assert begun.status_code == 201
    one_time = {"Cookie": f"{COOKIE}={begun.cookies[COOKIE]}"}
    refused = service.get("/v1/users", headers=one_time)
    assert (refused.status_code, refused.json()["code"]) == (403, "one-time-password")
    one_time[HEADER] = begun.json()["csrf_token"]
    body = {"old": first, "new": PASSWORD}
    assert service.post("/v1/session/password", headers=one_time, json=body).status_code == 204
    assert service.get("/v1/session", headers=one_time).status_code == 401
    begun = service.post("/v1/session", json={**asked, "password": PASSWORD})
    return begun.cookies[COOKIE], begun.json()["csrf_token"], begun


def test_the_cookie_is_kept_from_scripts_and_other_sites(signed):
    """HttpOnly, SameSite=Strict, and in the database only as a hash."""
    words = signed[2].headers["set-cookie"].lower()
    assert "httponly" in words
    assert "samesite=strict" in words


def test_the_database_knows_only_the_cookies_hash(service, signed):
    """Who reads the table cannot sign in."""
    with service.store.read() as session:
        stored = session.scalars(select(SignIn.digest)).all()
    assert signed[0] not in stored
    assert {64} == {len(digest) for digest in stored}


CSRF = [
    ({}, 403, "csrf"),
    ({HEADER: "wrong"}, 403, "csrf"),
    ({HEADER: "right", "Origin": "https://elsewhere.example"}, 403, "origin"),
    ({HEADER: "right", "Sec-Fetch-Site": "cross-site"}, 403, "origin"),
    ({HEADER: "right", "Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 201, None),
    ({HEADER: "right"}, 201, None),
]


@pytest.mark.parametrize(("given", "status", "code"), CSRF)
def test_a_session_writes_only_with_its_token(service, signed, given, status, code):
    """Missing, wrong or from another site: refused; reading needs none."""
    cookie, token, _ = signed
    headers = {"Cookie": f"{COOKIE}={cookie}", **given}
    if given.get(HEADER) == "right":
        headers[HEADER] = token
    body = {"name": f"用户{len(given)}{status}{given.get('Origin', '')}"[:40], "roles": ["lead"]}
    answer = service.post("/v1/users", headers=headers, json=body)
    assert (status, code) == (answer.status_code, answer.json().get("code"))
    assert service.get("/v1/users", headers={"Cookie": headers["Cookie"]}).status_code == 200


def test_a_form_may_carry_the_token_as_a_field(service, signed):
    """Pages post forms; the field counts like the header."""
    cookie, token, _ = signed
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    for field, status in ((token, 403), ("wrong", 403)):
        files = {"file": ("c.csv", b"text,claim\nx,mp10:M07\n")}
        answer = service.post(
            "/v1/reviews/imports", headers=headers, files=files, data={FIELD: field}
        )
        # the admin is no lead: past the token it is the role that is missing
        code = "role" if field == token else "csrf"
        assert (status, code) == (answer.status_code, answer.json()["code"])


def test_signing_out_ends_the_session(service):
    """The cookie is worth nothing any more; a closed account has no session either."""
    with service.store.write() as session:
        user, first = users.add_user(session, "过客", ["lead"], actor="t")
    asked = {"name": "过客", "password": first}
    for end in ("sign out", "close"):
        begun = service.post("/v1/session", json=asked)
        headers = {
            "Cookie": f"{COOKIE}={begun.cookies[COOKIE]}",
            HEADER: begun.json()["csrf_token"],
        }
        assert service.get("/v1/session", headers=headers).status_code == 200
        if end == "close":
            closed = service.send("PATCH", f"/v1/users/{user.id}", "管理员", json={"active": False})
            assert closed.status_code == 200
        else:
            assert service.send("DELETE", "/v1/session", headers=headers).status_code == 204
        assert service.get("/v1/session", headers=headers).status_code == 401
    assert service.post("/v1/session", json=asked).status_code == 401


def test_users_and_keys_by_the_api(service):
    """Made, shown once, listed without secrets, revoked."""
    made = service.post("/v1/users", "管理员", json={"name": "接口用户", "roles": ["analyst"]})
    user = made.json()["user"]
    assert (user["roles"], user["must_change"]) == (["analyst"], True)
    again = service.post("/v1/users", "管理员", json={"name": "接口用户", "roles": ["lead"]})
    assert (again.status_code, again.json()["code"]) == (409, "name-taken")
    key = service.post("/v1/keys", "管理员", json={"user": user["id"], "label": "接口", "days": 3})
    secret = key.json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert service.get("/v1/session", headers=bearer).json()["name"] == "接口用户"
    listed = service.get("/v1/keys", "管理员")
    assert secret not in listed.text
    prefix = key.json()["key"]["prefix"]
    assert service.send("DELETE", f"/v1/keys/{prefix}", "管理员").status_code == 200
    assert service.get("/v1/session", headers=bearer).status_code == 401
    reset = service.post(f"/v1/users/{user['id']}/password", "管理员")
    assert reset.json()["password"] != made.json()["password"]
    assert service.post("/v1/users/999999/password", "管理员").status_code == 404
    good = service.get("/v1/audit/verify", "管理员").json()
    assert (good["good"], good["broken_at"]) == (True, None)
    newest = service.get("/v1/audit?size=1", "管理员").json()["items"][0]
    assert newest["action"] == "user.reset"
