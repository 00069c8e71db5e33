"""Stored enterprises: revisions that do not overwrite, assessments that stay as they were made."""

import json

import pytest

from classifier.service.enterprises import evaluating
from classifier.service.enterprises.evaluating import Terms
from classifier.service.storage.tables import Assessment
from tests.evaluator.firms import AFTER, firm

TEXT = "高速动车组轴承的研发、生产和销售"


@pytest.fixture(scope="module")
def profile():
    """Return the good firm's plain values, with a text."""
    return {**firm().to_json(), "main_product": TEXT}


def test_an_enterprise_goes_through_its_life(service, profile):
    """Added, changed once, refused when the change is stale, assessed, read again."""
    data = {**profile, "name": "示例生涯"}
    made = service.post("/v1/enterprises", "组长", json={"profile": data})
    assert made.status_code == 201, made.text
    url = f"/v1/enterprises/{made.json()['id']}"
    again = service.post("/v1/enterprises", "组长", json={"profile": data})
    assert (again.status_code, again.json()["code"]) == (409, "name-taken")
    change = {"profile": {**data, "segment_years": 9}, "revision": 1}
    assert service.send("PUT", url, "组长", json=change).json()["revision"] == 2
    stale = service.send("PUT", url, "组长", json=change)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    product = {"text": TEXT, "claims": ["mp10:轨道交通", "mp10:M05"]}
    wrong = service.post(f"{url}/products", "组长", json=product)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "claims[0]")
    product["claims"] = ["mp10:先进轨道交通装备", "mp10:M05"]
    good = service.post(f"{url}/products", "组长", json=product).json()["product"]
    assert good["claims"] == ["mp10:M05"]
    asked = {"tiers": ["innovative", "srdi"], "on": AFTER.isoformat()}
    rows = service.post(f"{url}/assessments", "组长", json=asked).json()["items"]
    assert [row["tier"] for row in rows] == ["innovative", "srdi"]
    assert [r["id"] for r in rows][::-1] == [
        r["id"] for r in service.get(f"{url}/assessments", "分析员").json()["items"]
    ]
    record = service.get(f"/v1/assessments/{rows[1]['id']}", "分析员").json()["record"]
    assert record["revision"] == 2
    assert record["evaluation"]["rule_set"] == "miit-2026-2"
    listed = service.get("/v1/enterprises?words=生涯", "分析员").json()["items"][0]
    assert {"innovative", "srdi"} == set(listed["decisions"])


def test_a_frozen_assessment_gives_the_same_answer_again(service, profile):
    """The record holds everything: evaluated again from it, not a word differs."""
    data = {**profile, "name": "示例重算"}
    made = service.post("/v1/enterprises", "组长", json={"profile": data}).json()
    asked = {"tiers": ["srdi"], "on": AFTER.isoformat()}
    url = f"/v1/enterprises/{made['id']}/assessments"
    row = service.post(url, "组长", json=asked).json()["items"][0]
    with service.store.read() as session:
        frozen = session.get(Assessment, row["id"]).record
    knowledge = service.backend.knowledge
    again = evaluating.read_profile(frozen["evaluation"]["inputs"]["profile"])
    subject = evaluating.subject_of(knowledge, again)
    found = evaluating.evaluate_tier(knowledge, subject, "srdi", Terms(on=AFTER))
    assert frozen["evaluation"] == json.loads(json.dumps(found.evaluation.to_json()))


def test_what_if_moves_the_facts_and_not_the_domain(knowledge, profile):
    """A change of one fact moves score or decision; the finding stays."""
    subject = evaluating.subject_of(knowledge, evaluating.read_profile(profile))
    changes = {"conduct.abnormal_list": "true"}
    found = evaluating.what_if(knowledge, subject, "innovative", changes, Terms(on=AFTER))
    decisions = (found.before.evaluation.decision, found.after.evaluation.decision)
    assert decisions == ("pass", "fail")
    assert found.before.evaluation.inputs.domain == found.after.evaluation.inputs.domain


def test_the_ladder_leaves_out_a_tier_without_rules(knowledge, profile):
    """Four tiers from the lowest up; without a text the domain is unknown, not none."""
    subject = evaluating.subject_of(knowledge, evaluating.read_profile({**profile}))
    found = evaluating.evaluate_ladder(knowledge, subject, Terms(on=AFTER))
    tiers = [one.evaluation.tier for one in found]
    assert tiers == ["innovative", "srdi", "little-giant", "champion"]
    bare = evaluating.subject_of(knowledge, evaluating.read_profile({"name": "x"}))
    assert (bare.domain, bare.answer) == (None, None)


def test_validation_as_one_types_names_every_field(service):
    """All that is wrong at once, in Chinese, by field."""
    data = {"years": {"2025": {"revenue": -1, "rd_expense": "x"}}, "nothing": 1}
    problems = evaluating.check_profile(data)
    fields = {p.field for p in problems}
    assert {"years.2025.revenue", "years.2025.rd_expense", "nothing"} == fields
    assert evaluating.check_profile({"name": "x"}) == ()
    answer = service.post("/v1/enterprises", "组长", json={"profile": {"segment_years": 3}})
    assert (answer.status_code, answer.json()["field"]) == (422, "name")
