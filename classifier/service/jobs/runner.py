"""The runner: a thread that takes jobs and lets a process of its own do each of them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from sqlalchemy.exc import SQLAlchemyError

from classifier.service.jobs import store as jobs
from classifier.service.observe import log
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store

PAUSE = 1.0
"""Seconds between looks into the queue."""

STOP_SECONDS = 5.0
"""Time that a process gets to end when the service stops."""


class Runner:
    """Does one job at a time while the app runs."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._owner = jobs.new_owner()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """End the process at work, give its job back, and return when all is done."""
        self._stop.set()
        self._thread.join(STOP_SECONDS * 2)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                with self._store.read() as session:
                    if not jobs.any_open(session):
                        continue
                with self._store.write() as session:
                    job = jobs.claim_job(session, self._owner)
                    job_id = None if job is None else job.id
                if job_id is not None:
                    self._do(job_id)
            except SQLAlchemyError as error:
                log.warning("jobs wait", kind=type(error).__name__)

    def _do(self, job_id: str) -> None:
        log.info("job begins", job=job_id)
        command = [sys.executable, "-m", "classifier.service.jobs.work", job_id, self._owner]
        variables = {**os.environ, **self._settings.to_variables()}
        with subprocess.Popen(command, env=variables) as process:  # noqa: S603  (our own module)
            while process.poll() is None:
                if self._stop.wait(0.1):
                    process.terminate()
                    try:
                        process.wait(STOP_SECONDS)
                    except subprocess.TimeoutExpired:
                        process.kill()
                    break
        with self._store.write() as session:
            jobs.give_back(session, self._owner, crashed=not self._stop.is_set())
        log.info("job process ended", job=job_id, code=process.returncode)
