"""A real server in a process of its own, for what only a real one shows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180
"""Seconds that an answer may take: seldom one, more on a machine that is busy."""


def patiently(pause=0.05):
    """Yield again and again, with pauses that add up to ``PATIENCE``, then fail.

    Pauses are counted, not the clock read: a virtual machine that was stopped for a while
    finds the clock ahead and nothing done.
    """
    for _ in range(int(PATIENCE / pause)):
        yield
        time.sleep(pause)
    raise AssertionError(f"nothing came of it in {PATIENCE} seconds")


COMMAND = "import sys; from classifier.cli import main; sys.exit(main())"


def free_port():
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(settings, **more):
    """Return the variables of a server with these settings."""
    return {
        **os.environ,
        **settings.to_variables(),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


class Server:
    """``keyfield serve`` with its admin's key, which the first start prints."""

    def __init__(self, settings, key=""):
        self.settings = settings
        self.port = free_port()
        self.key = key
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE)

    def __enter__(self):
        """Start, and wait until it is ready."""
        self.out = self.settings.data / f"out-{self.port}"
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, "serve", "--port", str(self.port)],
                env=environment(self.settings),
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.settings.data,
            )
        for _ in patiently():
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/readyz").status_code == 200:
                    break
            if self.process.poll() is not None:
                break
        words = self.words()
        found = re.search(r"kf_\S+", words)
        self.key = self.key or (found[0] if found else "")
        assert self.process.poll() is None, words
        return self

    def __exit__(self, *error):
        """Stop it if it still runs."""
        self.client.close()
        if self.process.poll() is None:
            self.kill()

    def words(self):
        """Return what the server wrote so far."""
        return self.out.read_text(encoding="utf-8")

    def workers(self):
        """Return the process ids of the forked workers."""
        pid = self.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in found.split()]

    def kill(self):
        """End it without a warning, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ask it to end; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def call(self, method, path, **given):
        """Send a request with the admin's key."""
        headers = {"Authorization": f"Bearer {self.key}", **given.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **given)
