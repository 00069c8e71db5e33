"""The service under load, on loopback: latency by clients, two hundred at once, memory by workers.

Run it as ``python -m tests.bench_service``; it prints figures, and fails where two hundred
clients at once get anything but answers, 429 or 503. Clients and server share the machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from classifier.service.settings import Settings
from tests.service.server import Server

TEXT = "风电主轴轴承的研发、生产和销售，产品用于3兆瓦以上的风力发电机组"
ALLOWED = {200, 429, 503}
SECONDS = 4.0
CLIENTS = (1, 8, 64)
CROWD, EACH = 200, 10


class Client:
    """One connection that is kept, with as little work of its own as can be."""

    def __init__(self, server):
        self._server = server

    async def __aenter__(self):
        """Connect."""
        self._read, self._write = await asyncio.open_connection("127.0.0.1", self._server.port)
        return self

    async def __aexit__(self, *error):
        """Hang up."""
        self._write.close()

    async def post(self, path, body):
        """Send a body; return the status and the seconds that the answer took."""
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self._server.key}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        begun = time.perf_counter()
        self._write.write(head.encode() + data)
        found = (await self._read.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(found.split("content-length: ")[1].split("\r\n")[0])
        await self._read.readexactly(length)
        return int(found.split(" ")[1]), time.perf_counter() - begun


def _family(pid):
    """Return a process and all below it."""
    pids, ahead = [], [pid]
    while ahead:
        one = ahead.pop()
        pids.append(one)
        children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii")
        ahead.extend(int(child) for child in children.split())
    return pids


def _cpu(pid):
    """Return the seconds of processor that a process and all below it have had."""
    total = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _memory(pid):
    """Return the resident and the proportional MiB of a process and all below it."""
    pids = _family(pid)
    rss = pss = 0
    for one in pids:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name in {"Rss", "Pss"}:
                size = int(rest.split()[0])
                rss, pss = (rss + size, pss) if name == "Rss" else (rss, pss + size)
    return rss / 1024, pss / 1024


def _percentile(times, share):
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def _steady(server, clients):
    """Let clients ask one text after another; return times and statuses."""
    until = time.perf_counter() + SECONDS
    times, statuses = [], Counter()

    async def go():
        async with Client(server) as client:
            while time.perf_counter() < until:
                status, took = await client.post("/v1/classify", {"text": TEXT})
                statuses[status] += 1
                times.append(took)

    await asyncio.gather(*(go() for _ in range(clients)))
    return times, statuses


async def _crowd(server):
    """Let two hundred ask at once, some of them a hundred texts."""
    times, statuses = [], Counter()

    async def go(number):
        async with Client(server) as client:
            body = {"texts": [TEXT] * 100} if number % 20 == 0 else {"text": TEXT}
            for _ in range(EACH):
                status, took = await client.post("/v1/classify", body)
                statuses[status] += 1
                times.append(took)

    await asyncio.gather(*(go(number) for number in range(CROWD)))
    return times, statuses


async def _beside(server):
    """Return how long a small request takes beside batches of a thousand texts."""
    times = []
    done = asyncio.Event()

    async def batches():
        async with Client(server) as client:
            for _ in range(3):
                await client.post("/v1/classify", {"texts": [TEXT] * 1000})
        done.set()

    async def small():
        async with Client(server) as client:
            while not done.is_set():
                times.append((await client.post("/v1/session/password", {}))[1])
                await asyncio.sleep(0.01)

    await asyncio.gather(batches(), batches(), small())
    return times


def _print(name, times, statuses, seconds=None):
    rate = "" if seconds is None else f"{len(times) / seconds:8.0f} requests/s"
    found = "  ".join(f"p{int(100 * s)} {_percentile(times, s):7.1f}" for s in (0.5, 0.95, 0.99))
    print(f"{name:28} {found} ms  {dict(statuses)} {rate}")


def _run(workers):
    wrong = Counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data=Path(folder), workers=workers, rate=1e6, burst=10**6, json_bytes=4 * 2**20
        )
        with Server(settings) as server:
            asyncio.run(_steady(server, 8))
            rss, pss = _memory(server.process.pid)
            busy = _cpu(server.process.pid)
            times, _ = asyncio.run(_steady(server, 4))
            busy = 1000 * (_cpu(server.process.pid) - busy) / len(times)
            print(f"{workers} workers: {busy:.1f} ms of CPU a request")
            print(f"{workers} workers: {rss:.0f} MiB resident, {pss:.0f} MiB with pages shared")
            for clients in CLIENTS:
                times, statuses = asyncio.run(_steady(server, clients))
                _print(f"  {clients} clients", times, statuses, SECONDS)
                wrong += statuses
            times, statuses = asyncio.run(_crowd(server))
            _print(f"  {CROWD} clients at once", times, statuses)
            wrong += statuses
            times = asyncio.run(_beside(server))
            _print("  beside 2 × 1000 texts", times, {})
            rss, pss = _memory(server.process.pid)
            print(f"  after all: {rss:.0f} MiB resident, {pss:.0f} MiB with pages shared")
    return {status: count for status, count in wrong.items() if status not in ALLOWED}


def main() -> int:
    """Print the figures; return 1 where a status came that should not."""
    wrong = [_run(workers) for workers in (1, 4)]
    for found in wrong:
        if found:
            print(f"not allowed: {found}")
    return int(any(wrong))


if __name__ == "__main__":
    sys.exit(main())
