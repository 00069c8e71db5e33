"""Jobs: whole files in the background, exact to the byte whatever happens to the process."""

import contextlib
import io
import json
import threading
import time

import httpx
import openpyxl
import pytest

from classifier.service.jobs import store as jobs
from classifier.service.jobs import work as working
from classifier.service.jobs.runner import Runner
from classifier.service.settings import Settings
from classifier.service.storage.tables import Job, now

from .server import Server, patiently

WHO = "分析员"


def _send(service, lines, who=WHO, **form):
    files = {"file": ("产品.csv", "\n".join(lines).encode(), "text/csv")}
    answer = service.post("/v1/jobs", who, files=files, data=form)
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]["id"]


@pytest.fixture
def work(service):
    """Return a function that does the oldest job in this process."""

    def do(owner=None):
        with service.store.write() as session:
            job = jobs.claim_job(session, owner or jobs.new_owner())
            found = job.id, job.owner
        working.work(service.settings, service.store, *found)
        return found

    return do


def test_a_file_becomes_answers_in_each_format(service, work, knowledge):
    """The answers of the library, row by row; bad rows apart with their reasons."""
    lines = ["编号,text", "a,风电主轴轴承", "b,", "=c,工业机器人", "d," + "长" * 5001]
    for target in ("jsonl", "csv", "xlsx"):
        job_id = _send(service, lines, id_column="编号", format=target)
        early = service.get(f"/v1/jobs/{job_id}/result", WHO)
        assert (early.status_code, early.json()["code"]) == (409, "not-done")
        work()
        job = service.get(f"/v1/jobs/{job_id}", WHO).json()["job"]
        assert (job["state"], job["total"], job["good"], job["bad"]) == ("done", 4, 2, 2)
        answer = service.get(f"/v1/jobs/{job_id}/result", WHO)
        if target == "jsonl":
            found = [json.loads(line) for line in answer.text.splitlines()]
            expected = knowledge.classifier.classify(["风电主轴轴承", "工业机器人"])
            assert [a.to_json(i) for a, i in zip(expected, ["a", "=c"], strict=True)] == found
        elif target == "csv":
            assert answer.content.startswith(b"\xef\xbb\xbfid,mp10,")
            assert "\n'=c,M02," in answer.text
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
            assert [sheet["A2"].value, sheet["A3"].value] == ["a", "'=c"]
        bad = service.get(f"/v1/jobs/{job_id}/bad", WHO).text.splitlines()
        assert [row.split(",")[0] for row in bad[1:]] == ["2", "4"]


def test_what_cannot_be_read_is_refused_at_once(service):
    """No such column, another kind of file: nothing is queued and nothing is left behind."""
    folder = service.settings.data / "jobs"
    before = set(folder.glob("*")) if folder.exists() else set()
    tries = [("a.csv", b"name\nx\n", 422), ("a.pdf", b"%PDF", 415), ("a.xlsx", b"PK", 415)]
    for name, data, status in tries:
        assert service.post("/v1/jobs", WHO, files={"file": (name, data)}).status_code == status
    assert (set(folder.glob("*")) if folder.exists() else set()) == before


def test_jobs_are_their_owners(service):
    """Others do not learn of it; a lead and an admin see all."""
    job_id = _send(service, ["text", "轴承"])
    assert service.get(f"/v1/jobs/{job_id}", "审核员甲").status_code == 404
    assert service.get(f"/v1/jobs/{job_id}", "组长").status_code == 200
    listed = [job["id"] for job in service.get("/v1/jobs", WHO).json()["items"]]
    assert job_id in listed
    assert service.get("/v1/jobs", "审核员甲").json()["items"] == []
    assert service.post(f"/v1/jobs/{job_id}/cancel", WHO).json()["job"]["state"] == "cancelled"
    again = service.post(f"/v1/jobs/{job_id}/cancel", WHO)
    assert (again.status_code, again.json()["code"]) == (409, "finished")


def test_a_running_job_stops_after_its_chunk(service, monkeypatch):
    """Cancelled while it runs: no result, and the state says so."""
    job_id = _send(service, ["text", *["轴承"] * 600])
    done = working._do

    def cancel(*given):
        service.post(f"/v1/jobs/{job_id}/cancel", WHO)
        return done(*given)

    monkeypatch.setattr(working, "_do", cancel)
    with service.store.write() as session:
        job = jobs.claim_job(session, jobs.new_owner())
    working.work(service.settings, service.store, job.id, job.owner)
    found = service.get(f"/v1/jobs/{job_id}", WHO).json()["job"]
    assert (found["state"], found["good"]) == ("cancelled", 256)


def test_only_one_process_has_a_job_and_a_dead_one_loses_it(service, work):
    """A living owner keeps it; a dead one of this machine, or a silent one, loses it."""
    job_id = _send(service, ["text", "轴承"])
    with service.store.write() as session:
        first = jobs.claim_job(session, jobs.new_owner())
        assert first.id == job_id
        assert jobs.claim_job(session, jobs.new_owner()) is None
        dead = first.owner.split(":")[0] + ":4194304:00000000"  # above any process id
        first.owner = dead
    with service.store.write() as session:
        second = jobs.claim_job(session, jobs.new_owner())
        assert second.id == job_id
        with pytest.raises(jobs.LostError):
            jobs.advance(session, job_id, dead, good=1)
        second.owner, second.owned_until = "elsewhere:1:0", now()
    with service.store.write() as session:
        assert jobs.claim_job(session, jobs.new_owner()).id == job_id
        jobs.give_back(session, session.get(Job, job_id).owner, crashed=False)
    work()


def test_a_job_that_kills_its_process_is_given_up(service):
    """After three starts without a chunk it has failed, and the next one has its turn."""
    job_id = _send(service, ["text", "轴承"])
    for _ in range(3):
        owner = jobs.new_owner()
        with service.store.write() as session:
            assert jobs.claim_job(session, owner).id == job_id
        with service.store.write() as session:
            jobs.give_back(session, owner, crashed=True)
    with service.store.write() as session:
        assert jobs.claim_job(session, jobs.new_owner()) is None
    job = service.get(f"/v1/jobs/{job_id}", WHO).json()["job"]
    assert (job["state"], job["error"]) == ("failed", "处理程序连续3次中断")


def test_one_user_cannot_fill_the_queue(service):
    """Twenty unfinished jobs are enough for anybody."""
    made = [_send(service, ["text", "轴承"], "管理员") for _ in range(20)]
    files = {"file": ("a.csv", b"text\nx\n")}
    answer = service.post("/v1/jobs", "管理员", files=files)
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-jobs")
    for job_id in made:
        service.post(f"/v1/jobs/{job_id}/cancel", "管理员")


def test_the_runner_does_jobs_in_a_process_of_their_own(service):
    """A thread takes the job, another process does it, and stopping waits for both."""
    job_id = _send(service, ["text", "轴承", "机器人"])
    runner = Runner(service.settings, service.store)
    runner.start()
    for _ in patiently(0.1):
        job = service.get(f"/v1/jobs/{job_id}", WHO).json()["job"]
        if job["state"] == "done":
            break
    runner.stop()
    assert (job["state"], job["good"]) == ("done", 2)


ROWS = 1600


def _wait(server, job_id, done):
    for _ in patiently(0.1):
        job = server.call("GET", f"/v1/jobs/{job_id}").json()["job"]
        if done(job):
            break
    return job


def test_kill_9_loses_no_row_and_the_job_goes_on(tmp_path, knowledge):
    """A server killed in the middle of a job and of writes, started again: the same bytes.

    Every write that was answered is there, the audit log holds, and the result is that of an
    undisturbed run.
    """
    settings = Settings(data=tmp_path, rate=1e6, burst=10**6)
    lines = [f"{n},风电主轴轴承第{n}号的研发和生产" for n in range(ROWS)]
    data = "\n".join(["id,text", *lines]).encode()
    files = {"file": ("a.csv", data, "text/csv")}
    answered = []

    def write(server):
        with contextlib.suppress(httpx.TransportError):
            while True:
                body = {"user": 1, "label": "tests"}
                made = server.call("POST", "/v1/keys", json=body)
                answered.append(made.json()["key"]["prefix"])
                time.sleep(0.02)

    with Server(settings) as server:
        job_id = server.call("POST", "/v1/jobs", files=files).json()["job"]["id"]
        writing = threading.Thread(target=write, args=(server,))
        writing.start()
        _wait(server, job_id, lambda job: job["good"] >= 256)
        key = server.key
        server.kill()
        writing.join()
    with Server(settings, key) as server:
        midway = server.call("GET", f"/v1/jobs/{job_id}").json()["job"]
        assert midway["state"] == "running"
        assert 256 <= midway["good"] < ROWS
        job = _wait(server, job_id, lambda job: job["state"] == "done")
        assert (job["total"], job["good"], job["bad"]) == (ROWS, ROWS, 0)
        found = server.call("GET", f"/v1/jobs/{job_id}/result").content
        held = {one["prefix"] for one in server.call("GET", "/v1/keys").json()["items"]}
        assert answered
        assert set(answered) <= held
        verified = server.call("GET", "/v1/audit/verify").json()
        assert verified["good"], verified
        assert server.stop() == 0
        assert "风电" not in server.words()
    texts = [line.partition(",")[2] for line in lines]
    rows = (a.to_json(str(n)) for n, a in enumerate(knowledge.classifier.classify(texts)))
    expected = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    assert expected.encode() == found
