"""Small questions of the pages to the database: imports and exports, for lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.service.storage.tables import Export, Import, User


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import of claims, as the list shows it."""

    id: int
    file: str
    added: int
    known: int
    refused: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export of labels, as the list shows it."""

    id: int
    count: int
    by: str
    at: datetime


def imports(session: Session, most: int = 50) -> list[ImportRow]:
    """Return the latest imports, the newest first."""
    found = session.execute(
        select(Import, User.name)
        .join(User, User.id == Import.created_by)
        .order_by(Import.id.desc())
        .limit(most)
    )
    return [
        ImportRow(one.id, one.file, one.added, one.known, one.refused, name, one.created_at)
        for one, name in found
    ]


def import_file(session: Session, import_id: int | None) -> str:
    """Return the name of the file that an import brought in; empty if there was none."""
    found = None if import_id is None else session.get(Import, import_id)
    return "" if found is None else found.file


def exports(session: Session, most: int = 50) -> list[ExportRow]:
    """Return the latest exports, the newest first."""
    found = session.execute(
        select(Export, User.name)
        .join(User, User.id == Export.created_by)
        .order_by(Export.id.desc())
        .limit(most)
    )
    return [ExportRow(one.id, one.count, name, one.created_at) for one, name in found]
