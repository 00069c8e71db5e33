"""Backup and restore: one zip of plain rows, the same for SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Date, Integer, Table, delete, func, insert, select
from sqlalchemy.orm import Session

from classifier.errors import StorageError
from classifier.service.settings import Settings
from classifier.service.storage import audit
from classifier.service.storage.engine import Store, current_revision, migrate, newest_revision
from classifier.service.storage.tables import AuditHead, Base, Moment, SignIn, User

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = frozenset({SignIn.__tablename__})
"""Sessions are no part of a backup: who restores signs in again."""

JOBS = "jobs"
ROWS = 1000


def _tables() -> list[Table]:
    return [t for t in Base.metadata.sorted_tables if t.name not in LEFT_OUT]


def backup(store: Store, settings: Settings, target: Path) -> dict[str, int]:
    """Write everything into a zip; return the number of rows by table.

    All rows are of one moment. Job files go along.

    Raises
    ------
    StorageError
        The file exists, or the database is not migrated.
    """
    if target.exists():
        raise StorageError(f"{target} exists; name another file")
    revision = current_revision(store)
    if not revision:
        raise StorageError("the database is empty: there is nothing to back up")
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    work = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(work, "w", zipfile.ZIP_DEFLATED) as archive:
            with store.read() as session:
                if not store.sqlite:
                    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                for table in _tables():
                    name = f"tables/{table.name}.jsonl"
                    counts[table.name], digests[name] = _dump(session, table, archive, name)
            for path in sorted((settings.data / JOBS).rglob("*")):
                if path.is_file():
                    archive.write(path, f"files/{path.relative_to(settings.data).as_posix()}")
            manifest = {
                "format": FORMAT,
                "revision": revision,
                "rows": counts,
                "sha256": digests,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        work.chmod(0o600)
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)
    return counts


def _dump(session: Session, table: Table, archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    order = list(table.primary_key.columns)
    with archive.open(name, "w") as stream:
        found = session.execute(
            select(table).order_by(*order).execution_options(yield_per=ROWS)
        ).mappings()
        for row in found:
            line = json.dumps(dict(row), ensure_ascii=False, default=_plain) + "\n"
            data = line.encode()
            digest.update(data)
            stream.write(data)
            count += 1
    return count, digest.hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a backup")


def restore(store: Store, settings: Settings, source: Path) -> dict[str, int]:
    """Fill an empty database from a backup; return the number of rows by table.

    Raises
    ------
    StorageError
        The file is no whole backup, of another revision, or the database holds something;
        nothing is changed then.
    """
    migrate(store, settings)
    try:
        with zipfile.ZipFile(source) as archive, store.write() as session:
            manifest = _manifest(archive, source)
            if session.scalar(select(func.count()).select_from(User)):
                raise StorageError("the database is not empty; restore into a new one")
            session.execute(delete(AuditHead))
            counts = {}
            for table in _tables():
                name = f"tables/{table.name}.jsonl"
                counts[table.name] = _fill(session, table, archive, name, manifest["sha256"])
            _, broken = audit.verify(session)
            if broken is not None:
                raise StorageError(
                    f"{source}: the audit log is broken at row {broken.number}: {broken.why}"
                )
            if not store.sqlite:
                _restart_numbers(session)
            _restore_files(archive, settings.data)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise StorageError(f"{source} is no whole backup: {error}") from error
    return counts


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest.get("format") != FORMAT:
        raise StorageError(f"{source} has format {manifest.get('format')!r}, expected {FORMAT}")
    if manifest["revision"] != newest_revision():
        raise StorageError(
            f"{source} is of revision {manifest['revision']}, this program works with "
            f"{newest_revision()}; restore it with the program that wrote it, then migrate"
        )
    return manifest


def _fill(
    session: Session,
    table: Table,
    archive: zipfile.ZipFile,
    name: str,
    digests: dict[str, str],
) -> int:
    digest = hashlib.sha256()
    count = 0
    with archive.open(name) as stream:
        for rows in _parcels(stream, table, digest):
            session.execute(insert(table), rows)
            count += len(rows)
    if digest.hexdigest() != digests[name]:
        raise StorageError(f"{name} in the backup was changed: its SHA-256 does not match")
    return count


def _parcels(stream: IO[bytes], table: Table, digest: Any) -> Iterator[list[dict[str, Any]]]:
    moments = [c.name for c in table.columns if isinstance(c.type, Moment)]
    days = [c.name for c in table.columns if isinstance(c.type, Date)]
    parcel: list[dict[str, Any]] = []
    for line in io.BufferedReader(stream):  # type: ignore[type-var]
        digest.update(line)
        row = json.loads(line)
        for name in moments:
            row[name] = None if row[name] is None else datetime.fromisoformat(row[name])
        for name in days:
            row[name] = None if row[name] is None else date.fromisoformat(row[name])
        parcel.append(row)
        if len(parcel) == ROWS:
            yield parcel
            parcel = []
    if parcel:
        yield parcel


def _restart_numbers(session: Session) -> None:
    """Let PostgreSQL's sequences go on behind the highest number restored."""
    for table in _tables():
        key = table.primary_key.columns[0]
        if isinstance(key.type, Integer) and key.autoincrement is not False:
            behind = (session.scalar(select(func.max(key))) or 0) + 1
            sequence = func.pg_get_serial_sequence(table.name, key.name)
            session.execute(select(func.setval(sequence, behind, False)))  # noqa: FBT003


def _restore_files(archive: zipfile.ZipFile, data: Path) -> None:
    home = data.resolve()
    for entry in archive.infolist():
        if not entry.filename.startswith("files/"):
            continue
        path = (home / entry.filename.removeprefix("files/")).resolve()
        if not path.is_relative_to(home / JOBS):
            raise StorageError(f"{entry.filename} in the backup points outside the data folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as stream, path.open("wb") as out:
            while block := stream.read(1 << 20):
                out.write(block)
