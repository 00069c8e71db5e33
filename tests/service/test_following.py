"""A running service takes up a promoted model and goes back; a tampered one changes nothing."""

import gc
import threading
import time
import weakref
from collections import Counter

import httpx
import pytest

from classifier.cli import main
from classifier.errors import ArtefactError, SettingsError
from classifier.home import read_pointer
from classifier.service.backend import take_up
from classifier.service.following import Following
from classifier.service.knowledge import load_knowledge, with_model
from classifier.service.observe import Metrics
from classifier.service.settings import Settings
from classifier.training.registry import point, rollback

from .client import Running
from .registries import mend, registry, tamper
from .server import Server, patiently

TEXT = "风电主轴轴承的研发、生产和销售"
RATE = 100
"""Requests a second that run while models change."""


@pytest.fixture
def models(tmp_path):
    """Return a registry with the shipped model and two more."""
    return registry(tmp_path)


@pytest.fixture
def followed(models, tmp_path):
    """Return an app over a registry; its thread looks so seldom that the tests look for it."""
    given = Settings(
        data=tmp_path, registry=str(models), follow_seconds=3600, jobs=False, rate=1e6, burst=10**6
    )
    with Running(given, load_knowledge(given)) as running:
        yield running


def promoted(models, ref):
    """Put a version to use."""
    return point(models, ref, read_pointer(models), who="测试")


def model_of(answer):
    """Return the version in the header; the body must name the same."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Keyfield-Model"] == answer.json()["versions"]["model"]
    return answer.headers["Keyfield-Model"]


def asked(app):
    """Return the model that answers a text."""
    return model_of(app.post("/v1/classify", "分析员", json={"text": TEXT}))


def test_a_promoted_model_answers_and_the_one_before_after_a_rollback(followed, models):
    """Header, body and readiness name it each time; an unchanged pointer changes nothing."""
    following = followed.backend.following
    first = asked(followed)
    following.look()
    assert first == asked(followed)
    promoted(models, "mine/1")
    following.look()
    second = asked(followed)
    assert first != second
    ready = followed.get("/readyz").json()["model"]
    assert ("mine/1", second, None) == (ready["ref"], ready["model"], ready["refused"])
    rollback(models, read_pointer(models), who="测试")
    following.look()
    assert first == asked(followed)
    metrics = followed.get("/metrics", "分析员").text
    assert 'keyfield_model_swaps_total{result="taken"} 2.0' in metrics
    assert f'keyfield_model_workers{{model="{first}"}} 1.0' in metrics
    assert f'keyfield_model_workers{{model="{second}"}} 0.0' in metrics


def test_a_request_ends_on_the_model_it_began_with(followed, models, monkeypatch):
    """Header and body both name the old model, though the new one is in use when it ends."""
    known = followed.backend.knowledge
    other = with_model(known, models, promoted(models, "mine/1"))
    kind = type(known.classifier)
    plain = kind.classify

    def slow(self, texts):
        take_up(followed.app, other)
        return plain(self, texts)

    monkeypatch.setattr(kind, "classify", slow)
    assert known.versions.model == asked(followed)
    monkeypatch.undo()
    assert other.versions.model == asked(followed)


@pytest.mark.parametrize("name", ["biases.npy", "manifest.json"])
def test_a_tampered_model_is_refused_and_told_until_it_is_restored(followed, models, name):
    """The old one answers, the service stays ready; metric, readiness and pages say so."""
    following = followed.backend.following
    before = asked(followed)
    promoted(models, "mine/1")
    if name == "manifest.json":
        (models / "mine/1" / name).rename(models / "kept")
        (models / "mine/1" / name).write_text('{"format": 3', encoding="utf-8")
    else:
        tamper(models / "mine/1", name)
    for _ in range(4):  # it is looked at again and again, and counted once
        following.look()
    assert before == asked(followed)
    ready = followed.get("/readyz")
    assert (ready.status_code, ready.json()["model"]["refused"]["ref"]) == (200, "mine/1")
    metrics = followed.get("/metrics", "分析员").text
    assert "keyfield_model_refused 1.0" in metrics
    assert 'keyfield_model_swaps_total{result="refused"} 1.0' in metrics
    assert "登记处指定的模型 mine/1 没有启用" in followed.get("/model", "分析员").text
    if name == "manifest.json":
        (models / "kept").rename(models / "mine/1" / name)
    else:
        mend(models / "mine/1", name)
    following.look()
    assert before != asked(followed)
    assert followed.get("/readyz").json()["model"]["refused"] is None
    assert "keyfield_model_refused 0.0" in followed.get("/metrics", "分析员").text


def test_an_unreadable_pointer_leaves_the_model_in_use(followed, models):
    """It is told with an empty name, and forgotten when the pointer is whole again."""
    following = followed.backend.following
    before = asked(followed)
    (models / "current.json").write_text("{", encoding="utf-8")
    following.look()
    assert before == asked(followed)
    told = followed.get("/readyz").json()["model"]["refused"]
    assert (told["ref"], told["kind"]) == ("", "HomeError")
    (models / "current.json").unlink()
    following.look()
    assert followed.get("/readyz").json()["model"]["refused"] is None


def test_a_model_that_lacks_a_scheme_in_use_is_refused(followed, models):
    """Cases and pages hang on the schemes; the sentence says which."""
    known = followed.backend.knowledge
    heads = known.classifier.artefact.heads
    heads["lost"] = heads["mp10"]  # as if the model in use knew one more
    with pytest.raises(ArtefactError, match="does not know the scheme lost"):
        with_model(known, models, promoted(models, "mine/1"))


def test_a_model_out_of_use_is_freed(models, tmp_path):
    """Nothing holds it once it was let go of, though it holds itself in a circle."""
    given = Settings(data=tmp_path, registry=str(models), follow_seconds=3600)
    held = [load_knowledge(given)]
    held[0].classifier.verify(TEXT, "mp10:M07")
    old = weakref.ref(held[0].classifier)
    following = Following(given, held[0], Metrics(), lambda new: held.__setitem__(0, new))
    promoted(models, "mine/1")
    gc.freeze()
    try:
        following.look()
        following.look()
    finally:
        gc.unfreeze()
    assert old() is None


def test_a_fixed_model_is_not_followed(models, tmp_path):
    """And a folder and a registry together are refused."""
    given = Settings(data=tmp_path, model=str(models / "mine" / "1"), jobs=False)
    with Running(given, load_knowledge(given)) as running:
        before = running.backend.knowledge.versions.model
        promoted(models, "mine/2")
        running.backend.following.look()
        assert before == running.backend.knowledge.versions.model
        assert (
            running.backend.following.models,
            running.get("/readyz").json()["model"]["ref"],
        ) == (None, "")
    with pytest.raises(SettingsError, match="one of them"):
        Settings(model="a", registry="b")


def test_no_request_fails_while_models_are_promoted_and_rolled_back(models, tmp_path):
    """A hundred a second at a real server of two workers; both versions are seen."""
    data = tmp_path / "data"
    data.mkdir()
    given = Settings(
        data=data, registry=str(models), workers=2, rate=1e6, burst=10**6, follow_seconds=0.2
    )
    seen, failed, slowest = Counter(), [], [0.0]
    with Server(given) as server:
        stop = threading.Event()

        def ask(number):
            headers = {"Authorization": f"Bearer {server.key}"}
            with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
                at = time.monotonic()
                while not stop.is_set():
                    begun = time.monotonic()
                    try:
                        answer = client.post("/v1/classify", json={"text": f"{TEXT}{number}"})
                        seen[model_of(answer)] += 1
                    except (httpx.HTTPError, AssertionError) as error:
                        failed.append(repr(error))
                    slowest[0] = max(slowest[0], time.monotonic() - begun)
                    at += threads / RATE
                    time.sleep(max(0.0, at - time.monotonic()))

        threads = 10
        asking = [threading.Thread(target=ask, args=(n,)) for n in range(threads)]
        for thread in asking:
            thread.start()
        begun = time.monotonic()

        def wait_for(count, model):
            for _ in patiently():
                told = server.call("GET", "/metrics").text
                if f'keyfield_model_workers{{model="{model}"}} {count}.0' in told:
                    return

        first = load_knowledge(given).versions.model
        wait_for(2, first)
        second = promoted(models, "mine/1").current.model[:12]
        wait_for(2, second)
        assert main(["models", "rollback", "--models", str(models)]) == 0
        wait_for(2, first)
        promoted(models, "mine/2")
        tamper(models / "mine/2")
        time.sleep(1)
        stop.set()
        for thread in asking:
            thread.join()
        seconds = time.monotonic() - begun
        words = server.words()
    print(
        f"{sum(seen.values())} requests in {seconds:.1f} s, {len(failed)} failed, "
        f"slowest {slowest[0]:.2f} s, {dict(seen)}"
    )
    assert failed == []
    assert {first, second} <= set(seen)
    assert '"event": "model taken up"' in words
    assert TEXT not in words
