"""Progress of a long command on one line, with the time that is left."""

from __future__ import annotations

import sys
import time

_STAGES = {
    "calibration": "校准概率",
    "all rows": "用全部数据拟合",
    "writing": "写出模型",
    "done": "完成",
}


_TOO_SOON = 0.05
"""Share of the work below which it is too soon to say how long the rest takes."""


def time_left(elapsed: float, share: float) -> str:
    """Return how long the rest takes if it goes on as it went, in words.

    Examples
    --------
    >>> time_left(30, 0.5), time_left(100, 0.25), time_left(1, 0.0)
    ('约剩 30 秒', '约剩 5 分', '')
    """
    if share < _TOO_SOON:
        return ""
    seconds = elapsed * (1 - share) / share
    return f"约剩 {seconds:.0f} 秒" if seconds < 90 else f"约剩 {seconds / 60:.0f} 分"  # noqa: PLR2004


class Steps:
    """Writes a line a step: seconds, share done, what comes next, time left."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def __call__(self, share: float, words: str) -> None:
        """Write one step."""
        elapsed = time.monotonic() - self._begun
        shown = _STAGES.get(words, words).replace("fold", "留出折").replace(" of ", "/")
        sys.stderr.write(f"{elapsed:6.1f} s {share:4.0%}  {shown}  {time_left(elapsed, share)}\n")
        sys.stderr.flush()
