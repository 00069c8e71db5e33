"""The answering routes: the same answers as the library, with their versions."""

import pytest

TEXT = "风电主轴轴承的研发、生产和销售"


def test_classify_answers_by_the_batch_contract(service, knowledge):
    """One text or several, each answer as the library gives it."""
    one = service.post("/v1/classify", "分析员", json={"text": TEXT}).json()
    both = service.post("/v1/classify", "分析员", json={"texts": [TEXT, "工业机器人"]}).json()
    expected = [a.to_json(str(n + 1)) for n, a in enumerate(knowledge.classifier.classify([TEXT]))]
    assert expected == one["items"] == both["items"][:1]
    assert knowledge.versions.to_json() == one["versions"]
    assert [item["id"] for item in both["items"]] == ["1", "2"]


WRONG = [
    ({}, "texts"),
    ({"text": TEXT, "texts": [TEXT]}, "texts"),
    ({"texts": []}, "texts"),
    ({"texts": [TEXT, ""]}, "texts[1]"),
    ({"texts": "x"}, "texts"),
    ({"text": TEXT, "lang": "en"}, "lang"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_a_wrong_request_names_its_field(service, body, field):
    """Both, neither, empty, unknown: 422 and the place."""
    answer = service.post("/v1/classify", "分析员", json=body)
    assert (422, field) == (answer.status_code, answer.json()["field"])


def test_verify_and_explain(service, knowledge):
    """A claim gets a verdict with evidence; an unknown one is named."""
    body = {"text": TEXT, "claims": ["mp10:M07", "mp10:M01"]}
    items = service.post("/v1/verify", "审核员甲", json=body).json()["items"]
    assert [item["verdict"] for item in items] == ["supported", "contradicted"]
    assert items[1]["better"]["notation"] == "M07"
    answer = service.post("/v1/verify", "审核员甲", json={"text": TEXT, "claims": ["mp10:M99"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "notation")
    found = service.post("/v1/explain", "审核员甲", json={"text": TEXT, "schemes": ["mp10"]})
    expected = [e.to_json() for e in knowledge.classifier.explain(TEXT, ["mp10"])]
    assert expected[0]["margin"] == pytest.approx(found.json()["items"][0]["margin"])


def test_indicator_depends_on_tier_and_day(service):
    """Points or a condition, by the rules of the day; a tier without one is refused."""
    body = {"text": TEXT, "tier": "srdi", "on": "2026-03-31"}
    old = service.post("/v1/indicator", "分析员", json=body).json()
    assert (old["rule_set"], old["points"] is not None) == ("miit-2022-63", True)
    new = {**body, "tier": "little-giant", "on": "2026-04-01"}
    assert service.post("/v1/indicator", "分析员", json=new).json()["rule_set"] == "miit-2026-2"
    answer = service.post("/v1/indicator", "分析员", json={**body, "on": "2026-04-01"})
    assert (answer.status_code, answer.json()["code"]) == (422, "selection")


def test_evaluate_and_compare(service):
    """Decision records by tier, and two rule sets side by side."""
    profile = {"name": "示例", "main_product": TEXT, "years": {"2025": {"revenue": 9000}}}
    body = {"profile": profile, "on": "2026-05-01"}
    items = service.post("/v1/evaluate", "分析员", json=body).json()["items"]
    tiers = [item["evaluation"]["tier"] for item in items]
    assert tiers == ["innovative", "srdi", "little-giant", "champion"]
    assert all(item["gaps"] for item in items)
    found = service.post("/v1/evaluate/compare", "分析员", json={**body, "tier": "srdi"}).json()
    sets = [one["rule_set"] for one in found["evaluations"]]
    assert sets == ["miit-2022-63", "miit-2026-2"]
    assert any(row["sides"][0] is None for row in found["rows"])
    body = {"profile": {"years": {"2025": {"revenue": -1}}}}
    answer = service.post("/v1/evaluate", "分析员", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, "years.2025.revenue")


def test_reference_data(service, knowledge):
    """Schemes, concepts, rule sets, incentives and the model, each with versions."""
    names = [one["id"] for one in service.get("/v1/schemes", "分析员").json()["items"]]
    assert list(knowledge.schemes) == names
    concept = service.get("/v1/schemes/mp10/concepts/M07", "分析员").json()["concept"]
    assert knowledge.schemes["mp10"].concept("M07").scope == concept["scope"]
    assert service.get("/v1/schemes/mp10/concepts/M99", "分析员").status_code == 404
    assert service.get("/v1/schemes/none", "分析员").status_code == 404
    whole = service.get("/v1/schemes/mp10", "分析员").json()
    assert len(whole["concepts"]) == whole["scheme"]["concepts"]
    one = service.get("/v1/rule-sets/miit-2026-2", "分析员").json()
    assert any(tier["indicators"] for tier in one["tiers"])
    assert len(service.get("/v1/rule-sets", "分析员").json()["items"]) == 3
    assert service.get("/v1/rule-sets/none", "分析员").status_code == 404
    offer = service.get("/v1/incentives?tier=srdi&region=江苏省", "分析员")
    assert offer.status_code in {200, 422}
    model = service.get("/v1/model", "分析员").json()
    assert "mp10" in model["metrics"]
    assert model["card"].startswith("#")
