"""Verifies a file of claims: good rows out, bad rows into a list beside the output."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from classifier.batch.reading import InputRow, read_rows
from classifier.errors import InputError, NotationError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from classifier.domains.answer import Verification
    from classifier.domains.classifier import Classifier

ENDINGS = (".jsonl", ".csv", ".tsv", ".xlsx")
VERDICTS = ("supported", "uncertain", "contradicted")


@dataclass(frozen=True, slots=True)
class ClaimsOutcome:
    """What a run did: verdicts with their counts, and the rows that could not be read.

    ``bad_file`` lists the latter; None where there was none.
    """

    verdicts: dict[str, int]
    problems: tuple[Problem, ...]
    bad_file: Path | None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A text and what is claimed of it, as ``scheme:notation``."""

    number: int
    id: str
    text: str
    claim: str


def read_claims(
    path: Path, text_column: str, claim_column: str, id_column: str
) -> Iterator[ClaimRow | Problem]:
    """Yield the rows of a file in order, each as a claim or as a problem.

    Raises
    ------
    InputError
        The file cannot be read at all, or has no such columns.
    """
    texts = read_rows(path, text_column, id_column)
    claims = read_rows(path, claim_column, id_column)
    for text, claim in zip(texts, claims, strict=True):
        if isinstance(text, Problem):
            yield text
        elif isinstance(claim, Problem):
            yield claim
        else:
            yield ClaimRow(text.number, text.id, text.text, claim.text.strip())


def flat(row_id: str, found: Verification, lang: str) -> dict[str, Any]:
    """Return one row of a table."""
    note = found.decided_by
    better = found.better
    return {
        "id": row_id,
        "text": found.text,
        "claim": f"{found.scheme}:{found.claimed}",
        "verdict": found.verdict,
        "probability": round(found.probability, 4),
        "defensible": round(found.defensible, 4),
        "better": "" if better is None else better.notation or "-",
        "reasons": ";".join(r.code for r in found.reasons),
        "reasons_told": "\n".join(
            f"{r.code.label(lang)}: {r.sentence(lang)}" for r in found.reasons
        ),
        "decided_by": "" if note is None else f"{note.notation} {note.kind}: {note.text}",
        "words_for": _words(found.evidence_for.spans),
        "words_against": ""
        if found.evidence_against is None
        else _words(found.evidence_against.spans),
        "model": found.versions.model,
        "taxonomy": found.versions.taxonomy,
        "lists": found.lists,
    }


def _words(spans: tuple[Any, ...]) -> str:
    return " ".join(f"{s.text.strip()}({s.weight:+.2f})" for s in spans if s.weight > 0)


def verify_file(
    classifier: Classifier,
    source: Path,
    target: Path,
    *,
    text_column: str = "text",
    claim_column: str = "claim",
    id_column: str = "id",
    claim: str | None = None,
    lang: str = "zh",
) -> ClaimsOutcome:
    """Verify every row of ``source`` into ``target``, a JSONL, CSV, TSV or XLSX file.

    Bad rows, claims of nothing that exists among them, are listed in ``TARGET.bad.csv``
    (row, field, message); the rest goes on.

    Parameters
    ----------
    claim
        What is claimed of every text, for a file without such a column.
    lang
        Language of ``reasons_told``.

    Raises
    ------
    InputError
        The input cannot be read at all, or the output not be written.
    """
    _check(target)
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    if claim is None:
        rows = read_claims(source, text_column, claim_column, id_column)
    else:
        rows = _claimed(read_rows(source, text_column, id_column), claim)
    bad_file = target.with_name(f"{target.name}.bad.csv")
    work = target.with_name(f".{target.name}.part")
    try:
        with _Table(work, target.suffix.lower(), lang) as table:
            for row in rows:
                if isinstance(row, Problem):
                    problems.append(row)
                    continue
                try:
                    found = classifier.verify(row.text, row.claim)
                except NotationError as error:
                    problems.append(Problem(str(source), row.number, claim_column, str(error)))
                    continue
                table.write(row.id, found)
                counts[found.verdict] += 1
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)
    _list(bad_file, problems)
    verdicts = {verdict: counts[verdict] for verdict in VERDICTS}
    return ClaimsOutcome(verdicts, tuple(problems), bad_file if problems else None)


def _claimed(rows: Iterator[InputRow | Problem], claim: str) -> Iterator[ClaimRow | Problem]:
    for row in rows:
        yield row if isinstance(row, Problem) else ClaimRow(row.number, row.id, row.text, claim)


def _check(target: Path) -> None:
    if target.suffix.lower() not in ENDINGS:
        message = f"found ending {target.suffix!r}, allowed: {', '.join(ENDINGS)}"
        raise InputError([Problem(str(target), 0, "", message)])
    if not target.parent.is_dir():
        raise InputError([Problem(str(target), 0, "", f"no folder {target.parent}; make it first")])


class _Table:
    """Writes verifications into a file as they come."""

    def __init__(self, path: Path, ending: str, lang: str) -> None:
        self._path, self._ending, self._lang = path, ending, lang
        self._begun = False

    def __enter__(self) -> Self:
        if self._ending == ".xlsx":
            import openpyxl  # noqa: PLC0415  (150 ms that other endings need not pay)

            self._book = openpyxl.Workbook(write_only=True)
            self._append: Any = self._book.create_sheet("keyfield").append
            return self
        self._stream = self._path.open("w", encoding="utf-8", newline="")
        delimiter = "\t" if self._ending == ".tsv" else ","
        self._append = csv.writer(self._stream, delimiter=delimiter, lineterminator="\n").writerow
        return self

    def write(self, row_id: str, found: Verification) -> None:
        """Write one verification."""
        if self._ending == ".jsonl":
            line = json.dumps(found.to_json(row_id), ensure_ascii=False)
            self._stream.write(line + "\n")
            return
        row = flat(row_id, found, self._lang)
        if not self._begun:
            self._append(list(row))
            self._begun = True
        self._append(list(row.values()))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._ending != ".xlsx":
            self._stream.close()
        elif kind is None:
            self._book.save(self._path)


def _list(path: Path, problems: list[Problem]) -> None:
    path.unlink(missing_ok=True)
    if problems:
        with path.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow(["row", "field", "message"])
            table.writerows([p.line, p.field, p.message] for p in problems)
