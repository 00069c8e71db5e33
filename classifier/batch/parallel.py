"""Several processes of one machine: answers in order, never more under way than fits."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.batch.work import Answered, Piece, Task, answer, ready
from classifier.errors import ArtefactError, BatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from classifier.batch.blocks import Block

    Work = Piece | Block

LIVES = 5
"""How often dead processes are replaced before a job gives up."""


def in_order(
    work: Iterable[Work],
    submit: Callable[[Work], Any],
    fetch: Callable[[Any], Answered],
    width: Callable[[], int],
    mend: Callable[[Exception, int], None],
) -> Generator[Answered]:
    """Yield the answers to pieces of work in order; at most ``width`` are under way.

    The reader of the input waits while that many are, so a slow disk, or a slow worker,
    fills no memory. Where an answer fails, ``mend`` gets the error and how often that piece
    has failed; it raises, or makes that all that is under way can be submitted again.
    """
    waiting: deque[tuple[Work, Any]] = deque()

    def first() -> Answered:
        failed = 0
        while True:
            try:
                out = fetch(waiting[0][1])
            except Exception as error:  # noqa: BLE001  (mend knows which)
                failed += 1
                mend(error, failed)
                again = [piece for piece, _ in waiting]
                waiting.clear()
                waiting.extend((piece, submit(piece)) for piece in again)
            else:
                waiting.popleft()
                return out

    for piece in work:
        waiting.append((piece, submit(piece)))
        while len(waiting) >= width():
            yield first()
    while waiting:
        yield first()


class Processes:
    """Processes of this machine that answer pieces.

    They are started at once and load the model meanwhile. Each maps its arrays from the same
    files, so that they lie in memory once. A process that is killed is replaced, and its work
    done again.

    Answers come back in files, and only their names through the pipe that all processes
    share: one that is killed in the middle of a long message would leave its reader waiting
    for the rest for ever, and a name is short enough to be written whole or not at all.
    """

    def __init__(self, task: Task, jobs: int) -> None:
        self._task = task
        self._jobs = jobs
        self._folder = tempfile.mkdtemp(prefix="keyfield-")
        self._executor = self._start()

    def _start(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor  # noqa: PLC0415  (when asked for)

        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        given = (os.getpid(), self._folder, self._task)
        executor = ProcessPoolExecutor(self._jobs, env=threads, initializer=_begin, initargs=given)
        executor.submit(_nothing)  # with the first work, all of them are started
        return executor

    def answer(self, work: Iterable[Work]) -> Generator[Answered]:
        """Answer pieces of work in order.

        Raises
        ------
        BatchError
            Processes died ``LIVES`` times over one piece.
        """
        from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415

        def mend(error: Exception, failed: int) -> None:
            if not isinstance(error, BrokenProcessPool):
                raise error
            if failed == LIVES:
                raise BatchError(
                    f"processes of this job died {LIVES} times, most likely for want of memory; "
                    "give fewer --jobs"
                ) from None
            self._executor.shutdown(kill_workers=True)
            self._executor = self._start()

        def submit(piece: Work) -> Any:
            work = piece if isinstance(piece, Piece) else piece.light()
            try:
                return self._executor.submit(_answer_into, self._folder, self._task, work)
            except BrokenProcessPool as error:
                failed: Future[str] = Future()
                failed.set_exception(error)
                return failed

        yield from in_order(work, submit, _fetch, lambda: 2 * self._jobs + 1, mend)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._executor.shutdown(kill_workers=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def _nothing() -> None:
    """Be the first work."""


def _fetch(future: Future[str]) -> Answered:
    path = Path(future.result())
    with path.open("rb") as stream:
        out: Answered = pickle.load(stream)  # noqa: S301  (our own process, in our own folder)
    path.unlink()
    return out


def _answer_into(folder: str, task: Task, work: Work) -> str:
    """Answer a piece of work in a worker, and return the name of the file with the answers."""
    handle, path = tempfile.mkstemp(dir=folder)
    with open(handle, "wb") as stream:  # noqa: PTH123  (a handle)
        pickle.dump(answer(task, work), stream, protocol=pickle.HIGHEST_PROTOCOL)
    return path


def _begin(parent: int, folder: str, task: Task) -> None:
    """Leave Ctrl-C to the process that started this one, end when it is gone, load the model."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)  # killed: nobody is left to ask for an orderly end

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch, daemon=True).start()
    with suppress(ArtefactError):  # told with the first answer
        ready(task)
