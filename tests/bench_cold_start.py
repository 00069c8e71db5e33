"""Cold start of one answer against its floor, in one run: Python, NumPy, the model's arrays.

Run it as ``python -m tests.bench_cold_start``; the aim is a ratio of the medians below 2, and
it fails from 2.4 on, which leaves room for a busy machine. Ratios of one run, not seconds,
are compared: they hang less on the machine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
AIM = 2.0
LIMIT = 2.4

FLOOR = """
import hashlib, pathlib, sys
import numpy
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.npy")):
    hashlib.sha256(path.read_bytes()).hexdigest()
    numpy.load(path, mmap_mode="r")
"""


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> int:
    """Print the medians and their ratio; return 1 where it is too high."""
    model = Path(__file__).resolve().parent.parent / "models" / "default"
    command = [
        str(Path(sys.executable).parent / "keyfield"),
        "classify",
        "风电主轴轴承的研发、生产和销售",
    ]
    floor = [sys.executable, "-c", FLOOR, str(model)]
    numpy = [sys.executable, "-c", "import numpy"]
    times: dict[str, list[float]] = {"numpy": [], "floor": [], "command": []}
    for _ in range(ROUNDS):  # side by side, so that a busy moment hits all three
        times["numpy"].append(_seconds(numpy))
        times["floor"].append(_seconds(floor))
        times["command"].append(_seconds(command))
    median = {name: statistics.median(values) for name, values in times.items()}
    ratio = median["command"] / median["floor"]
    print(f"python -c 'import numpy'            {median['numpy'] * 1000:7.1f} ms")
    print(f"... and loading the model's arrays  {median['floor'] * 1000:7.1f} ms")
    print(f"keyfield classify TEXT              {median['command'] * 1000:7.1f} ms")
    print(f"command / floor                     {ratio:7.2f}  (aim {AIM}, limit {LIMIT})")
    return int(ratio >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
