"""Classifies a file: good rows out, bad rows into a list beside the output."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifier import __version__
from classifier.batch.header import ID, refuse
from classifier.batch.journal import Journal
from classifier.batch.reading import check_input, examine
from classifier.batch.spool import Place, Spool, discard, finish, first_problems
from classifier.batch.work import BYTES, ROWS, Task, answer_here, work_of
from classifier.errors import BatchError, InputError, JobInterruptedError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from classifier.batch.reading import Source
    from classifier.batch.work import Answered
    from classifier.domains.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. ``bad_file`` lists the bad rows; None where there was none.

    ``resumed`` counts the rows that an earlier run had done.
    """

    good: int
    bad: int
    bad_file: Path | None
    first_problems: tuple[Problem, ...]
    resumed: int = 0


def classify_file(
    classifier: Classifier,
    source: Path,
    target: Path,
    *,
    text_column: str = "text",
    id_column: str = ID,
    progress: Callable[[int, int | None], None] = lambda _done, _total: None,
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    rows: int | None = None,
) -> Outcome:
    """Classify every row of ``source`` into ``target``.

    The bytes of ``target`` hang on the rows, the model and the two columns alone: not on
    the number of workers, the size of the pieces, or on how often the job was interrupted.
    Bad rows are listed in ``TARGET.bad.csv`` (row, field, message); the rest goes on.

    Parameters
    ----------
    progress
        Called with the number of rows done and about how many there are (None: unknown),
        at the beginning and after every piece.
    jobs
        Processes that answer; with 1, this one does.
    cluster
        Address of a Dask scheduler whose workers answer instead.
    resume
        Go on with a job that was interrupted; begin where there is none.
    rows
        Rows of a piece of work at most; by default ``ROWS``, and for another process those of
        a block.

    Raises
    ------
    InputError
        The input cannot be read at all, the output not be written, or an interrupted job
        is not this one.
    JobInterruptedError
        The job was interrupted and can go on with ``resume``.
    BatchError
        The workers cannot do it, and nothing is done yet.
    """
    place = Place(target)
    check_input(source)
    place.check()
    if target.exists() and target.samefile(source):
        raise refuse(target, "is the input; name another output")
    with _answering(classifier, place.kind, jobs, cluster) as answer:
        found = examine(source)  # processes start meanwhile
        job = {
            "program": __version__,
            "input": found.sha256,
            **classifier.versions.to_json(),
            "text_column": text_column,
            "id_column": id_column,
            "output": target.suffix.lower(),
        }
        known = resume and place.hidden("journal").exists()
        journal = (Journal.resume if known else Journal.begin)(place.hidden("journal"), job)
        begun = journal.mark.rows
        try:
            if not journal.mark.whole:
                with (
                    closing(Spool(place, journal, classifier.schemes)) as spool,
                    closing(answer(source, text_column, id_column, begun, rows)) as answers,
                ):
                    progress(begun, found.rows)
                    for done in answers:
                        spool.append(*done)
                        progress(spool.mark.rows, found.rows)
                    _unchanged(source, found)
                    spool.commit(whole=True)
            finish(place, journal)
        except InputError:
            if not known:
                discard(place, journal)
            raise
        except (KeyboardInterrupt, OSError, BatchError) as error:
            if not journal.mark.rows:
                discard(place, journal)
                raise
            raise JobInterruptedError(_how_to_go_on(journal, error)) from error
        finally:
            journal.close()
    mark = journal.mark
    return Outcome(
        good=mark.good,
        bad=mark.bad,
        bad_file=place.bad if mark.bad else None,
        first_problems=first_problems(place, source) if mark.bad else (),
        resumed=begun,
    )


@contextmanager
def _answering(
    classifier: Classifier, kind: str, jobs: int, cluster: str | None
) -> Iterator[Callable[..., Generator[Answered]]]:
    """Yield what answers a file: this process, several that have been started, or a cluster."""
    if cluster is None and jobs == 1:
        yield lambda source, text, name, begun, rows: answer_here(
            work_of(source, text, name, begun, rows or ROWS, BYTES), classifier, kind
        )
        return
    folder, versions = classifier.artefact.folder.resolve(), classifier.versions
    task = Task(str(folder), versions.model, versions.taxonomy, kind)
    if cluster is None:
        from classifier.batch.parallel import Processes  # noqa: PLC0415  (as below)

        with closing(Processes(task, jobs)) as processes:
            yield lambda *given: processes.answer(work_of(*given))
    else:
        from classifier.batch.cluster import answer_on_cluster  # noqa: PLC0415  (when asked for)

        yield lambda *given: answer_on_cluster(work_of(*given), task, cluster)


def _unchanged(source: Path, found: Source) -> None:
    now = source.stat()
    if (now.st_size, now.st_mtime_ns) != (found.size, found.modified):
        raise refuse(source, "was changed while it was read; let its writer end, and begin again")


def _how_to_go_on(journal: Journal, error: Any) -> str:
    why = "" if isinstance(error, KeyboardInterrupt) else f": {error}"
    return (
        f"interrupted behind row {journal.mark.rows:,}{why}; "
        "the same command with --resume goes on from there"
    )
