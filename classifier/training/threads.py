"""Sums that come out the same on any number of cores."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from joblib import parallel_config
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra run in one thread, here and in the processes that are started within.

    Several threads add up in another order on some processors, by how many there are; what is
    fitted by such sums would hang on the cores and on how many processes share them.
    """
    with threadpool_limits(limits=1), parallel_config("loky", inner_max_num_threads=1):
        yield
