"""What one worker does: answer some rows with a model that it loads once and maps.

A worker is this process, one of several on the machine, or one of a cluster; all of them
call ``answer_rows``, so that all of them give the same bytes.
"""

from __future__ import annotations

import platform
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from classifier.batch.encoding import encode, wants_detail
from classifier.errors import ArtefactError
from classifier.home import default_model_dir

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from classifier.batch.reading import InputRow
    from classifier.domains.classifier import Classifier
    from classifier.errors import Problem

ROWS = 2048
"""Rows of a piece of work."""

AFAR = 4 * ROWS
"""Rows of a piece that goes to another process, where handing one over costs some milliseconds."""

CHARACTERS = 1_000_000
"""Characters from which a piece of work has fewer rows: its features must fit the memory."""


class Task(NamedTuple):
    """What a worker needs to know: the model's folder and hashes, and the output's kind."""

    folder: str
    model: str
    taxonomy: str
    kind: str


class Piece(NamedTuple):
    """Some rows of the input, one after another: the good ones, and what is wrong with the rest."""

    rows: int
    ids: list[str]
    texts: list[str]
    problems: list[Problem]


def pieces(rows: Iterable[InputRow | Problem], most: int = ROWS) -> Iterator[Piece]:
    """Cut rows into pieces of at most so many rows, fewer where the texts are long."""
    rows = iter(rows)
    while True:
        ids: list[str] = []
        texts: list[str] = []
        problems: list[Problem] = []
        count = characters = 0
        for row in rows:
            count += 1
            if isinstance(row, tuple):
                _, name, text = row
                ids.append(name)
                texts.append(text)
                characters += len(text)
            else:
                problems.append(row)
            if count == most or characters >= CHARACTERS:
                break
        if not count:
            return
        yield Piece(count, ids, texts, problems)


def answer_here(
    work: Iterable[Piece], classifier: Classifier, kind: str
) -> Generator[tuple[Piece, bytes]]:
    """Answer pieces one after another in this process."""
    for piece in work:
        yield piece, _answered(classifier, kind, piece.ids, piece.texts)


def answer_rows(task: Task, ids: list[str], texts: list[str]) -> bytes:
    """Answer rows in a worker.

    Raises
    ------
    ArtefactError
        The worker has no such model.
    """
    with _ONE_AT_A_TIME:  # a worker of a cluster may have threads; a model is not for several
        return _answered(_model(task), task.kind, ids, texts)


def ready(task: Task) -> None:
    """Load the model of a task before the first rows come.

    Raises
    ------
    ArtefactError
        The worker has no such model.
    """
    with _ONE_AT_A_TIME:
        _model(task)


def _answered(classifier: Classifier, kind: str, ids: list[str], texts: list[str]) -> bytes:
    decided = classifier.decided(texts, detail=wants_detail(kind))
    return encode(kind, ids, decided, classifier.versions)


_ONE_AT_A_TIME = threading.Lock()
_loaded: dict[Task, Classifier] = {}


def _model(task: Task) -> Classifier:
    """Return the model of a task: from its folder, or the same one as it came installed."""
    if task not in _loaded:
        from classifier.domains.classifier import Classifier  # noqa: PLC0415

        here = Path(task.folder)
        model = Classifier.load(here if here.is_dir() else default_model_dir())
        found = model.versions
        if (found.model, found.taxonomy) != (task.model, task.taxonomy):
            raise ArtefactError(
                f"worker {platform.node()}: found model {found.model} in "
                f"{model.artefact.folder}, the job has {task.model}; "
                f"install the same keyfield there, or put the model at {task.folder}"
            )
        _loaded.clear()
        _loaded[task] = model
    return _loaded[task]
