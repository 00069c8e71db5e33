"""The database: one schema on both kinds, rows that stay, backups that go from one to the other."""

import zipfile
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from classifier.errors import StorageError
from classifier.service.security.users import add_user
from classifier.service.storage import audit
from classifier.service.storage.backup import backup, restore
from classifier.service.storage.engine import (
    current_revision,
    migrate,
    newest_revision,
    open_store,
)
from classifier.service.storage.migrations.versions.r0001_first_tables import APPEND_ONLY, FROZEN
from classifier.service.storage.tables import Base, Case, Comment, Export, User, Verdict, now

from .conftest import DATABASES, fresh_settings


def _case(session, user, **changes):
    values = {
        "import_id": None,
        "row": 1,
        "enterprise_name": "示例企业",
        "text": "风电主轴轴承",
        "scheme": "mp10",
        "claimed": "M07",
        "predicted": "M07",
        "model_verdict": "supported",
        "probability": 0.9,
        "stake": "normal",
        "value": 0.1,
        "record": {},
        "fingerprint": "f",
        "needs": 1,
        "state": "open",
        "created_at": now(),
        **changes,
    }
    case = Case(**values)
    session.add(case)
    session.flush()
    session.add(
        Verdict(
            case_id=case.id,
            user_id=user.id,
            stage="review",
            kind="confirm",
            reason="",
            created_at=now(),
        )
    )
    session.add(Comment(case_id=case.id, user_id=user.id, text="x", created_at=now()))
    session.add(Export(count=0, created_by=user.id, created_at=now()))
    return case


@pytest.fixture
def filled(store):
    """Return a database with a user, a case and what hangs on it."""
    with store.write() as session:
        user, _ = add_user(session, "审核员甲", ["reviewer"], actor="tests")
        _case(session, user)
    return store


@pytest.fixture(scope="module", params=DATABASES)
def guarded(request, tmp_path_factory):
    """Return such a database for tests that change nothing, since every change is refused."""
    opened = open_store(fresh_settings(request, tmp_path_factory.mktemp("guarded")))
    with opened.write() as session:
        user, _ = add_user(session, "审核员甲", ["reviewer"], actor="tests")
        _case(session, user)
    yield opened
    opened.close()


def test_migrations_make_what_the_models_say(store):
    """The migrated database differs in nothing from the typed models."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert newest_revision() == current_revision(store)


def test_sqlite_writes_ahead(store):
    """SQLite is in WAL mode, waits for a lock, and checks foreign keys."""
    if not store.sqlite:
        return
    with store.engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in asked]
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("table", [t for t in APPEND_ONLY if t not in {"assessments", "labels"}])
def test_append_only_rows_stay(guarded, table):
    """The database itself refuses to change or delete what is append-only."""
    column = "actor" if table == "audit" else "created_at"
    for words in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DBAPIError, match=r"append-only|does not allow"), guarded.write() as s:
            s.execute(text(words))


@pytest.mark.parametrize("column", FROZEN)
def test_claim_and_prediction_of_a_case_are_frozen(guarded, column):
    """No statement can change what was claimed or predicted; the summary can."""
    with pytest.raises(DBAPIError, match=r"frozen|does not allow"), guarded.write() as session:
        session.execute(text(f"UPDATE cases SET {column} = {column}"))  # noqa: S608
    with pytest.raises(DBAPIError, match=r"not deleted|does not allow"), guarded.write() as session:
        session.execute(text("DELETE FROM cases"))
    with guarded.write() as session:
        session.execute(text("UPDATE cases SET state = 'open'"))


def test_a_write_is_whole_or_not_at_all(filled):
    """An error in the middle takes the audit row back too."""
    with filled.read() as session:
        before = audit.verify(session)

    def write_twice():
        with filled.write() as session:
            audit.append(session, "tests", "x")
            session.add(User(id=1, name="again"))

    with pytest.raises(IntegrityError):
        write_twice()
    with filled.read() as session:
        assert before == audit.verify(session)


def test_a_later_programs_database_is_refused(settings, store):
    """A revision that this program does not know is named, and nothing is done."""
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="revision 9999"):
        migrate(store, settings)


def test_a_backup_goes_from_any_database_to_any_other(filled, settings, tmp_path):
    """A backup restores into an empty database of the same kind and into SQLite, row by row."""
    (settings.data / "jobs" / "a").mkdir(parents=True)
    (settings.data / "jobs" / "a" / "input.csv").write_text("text\n", encoding="utf-8")
    file = tmp_path / "b.zip"
    counts = backup(filled, settings, file)
    there = replace(settings, data=tmp_path / "there", database_url="")
    other = open_store(there)
    assert counts == restore(other, there, file)
    assert (there.data / "jobs" / "a" / "input.csv").is_file()
    with other.read() as session, filled.read() as before:
        assert audit.verify(before) == audit.verify(session)
        assert session.get(Case, 1).text == "风电主轴轴承"
    with other.write() as session:
        add_user(session, "审核员乙", ["reviewer"], actor="tests")
    with pytest.raises(StorageError, match="not empty"):
        restore(other, there, file)
    other.close()
    with pytest.raises(StorageError, match="exists"):
        backup(filled, settings, file)


def test_a_backup_restores_into_postgresql(postgres_server, tmp_path, settings, filled):
    """Numbers go on behind the restored ones, also on PostgreSQL."""
    file = tmp_path / "b.zip"
    backup(filled, settings, file)
    there = replace(settings, database_url=postgres_server.database())
    other = open_store(there)
    restore(other, there, file)
    with other.write() as session:
        user, _ = add_user(session, "审核员乙", ["reviewer"], actor="tests")
        assert user.id == 2
    other.close()


def test_a_changed_backup_is_refused_whole(filled, settings, tmp_path):
    """One changed row in the file, and nothing of it is restored."""
    file, forged = tmp_path / "b.zip", tmp_path / "f.zip"
    backup(filled, settings, file)
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(forged, "w") as out:
        for name in archive.namelist():
            data = archive.read(name)
            out.writestr(name, data.replace("审核员甲".encode(), "审核员丙".encode()))
    there = replace(settings, data=tmp_path / "there", database_url="")
    other = open_store(there)
    with pytest.raises(StorageError, match="was changed"):
        restore(other, there, forged)
    with other.read() as session:
        assert audit.verify(session) == (0, None)
    other.close()
