"""Classifies a file: good rows out, bad rows into a list beside the output."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.batch.reading import InputRow, read_rows
from classifier.batch.writing import open_output
from classifier.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from classifier.domains.classifier import Classifier

CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. ``bad_file`` lists the bad rows; None where there was none."""

    good: int
    bad: int
    bad_file: Path | None
    first_problems: tuple[Problem, ...]


def classify_file(
    classifier: Classifier,
    source: Path,
    target: Path,
    *,
    text_column: str = "text",
    id_column: str = "id",
    progress: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Classify every row of ``source`` into ``target``.

    Bad rows are listed in ``TARGET.bad.csv`` (row, field, message); the rest goes on.

    Parameters
    ----------
    progress
        Called with the number of rows done after every chunk.

    Raises
    ------
    InputError
        The input cannot be read at all, or the output not be written.
    """
    bad_file = target.with_name(f"{target.name}.bad.csv")
    problems: list[Problem] = []
    good = bad = 0
    rows = read_rows(source, text_column, id_column)
    with open_output(target) as write:
        bad_file.unlink(missing_ok=True)
        for chunk in _chunks(rows):
            texts = [row for row in chunk if isinstance(row, InputRow)]
            failed = [row for row in chunk if isinstance(row, Problem)]
            for row, answer in zip(
                texts, classifier.classify([r.text for r in texts]), strict=True
            ):
                write(row.id, answer)
            if failed:
                _list(bad_file, failed, fresh=bad == 0)
                problems.extend(failed[: max(0, 5 - len(problems))])
            good += len(texts)
            bad += len(failed)
            progress(good + bad)
    return Outcome(good, bad, bad_file if bad else None, tuple(problems))


def _chunks(rows: Iterable[InputRow | Problem]) -> Iterator[list[InputRow | Problem]]:
    chunk: list[InputRow | Problem] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _list(path: Path, problems: list[Problem], *, fresh: bool) -> None:
    with path.open("w" if fresh else "a", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        if fresh:
            table.writerow(["row", "field", "message"])
        table.writerows([p.line, p.field, p.message] for p in problems)
