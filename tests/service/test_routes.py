"""Every route says who may call it, and only they may."""

import re

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from classifier.errors import SettingsError
from classifier.service.security.access import check_declared, declared, walk
from classifier.service.security.roles import Role

OPEN = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/v1/openapi.json"),
    ("POST", "/v1/session"),
}
"""All that is open; a longer list is a decision, not an accident."""

WHO = {
    Role.REVIEWER: "审核员甲",
    Role.LEAD: "组长",
    Role.ANALYST: "分析员",
    Role.ADMIN: "管理员",
}


def _routes(app):
    return [route for route in walk(app) if isinstance(route, APIRoute)]


def _calls(service):
    for route in _routes(service.app):
        path = re.sub(r"\{(prefix)\}", "0" * 12, route.path)
        path = re.sub(r"\{job_id\}", "0" * 32, path)
        path = re.sub(r"\{\w+\}", "1", path)
        for method in route.methods:
            yield route, method, path


def test_every_route_declares_who_may_call_it(service):
    """No route is silent, and no more are open than those named here."""
    found = {
        (method, route.path)
        for route, method, _ in _calls(service)
        if declared(route) == frozenset()
    }
    silent = [r.path for r in _routes(service.app) if declared(r) is None]
    assert silent == []
    assert found <= OPEN | {("GET", "/login"), ("POST", "/login")}


def test_an_app_with_a_silent_route_does_not_start():
    """A route that was forgotten is named, also inside a router."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    router = APIRouter(prefix="/v1")
    router.get("/forgotten")(lambda: None)
    app.include_router(router)
    with pytest.raises(SettingsError, match="/v1/forgotten"):
        check_declared(app)


def test_nobody_gets_in_anonymously(service):
    """Without key or session, with a wrong key, with a wrong cookie: 401 everywhere."""
    tried = 0
    for route, method, path in _calls(service):
        if declared(route) == frozenset():
            continue
        for headers in ({}, {"Authorization": "Bearer kf_x"}, {"Cookie": "keyfield_session=x"}):
            answer = service.send(method, path, headers=headers)
            page = not path.startswith("/v1") and answer.status_code == 303
            expected = 401 if not page else 303
            assert expected == answer.status_code, (method, path)
            tried += 1
    assert tried > 100


def test_every_route_refuses_the_roles_it_does_not_name(service):
    """A signed-in caller without the role gets 403, whatever else the request lacks."""
    for route, method, path in _calls(service):
        for role, who in WHO.items():
            roles = declared(route)
            if roles and role not in roles:
                answer = service.send(method, path, who)
                # a body is read before anybody is asked who they are; none was sent here
                assert answer.status_code in {403, 422}, (method, path, role)
                if method == "GET":
                    assert answer.status_code == 403, (path, role)


def test_every_answer_carries_versions_and_strict_headers(service, knowledge):
    """Good answers and problems alike."""
    for path, who in (("/v1/schemes", "分析员"), ("/v1/schemes", None), ("/nowhere", None)):
        headers = service.get(path, who).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        found = {name: headers[f"keyfield-{name}"] for name in ("model", "taxonomy", "rules")}
        assert knowledge.versions.to_json() == found
    assert knowledge.versions.to_json() == service.get("/v1/schemes", "分析员").json()["versions"]


def test_an_error_is_a_problem_with_code_field_and_what_to_do(service):
    """RFC 9457, with the id under which the log knows it."""
    sent = {"X-Request-ID": "request-0001"}
    answer = service.post("/v1/classify", "分析员", json={"texts": ["a", " "]}, headers=sent)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["code"], problem["field"]) == (422, "invalid", "texts[1]")
    assert problem["what_to_do"]
    assert "request-0001" == problem["request_id"] == answer.headers["x-request-id"]
    for wrong in ("short", "x" * 65, "bad id!!"):
        answer = service.get("/healthz", headers={"X-Request-ID": wrong})
        assert wrong != answer.headers["x-request-id"]


def test_an_unforeseen_error_says_nothing_of_itself(service, monkeypatch):
    """500 with an id; the log gets frames, and not what the error quoted."""

    def fail(*_):
        raise RuntimeError("秘密的产品")

    monkeypatch.setattr(type(service.backend.knowledge.classifier), "classify", fail)
    answer = service.post("/v1/classify", "分析员", json={"text": "x"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "秘密" not in answer.text


def test_ready_only_when_database_and_model_are(service):
    """Live answers at once; ready says which check fails."""
    assert service.get("/healthz").json() == {"status": "live"}
    assert service.get("/readyz").status_code == 200
    backend = service.app.state.backend
    service.app.state.backend = None
    answer = service.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["model"]) == (503, False)
    assert service.get("/v1/schemes", "分析员").status_code == 503
    service.app.state.backend = backend


def test_metrics_count_routes_decisions_and_cases(service):
    """Rates, latencies, decisions by scheme; an id in a path is no label."""
    service.post("/v1/classify", "分析员", json={"text": "风电主轴轴承"})
    service.get("/v1/reviews/cases/1", "组长")
    text = service.get("/metrics", "管理员").text
    assert 'keyfield_requests_total{method="POST",route="/v1/classify",status="200"}' in text
    assert 'route="/v1/reviews/cases/{case_id}"' in text
    assert re.search(r'keyfield_decisions_total\{decision="\w+",scheme="mp10"\} [1-9]', text)
    assert "keyfield_request_seconds_bucket" in text
