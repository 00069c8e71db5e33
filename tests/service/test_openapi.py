"""The OpenAPI document, tried out: no 5xx, no undocumented status, answers of the shape it says."""

import json
import os

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = int(os.environ.get("KEYFIELD_TEST_EXAMPLES", "4"))
"""Generated requests a route and mode; a longer search is run with more."""

REVIEWERS = ("verdicts", "undo", "lease", "next")


def _who(path):
    """Return someone who may call a route, so that more than its 403 is tried."""
    if any(path.endswith(word) for word in REVIEWERS):
        return "审核员甲"
    if any(part in path for part in ("/users", "/keys", "/audit", "/metrics")):
        return "管理员"
    return "组长"


def _document(service):
    answer = service.get("/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def test_every_operation_is_described_in_both_languages(service):
    """A summary is Chinese, a slash, English; statuses that any route may give are there."""
    for path, operations in _document(service)["paths"].items():
        for method, operation in operations.items():
            zh, slash, en = operation["summary"].partition(" / ")
            assert slash, (method, path)
            assert any("一" <= c <= "鿿" for c in zh) or "Prometheus" in zh, path
            assert en.isascii(), path
            if path not in {"/healthz", "/readyz"}:
                assert {"401", "403", "413", "422", "429", "503"} <= set(operation["responses"])


def _seed(service):
    """Put in what ids 1 to 3 can name."""
    rows = [("示例", f"风电主轴轴承{n}号", "mp10:M07", "") for n in range(3)]
    assert service.claims(rows).json()["added"] == 3
    for number in range(3):
        profile = {"name": f"示例{number}", "main_product": "风电主轴轴承"}
        service.post("/v1/enterprises", "组长", json={"profile": profile})
        asked = {"tiers": ["innovative"], "on": "2026-05-01"}
        url = f"/v1/enterprises/{number + 1}/assessments"
        assert service.post(url, "组长", json=asked).status_code == 201


def _attempts(service, operation, mode):
    """Send generated requests to an operation; return how many got what the document says."""
    tried = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case):
        nonlocal tried
        for name, value in case.path_parameters.items():
            if isinstance(value, int) and value > 0:
                case.path_parameters[name] = value % 3 + 1  # what there is, as a rule
        made = requests.Request(**case.as_transport_kwargs(base_url="http://testserver"))
        sent = made.prepare()
        headers = {k: v for k, v in sent.headers.items() if k.lower() != "authorization"}
        who = _who(operation.path)
        answer = service.send(sent.method, sent.url, who, headers=headers, content=sent.body)
        case.validate_response(answer, checks=CHECKS)
        tried += 1

    attempt()
    return tried


@pytest.mark.filterwarnings("ignore")
def test_no_5xx_and_no_undocumented_status(service):
    """Valid and broken requests to every operation get only what the document says."""
    _seed(service)
    schema = schemathesis.openapi.from_dict(_document(service))
    wrong, tried = [], 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            try:
                tried += _attempts(service, operation, mode)
            except Unsatisfiable:
                continue  # nothing of this operation can be broken
            except Exception as error:  # noqa: BLE001  (each operation is to be tried)
                wrong.append(f"{operation.label} ({mode.value}): {error}")
    assert wrong == []
    assert tried > 60 * EXAMPLES


def test_examples_of_the_document_work(service):
    """The example of each answering operation is answered with 200."""
    document = _document(service)
    schemas = document["components"]["schemas"]

    def example(schema):
        schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "examples" in schema:
            return schema["examples"][0]
        if schema.get("type") == "object" and "properties" in schema:
            required = schema.get("required", [])
            return {name: example(schema["properties"][name]) for name in required}
        return json.loads(json.dumps(schema.get("default")))

    for path in ("verify", "explain", "indicator", "evaluate", "evaluate/compare"):
        operation = document["paths"][f"/v1/{path}"]["post"]
        body = example(operation["requestBody"]["content"]["application/json"]["schema"])
        answer = service.post(f"/v1/{path}", "分析员", json=body)
        assert answer.status_code == 200, (path, answer.text)
