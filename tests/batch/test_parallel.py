"""Several processes: the same bytes, in order, and deaths are survived."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from classifier.batch import parallel
from classifier.batch.parallel import Processes, in_order
from classifier.batch.reading import InputRow
from classifier.batch.run import classify_file
from classifier.batch.work import Answered, Piece, Task, answer, answer_here, pieces
from classifier.errors import ArtefactError, BatchError
from tests.batch.make import many, write


@pytest.fixture(scope="module")
def task(classifier):
    """Return what a worker is told."""
    versions = classifier.versions
    return Task(str(classifier.artefact.folder), versions.model, versions.taxonomy, ".jsonl")


def _workers_of(parent):
    """Return the ids of the worker processes of a process."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [int(x.split()[0]) for x in found.stdout.splitlines() if "popen_loky" in x]


def _answer(work, task, jobs):
    """Return what processes answer."""
    with closing(Processes(task, jobs)) as processes:
        return list(processes.answer(work))


def test_two_processes_give_the_bytes_of_one(tmp_path, source, whole, classifier):
    """In the order of the input, and none of them outlives the job."""
    seen = []
    target = tmp_path / "out.jsonl"
    classify_file(
        classifier, source, target, jobs=2, rows=40, progress=lambda done, _: seen.append(done)
    )
    assert target.read_bytes() == whole
    assert seen == list(range(0, 401, 40))
    assert _workers_of(os.getpid()) == []


def test_a_process_that_is_killed_is_replaced(tmp_path, source, whole, classifier):
    """Its work is done again; the bytes are the same."""
    killed = []

    def kill(done, _total):
        workers = _workers_of(os.getpid())  # none where they are just being replaced
        if len(killed) < 2 and done >= 40 + 80 * len(killed) and workers:
            os.kill(workers[0], signal.SIGKILL)
            killed.append(done)

    target = tmp_path / "out.jsonl"
    classify_file(classifier, source, target, jobs=2, rows=10, progress=kill)
    assert len(killed) == 2
    assert target.read_bytes() == whole


def test_work_that_kills_every_process_ends_the_job(monkeypatch):
    """For want of memory, say; the message says what to do."""
    monkeypatch.setattr(parallel, "LIVES", 2)
    piece = Piece(1, ["1"], ["变压器"], [])
    with pytest.raises(BatchError, match=r"died 2 times.*give fewer --jobs"):
        _answer([piece], _Deadly(), 1)


class _Deadly:
    """A task that takes its worker along."""

    def __reduce__(self):
        return os._exit, (9,)


def test_work_is_taken_no_faster_than_answers_are_read():
    """The reader waits: at most so many pieces are under way, whoever is slow."""
    taken, given = [], []

    def work():
        for number in range(20):
            taken.append(number)
            yield Piece(1, [str(number)], [""], [])

    def submit(piece):
        out = Future()
        out.set_result(Answered(1, piece.ids[0].encode(), []))
        return out

    for done in in_order(work(), submit, Future.result, lambda: 5, lambda *_: None):
        given.append(int(done.data))
        assert len(taken) - len(given) <= 4
    assert given == list(range(20))


def test_a_worker_with_another_model_refuses(task):
    """It would give other answers; its node, its folder and both models are named."""
    other = task._replace(model="0123456789ab")
    with pytest.raises(ArtefactError, match=r"found model \w{12} in .*, the job has 0123456789ab"):
        answer(other, Piece(1, ["1"], ["变压器"], []))


def test_a_worker_takes_its_own_copy_of_the_same_model(task, classifier):
    """A machine of a cluster need not have the folder at the same path."""
    elsewhere = task._replace(folder="/no/such/folder")
    piece = Piece(1, ["1"], ["变压器"], [])
    (expected,) = answer_here([piece], classifier, ".jsonl")
    assert answer(elsewhere, piece) == expected


def test_a_killed_parent_takes_its_processes_along(tmp_path, root):
    """Kill -9 leaves no worker behind."""
    source = write(tmp_path / "in.csv", many(root, 30_000))
    code = "import sys; from classifier.cli import main; sys.exit(main(sys.argv[1:]))"
    job = subprocess.Popen(
        [sys.executable, "-c", code, "classify", "--jobs", "2"]  # noqa: RUF005  (a line each)
        + ["--input", str(source), "--output", str(tmp_path / "out.csv")],
        stderr=subprocess.DEVNULL,
    )
    workers = _wait(lambda: _workers_of(job.pid), 30)
    job.kill()
    job.wait()
    assert workers
    assert _wait(lambda: not any(_alive(pid) for pid in workers), 15)


def _alive(pid):
    try:
        return b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _wait(condition, seconds):
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_command_loads_no_more_than_it_needs():
    """Neither joblib nor Dask for one text, and neither for a file in this process."""
    code = (
        "import sys; from classifier.cli import main; main(sys.argv[1:]); "
        "print([m for m in ('joblib', 'dask', 'distributed', 'pyarrow', 'openpyxl', 'rich') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "classify", "变压器"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_pieces_are_answered_in_the_order_of_the_input(root, classifier, task):
    """However long each of them takes."""
    rows = [(i, "变压器" * (1 + 40 * (int(i) % 7 == 0))) for i, _ in many(root, 60)]
    work = list(pieces([InputRow(int(i), i, t) for i, t in rows], 7))
    assert _answer(work, task, 2) == list(answer_here(work, classifier, ".jsonl"))
