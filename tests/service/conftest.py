"""Fixtures of the service's tests: both databases, a running app, fast password hashes."""

from __future__ import annotations

import shutil

import argon2
import pytest

from classifier.service.knowledge import load_knowledge
from classifier.service.security import passwords
from classifier.service.settings import Settings
from classifier.service.storage.engine import migrate, open_store

from . import postgres
from .client import Running

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session", autouse=True)
def _fast_hashes():
    """Hash passwords as weakly as can be: what they cost is no subject of these tests."""
    before = passwords._hasher
    passwords._hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._hasher = before


@pytest.fixture(scope="session")
def knowledge():
    """Return model, schemes and rules that ship."""
    return load_knowledge(Settings())


@pytest.fixture(scope="session")
def postgres_server():
    """Return a running PostgreSQL; its tests are skipped where it is not installed."""
    server = postgres.started()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory):
    """Return a migrated, empty SQLite file, to be copied."""
    given = Settings(data=tmp_path_factory.mktemp("blank"))
    opened = open_store(given)
    migrate(opened, given)
    opened.close()
    return given.data / "keyfield.db"


@pytest.fixture(scope="session")
def blank_postgresql(postgres_server, tmp_path_factory):
    """Return the name of a migrated, empty PostgreSQL database, to be copied."""
    url = postgres_server.database()
    given = Settings(data=tmp_path_factory.mktemp("blank"), database_url=url)
    opened = open_store(given)
    migrate(opened, given)
    opened.close()
    return opened.engine.url.database


def fresh_settings(request, folder, **given):
    """Return settings with an empty, migrated database of the kind that a fixture is asked for."""
    url = ""
    if request.param == "postgresql":
        blank = request.getfixturevalue("blank_postgresql")
        url = request.getfixturevalue("postgres_server").database(blank)
    else:
        shutil.copy(request.getfixturevalue("blank_sqlite"), folder / "keyfield.db")
    quiet = {"jobs": False, "rate": 1e6, "burst": 10**6, "sign_in_rate": 1e6}
    return Settings(data=folder, database_url=url, **{**quiet, "sign_in_burst": 10**6, **given})


@pytest.fixture(params=DATABASES)
def settings(request, tmp_path):
    """Return settings with an empty database of each kind."""
    return fresh_settings(request, tmp_path)


@pytest.fixture
def store(settings):
    """Return a migrated, empty database of each kind."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture(params=DATABASES, scope="module")
def service(request, tmp_path_factory, knowledge):
    """Return a running app on each kind of database, shared by a module's tests."""
    folder = tmp_path_factory.mktemp("service")
    with Running(fresh_settings(request, folder, double_share=0.0), knowledge) as running:
        yield running


@pytest.fixture
def alone(tmp_path, knowledge):
    """Return a function that runs an app of its own on SQLite with other settings."""
    opened = []

    def run(**given):
        quiet = {"jobs": False, "rate": 1e6, "burst": 10**6, "sign_in_burst": 10**6}
        running = Running(Settings(data=tmp_path, **{**quiet, **given}), knowledge)
        opened.append(running)
        return running.__enter__()

    yield run
    for running in opened:
        running.__exit__(None, None, None)
