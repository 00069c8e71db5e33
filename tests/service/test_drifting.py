"""Drift is measured on the service's own cases and verdicts, once for all workers, and told."""

import pytest

from classifier.service.drifting import store as reports
from classifier.service.drifting.work import measure, overruling, recent_texts
from classifier.service.settings import Settings
from classifier.training.drift import LEAST

from .server import Server, patiently

ANALYST = "分析员"
GOODS = ("风电主轴轴承", "工业机器人减速器", "锂电池隔膜", "速冻水饺", "办公桌椅")


@pytest.fixture(scope="module")
def filled(service):
    """Return the app with forty claims, thirty-two of them settled against the model."""
    rows = [("", f"{GOODS[n % 5]}第{n}型的研发和生产", "mp10:M01", "normal") for n in range(40)]
    assert service.claims(rows).status_code == 201
    for n in range(32):
        case = service.post("/v1/reviews/next", "审核员甲").json()["case"]
        url = f"/v1/reviews/cases/{case['id']}/verdicts"
        kind = {"kind": "correct", "notation": "M10"} if n else {"kind": "out_of_scope"}
        assert service.post(url, "审核员甲", json=kind).status_code == 201
    return service


def test_what_is_measured_are_the_texts_and_verdicts_of_late(filled):
    """Each text once, the latest first; a verdict gives the scheme that it was about."""
    with filled.store.read() as session:
        texts, labels = recent_texts(session), overruling(session)
    assert (len(texts), texts[0]) == (40, f"{GOODS[4]}第39型的研发和生产")
    assert len(labels) == 32
    assert {scheme for cells in labels.values() for scheme in cells} == {"mp10"}
    assert {str(cell["mp10"]) for cell in labels.values()} == {"M10", "-"}


def test_a_measurement_is_asked_for_once_taken_once_and_kept(filled):
    """Its signals are on the page and in the metrics, in both languages."""
    store = filled.store
    assert filled.get("/model/drift", ANALYST).status_code == 200
    assert filled.post("/model/drift", ANALYST).status_code == 303
    assert not reports.ask(store, "another")
    with store.write() as session:
        report_id = reports.take(session)
        assert reports.take(session) is None
    measure(filled.settings, store, report_id)
    with store.read() as session:
        found = reports.latest(session)
    assert (found.texts, found.model) == (40, filled.backend.knowledge.versions.model)
    metrics = filled.get("/metrics", ANALYST).text
    assert 'keyfield_drift{scheme="mp10",signal="overruled"}' in metrics
    assert 'keyfield_drift_level{scheme="mp10",signal="overruled"} 2.0' in metrics
    assert "keyfield_drift_texts 40.0" in metrics
    for lang, said in (("zh", "被改判"), ("en", "Overruled")):
        page = filled.get("/model/drift", ANALYST, params={"lang": lang, "scheme": "env"}).text
        assert said in page
        assert "kf-level-alarm" in page


def test_with_nothing_new_nothing_is_measured_again(filled):
    """Only a new case, a new verdict or another model is a reason."""
    model = filled.backend.knowledge.versions.model
    assert not reports.ask_when_due(filled.store, model, 60.0)
    assert not reports.ask_when_due(filled.store, model, 1e-6)
    assert reports.ask_when_due(filled.store, "another", 1e-6)
    with filled.store.write() as session:
        report_id = reports.take(session)
        reports.fail(session, report_id)
    with filled.store.read() as session:
        assert not reports.pending(session)


def test_nobody_but_readers_of_the_model_may_ask(filled):
    """A reviewer is refused."""
    assert filled.post("/model/drift", "审核员甲").status_code == 403


def test_a_running_service_measures_by_itself(tmp_path):
    """Once there are cases; of two workers one does, and the scrape of either tells it."""
    with Server(Settings(data=tmp_path, workers=2, rate=1e6, burst=10**6)) as server:
        lines = ["text,claim", *(f"{GOODS[n % 5]}第{n}型,mp10:M07" for n in range(LEAST))]
        files = {"file": ("claims.csv", "\n".join(lines).encode(), "text/csv")}
        own = server.call("GET", "/v1/users").json()["items"][0]["id"]
        server.call("PATCH", f"/v1/users/{own}", json={"roles": ["admin", "lead"]})
        answer = server.call("POST", "/v1/reviews/imports", files=files)
        assert answer.status_code == 201, answer.text
        for _ in patiently(0.5):
            told = server.call("GET", "/metrics").text
            if f"keyfield_drift_texts {LEAST}.0" in told and "drift measured" in server.words():
                break
        assert server.words().count('"event": "drift measured"') == 1
