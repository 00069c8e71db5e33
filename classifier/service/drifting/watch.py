"""The watch: a thread that lets a process of its own measure drift, now and then or when asked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from classifier.service.drifting import store as reports
from classifier.service.observe import log
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store

PAUSE = 2.0
"""Seconds between looks for a measurement that is asked for."""

STOP_SECONDS = 5.0


class Watch:
    """Measures drift while the app runs; of several workers, one does.

    Parameters
    ----------
    settings, store
        The database with the cases, and how often to measure.
    model
        Returns the version of the model in use.
    """

    def __init__(self, settings: Settings, store: Store, model: Callable[[], str]) -> None:
        self._settings = settings
        self._store = store
        self._model = model
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drift", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End a measurement under way, and return when all is done."""
        self._stop.set()
        self._thread.join(STOP_SECONDS * 2)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                reports.ask_when_due(self._store, self._model(), self._settings.drift_minutes)
                with self._store.read() as session:
                    if not reports.pending(session):
                        continue
                with self._store.write() as session:
                    report_id = reports.take(session)
                if report_id is not None:
                    self._do(report_id)
            except SQLAlchemyError as error:
                log.warning("drift waits", kind=type(error).__name__)

    def _do(self, report_id: int) -> None:
        command = [sys.executable, "-m", "classifier.service.drifting.work", str(report_id)]
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
            reports.fail(session, report_id)
        log.info("drift measured", report=report_id, code=process.returncode)
