"""All versions of the registry, with who put which to use, on the page and by the API."""

import json

import pytest

from classifier.home import read_pointer
from classifier.service.knowledge import load_knowledge
from classifier.service.settings import Settings
from classifier.service.versions import beside, read_registry
from classifier.training.registry import point, rollback

from .client import Running
from .registries import registry, tamper

WHO, WHY = "分析员", "标注了三百条新材料"


@pytest.fixture
def models(tmp_path):
    """Return a registry in which mine/1 was promoted, mine/2 too, and that taken back."""
    folder = registry(tmp_path)
    point(folder, "mine/1", read_pointer(folder), who=WHO, reason=WHY)
    point(folder, "mine/2", read_pointer(folder), who=WHO, reason="试用", overruled=["评测偏低"])
    rollback(folder, read_pointer(folder), who="组长", reason="误判偏多")
    return folder


@pytest.fixture
def app(models, tmp_path):
    """Return an app over the registry."""
    given = Settings(data=tmp_path, registry=str(models), jobs=False, rate=1e6, burst=10**6)
    with Running(given, load_knowledge(given)) as running:
        yield running


def test_versions_say_when_they_were_put_to_use_by_whom_and_why(models):
    """One is current; one that was never used says so; the changes are in order."""
    found = read_registry(models)
    assert [one.ref for one in found.versions] == ["default", "mine/1", "mine/2"]
    assert [one.ref for one in found.versions if one.current] == ["mine/1"]
    assert found.version("default").promoted is None
    assert [use.action for use in found.changes] == ["rollback", "promote", "promote"]
    first = found.version("mine/1").promoted
    assert (first.who, first.reason) == ("组长", "误判偏多")  # it came back by the rollback
    assert found.version("mine/2").promoted.overruled == ("评测偏低",)


def test_a_changed_file_is_seen_at_the_next_look(models):
    """A version that was whole is not any more, and says which file."""
    assert read_registry(models).version("mine/2").fault == ""
    tamper(models / "mine/2")
    assert "biases.npy was changed" in read_registry(models).version("mine/2").fault


def test_less_false_positives_are_better(models):
    """And of all other shares more; a scheme of one alone has no difference."""
    path = models / "mine/2" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["metrics"]["mp10"] |= {"fair": 0.5, "false_positive": 0.0}
    del manifest["metrics"]["env"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    found = read_registry(models)
    table = beside(found.version("default"), found.version("mine/1"))
    assert {one.better for by in table.values() for one in by.values()} == {None}
    point_two = beside(found.version("default"), _whole(found.version("mine/2")))
    assert (point_two["mp10"]["fair"].better, point_two["mp10"]["false_positive"].better) == (
        False,
        True,
    )
    assert point_two["env"]["fair"].difference is None


def _whole(version):
    assert "changed since it was promoted" in version.fault or version.fault == ""
    return version


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_versions_changes_and_two_side_by_side(app, models, lang):
    """With names, reasons and hashes; a broken one with what is wrong with it."""
    tamper(models / "mine/2")
    asked = {"first": "default", "second": "mine/1", "lang": lang}
    page = app.get("/model/versions", WHO, params=asked)
    assert page.status_code == 200
    for said in ("mine/1", "mine/2", "误判偏多", WHY, "评测偏低", "biases.npy was changed"):
        assert said in page.text
    assert {"zh": "两个版本并排", "en": "Two versions side by side"}[lang] in page.text
    assert '<option value="default" selected>' in page.text
    assert app.get("/model/versions", "审核员甲").status_code == 403


def test_the_api_gives_the_same(app):
    """Items, changes, what the registry names and what this process uses."""
    found = app.get("/v1/models", WHO).json()
    assert (found["current"], found["serving"], found["following"]) == ("mine/1", "mine/1", True)
    assert [one["ref"] for one in found["items"]] == ["default", "mine/1", "mine/2"]
    assert found["changes"][0]["reason"] == "误判偏多"


def test_a_fixed_model_has_no_registry(models, tmp_path):
    """The page says that the model is fixed, the API that none is followed."""
    given = Settings(data=tmp_path, model=str(models / "mine/1"), jobs=False)
    with Running(given, load_knowledge(given)) as running:
        assert "固定目录" in running.get("/model/versions", WHO).text
        assert running.get("/v1/models", WHO).json()["following"] is False
