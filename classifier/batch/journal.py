"""The journal of a job: whose it is, and how far it got, a line at a time.

::

    {"format": 1, "input": "<sha256>", "model": …, "text_column": …, "output": ".jsonl", …}
    {"rows": 40960, "good": 40951, "bad": 9, "bytes": 91634882, "bad_bytes": 713, "crc": …}
    …

A line is written after the bytes that it counts have reached the disk, so that whatever
stands behind the last whole line's bytes can be cut off. A line torn by a crash counts
for nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from classifier.batch.header import refuse

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1

_MEANING = {
    "format": "the journal's format",
    "program": "the program's version",
    "input": "the input (sha256)",
    "model": "the model",
    "taxonomy": "the taxonomy",
    "text_column": "--text-column",
    "id_column": "--id-column",
    "output": "the output's ending",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a job is.

    Parameters
    ----------
    rows, good, bad
        Rows of the input that are done, and how many of them were good and bad.
    size, bad_size
        Bytes of the answers and of the list of bad rows.
    crc
        CRC-32 of the answers.
    whole
        All rows are done; only the files' last names are missing.
    """

    rows: int = 0
    good: int = 0
    bad: int = 0
    size: int = 0
    bad_size: int = 0
    crc: int = 0
    whole: bool = False


class Journal:
    """The open journal of one job; no other process can open it meanwhile."""

    def __init__(self, path: Path, stream: BinaryIO, mark: Mark) -> None:
        self.path = path
        self.mark = mark
        self._stream = stream

    @classmethod
    def begin(cls, path: Path, job: dict[str, Any]) -> Journal:
        """Begin a journal.

        Raises
        ------
        InputError
            There is one already, of a job that was interrupted or is running.
        """
        stream = _locked(path)
        mark = _read(path, stream)[1]
        if mark.rows or mark.whole:
            stream.close()
            raise refuse(
                path,
                f"an interrupted job has done {mark.rows:,} rows; go on with --resume, "
                "or delete this file to begin again",
            )
        stream.truncate(0)
        journal = cls(path, stream, Mark())
        journal._append({"format": FORMAT, **job})
        sync_folder(path.parent)
        return journal

    @classmethod
    def resume(cls, path: Path, job: dict[str, Any]) -> Journal:
        """Open the journal of the same job at its last mark.

        Raises
        ------
        InputError
            The journal belongs to another job: the input, the model or an option changed.
        """
        stream = _locked(path)
        found, mark, size = _read(path, stream)
        expected = {"format": FORMAT, **job}
        changed = [
            f"{meaning} was {_short(found.get(key))}, is {_short(expected.get(key))}"
            for key, meaning in _MEANING.items()
            if found.get(key) != expected.get(key)
        ]
        if changed:
            stream.close()
            raise refuse(
                path,
                f"cannot go on behind row {mark.rows:,}: {'; '.join(changed)}; "
                "restore what changed, or delete this file to begin again",
            )
        stream.truncate(size)
        return cls(path, stream, mark)

    def write(self, mark: Mark) -> None:
        """Note how far the job is; its bytes must be on the disk by now."""
        self._append(asdict(mark))
        self.mark = mark

    def remove(self) -> None:
        """Take the journal away: the job is done, or nothing of it is kept."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the journal."""
        self._stream.close()

    def _append(self, value: dict[str, Any]) -> None:
        self._stream.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        sync(self._stream)


def _locked(path: Path) -> BinaryIO:
    try:
        stream = path.open("a+b")
    except OSError as error:
        raise refuse(path, f"cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise refuse(path, "another process is writing this output; let it end first") from None
    except OSError:  # a file system without locks; then nobody else is noticed
        pass
    return stream


def _read(path: Path, stream: BinaryIO) -> tuple[dict[str, Any], Mark, int]:
    """Return whose a journal is, its last whole mark, and the bytes up to there."""
    stream.seek(0)
    values = []
    size = 0
    for line in stream:
        try:
            values.append(json.loads(line))
        except ValueError:
            break
        if not line.endswith(b"\n"):
            values.pop()
            break
        size += len(line)
    if not values:
        return {}, Mark(), 0
    try:
        mark = Mark(**values[-1]) if len(values) > 1 else Mark()
        head = dict(values[0])
    except (TypeError, ValueError):
        stream.close()
        raise refuse(path, "not a journal of this program; delete it to begin again") from None
    return head, mark, size


def _short(value: Any) -> str:
    shown = repr(value)
    return shown[:13] + "…'" if len(shown) > 40 else shown  # noqa: PLR2004  (a hash)


def sync(stream: BinaryIO) -> None:
    """Bring what was written to a file onto the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder onto the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
