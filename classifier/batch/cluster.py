"""The workers of a Dask cluster: answers in order, and workers may die, come and go."""

from __future__ import annotations

import math
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from classifier.batch.blocks import Block, NotHereError
from classifier.batch.parallel import in_order
from classifier.batch.work import Answered, Task, answer
from classifier.errors import BatchError, ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from classifier.batch.parallel import Work

EVERY = 1.0
"""Seconds after which the workers are counted again."""

PATIENCE = 30
"""Seconds to wait for a scheduler, and for its first worker."""


def answer_on_cluster(work: Iterable[Work], task: Task, address: str) -> Generator[Answered]:
    """Answer pieces of work on the workers of a Dask scheduler.

    A worker that dies is survived: the scheduler gives its work to another one. Workers may
    come and go meanwhile. Those that have the input at its path take their blocks out of it
    themselves; if one has not, all are sent what is in them.

    Raises
    ------
    ClusterError
        No Dask here, no scheduler or worker there, or none that has keyfield.
    BatchError
        The cluster broke down.
    """
    distributed, client = _connect(address)

    def asked(question: Callable[..., Any], *given: Any, **options: Any) -> Any:
        try:
            return question(*given, **options)
        except (OSError, CancelledError, RuntimeError) as error:
            raise _broken(address, error) from None

    light = True  # until a worker says that it does not have the file

    def submit(piece: Work) -> Any:
        work = piece.light() if light and isinstance(piece, Block) else piece
        return asked(client.submit, answer, task, work, pure=False)

    threads, looked = 0, -math.inf

    def width() -> int:
        nonlocal threads, looked
        if time.monotonic() - looked > EVERY:
            threads = sum(asked(client.nthreads).values())
            looked = time.monotonic()
        return max(4, 2 * threads + 1)

    def mend(error: Exception, _: int) -> None:
        nonlocal light
        if isinstance(error, NotHereError) and light:
            light = False
            return
        if isinstance(error, ImportError):
            raise ClusterError(
                f"a worker cannot import keyfield: {error}; install it there"
            ) from None
        if isinstance(error, (distributed.KilledWorker, CancelledError, OSError)):
            raise _broken(address, error) from None
        raise error

    try:
        yield from in_order(work, submit, lambda future: Answered(*future.result()), width, mend)
    finally:
        client.close()


def _connect(address: str) -> tuple[Any, Any]:
    """Return Dask, and a client of a scheduler that has a worker."""
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
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=PATIENCE)
    if not client.nthreads():
        client.close()
        raise ClusterError(
            f"the scheduler at {address} has no worker after {PATIENCE} s; start some with "
            f"dask worker {address} --nthreads 1"
        )
    return distributed, client


def _broken(address: str, error: BaseException) -> BatchError:
    why = str(error).partition("\n")[0]
    return BatchError(f"the cluster at {address} broke down: {why}")
