"""Shows how far a batch is: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVERY = 10.0
"""Seconds between two plain lines."""


@contextmanager
def progress(name: str, lang: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show rows done, rows a second and the time left, on standard error.

    What is yielded takes the rows done and about how many there are; its first call says
    where a job begins, so that rows of an earlier run do not count as fast ones.
    """
    if not sys.stderr.isatty():
        yield _plain(lang)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rest]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(name, total=None, rest="")
        measure = _Measure()

        def show(done: int, total: int | None) -> None:
            rate, left = measure(done, total)
            rest = "" if rate is None else f"{rate:,.0f}/s {_clock(left)}"
            shown.update(task, completed=done, total=total and max(total, done), rest=rest)

        yield show


def _plain(lang: str) -> Callable[[int, int | None], None]:
    measure = _Measure()
    said = time.monotonic()

    def show(done: int, total: int | None) -> None:
        nonlocal said
        rate, left = measure(done, total)
        if rate is None or time.monotonic() - said < EVERY:
            return
        said = time.monotonic()
        of = "" if total is None else f" / {max(total, done):,}"
        if lang == "en":
            rest = f", {_clock(left)} left" if left is not None else ""
            sys.stderr.write(f"keyfield: {done:,}{of} rows, {rate:,.0f}/s{rest}\n")
        else:
            rest = f"，约剩 {_clock(left)}" if left is not None else ""
            sys.stderr.write(f"keyfield：{done:,}{of} 行，每秒 {rate:,.0f} 行{rest}\n")
        sys.stderr.flush()

    return show


class _Measure:
    """Rows a second since the first call, and the seconds left."""

    def __init__(self) -> None:
        self._begun: tuple[int, float] | None = None

    def __call__(self, done: int, total: int | None) -> tuple[float | None, float | None]:
        if self._begun is None:
            self._begun = done, time.monotonic()
            return None, None
        rows, moment = self._begun
        rate = (done - rows) / max(time.monotonic() - moment, 1e-9)
        left = max(total - done, 0) / rate if total is not None and rate else None
        return rate, left


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
