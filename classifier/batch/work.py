"""What one worker does: answer some rows with a model that it loads once and maps.

A worker is this process, one of several on the machine, or one of a cluster; all of them
answer pieces of rows in one way, so that all of them give the same bytes. A text file is
handed to them in parts, whose rows they read themselves.
"""

from __future__ import annotations

import platform
import threading
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from classifier.batch.blocks import ENDINGS, cut
from classifier.batch.encoding import encode, wants_detail
from classifier.batch.reading import read_block, read_plain, read_rows
from classifier.errors import ArtefactError, BatchError
from classifier.home import default_model_dir

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from classifier.batch.blocks import Block
    from classifier.batch.reading import InputRow
    from classifier.domains.classifier import Classifier
    from classifier.errors import Problem

ROWS = 2048
"""Rows of a piece of work."""

BYTES = 1 << 18
"""Bytes of a text file that this process cuts at once: those of about so many rows."""

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


class Answered(NamedTuple):
    """What became of some rows: the answers of the good ones, and what is wrong with the rest."""

    rows: int
    data: bytes
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


def work_of(
    source: Path,
    text_column: str,
    id_column: str,
    begun: int,
    most: int | None,
    at_once: int | None = None,
) -> Iterator[Piece | Block]:
    """Yield the rows of a file in blocks where it can be cut into them, else in pieces.

    Parameters
    ----------
    begun
        Rows that are done.
    most
        Rows of a piece, and of a block, at most; by default those of ``AFAR``, and all of them.
    at_once
        As to ``cut``.

    Raises
    ------
    InputError
        As ``reading.read_rows``.
    """
    if source.suffix.lower() in ENDINGS:
        done = yield from cut(
            source, text_column, id_column, skip=begun, most=most, at_once=at_once
        )
        if done is None:
            return
        begun = max(begun, done)
    unread = islice(read_rows(source, text_column, id_column), begun, None)
    yield from pieces(unread, most or AFAR)


def answer_here(
    work: Iterable[Piece | Block], classifier: Classifier, kind: str
) -> Generator[Answered]:
    """Answer pieces and blocks one after another in this process.

    Raises
    ------
    BatchError
        A block has other rows than it says.
    """
    for part in work:
        yield _answered(classifier, kind, part)


def answer(task: Task, work: Piece | Block) -> Answered:
    """Answer a piece or a block in a worker.

    Raises
    ------
    ArtefactError
        The worker has no such model.
    BatchError
        As ``answer_here``.
    """
    with _ONE_AT_A_TIME:  # a worker of a cluster may have threads; a model is not for several
        return _answered(_model(task), task.kind, work)


def ready(task: Task) -> None:
    """Load the model of a task before the first rows come.

    Raises
    ------
    ArtefactError
        The worker has no such model.
    """
    with _ONE_AT_A_TIME:
        _model(task)


def _answered(classifier: Classifier, kind: str, work: Piece | Block) -> Answered:
    if isinstance(work, Piece):
        decided = classifier.decided(work.texts, detail=wants_detail(kind))
        data = encode(kind, work.ids, decided, classifier.versions)
        return Answered(work.rows, data, work.problems)
    done = [_answered(classifier, kind, piece) for piece in _pieces_of(work)]
    found = sum(part.rows for part in done)
    if found != work.rows:
        last = work.first + work.rows - 1
        raise BatchError(
            f"{work.shape.path}: found {found} rows, expected {work.rows}, in rows {work.first} "
            f"to {last}; save the file anew as UTF-8, or report this with the file"
        )
    return Answered(
        found,
        b"".join([part.data for part in done]),
        [problem for part in done for problem in part.problems],
    )


def _pieces_of(block: Block) -> Iterator[Piece]:
    block = block.whole()
    plain = read_plain(block)
    if plain is None:
        return pieces(read_block(block))
    ids, texts = plain
    return iter([Piece(len(ids), ids, texts, [])])


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
