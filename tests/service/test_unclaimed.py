"""Texts without a claim: into the queue, assigned by people, out as labels that train a model."""

import shutil

import pytest

from classifier.cli import main
from classifier.domains.artefact import read_manifest
from classifier.schemes.loader import load_schemes
from classifier.service.knowledge import load_knowledge
from classifier.service.reviews.concepts import near_concepts
from classifier.service.reviews.unclaimed import unsure
from classifier.service.settings import Settings
from classifier.training.labels import read_labels
from classifier.training.train import Extra, train
from tests.training.make import small_taxonomy, texts, write_labels, write_scheme

from .client import Running

LEAD, REVIEWER = "组长", "审核员甲"
GOODS = (
    "某种新型装置的加工",
    "纳米级零件及其配套服务",
    "量子元件的试制",
    "智能托盘的研发",
)


def sent(app, words, kind="texts", who=LEAD):
    """Import a file of texts; return the answer."""
    lines = "\n".join(["id,text,mp10,priority", *(f"{n},{w},,0.5" for n, w in enumerate(words))])
    files = {"file": ("todo.csv", lines.encode(), "text/csv")}
    return app.post("/v1/reviews/imports", who, files=files, data={"kind": kind})


def cases(app, **asked):
    """Return the cases without a claim."""
    params = {"model_verdict": "unclaimed", "size": 200, **asked}
    return app.get("/v1/reviews/cases", REVIEWER, params=params).json()["items"]


@pytest.fixture(scope="module")
def filled(service):
    """Return the app with some texts in the queue."""
    assert sent(service, GOODS).status_code == 201
    return service


def test_a_text_becomes_a_case_in_each_scheme_of_which_the_model_is_unsure(filled):
    """With nothing claimed; a second time nothing is added; claims need their column."""
    found = cases(filled)
    answers = filled.backend.knowledge.classifier.classify(list(GOODS))
    expected = {(text, s) for text, a in zip(GOODS, answers, strict=True) for s in unsure(a)}
    assert expected == {(one["text"], one["scheme"]) for one in found}
    assert {one["claimed"] for one in found} == {""}
    again = sent(filled, GOODS).json()
    assert (again["added"], again["known"]) == (0, len(expected))
    assert sent(filled, GOODS, kind="claims").status_code == 422


def test_where_a_model_is_sure_of_all_the_least_sure_scheme_is_asked(filled):
    """Nobody sends a text to be told nothing."""
    (answer,) = filled.backend.knowledge.classifier.classify(["风电主轴轴承的研发、生产和销售"])
    least = min(answer.domains, key=lambda s: answer.domains[s].probability)
    assert {least} <= set(unsure(answer))


def test_a_text_without_a_claim_is_assigned_not_confirmed(filled):
    """The verdicts of claims are refused with what is allowed; an assignment is a label."""
    one = cases(filled)[0]
    at = f"/v1/reviews/cases/{one['id']}"
    view = filled.get(at, REVIEWER).json()
    assert (view["claimed"], view["record"]["input"]["claim"]) == (None, None)
    wrong = filled.post(f"{at}/verdicts", REVIEWER, json={"kind": "confirm"})
    assert (wrong.status_code, "允许：归入、无法判断、不在范围" in wrong.text) == (422, True)
    named = view["about"]["notation"]
    body = {"kind": "assign", "notation": named}
    assert filled.post(f"{at}/verdicts", REVIEWER, json=body).status_code == 201
    labels = filled.get("/v1/reviews/labels", LEAD).json()["items"]
    label = next(label for label in labels if label["case"] == one["id"])
    assert (label["notation"], label["kind"], label["who"]) == (named, "primary", REVIEWER)


def test_a_claim_is_not_assigned(filled):
    """It is confirmed or corrected."""
    filled.claims([("", "风电主轴轴承一号", "mp10:M07", "normal")])
    found = filled.get("/v1/reviews/cases", REVIEWER, params={"words": "一号"}).json()["items"]
    body = {"kind": "assign", "notation": "M07"}
    at = f"/v1/reviews/cases/{found[0]['id']}/verdicts"
    assert filled.post(at, REVIEWER, json=body).status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_show_a_case_without_a_claim(filled, lang):
    """The queue, the case and its print; the verdict offers assigning, by the same keys."""
    said = {"zh": "没有申报", "en": "No claim"}[lang]
    one = cases(filled, state="open")[0]
    queue = filled.get("/queue", REVIEWER, params={"decision": "unclaimed", "lang": lang})
    assert said in queue.text
    assert filled.post(f"/cases/{one['id']}/take", REVIEWER).status_code == 303
    page = filled.get(f"/cases/{one['id']}", REVIEWER, params={"lang": lang}).text
    assert said in page
    assert 'value="assign" data-key="2" data-naming' in page
    assert 'value="confirm"' not in page
    paper = filled.get(f"/cases/{one['id']}/print", REVIEWER, params={"lang": lang})
    assert (paper.status_code, said in paper.text) == (200, True)


def test_what_the_model_hardly_believes_is_not_near(knowledge):
    """A label under one in a hundred is no near concept, unless it stands near otherwise."""
    given = [("M02", 0.009), ("M03", 0.01)]
    found = near_concepts(knowledge, "mp10", "M07", given)
    assert [one.notation for one in found if one.why == "predicted"] == ["M03"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory, root):
    """Return a home with a provincial scheme and its model, trained on few texts."""
    home = tmp_path_factory.mktemp("desk")
    base = small_taxonomy(home / "base", root)
    own = write_scheme(home / "own")
    labels = write_labels(home / "labels.csv", texts(330))
    train(base, home / "model", extra=Extra(labels=(labels,), schemes=own), name="zj/1", jobs=1)
    taxonomy = home / "taxonomy"
    shutil.copytree(base, taxonomy)
    shutil.copy(own / "zj10.yaml", taxonomy / "schemes")
    shutil.copy(root / "taxonomy" / "praise.txt", taxonomy)
    return home


def test_suggested_texts_are_reviewed_exported_and_learned_from(
    desk, tmp_path, monkeypatch, capsys
):
    """`suggest --queue`, assign, export, `train --labels`: the new model counts the labels."""
    monkeypatch.setenv("KEYFIELD_HOME", str(desk))
    monkeypatch.setenv("KEYFIELD_MODEL", str(desk / "model"))
    monkeypatch.setenv("KEYFIELD_DOUBLE_SHARE", "0")
    given = Settings(
        data=tmp_path, model=str(desk / "model"), jobs=False, rate=1e6, burst=10**6, double_share=0
    )
    right = {t: n for t, n in texts(420, seed=9) if t not in dict(texts(330))}
    path = tmp_path / "unlabelled.csv"
    path.write_text("id,text\n" + "".join(f"u{i},{t}\n" for i, t in enumerate(right)), "utf-8")
    with Running(given, load_knowledge(given)) as app:
        command = ["suggest", path, "--count", 40, "--queue", "--model", desk / "model"]
        code = main([str(w) for w in [*command, "--by", LEAD, "--data", tmp_path]])
        out, err = capsys.readouterr()
        assert (code, "复核队列：新增 40 件" in out) == (0, True), err
        for one in cases(app):
            notation = right[one["text"]]
            body = {"kind": "assign", "notation": notation}
            if notation == "-":
                body = {"kind": "out_of_scope"}
            at = f"/v1/reviews/cases/{one['id']}/verdicts"
            assert app.post(at, REVIEWER, json=body).status_code == 201
        made = app.post("/v1/reviews/exports", LEAD).json()
        got = app.get(f"/v1/reviews/exports/{made['id']}", LEAD, params={"format": "csv"})
    export = tmp_path / "labels-1.csv"
    export.write_bytes(got.content)
    read = read_labels([export], load_schemes(desk / "taxonomy" / "schemes"))
    assert (len(read.rows), read.problems) == (40, ())
    assert {row.text: str(row.labels["zj10"]) for row in read.rows} == {
        row.text: right[row.text] for row in read.rows
    }
    assert {row.source.who for row in read.rows} == {REVIEWER}
    words = ["train", "--taxonomy", desk / "base", "--schemes", desk / "own", "--jobs", 1]
    words += ["--labels", desk / "labels.csv", export, "--output", tmp_path / "zj" / "2"]
    assert main([str(word) for word in words]) == 0
    counts = read_manifest(tmp_path / "zj" / "2")["counts"]
    assert counts["labels"]["added"] == 370


def test_a_queue_needs_somebody_who_asks(tmp_path, capsys):
    """Neither file nor queue, or a queue without a name: a sentence, and nothing is done."""
    path = tmp_path / "u.csv"
    path.write_text("id,text\n1,轴承\n", encoding="utf-8")
    assert main(["suggest", str(path)]) == 2
    assert "--output" in capsys.readouterr().err
    assert main(["suggest", str(path), "--queue"]) == 2
    assert "--by" in capsys.readouterr().err
    words = ["suggest", str(path), "--queue", "--by", "无此人", "--data", str(tmp_path / "d")]
    assert main(words) == 2
    assert "没有用户" in capsys.readouterr().err
