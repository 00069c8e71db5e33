"""Worker processes that share one model: it is loaded once, then the process is forked.

What is loaded before the fork lies in pages that all workers share; the arrays of the model
are mapped from its files and shared anyway.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from prometheus_client import multiprocess

from classifier.service.app import create_app
from classifier.service.knowledge import Knowledge, load_knowledge
from classifier.service.observe import MULTIPROCESS, log
from classifier.service.settings import Settings

BACKLOG = 2048
LEAST_LIFE = 1.0
"""Seconds that a worker must have lived for another one to take its place at once."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; open requests are finished first."""
    listening = listen(settings.host, settings.port)
    if settings.workers == 1:
        _answer(settings, listening)
        return
    knowledge = load_knowledge(settings)
    gc.collect()
    gc.freeze()  # the collector does not touch, and so copy, what was loaded
    log.info("forking", workers=settings.workers)
    Pool(settings.workers, lambda: _answer(settings, listening, knowledge)).run()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; answers are sent at once, however small their parts.

    Without TCP_NODELAY, headers and body that are written apart wait 40 ms for each other.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.bind((host, port))
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


def _answer(
    settings: Settings, listening: socket.socket, knowledge: Knowledge | None = None
) -> None:
    config = uvicorn.Config(
        create_app(settings, knowledge),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    # Uvicorn hands the signal on once all is done; an orderly stop ends with 0.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listening])


class Pool:
    """Forked workers: one that dies is replaced, a signal to stop is handed to all.

    Parameters
    ----------
    count
        How many.
    work
        What each does; it returns when the worker got SIGTERM.
    """

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._begun: dict[int, float] = {}
        self._stopping = False
        self._lifeline = os.pipe()  # open at this end for as long as this process lives

    def run(self) -> None:
        """Return when all workers ended after a signal to stop."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        for _ in range(self._count):
            self._fork()
        while self._begun:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                return
            begun = self._begun.pop(pid, 0.0)
            if os.environ.get(MULTIPROCESS):
                multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
            if self._stopping:
                continue
            log.warning("worker died", pid=pid, status=status)
            time.sleep(max(0.0, LEAST_LIFE - (time.monotonic() - begun)))
            if not self._stopping:
                self._fork()

    def _fork(self) -> None:
        pid = os.fork()
        if pid:
            self._begun[pid] = time.monotonic()
            return
        code = 1
        try:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, signal.SIG_DFL)
            os.close(self._lifeline[1])
            threading.Thread(target=self._follow, name="lifeline", daemon=True).start()
            self._work()
            code = 0
        except BaseException as error:  # noqa: BLE001  (the process ends here in any case)
            log.error("worker failed", kind=type(error).__name__)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _follow(self) -> None:
        """Stop when the first process is gone, however it went: nobody else would stop us."""
        os.read(self._lifeline[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for pid in list(self._begun):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
