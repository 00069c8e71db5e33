"""The work of one job, in a process of its own: read, classify, write, chunk by chunk.

A chunk is on disk before the database knows of it, and the same chunk gives the same bytes,
so a job that was cut off goes on where it was and ends as if nothing had happened.
One model answers all of a job: the one in use when its process begins. If another one is in
use when the job is taken up again, the chunks before do not count and are made anew.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from classifier.batch.reading import InputRow, read_rows
from classifier.domains.classifier import Classifier
from classifier.errors import KeyfieldError, Problem
from classifier.service.jobs import store as jobs
from classifier.service.jobs.store import LostError
from classifier.service.knowledge import load_classifier
from classifier.service.observe import configure_logs, log
from classifier.service.reviews.export import plain_cell
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store, open_store
from classifier.service.storage.tables import Job

CHUNK = 256
"""Rows of a chunk: the most that is done again after a process was killed."""

FORMATS = ("jsonl", "csv", "xlsx")
BAD_FILE = "bad.csv"


def folder_of(settings: Settings, job_id: str) -> Path:
    """Return the folder of a job's files."""
    return settings.data / "jobs" / job_id


def result_of(settings: Settings, job: Job) -> Path:
    """Return the file that a job's result is in, once it is done."""
    return folder_of(settings, job.id) / f"result.{job.format}"


def check_source(path: Path, text_column: str, id_column: str) -> None:
    """Read the first row of a file.

    Raises
    ------
    InputError
        The file cannot be read, or has no such column.
    """
    next(iter(read_rows(path, text_column, id_column)), None)


def work(settings: Settings, store: Store, job_id: str, owner: str) -> None:
    """Do a job from where it stands to its end.

    Raises
    ------
    LostError
        Another process has it now; nothing is lost.
    """
    _, classifier = load_classifier(settings)
    versions = classifier.versions
    with store.write() as session:
        job = jobs.begin(session, job_id, owner, f"{versions.model}-{versions.taxonomy}")
        done, file = job.chunks, job.source
        columns, target = (job.text_column, job.id_column), job.format
    folder = folder_of(settings, job_id)
    parts = folder / f"parts-{versions.model}-{versions.taxonomy}"
    parts.mkdir(parents=True, exist_ok=True)
    source = folder / file
    total = sum(1 for _ in read_rows(source, *columns))
    with store.write() as session:
        if not jobs.advance(session, job_id, owner, total=total):
            return
    rows = read_rows(source, *columns)
    for number, chunk in enumerate(_chunks(rows)):
        if number < done:
            continue
        good, bad = _do(classifier, chunk, parts / f"{number:06}.jsonl", settings.characters)
        if os.getppid() != _PARENT:
            raise LostError(job_id)  # the server is gone; the next one goes on
        with store.write() as session:
            if not jobs.advance(session, job_id, owner, good=good, bad=bad):
                return
    _join(parts, folder / f"result.{target}", target)
    with store.write() as session:
        jobs.finish(session, job_id, owner)


_PARENT = os.getppid()


def _chunks(rows: Iterable[InputRow | Problem]) -> Iterator[list[InputRow | Problem]]:
    ahead = iter(rows)
    while chunk := list(islice(ahead, CHUNK)):
        yield chunk


def _do(
    classifier: Classifier, chunk: list[InputRow | Problem], path: Path, characters: int
) -> tuple[int, int]:
    """Classify a chunk into a file of lines: answers, and bad rows under ``bad``."""
    good: list[InputRow] = []
    bad: list[Problem] = []
    for row in chunk:
        if isinstance(row, Problem):
            bad.append(row)
        elif len(row.text) > characters:
            words = f"有{len(row.text)}个字符；最多{characters}个"
            bad.append(Problem(path.name, row.number, "text", words))
        else:
            good.append(row)
    answers = classifier.classify([row.text for row in good])
    lines = [a.to_json(row.id) for row, a in zip(good, answers, strict=True)]
    lines += [{"bad": [p.line, p.field, p.message]} for p in bad]
    words = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    _put(path, words.encode(errors="replace"))
    return len(good), len(bad)


def _put(path: Path, data: bytes) -> None:
    work = path.with_name(f".{path.name}.{os.getpid()}")
    with work.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    work.replace(path)


def _lines(parts: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(parts.glob("[0-9]*.jsonl")):
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                yield json.loads(line)


def _join(parts: Path, target: Path, kind: str) -> None:
    """Make the result and the list of bad rows out of all chunks."""
    work = target.with_name(f".{target.name}.{os.getpid()}")
    good = (line for line in _lines(parts) if "bad" not in line)
    if kind == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("keyfield")
        for row in _table(good):
            sheet.append([plain_cell(cell) for cell in row])
        book.save(work)
    else:
        with work.open("w", encoding="utf-8-sig" if kind == "csv" else "utf-8", newline="") as out:
            if kind == "csv":
                csv.writer(out, lineterminator="\r\n").writerows(
                    [plain_cell(cell) for cell in row] for row in _table(good)
                )
            else:
                out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in good)
    work.replace(target)
    bad = target.with_name(BAD_FILE)
    with bad.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out, lineterminator="\r\n")
        table.writerow(["row", "field", "message"])
        found = (line["bad"] for line in _lines(parts) if "bad" in line)
        table.writerows([plain_cell(cell) for cell in row] for row in found)


def _table(lines: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Yield a heading and the rows: id, then primary, probability and decision a scheme."""
    begun = False
    for line in lines:
        if not begun:
            begun = True
            heading = ["id"]
            for scheme in line["domains"]:
                heading += [scheme, f"{scheme}_probability", f"{scheme}_decision"]
            yield [*heading, "model", "taxonomy"]
        row: list[Any] = [line["id"]]
        for found in line["domains"].values():
            row += [found["primary"] or "-", found["probability"], found["decision"]]
        yield [*row, line["versions"]["model"], line["versions"]["taxonomy"]]


def main(job_id: str, owner: str) -> int:
    """Do a job as a process; return 0 unless something unforeseen happened."""
    configure_logs()
    settings = Settings.read()
    store = open_store(settings)
    try:
        work(settings, store, job_id, owner)
    except LostError:
        log.info("job lost", job=job_id)
    except KeyfieldError as error:
        with store.write() as session:
            jobs.fail(session, job_id, owner, str(error))
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
