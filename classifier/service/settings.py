"""Settings: from ``KEYFIELD_…`` variables and the command line, checked once, then frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from classifier.errors import SettingsError

PREFIX = "KEYFIELD_"
MEBIBYTE = 1024 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about a service that may differ from one place to another.

    Each field is read from the variable of its name in capitals behind ``KEYFIELD_``,
    such as ``KEYFIELD_DATABASE_URL``.

    Parameters
    ----------
    data
        Folder of the database, of jobs' files and of backups; made where it is missing.
    database_url
        ``sqlite:///PATH`` or ``postgresql://USER@HOST/NAME``; empty for SQLite in ``data``.
    model
        Folder of a model that is used whatever the registry says; empty to follow the registry.
    registry
        Folder of the models (``models/``) whose pointer is followed; empty for the one beside
        the program. Not together with ``model``.
    follow_seconds
        Time between looks at the registry's pointer.
    host, port, workers
        Where to listen, and how many processes answer.
    threads
        Threads of each worker that answer requests.
    json_bytes, upload_bytes
        Most bytes of a JSON body and of an uploaded file.
    held_bytes
        Most bytes of request bodies that a worker holds at once; above, 503.
    in_flight
        Most requests that a worker has open at once; above, 503.
    texts, characters
        Most texts of a request, and most characters of a text.
    rows
        Most rows of an imported file of claims.
    rate, burst
        Requests a second that one address may make of a worker, and how many at once.
    sign_in_rate, sign_in_burst
        The same for attempts to sign in, a minute.
    session_hours, lease_minutes
        Life of a session, and of a reviewer's hold on a case.
    double_share, seed
        Share of cases that two reviewers decide (0 to 1), and what the choice hangs on.
    log_text
        Whether logs may hold product texts.
    cookie_secure
        Whether the session cookie goes over HTTPS only; empty: yes, but on loopback.
    body_seconds
        Time in which a body must have come in; above, 408.
    drain_seconds
        Time that open requests get to finish when the service stops.
    jobs
        Whether this process takes on jobs, and measures drift.
    drift_minutes
        Time between measurements of drift; there is none where nothing is new.
    """

    data: Path = Path("keyfield-data")
    database_url: str = ""
    model: str = ""
    registry: str = ""
    follow_seconds: float = 1.0
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 8
    json_bytes: int = 2 * MEBIBYTE
    upload_bytes: int = 20 * MEBIBYTE
    held_bytes: int = 64 * MEBIBYTE
    in_flight: int = 256
    texts: int = 1000
    characters: int = 5000
    rows: int = 2000
    rate: float = 100.0
    burst: int = 200
    sign_in_rate: float = 10.0
    sign_in_burst: int = 10
    session_hours: float = 12.0
    lease_minutes: float = 15.0
    double_share: float = 0.2
    seed: str = "keyfield"
    log_text: bool = False
    cookie_secure: bool | None = None
    body_seconds: float = 30.0
    drain_seconds: int = 30
    jobs: bool = True
    drift_minutes: float = 60.0

    def __post_init__(self) -> None:
        if self.model and self.registry:
            raise SettingsError("model and registry: found both, allowed: one of them")
        if not 0 <= self.double_share <= 1:
            raise SettingsError(f"double_share: found {self.double_share}, allowed: 0 to 1")
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number and value <= 0 and field.name != "double_share":
                raise SettingsError(f"{field.name}: found {value}, expected more than 0")

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None, **given: Any) -> Self:
        """Return settings from variables; what is given (and not None) wins.

        Raises
        ------
        SettingsError
            A variable does not hold what its setting must.
        """
        found = os.environ if variables is None else variables
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if name in found:
                values[field.name] = _value(name, found[name], str(field.type))
        known = {name: value for name, value in given.items() if value is not None}
        return cls(**{**values, **known})

    def to_variables(self) -> dict[str, str]:
        """Return the variables that ``read`` makes the same settings of."""
        out = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                out[PREFIX + field.name.upper()] = str(value)
        return out

    @property
    def url(self) -> str:
        """Return the database's URL as SQLAlchemy takes it."""
        given = self.database_url or f"sqlite:///{self.data.absolute() / 'keyfield.db'}"
        for short in ("postgresql://", "postgres://"):
            if given.startswith(short):
                return "postgresql+psycopg://" + given.removeprefix(short)
        if not given.startswith(("sqlite://", "postgresql+psycopg://")):
            scheme = given.partition(":")[0]
            raise SettingsError(
                f"database_url: found {scheme!r}, allowed: sqlite:///PATH, postgresql://…"
            )
        return given

    @property
    def secure_cookie(self) -> bool:
        """Return whether the session cookie goes over HTTPS only."""
        if self.cookie_secure is None:
            return self.host not in LOOPBACK
        return self.cookie_secure

    def with_data(self, folder: Path) -> Self:
        """Return the same settings over another folder."""
        return replace(self, data=folder)


_TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _value(name: str, text: str, kind: str) -> Any:
    try:
        if kind.startswith("bool"):
            return None if not text and "None" in kind else _TRUTHS[text.strip().lower()]
        return {"int": int, "float": float, "Path": Path, "str": str}[kind](text)
    except (KeyError, ValueError):
        allowed = "true, false" if kind.startswith("bool") else kind
        raise SettingsError(f"{name}: found {text!r}, allowed: {allowed}") from None
