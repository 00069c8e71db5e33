"""``keyfield classify`` over files: options, exit codes, and what is said meanwhile."""

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from classifier.cli import batch_progress as progress
from classifier.cli import main
from tests.batch.make import many, primaries, write

CODE = "import sys; from classifier.cli import main; sys.exit(main(sys.argv[1:]))"
COMMAND = [sys.executable, "-c", CODE, "classify"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--jobs", "2"], "2 [--jobs]: goes with --input FILE --output FILE; give both"),
        (["--resume", "--input", "in.csv"], "[--resume]: goes with --input FILE --output FILE"),
        (["--cluster", "tcp://x:1"], "tcp://x:1 [--cluster]: goes with --input FILE --output FILE"),
        (["--output", "o.csv"], "o.csv [--output]: goes with --input FILE; give both"),
        (
            ["--input", "in.csv", "--output", "o.csv", "--jobs", "0"],
            "0 [--jobs]: found no number of processes, allowed: 1, 2, … or -1",
        ),
        (
            ["--input", "i.csv", "--output", "o.csv", "--jobs", "2", "--cluster", "tcp://x:1"],
            "the cluster's workers do the work; leave --jobs",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(capsys, args, message):
    """Exit code 2, the option, and what to do."""
    assert main(["classify", "变压器", *args]) == 2
    assert message in capsys.readouterr().err


def test_all_cores_can_be_asked_for(capsys, tmp_path):
    """--jobs -1."""
    source, target = write(tmp_path / "in.csv"), tmp_path / "out.csv"
    args = ["classify", "--input", str(source), "--output", str(target), "--jobs", "-1"]
    assert main(args) == 0
    assert [i for i, _ in primaries(target)] == ["a", "b", "c"]
    assert "3" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_job_that_is_stopped_says_how_to_go_on(tmp_path, root, number, jobs):
    """Exit code 4; the whole group of processes is signalled, as a terminal does."""
    source, target = write(tmp_path / "in.csv", many(root, 400_000)), tmp_path / "out.jsonl"
    files = ["--input", str(source), "--output", str(target), "--lang", "en"]
    job = subprocess.Popen(
        [*COMMAND, *files, "--jobs", str(jobs)],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    part = tmp_path / ".out.jsonl.part"
    two_pieces = 24_000_000  # bytes: by then the first piece is done
    while not (part.exists() and part.stat().st_size > two_pieces) and job.poll() is None:
        time.sleep(0.01)
    os.killpg(job.pid, number)
    _, err = job.communicate(timeout=60)
    assert job.returncode == 4
    assert "interrupted behind row" in err
    assert "the same command with --resume goes on from there" in err
    assert "Traceback" not in err
    assert not target.exists()


def test_a_plain_line_now_and_then_where_nobody_looks(monkeypatch, capsys):
    """Rows, rate and time left; rows of an earlier run do not count as fast ones."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    for lang in ("en", "zh"):
        with progress.progress("in.csv", lang) as show:
            for done, total in ((500, 10_000), (600, 10_000), (1_500, 10_000), (12_000, None)):
                show(done, total)
                now[0] += 5
    assert capsys.readouterr().err.splitlines() == [
        "keyfield: 1,500 / 10,000 rows, 100/s, 1:25 left",
        "keyfield：1,500 / 10,000 行，每秒 100 行，约剩 1:25",
    ]


def _all_of(terminal):
    """Return what was written to a terminal that is closed now; a read may give a part of it."""
    parts = []
    with suppress(OSError):  # EIO is the end
        while part := os.read(terminal, 1 << 16):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


def test_a_bar_on_a_terminal(monkeypatch):
    """Name, rows, rate and time left."""
    here, there = pty.openpty()
    with os.fdopen(there, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setenv("TERM", "xterm")
        with progress.progress("in.csv", "en") as show:
            show(0, 3_000)
            time.sleep(0.05)
            show(1_000, 3_000)
    shown = _all_of(here)
    assert "in.csv" in shown
    assert "1000/3000" in shown
    assert "/s 0:00" in shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (36_061, "10:01:01")]
)
def test_a_time_is_written_as_a_clock_does(seconds, shown):
    """Hours only where there are some."""
    assert shown == progress._clock(seconds)
