"""A PostgreSQL server of Debian's binaries, in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

ROOM = 2**31
"""Bytes that the databases of the tests may take, with a good margin."""

MISSING = "PostgreSQL's server is not installed: apt-get install postgresql"


def binaries():
    """Return the folder of the newest server binaries, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


def _roomy():
    """Return a folder in memory where there is room, for it is ten times as fast; else /tmp."""
    memory, disk = Path("/dev/shm"), Path("/tmp")  # noqa: S108  (mkdtemp makes the names)
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if roomy and os.access(memory, os.W_OK) else disk


class Server:
    """A server that listens on a socket only."""

    def __init__(self, bin_folder):
        self._bin = bin_folder
        self._folder = Path(tempfile.mkdtemp(prefix="keyfield-pg-", dir=_roomy()))
        self._user = None
        self._made = 0
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            names = {entry.pw_name for entry in pwd.getpwall()}
            self._user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(self._folder, self._user)

    def _run(self, *command):
        subprocess.run(
            [str(part) for part in command],
            check=True,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )

    def start(self):
        """Make a cluster and start it."""
        data = self._folder / "data"
        options = ("-A", "trust", "-U", "keyfield", "-E", "UTF8", "--no-sync")
        self._run(self._bin / "initdb", "-D", data, *options)
        flags = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        log = self._folder / "log"
        self._run(self._bin / "pg_ctl", "-D", data, "-o", flags, "-l", log, "-w", "start")

    def stop(self):
        """Stop it and remove everything."""
        self._run(self._bin / "pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name):
        """Return the URL of a database."""
        return f"postgresql://keyfield@/{name}?host={self._folder}"

    def database(self, template="template1"):
        """Return the URL of a fresh database, a copy of another one."""
        self._made += 1
        name = f"test{self._made}"
        where = f"host={self._folder} user=keyfield dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def started():
    """Return a running server; skip, by name, where there is none."""
    found = binaries()
    if found is None:
        pytest.skip(MISSING)
    server = Server(found)
    server.start()
    return server
