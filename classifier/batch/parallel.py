"""Several workers at once, answers in order, and never more work under way than fits.

Workers are joblib's processes on one machine or those of a Dask cluster. Both are imported
when they are asked for, and not before.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from classifier.batch.work import Piece, Task, answer_rows
from classifier.errors import BatchError, ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LIVES = 5
"""How often dead processes are replaced before a job gives up."""

PATIENCE = 30
"""Seconds to wait for a scheduler, and for its first worker."""


def _in_order(
    work: Iterable[Piece],
    submit: Callable[[Piece], Any],
    width: Callable[[], int],
    mend: Callable[[Exception, int], None],
) -> Iterator[tuple[Piece, bytes]]:
    """Yield pieces with their answers in order; at most ``width`` are under way.

    The reader of the input waits while that many are, so a slow disk, or a slow worker,
    fills no memory. Where an answer fails, ``mend`` gets the error and how often that piece
    has failed; it raises, or makes that all that is under way can be submitted again.
    """
    waiting: deque[tuple[Piece, Any]] = deque()

    def first() -> tuple[Piece, bytes]:
        failed = 0
        while True:
            try:
                out = waiting[0][1].result()
            except Exception as error:  # noqa: BLE001  (mend knows which)
                failed += 1
                mend(error, failed)
                again = [piece for piece, _ in waiting]
                waiting.clear()
                waiting.extend((piece, submit(piece)) for piece in again)
            else:
                return waiting.popleft()[0], out

    for piece in work:
        waiting.append((piece, submit(piece)))
        while len(waiting) >= width():
            yield first()
    while waiting:
        yield first()


def answer_in_processes(
    work: Iterable[Piece], task: Task, jobs: int
) -> Iterator[tuple[Piece, bytes]]:
    """Answer pieces in several processes of this machine.

    Each maps the model's arrays from the same files, so that they lie in memory once. A
    process that is killed is replaced, and its work done again.

    Raises
    ------
    BatchError
        Processes died ``LIVES`` times over one piece.
    """
    from joblib.externals.loky import ProcessPoolExecutor  # noqa: PLC0415  (see above)
    from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415

    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

    def start() -> Any:
        return ProcessPoolExecutor(jobs, env=threads, initializer=_leave_signals)

    executor = start()

    def mend(error: Exception, failed: int) -> None:
        nonlocal executor
        if not isinstance(error, BrokenProcessPool):
            raise error
        if failed == LIVES:
            raise BatchError(
                f"processes of this job died {LIVES} times, most likely for want of memory; "
                "give fewer --jobs"
            ) from None
        executor.shutdown(kill_workers=True)
        executor = start()

    def submit(piece: Piece) -> Any:
        try:
            return executor.submit(answer_rows, task, piece.ids, piece.texts)
        except BrokenProcessPool as error:
            failed: Future[bytes] = Future()
            failed.set_exception(error)
            return failed

    try:
        yield from _in_order(work, submit, lambda: 2 * jobs + 1, mend)
    finally:
        executor.shutdown(kill_workers=True)


def _leave_signals() -> None:
    """Leave Ctrl-C to the process that started this one."""
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def answer_on_cluster(
    work: Iterable[Piece], task: Task, address: str
) -> Iterator[tuple[Piece, bytes]]:
    """Answer pieces on the workers of a Dask scheduler.

    A worker that dies is survived: the scheduler gives its work to another one. Workers may
    come and go meanwhile.

    Raises
    ------
    ClusterError
        No Dask here, no scheduler or worker there, or the cluster broke down.
    """
    try:
        import distributed  # noqa: PLC0415  (only when asked for)
    except ImportError:
        raise ClusterError(
            "--cluster needs Dask; install it with pip install 'keyfield[cluster]'"
        ) from None
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler at {address}: {error}; start one with dask scheduler, "
            "and workers with dask worker ADDRESS --nthreads 1"
        ) from None
    try:
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=PATIENCE)
        if not client.nthreads():
            raise ClusterError(
                f"the scheduler at {address} has no worker after {PATIENCE} s; start some with "
                f"dask worker {address} --nthreads 1"
            )

        def submit(piece: Piece) -> Any:
            return client.submit(answer_rows, task, piece.ids, piece.texts, pure=False)

        def width() -> int:
            return max(4, 2 * sum(client.nthreads().values()) + 1)

        def mend(error: Exception, _: int) -> None:
            if isinstance(error, ImportError):
                raise ClusterError(
                    f"a worker cannot import keyfield: {error}; install it there"
                ) from None
            kinds = (distributed.KilledWorker, CancelledError, OSError)
            if isinstance(error, kinds):
                raise BatchError(f"the cluster at {address} broke down: {error}") from None
            raise error

        yield from _in_order(work, submit, width, mend)
    finally:
        client.close()
