"""The audit log: any change is found, and named by its row."""

import threading

import pytest
from sqlalchemy import text

from classifier.service.storage import audit


@pytest.fixture
def log(store):
    """Return a database with five rows in its log, its guards taken away as a forger would."""
    for number in range(5):
        with store.write() as session:
            audit.append(session, "user:1", "case.decide", f"case:{number}", {"kind": "confirm"})
    guards = (
        ("audit_no_update", "audit_no_delete") if store.sqlite else ("audit_append_only ON audit",)
    )
    with store.write() as session:
        for guard in guards:
            session.execute(text(f"DROP TRIGGER {guard}"))
    return store


FORGERIES = [
    ("UPDATE audit SET actor = 'user:2' WHERE number = 3", 3, "its words"),
    ("UPDATE audit SET detail = '{}' WHERE number = 1", 1, "its words"),
    ("UPDATE audit SET digest = previous WHERE number = 4", 4, "its words"),
    ("DELETE FROM audit WHERE number = 2", 2, "missing"),
    ("DELETE FROM audit WHERE number = 5", 5, "its head says at row 5"),
    ("DELETE FROM audit", 1, "its head says at row 5"),
    ("UPDATE audit SET number = 9 WHERE number = 5", 5, "missing"),
    ("DELETE FROM audit_head", 6, "its head says nowhere"),
]


@pytest.mark.parametrize(("forgery", "row", "why"), FORGERIES)
def test_the_first_broken_row_is_named(log, forgery, row, why):
    """Whatever is changed, removed, moved or cut off is found."""
    with log.write() as session:
        session.execute(text(forgery))
    with log.read() as session:
        rows, broken = audit.verify(session)
    assert (row - 1, row) == (rows, broken.number)
    assert why in broken.why


def test_an_untouched_log_holds(log):
    """Five rows, each in its place."""
    with log.read() as session:
        assert audit.verify(session) == (5, None)


def test_rows_of_many_threads_make_one_chain(store):
    """Those that append at once wait for one another; nothing is lost or forked."""

    def write():
        for _ in range(5):
            with store.write() as session:
                audit.append(session, "user:1", "x")

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert audit.verify(session) == (30, None)
