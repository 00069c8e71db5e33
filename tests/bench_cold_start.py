"""Cold start of one answer against its floor, in one run: Python, NumPy, the model's arrays.

Run it as ``python -m tests.bench_cold_start``; the aim is a ratio of the medians below 2, and
it fails from 2.4 on, which leaves room for a busy machine. Ratios of one run, not seconds,
are compared: they hang less on the machine. The split says what each step adds to the one
before: the interpreter, NumPy, hashing and mapping the model's arrays, keyfield's own modules
and what is left, which reads the model's names and answers.
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

MODULES = """
import classifier.cli.answers
import classifier.domains.classifier
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
    runs = {
        "Python": [sys.executable, "-c", "pass"],
        "NumPy": [sys.executable, "-c", "import numpy"],
        "the model's arrays": [sys.executable, "-c", FLOOR, str(model)],
        "keyfield's modules": [sys.executable, "-c", FLOOR + MODULES, str(model)],
        "the answer": command,
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):  # side by side, so that a busy moment hits all
        for name, run in runs.items():
            times[name].append(_seconds(run))
    median = {name: statistics.median(values) for name, values in times.items()}
    whole, before = median["the answer"], 0.0
    print(f"{'keyfield classify TEXT':24s}{'ms so far':>10s}{'adds':>8s}{'share':>8s}")
    for name, found in median.items():
        added = found - before
        print(f"{name:24s}{found * 1000:10.1f}{added * 1000:8.1f}{added / whole:8.0%}")
        before = found
    ratio = whole / median["the model's arrays"]
    print(f"command / floor of Python, NumPy and arrays {ratio:.2f}  (aim {AIM}, limit {LIMIT})")
    return int(ratio >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
