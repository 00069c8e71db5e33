"""Follows the registry: takes up a model that was promoted, or goes back, with no request lost.

A thread of each worker looks at the pointer's file. When it names another model, that one is
loaded beside the one in use, hash-checked, warmed and proved by its golden cases; then the
requests that come get it, and those that run end on the one they began with. A model that is
refused changes nothing but what is told: log, metrics, ``/readyz`` and the model's pages.
"""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classifier.domains.classifier import Classifier
from classifier.errors import KeyfieldError
from classifier.home import POINTER, Pointer, read_pointer
from classifier.service.knowledge import Knowledge, registry_of, with_model
from classifier.service.observe import Metrics, log
from classifier.service.settings import Settings

STOP_SECONDS = 10.0
SWEEPS = 30
"""Looks after which a model that somebody still holds is not waited for any more."""

Mark = tuple[tuple[str, int, int, int], ...]
"""Names, inodes, sizes and times of files: another mark, another look."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A model that the registry names and that is not used.

    ``ref`` is empty where the pointer itself cannot be read.
    """

    ref: str
    kind: str
    why: str
    at: datetime


class Following:
    """Keeps a worker on the model that the registry names.

    Parameters
    ----------
    settings
        Where the registry is, and how often to look.
    knowledge
        What the worker began with.
    metrics
        Where changes are counted.
    take_up
        Puts another knowledge to use; one assignment.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        metrics: Metrics,
        take_up: Callable[[Knowledge], None],
    ) -> None:
        self._models = registry_of(settings)
        self._pause = settings.follow_seconds
        self._known = knowledge
        self._metrics = metrics
        self._take_up = take_up
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)
        self._seen: Mark | None = None
        self._left: list[tuple[weakref.ref[Classifier], int]] = []
        self.refusal: Refusal | None = None
        self.since = datetime.now(UTC)
        metrics.models.labels(knowledge.versions.model).set(1)
        metrics.refused.set(0)

    @property
    def models(self) -> Path | None:
        """Return the registry's folder; None where the model is fixed."""
        return self._models

    def start(self) -> None:
        """Begin to look, unless the model is fixed."""
        if self._models is not None:
            self._thread.start()

    def stop(self) -> None:
        """Look no more; return when a change that is on its way is done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001  (the next look may find things mended)
                log.error("following failed", kind=type(error).__name__)

    def look(self) -> None:
        """Look once: swap where the pointer names another model, and let go of old ones."""
        models = self._models
        if models is None:
            return
        self._sweep()
        mark = self._mark(models)
        if mark == self._seen:
            return
        try:
            pointer = read_pointer(models)
            if not self._other(pointer):
                self._known_again(pointer)
            else:
                self._change(models, pointer)
        except (KeyfieldError, OSError, ValueError, KeyError, TypeError) as error:
            # a manifest that was tampered with may break in any of these ways
            self._refuse(models, error)
        self._seen = mark

    def _mark(self, models: Path) -> Mark:
        """Return what the pointer looks like; and a refused model, which may be restored."""
        mark = marks([models / POINTER])
        if self.refusal is not None and self.refusal.ref:
            folder = models / self.refusal.ref
            mark += marks(sorted(folder.iterdir()) if folder.is_dir() else [folder])
        return mark

    def _other(self, pointer: Pointer) -> bool:
        """Return whether a pointer names another model than the one in use."""
        now, step = self._known.pointer, pointer.current
        if now is None or now.current.ref != step.ref:
            return True
        return bool(step.model) and step.model != self._known.classifier.artefact.manifest.digest

    def _known_again(self, pointer: Pointer) -> None:
        if self.refusal is not None:
            log.info("model kept", ref=pointer.current.ref, model=self._known.versions.model)
            self.refusal = None
            self._metrics.refused.set(0)

    def _change(self, models: Path, pointer: Pointer) -> None:
        begun = time.perf_counter()
        new, old = with_model(self._known, models, pointer), self._known
        seconds = time.perf_counter() - begun
        self._take_up(new)
        self._known, self.refusal, self.since = new, None, datetime.now(UTC)
        metrics = self._metrics
        metrics.models.labels(old.versions.model).set(0)
        metrics.models.labels(new.versions.model).set(1)
        metrics.refused.set(0)
        metrics.swaps.labels("taken").inc()
        metrics.swap_seconds.set(seconds)
        log.info(
            "model taken up",
            ref=pointer.current.ref,
            serial=pointer.serial,
            model=new.versions.model,
            before=old.versions.model,
            seconds=round(seconds, 3),
        )
        self._left.append((weakref.ref(old.classifier), SWEEPS))

    def _refuse(self, models: Path, error: Exception) -> None:
        try:
            ref = read_pointer(models).current.ref
        except KeyfieldError:
            ref = ""
        kind, again = type(error).__name__, self.refusal
        self.refusal = Refusal(ref, kind, str(error), datetime.now(UTC))
        self._metrics.refused.set(1)
        if again is None or (again.ref, again.why) != (ref, str(error)):
            self._metrics.swaps.labels("refused").inc()
            log.error(
                "model refused",
                ref=ref,
                kind=kind,
                why=str(error),
                model=self._known.versions.model,
            )

    def _sweep(self) -> None:
        """Free models that no request holds any more: they hold themselves in a circle."""
        if not self._left:
            return
        frozen = gc.get_freeze_count() > 0
        if frozen:
            gc.unfreeze()  # what was frozen before the fork is not collected
        gc.collect()
        if frozen:
            gc.freeze()
        self._left = [(old, n - 1) for old, n in self._left if old() is not None and n > 1]


def marks(paths: list[Path]) -> Mark:
    """Return what files look like from outside; one that is not there counts, too."""
    out = []
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            out.append((path.name, 0, 0, 0))
        else:
            out.append((path.name, found.st_ino, found.st_size, found.st_mtime_ns))
    return tuple(out)
