"""Imports and exports as they are kept: what came in, what was refused and why, what went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from classifier.errors import MissingError, Problem
from classifier.service.reviews.flaws import Flaw, as_refused
from classifier.service.security.roles import Caller
from classifier.service.storage.tables import Export, Import, ImportProblem, User, now

KindOfFile = Literal["claims", "texts"]
StateOfFile = Literal["taken", "refused"]

MOST_KEPT = 5000
"""Problems of one file that are kept; ``refused`` counts all of them."""

LONGEST = 500
"""Characters of what was found that are kept."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import; ``kind`` is ``claims`` or ``texts``, ``state`` ``taken`` or ``refused``."""

    id: int
    file: str
    kind: str
    state: str
    added: int
    known: int
    refused: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptProblem:
    """A row that an import refused (0: the whole file), and what is wrong with it."""

    row: int
    field: str
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export of labels."""

    id: int
    count: int
    by: str
    at: datetime


def record(
    session: Session,
    *,
    by: Caller,
    file: str,
    digest: str,
    kind: KindOfFile,
    state: StateOfFile,
    problems: Sequence[Problem],
) -> Import:
    """Keep an import with what it refused; its counts are filled in by who adds the cases."""
    row = Import(
        file=storable(file),
        digest=digest,
        kind=kind,
        state=state,
        added=0,
        known=0,
        refused=len(problems),
        created_by=by.user_id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    for problem in map(as_refused, problems[:MOST_KEPT]):
        session.add(
            ImportProblem(
                import_id=row.id,
                row=problem.line,
                field=storable(problem.field),
                code=problem.flaw.code,
                found=storable(problem.flaw.found)[:LONGEST],
                allowed=storable(problem.flaw.allowed)[:LONGEST],
            )
        )
    return row


def storable(text: str) -> str:
    """Return a text without what no database can hold."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def _imports() -> Select[Import, str]:
    return select(Import, User.name).join(User, User.id == Import.created_by)


def _row(one: Import, name: str) -> ImportRow:
    return ImportRow(
        one.id,
        one.file,
        one.kind,
        one.state,
        one.added,
        one.known,
        one.refused,
        name,
        one.created_at,
    )


def imports(session: Session, *, page: int = 1, size: int = 50) -> tuple[list[ImportRow], int]:
    """Return a page of the imports, the newest first, and how many there are."""
    found = session.execute(
        _imports().order_by(Import.id.desc()).limit(size).offset((page - 1) * size)
    )
    total = session.scalar(select(func.count()).select_from(Import)) or 0
    return [_row(one, name) for one, name in found], total


def get_import(session: Session, import_id: int) -> ImportRow:
    """Return one import.

    Raises
    ------
    MissingError
        There is none with this id.
    """
    found = session.execute(_imports().where(Import.id == import_id)).one_or_none()
    if found is None:
        raise MissingError(f"没有编号为{import_id}的导入")
    return _row(*found)


def problems_of(session: Session, import_id: int) -> list[KeptProblem]:
    """Return what an import refused, in the order of the rows."""
    found = session.scalars(
        select(ImportProblem)
        .where(ImportProblem.import_id == import_id)
        .order_by(ImportProblem.row, ImportProblem.id)
    )
    return [KeptProblem(p.row, p.field, Flaw(p.code, p.found, p.allowed)) for p in found]


def exports(session: Session, *, page: int = 1, size: int = 50) -> tuple[list[ExportRow], int]:
    """Return a page of the exports of labels, the newest first, and how many there are."""
    found = session.execute(
        select(Export, User.name)
        .join(User, User.id == Export.created_by)
        .order_by(Export.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    total = session.scalar(select(func.count()).select_from(Export)) or 0
    return [ExportRow(one.id, one.count, name, one.created_at) for one, name in found], total
