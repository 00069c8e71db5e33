"""Limits: counted as bytes stream in, before parsing and before anybody is asked who they are."""

import asyncio

import pytest

from classifier.service.security.limits import Buckets


def _stream(block, times, pause=0.0):
    async def blocks():
        for _ in range(times):
            if pause:
                await asyncio.sleep(pause)
            yield block

    return blocks()


JSON = {"Content-Type": "application/json"}


def test_a_body_over_the_limit_is_refused_before_the_401(service):
    """Declared or streamed, with nobody signed in: 413, not 401."""
    most = service.settings.json_bytes
    declared = service.post("/v1/classify", content=b"x" * (most + 1), headers=JSON)
    streamed = service.post("/v1/classify", content=_stream(b"x" * 65536, 40), headers=JSON)
    assert [(a.status_code, a.json()["code"]) for a in (declared, streamed)] == [
        (413, "too-large")
    ] * 2
    within = service.post("/v1/classify", content=b"{" + b" " * (most - 2) + b"}", headers=JSON)
    assert within.status_code == 401


def test_only_upload_routes_take_more(alone):
    """A file may be larger than a JSON body, and has its own limit."""
    service = alone(json_bytes=1000, upload_bytes=5000)
    files = {"file": ("a.csv", b"text\n" + b"x" * 3000 + b"\n", "text/csv")}
    assert service.post("/v1/jobs", "分析员", files=files).status_code == 202
    assert service.post("/v1/classify", "分析员", files=files).status_code == 413
    files = {"file": ("a.csv", b"x" * 6000, "text/csv")}
    assert service.post("/v1/jobs", files=files).status_code == 413


def test_batch_and_text_have_limits_with_the_field(service):
    """1,000 texts of 5,000 characters; the field is named."""
    for body, field in (
        ({"texts": ["a"] * 1001}, "texts"),
        ({"texts": ["a", "b", "c", "d" * 5001]}, "texts[3]"),
        ({"text": "d" * 5001}, "text"),
    ):
        answer = service.post("/v1/classify", "分析员", json=body)
        assert (413, field) == (answer.status_code, answer.json()["field"])
    answer = service.post("/v1/classify", "分析员", json={"texts": ["轴承"] * 1000})
    assert len(answer.json()["items"]) == 1000


def test_bodies_held_at_once_are_bounded(alone):
    """Where too many bytes are in flight, 503 with Retry-After; the room comes back."""
    service = alone(held_bytes=100_000)
    answer = service.post("/v1/classify", content=_stream(b"x" * 65536, 2), headers=JSON)
    assert (
        answer.status_code,
        answer.json()["code"],
        answer.headers["retry-after"],
    ) == (503, "busy", "1")
    assert service.post("/v1/classify", content=b"{}", headers=JSON).status_code == 401


def test_a_body_that_dribbles_in_is_given_up(alone):
    """408 after the time that a body may take."""
    service = alone(body_seconds=0.1)
    answer = service.post("/v1/classify", content=_stream(b"x", 50, 0.02), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (408, "slow")


def test_open_requests_are_bounded(alone):
    """One too many gets 503; when the others are done there is room again."""
    service = alone(in_flight=2)
    call = ("POST", "/v1/classify", None)
    slow = {"headers": JSON}
    calls = [(*call, {**slow, "content": _stream(b"{", 3, 0.05)}) for _ in range(4)]
    found = sorted(a.status_code for a in service.gather(*calls))
    assert found[2:] == [503, 503]
    assert service.get("/v1/schemes").status_code == 401


def test_an_address_has_a_rate(alone):
    """Beyond the burst 429 with Retry-After, but health is always answered."""
    service = alone(rate=0.5, burst=3)
    found = [service.get("/v1/schemes") for _ in range(5)]
    assert [a.status_code for a in found] == [401, 401, 401, 429, 429]
    assert found[-1].headers["retry-after"] == "2"
    assert service.get("/healthz").status_code == 200


def test_passwords_are_tried_slowly(alone):
    """The rate of signing in is its own, and much lower."""
    service = alone(sign_in_burst=2)
    body = {"name": "x", "password": "y"}
    found = [service.post("/v1/session", json=body).status_code for _ in range(3)]
    assert found == [401, 401, 429]


def test_a_bucket_fills_again_and_forgets_the_longest_unseen():
    """Tokens come back with time, never above the burst."""
    at = [0.0]
    bucket = Buckets(2.0, 3, clock=lambda: at[0])
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 0]
    assert bucket.take("a") == 0.5
    at[0] = 0.5
    assert [bucket.take("a"), bucket.take("a")] == [0, 0.5]
    at[0] = 1000.0
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


@pytest.mark.parametrize("body", [b'{"text": "\\ud800"}', b'{"text": "a\\u0000"}', b"[" * 100_000])
def test_hostile_bodies_are_refused_and_break_nothing(service, body):
    """Half a surrogate, NUL, deep nesting."""
    answer = service.post("/v1/classify", "分析员", content=body, headers=JSON)
    assert answer.status_code in {400, 422}
