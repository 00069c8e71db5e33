"""The commands of the service, and what only a real server shows."""

import os
import re
import signal
import threading
from pathlib import Path

import httpx
import pytest

from classifier.cli import main
from classifier.service.settings import Settings

from .server import Server, patiently


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Return a function that runs a command on a database of its own."""
    monkeypatch.setenv("KEYFIELD_DATA", str(tmp_path / "data"))

    def command(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out + err

    return command


def test_users_and_keys_on_the_command_line(run):
    """Added, listed, reset, keyed, revoked; a mistake is told in a sentence."""
    code, out = run("users", "add", "审核员甲", "--role", "reviewer", "--role", "lead")
    assert (code, "一次性密码" in out) == (0, True)
    assert "reviewer,lead" in run("users", "list")[1]
    first = re.search(r"密码 (\S+)", out)[1]
    assert first not in run("users", "reset", "审核员甲")[1]
    code, out = run("users", "add", "审核员甲", "--role", "lead")
    assert (code, out) == (2, "keyfield: 已有用户“审核员甲”\n")
    key = run("keys", "create", "审核员甲", "--label", "试")[1].strip()
    listed = run("keys", "list")[1]
    prefix = key.split("_")[1]
    assert prefix in listed
    assert key not in listed
    assert run("keys", "revoke", prefix)[0] == 0
    assert "已吊销" in run("keys", "list")[1]
    assert run("keys", "create", "无此人")[0] == 2
    assert "散列链完整" in run("audit", "verify")[1]


def test_backup_and_restore_on_the_command_line(run, tmp_path, monkeypatch):
    """What is in one database is in the other; a file that exists is not overwritten."""
    run("users", "add", "审核员甲", "--role", "reviewer")
    file = tmp_path / "b.zip"
    assert run("backup", file)[0] == 0
    assert run("backup", file)[0] == 2
    monkeypatch.setenv("KEYFIELD_DATA", str(tmp_path / "other"))
    assert run("restore", file)[0] == 0
    assert "审核员甲" in run("users", "list")[1]
    assert run("restore", file)[0] == 2
    file.write_bytes(b"no zip")
    monkeypatch.setenv("KEYFIELD_DATA", str(tmp_path / "third"))
    code, out = run("restore", file)
    assert (code, "no whole backup" in out) == (2, True)


def test_a_broken_audit_log_is_told_by_its_row(run, tmp_path):
    """Exit code 3 and the first broken row."""
    import sqlite3

    run("users", "add", "审核员甲", "--role", "reviewer")
    run("users", "add", "审核员乙", "--role", "reviewer")
    with sqlite3.connect(tmp_path / "data" / "keyfield.db") as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET subject = 'user:9' WHERE number = 2")
    database.close()
    code, out = run("audit", "verify")
    assert (code, "第 2 行断裂" in out) == (3, True)


def test_the_demonstration_fills_every_page(run, tmp_path):
    """Enterprises, claims, decided and doubly reviewed ones; a second time it refuses."""
    claims = tmp_path / "claims.csv"
    code, out = run("demo-data", "--claims", claims)
    assert code == 0, out
    assert "企业 41，产品 100，申报 200" in out
    assert len(claims.read_text(encoding="utf-8-sig").splitlines()) == 201
    code, out = run("demo-data")
    assert (code, "只用于空的数据库" in out) == (2, True)


def test_a_stop_lets_open_requests_finish(tmp_path):
    """SIGTERM while a request runs: it is answered, then both workers end, and the server with 0.

    A worker that was killed before has been replaced.
    """
    settings = Settings(data=tmp_path, rate=1e6, burst=10**6, workers=2)
    with Server(settings) as server:
        os.kill(server.workers()[0], signal.SIGKILL)
        for _ in patiently():
            if "worker died" in server.words() and len(server.workers()) == 2:
                break
        assert "首次启动" in server.words()
        body = {"texts": ["风电主轴轴承的研发和生产，" * 30] * 1000}
        found = []

        def ask():
            headers = {"Authorization": f"Bearer {server.key}"}
            url = f"{server.url}/v1/classify"
            found.append(httpx.post(url, json=body, headers=headers, timeout=180).status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        while asking.is_alive():  # the scrape itself is one of two open requests
            if "keyfield_requests_open 2.0" in server.call("GET", "/metrics").text:
                break
        assert server.stop() == 0
        asking.join()
        assert found == [200]
        assert '"event": "stopped"' in server.words()
        assert "风电" not in server.words()


def test_workers_do_not_outlive_the_first_process(tmp_path):
    """Where it is killed, they stop by themselves, and the port is free for the next start."""
    with Server(Settings(data=tmp_path, workers=2)) as server:
        workers = server.workers()
        server.kill()
        for _ in patiently():
            if not any(Path(f"/proc/{pid}").exists() for pid in workers):
                break
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.url}/healthz")
