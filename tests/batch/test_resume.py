"""A job that was interrupted goes on where it stopped, and gives the same bytes."""

import json
import signal
import subprocess
import sys

import pytest

from classifier.batch import spool
from classifier.batch.run import classify_file
from classifier.batch.work import answer_here
from classifier.errors import InputError, JobInterruptedError
from tests.batch.make import many, write

RUN = """
import os, sys
from importlib import import_module
from pathlib import Path

from classifier import Classifier
from classifier.batch import spool
from classifier.batch.run import classify_file

where, name, count, jobs, source, target = sys.argv[1:]
if where:  # die without a word at that call of that function
    owner = import_module(where)
    *path, name = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    real, calls = getattr(owner, name), []

    def deadly(*args, **options):
        calls.append(name)
        if len(calls) == int(count):
            os.kill(os.getpid(), 9)
        return real(*args, **options)

    setattr(owner, name, deadly)
spool.EVERY = 0
done = classify_file(
    Classifier.load(), Path(source), Path(target), jobs=int(jobs), rows=32, resume=True
)
print(done.good, done.bad, done.resumed, [p.line for p in done.first_problems])
"""

SIZE = 200
BAD = (3, 50, 120, 199)


def _run(source, target, point=("", "", 0), jobs=1):
    command = [sys.executable, "-c", RUN, *map(str, point), str(jobs), str(source), str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def source(tmp_path_factory, root):
    """Return an input of 200 rows, four of them bad."""
    rows = [(i, "" if int(i) + 1 in BAD else text) for i, text in many(root, SIZE)]
    return write(tmp_path_factory.mktemp("source") / "in.csv", rows)


@pytest.fixture(scope="module")
def whole(source, classifier):
    """Return what a job that nobody interrupts gives, by ending: answers and bad rows."""
    out = {}
    for ending in ("jsonl", "csv", "parquet", "xlsx"):
        target = source.with_name(f"out.{ending}")
        done = classify_file(classifier, source, target)
        out[ending] = target.read_bytes(), done.bad_file.read_bytes()
    return out


POINTS = {
    "after the first mark": ("classifier.batch.journal", "Journal.write", 2),
    "answers on the disk, not yet noted": ("classifier.batch.spool", "sync", 5),
    "bad rows on the disk, not yet noted": ("classifier.batch.spool", "sync", 6),
    "all answered, no file named": ("classifier.batch.run", "finish", 1),
    "files named, journal still there": ("classifier.batch.spool", "sync_folder", 1),
}


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_killed_job_goes_on_and_gives_the_same_bytes(tmp_path, source, whole, point, ending):
    """Kill -9 of a real process, at each place where it could hurt."""
    target = tmp_path / f"out.{ending}"
    assert _run(source, target, point).returncode == -signal.SIGKILL
    marks = (tmp_path / f".out.{ending}.journal").read_text().splitlines()[1:]
    done = _run(source, target)
    assert done.stderr == ""
    resumed = json.loads(marks[-1])["rows"]
    assert done.stdout == f"{SIZE - len(BAD)} {len(BAD)} {resumed} {list(BAD)}\n"
    assert resumed > 0
    assert (target.read_bytes(), spool.Place(target).bad.read_bytes()) == whole[ending]
    assert {p.name for p in tmp_path.iterdir()} == {target.name, f"{target.name}.bad.csv"}


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_a_job_killed_while_it_seals_its_file_goes_on(tmp_path, source, whole, ending):
    """Twice: in the middle of the rows, and before the sealed file has its name."""
    target = tmp_path / f"out.{ending}"
    sealed = ("classifier.batch.spool", "sync", 15)  # behind two a mark: six pieces and the end
    for point in (POINTS["after the first mark"], sealed):
        assert _run(source, target, point).returncode == -signal.SIGKILL
    assert (tmp_path / f".out.{ending}.sealed").exists()
    assert _run(source, target).returncode == 0
    assert (target.read_bytes(), spool.Place(target).bad.read_bytes()) == whole[ending]
    assert {p.name for p in tmp_path.iterdir()} == {target.name, f"{target.name}.bad.csv"}


def test_a_job_of_several_processes_goes_on_as_one_or_as_many(tmp_path, source, whole):
    """The number of workers is no part of a job; its workers end with the killed parent."""
    target = tmp_path / "out.jsonl"
    for jobs, place in ((2, 2), (1, 2)):
        point = ("classifier.batch.journal", "Journal.write", place)
        assert _run(source, target, point, jobs).returncode == -signal.SIGKILL
    assert _run(source, target, jobs=2).returncode == 0
    assert target.read_bytes() == whole["jsonl"][0]


def _interrupt(classifier, source, target, **options):
    """Interrupt a job behind its third piece."""

    def stop(done, _total):
        if done >= 96:
            raise KeyboardInterrupt

    with pytest.raises(JobInterruptedError, match="interrupted behind row 96; the same command"):
        classify_file(classifier, source, target, rows=32, progress=stop, **options)


def test_ctrl_c_keeps_what_is_done(tmp_path, source, whole, classifier):
    """The message says how far it is, and how to go on."""
    target = tmp_path / "out.csv"
    _interrupt(classifier, source, target)
    assert not target.exists()
    assert classify_file(classifier, source, target, resume=True, rows=7).resumed == 96
    assert target.read_bytes() == whole["csv"][0]


def test_a_job_that_is_run_again_without_resume_loses_nothing(tmp_path, source, classifier):
    """It is refused: what is done stays until it is resumed or deleted by hand."""
    target = tmp_path / "out.csv"
    _interrupt(classifier, source, target)
    with pytest.raises(InputError, match="has done 96 rows; go on with --resume, or delete this"):
        classify_file(classifier, source, target)
    (tmp_path / ".out.csv.journal").unlink()
    assert classify_file(classifier, source, target).resumed == 0
    assert {p.name for p in tmp_path.iterdir()} == {"out.csv", "out.csv.bad.csv"}


def test_resume_begins_where_nothing_was_interrupted(tmp_path, source, whole, classifier):
    """So that a script may always give it."""
    target = tmp_path / "out.csv"
    assert classify_file(classifier, source, target, resume=True).resumed == 0
    assert target.read_bytes() == whole["csv"][0]


def test_another_job_cannot_go_on_with_the_answers_of_this_one(tmp_path, source, classifier):
    """Input, columns, model: what changed is named, from what to what."""
    mine, target = tmp_path / "in.csv", tmp_path / "out.csv"
    mine.write_bytes(source.read_bytes())
    _interrupt(classifier, mine, target)

    def refused(message, model=classifier, **options):
        with pytest.raises(InputError, match=f"cannot go on behind row 96: {message}"):
            classify_file(model, mine, target, resume=True, **options)

    refused("--text-column was 'text', is 'id'; restore what changed", text_column="id")
    refused("--id-column was 'id', is 'text'", id_column="text")
    journal = tmp_path / ".out.csv.journal"
    kept = journal.read_text()
    journal.write_text(kept.replace(classifier.versions.model, "0123456789ab"))
    refused(f"the model was '0123456789ab', is '{classifier.versions.model}'")
    journal.write_text(kept)
    with mine.open("a", encoding="utf-8") as stream:
        stream.write("x,变压器\n")
    refused(r"the input \(sha256\) was '\w{12}…', is '\w{12}…'")
    mine.write_bytes(source.read_bytes())
    assert classify_file(classifier, mine, target, resume=True).resumed == 96


def test_answers_that_were_touched_are_not_gone_on_with(tmp_path, source, classifier):
    """Changed, shortened or lost: the file is named."""
    target = tmp_path / "out.csv"
    _interrupt(classifier, source, target)
    part, bad = tmp_path / ".out.csv.part", tmp_path / ".out.csv.bad.part"
    kept = part.read_bytes()
    for data in (kept[:-1], b"X" + kept[1:], b""):
        part.write_bytes(data)
        with pytest.raises(InputError, match=r"\.out\.csv\.part: is not what the job had written"):
            classify_file(classifier, source, target, resume=True)
    part.write_bytes(kept)
    listed = bad.read_bytes()
    bad.unlink()
    with pytest.raises(InputError, match=r"bad\.part: is not what the job had written by row 96"):
        classify_file(classifier, source, target, resume=True)
    bad.write_bytes(listed)
    assert classify_file(classifier, source, target, resume=True).resumed == 96


@pytest.mark.parametrize("torn", ["{", '{"rows": 1', '{"rows": 128, "good": 120}', "\x00\x00\x00"])
def test_a_journal_line_that_was_torn_counts_for_nothing(tmp_path, source, whole, classifier, torn):
    """A crash of the machine can leave half a line, without its end."""
    target = tmp_path / "out.csv"
    _interrupt(classifier, source, target)
    with (tmp_path / ".out.csv.journal").open("a") as stream:
        stream.write(torn)
    assert classify_file(classifier, source, target, resume=True).resumed == 96
    assert target.read_bytes() == whole["csv"][0]


def test_a_file_that_is_no_journal_is_left_alone(tmp_path, source, classifier):
    """Refused, with what to do."""
    (tmp_path / ".out.csv.journal").write_text('{"format": 1}\n{"other": 2}\n')
    with pytest.raises(InputError, match="not a journal of this program; delete it"):
        classify_file(classifier, source, tmp_path / "out.csv", resume=True)


def test_two_jobs_do_not_write_one_output(tmp_path, source, classifier):
    """The second one is refused while the first one runs."""
    target = tmp_path / "out.csv"
    seen = []

    def second(_done, _total):
        with pytest.raises(InputError, match="another process is writing this output"):
            classify_file(classifier, source, target, resume=True)
        seen.append(True)

    classify_file(classifier, source, target, progress=second)
    assert seen


def test_a_full_disk_keeps_what_was_noted(tmp_path, source, whole, classifier, monkeypatch):
    """Once there is room, the job goes on."""
    target = tmp_path / "out.jsonl"
    monkeypatch.setattr(spool, "EVERY", 0)

    def full(work, *rest):
        for number, found in enumerate(answer_here(work, *rest)):
            if number == 3:
                raise OSError(28, "No space left on device")
            yield found

    monkeypatch.setattr("classifier.batch.run.answer_here", full)
    with pytest.raises(JobInterruptedError, match=r"behind row 96: .*No space left on device"):
        classify_file(classifier, source, target, rows=32)
    monkeypatch.undo()
    assert classify_file(classifier, source, target, resume=True).resumed == 96
    assert target.read_bytes() == whole["jsonl"][0]
