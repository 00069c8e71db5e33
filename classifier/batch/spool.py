"""The unfinished files of a job: answers, bad rows and journal, hidden until all is done.

``OUT`` and ``OUT.bad.csv`` appear, or are replaced, once the last row is answered. Until
then ``.OUT.part``, ``.OUT.bad.part`` and ``.OUT.journal`` stand beside them.
"""

from __future__ import annotations

import csv
import io
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from classifier.batch.encoding import encode_header
from classifier.batch.header import refuse
from classifier.batch.journal import sync, sync_folder
from classifier.batch.sealing import SEALS
from classifier.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.batch.journal import Journal, Mark

ENDINGS = (".jsonl", ".csv", ".tsv", ".parquet", ".xlsx")

EVERY = 2.0
"""Seconds between two marks: what a killed job does again, at the most."""

SHOWN = 5
"""Bad rows that an outcome holds itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a job are."""

    target: Path

    @property
    def kind(self) -> str:
        """Return the ending of what is written row by row."""
        ending = self.target.suffix.lower()
        return ".csv" if ending in SEALS else ending

    @property
    def bad(self) -> Path:
        """Return the list of bad rows."""
        return self.target.with_name(f"{self.target.name}.bad.csv")

    def hidden(self, ending: str) -> Path:
        """Return an unfinished file."""
        return self.target.with_name(f".{self.target.name}.{ending}")

    def check(self) -> None:
        """Refuse an output that cannot be written.

        Raises
        ------
        InputError
            An ending that is not in ``ENDINGS``, or a folder that does not exist.
        """
        ending = self.target.suffix.lower()
        if ending not in ENDINGS:
            raise refuse(self.target, f"found ending {ending!r}, allowed: {', '.join(ENDINGS)}")
        if not self.target.parent.is_dir():
            raise refuse(self.target, f"no folder {self.target.parent}; make it first")
        if self.target.is_dir():
            raise refuse(self.target, "a folder; name a file")


class Spool:
    """Takes the answers of a job in order and makes them last."""

    def __init__(self, place: Place, journal: Journal, schemes: Sequence[str]) -> None:
        self._journal = journal
        self.mark = journal.mark
        self._committed = time.monotonic()
        part, bad = place.hidden("part"), place.hidden("bad.part")
        if self.mark.rows:
            _check(part, bad, journal)
        self._answers = part.open("ab")
        self._problems = bad.open("ab")
        self._answers.truncate(self.mark.size)
        self._problems.truncate(self.mark.bad_size)
        if not self.mark.size:
            self._write(self.mark, encode_header(place.kind, schemes), [])

    def append(self, rows: int, answers: bytes, problems: list[Problem]) -> None:
        """Take the next rows: the bytes of the good ones, and the bad ones."""
        good, bad = rows - len(problems), len(problems)
        mark = self.mark
        step = replace(mark, rows=mark.rows + rows, good=mark.good + good, bad=mark.bad + bad)
        self._write(step, answers, problems)
        if time.monotonic() - self._committed >= EVERY:
            self.commit()

    def _write(self, mark: Mark, answers: bytes, problems: list[Problem]) -> None:
        listed = b""
        if problems:
            text = io.StringIO(newline="")
            table = csv.writer(text, lineterminator="\n")
            if not self.mark.bad:
                table.writerow(["row", "field", "message"])
            table.writerows([p.line, p.field, p.message] for p in problems)
            listed = text.getvalue().encode(errors="backslashreplace")
        self._answers.write(answers)
        self._problems.write(listed)
        self.mark = replace(
            mark,
            size=self.mark.size + len(answers),
            bad_size=self.mark.bad_size + len(listed),
            crc=zlib.crc32(answers, self.mark.crc),
        )

    def commit(self, *, whole: bool = False) -> None:
        """Bring all that was taken onto the disk, and note it."""
        sync(self._answers)
        sync(self._problems)
        self.mark = replace(self.mark, whole=whole)
        self._journal.write(self.mark)
        self._committed = time.monotonic()

    def close(self) -> None:
        """Stop; what was taken is kept for another time, unless the disk is full."""
        if not self.mark.whole:
            with suppress(OSError):
                self.commit()
        for stream in (self._answers, self._problems):
            with suppress(OSError):
                stream.close()


def _check(part: Path, bad: Path, journal: Journal) -> None:
    """Refuse to go on behind answers that are not what the journal counted."""
    mark = journal.mark
    crc, left = 0, mark.size
    if part.is_file():
        with part.open("rb") as stream:
            while left and (block := stream.read(min(left, 1 << 20))):
                crc = zlib.crc32(block, crc)
                left -= len(block)
    whole = not left and crc == mark.crc
    if not whole or mark.bad_size > (bad.stat().st_size if bad.is_file() else 0):
        raise refuse(
            bad if whole else part,
            f"is not what the job had written by row {mark.rows:,}; restore it, "
            f"or delete {journal.path} to begin again",
        )


def finish(place: Place, journal: Journal) -> None:
    """Give the files of a whole job their names; one that is killed within does it again."""
    part, bad, target = place.hidden("part"), place.hidden("bad.part"), place.target
    seal = SEALS.get(target.suffix.lower())
    if seal is None and part.exists():
        part.replace(target)
    elif seal is not None and part.exists():
        sealed = place.hidden("sealed")
        seal(part, sealed)
        with sealed.open("r+b") as stream:
            sync(stream)
        sealed.replace(target)
    if not journal.mark.bad:
        bad.unlink(missing_ok=True)
        place.bad.unlink(missing_ok=True)
    elif bad.exists():
        bad.replace(place.bad)
    sync_folder(target.parent)
    part.unlink(missing_ok=True)
    journal.remove()


def discard(place: Place, journal: Journal) -> None:
    """Take away what a job has written."""
    for ending in ("part", "bad.part", "sealed"):
        place.hidden(ending).unlink(missing_ok=True)
    journal.remove()


def first_problems(place: Place, source: Path) -> tuple[Problem, ...]:
    """Return the first bad rows as they are listed."""
    with place.bad.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Problem(str(source), int(row["row"]), row["field"], row["message"])
            for row in islice(csv.DictReader(stream), SHOWN)
        )
