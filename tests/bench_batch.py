"""What a batch costs: rates by worker, memory by rows, time a text by size, in one run.

Run it as ``python -m tests.bench_batch [--rows 10000] [--long 1000000]``; the default takes
under four minutes. Rates are those of whole jobs, the start of workers included, and are
compared as ratios of one run; where the machine has other work to do, the CPU time a row
says more: two processes can be at most 2 x (CPU of one) / (CPU of two) times as fast.

Memory over many rows is that of a process that reads, cuts, journals and writes them all
with every answer taken from a small set, so that a million rows take seconds: what is
measured is the streaming.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.batch.make import endless, many, written

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
ONE, TWO, DASK = "1 process", "2 processes", "Dask, 2 workers"
SMALL = 100_000
"""Rows up to which a job is run ``OFTEN`` times a round."""

OFTEN = 5

LIMIT = 1.5
"""How much more memory ten times the rows may take."""

COMMAND = """
import json, os, resource, sys, time
from pathlib import Path

from classifier import Classifier
from classifier.batch import work
from classifier.batch.run import classify_file
from classifier.domains.decisions import Decisions

source, target, jobs, cluster, canned = sys.argv[1:]
classifier = Classifier.load()
if canned:  # the streaming alone: every piece gets the same answers, which are there
    same = [f"第{i}种变压器" for i in range(work.ROWS)]
    ((_, ready),) = classifier.decided(same, detail=False)

    def decided(_, texts, *, detail):
        names = [name for name in Decisions._fields if name != "names"]
        yield texts, {
            scheme: found._replace(**{n: getattr(found, n)[: len(texts)] for n in names})
            for scheme, found in ready.items()
        }

    Classifier.decided = decided
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)

def peak(process):  # that of getrusage would count what the parent had before
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(x.split()[1]) / 1024 for x in status.splitlines() if "VmHWM" in x), 0)

def look(_done, _total):
    global workers
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    workers = max([workers, *map(peak, children)])

workers = 0
begun, before = time.perf_counter(), cpu()
done = classify_file(
    classifier, Path(source), Path(target), jobs=int(jobs), cluster=cluster or None,
    progress=look,
)
seconds = time.perf_counter() - begun
print(json.dumps(
    {"seconds": seconds, "cpu": cpu() - before, "peak": peak("self"), "workers": workers}
))
"""


def _run(source: Path, jobs: int = 1, cluster: str = "", canned: str = "") -> dict[str, float]:
    given = (str(source), str(source.with_suffix(".out.csv")), str(jobs), cluster, canned)
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *given], check=True, capture_output=True, text=True
    )
    out: dict[str, float] = json.loads(done.stdout)
    return out


def _write(path: Path, rows: Iterable[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "text"), *rows])
    return path


def _on_dask(folder: Path, source: Path) -> dict[str, float]:
    """Run on a cluster of two workers that have the model; it is not there for the others."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        few = _write(folder / "few.csv", many(ROOT, 2 * SMALL))
        _run(few, cluster=cluster.scheduler_address)
        return _run(source, cluster=cluster.scheduler_address)


def _side_by_side(sources: list[Path]) -> dict[str, float]:
    """Run a job of one process for each source at once: what the machine's cores give."""
    with ThreadPoolExecutor(len(sources)) as pool:
        runs = list(pool.map(_run, sources))
    return {**runs[0], "seconds": max(run["seconds"] for run in runs) / len(runs)}


def _workers(folder: Path, rows: int, rounds: int) -> None:
    """Compare one process, two, and a cluster of two, one after another in each round."""
    source = _write(folder / "rates.csv", many(ROOT, rows))
    other = folder / "other.csv"
    other.hardlink_to(source)
    measured = {
        ONE: lambda: _run(source),
        TWO: lambda: _run(source, jobs=2),
        DASK: lambda: _on_dask(folder, source),
        "2 jobs of 1 process at once": lambda: _side_by_side([source, other]),
    }
    found: dict[str, list[dict[str, float]]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, measure in measured.items():
            found[name].append(measure())
    seconds = {
        name: statistics.median(run["seconds"] for run in runs) for name, runs in found.items()
    }
    title = f"{rows:,} rows, medians of {rounds} rounds"
    print(f"\n{title:<38}rows/s   ratio   CPU microseconds a row   peak MiB a process")
    for name, runs in found.items():
        took, peak = seconds[name], max(max(run["peak"], run["workers"]) for run in runs)
        each = f"{statistics.median(run['cpu'] for run in runs) / rows * 1e6:,.1f}"
        each = "(elsewhere)" if name == DASK else each
        print(f"  {name:<36}{rows / took:6,.0f}{seconds[ONE] / took:8.2f}{each:>25}{peak:21,.0f}")
    print(f"  Dask against two processes {seconds[TWO] / seconds[DASK]:22.2f}")


def _sizes(folder: Path, rows: int, sizes: list[int], rounds: int) -> None:
    """Show what a text costs by the number of rows and by its length.

    Small jobs are run several times in each round, so that all see the same changes of the
    machine's load; medians count.
    """
    print("\ncost of a text by rows                CPU microseconds    peak MiB")
    found: dict[int, list[dict[str, float]]] = {count: [] for count in sorted(sizes)}
    for count in found:
        _write(folder / f"size{count}.csv", endless(ROOT, count))
    for _ in range(rounds):
        for count in found:
            times = OFTEN if count <= SMALL else 1
            found[count] += [_run(folder / f"size{count}.csv") for _ in range(times)]
    for count, runs in found.items():
        each = statistics.median(run["cpu"] for run in runs) / count * 1e6
        peak = max(run["peak"] for run in runs)
        print(f"  {count:>10,} rows{each:26,.1f}{peak:12,.0f}")
        for name in (".csv", ".out.csv"):
            (folder / f"size{count}{name}").unlink()
    print("\ncost of a text by its length              microseconds   a character")
    texts = written(ROOT)
    for length in (10, 40, 160, 640):
        joined = "，".join(texts)
        cut = [(str(i), joined[i * 31 : i * 31 + length]) for i in range(max(200, rows // length))]
        done = _run(_write(folder / f"length{length}.csv", cut))
        each = done["seconds"] / len(cut) * 1e6
        print(f"  {length:>6} characters{each:26,.0f}{each / length:14.1f}")


def _memory(folder: Path, long: int) -> bool:
    """Compare the peak memory over a tenth of the rows and over all."""
    print("\nstreaming alone                    peak MiB     rows/s")
    peaks = []
    for count in (long // 10, long):
        done = _run(_write(folder / f"long{count}.csv", endless(ROOT, count)), canned="yes")
        peaks.append(done["peak"])
        print(f"  {count:>10,} rows{done['peak']:20,.0f}{count / done['seconds']:11,.0f}")
    print(f"  ten times the rows, {peaks[1] / peaks[0]:.2f} times the memory (limit {LIMIT})")
    return peaks[1] <= LIMIT * peaks[0]


def main() -> int:
    """Print the tables; return 1 where memory grows with the rows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000, help="rows of the rates")
    options.add_argument("--sizes", type=int, nargs="*", help="rows of the costs by rows")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--long", type=int, default=1_000_000, help="rows of the memory")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _workers(folder, args.rows, args.rounds)
        sizes = args.sizes or [args.rows // 10, args.rows // 3, args.rows]
        _sizes(folder, args.rows, sizes, args.rounds)
        flat = _memory(folder, args.long)
    return int(not flat)


if __name__ == "__main__":
    sys.exit(main())
