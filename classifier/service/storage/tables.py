"""The tables, as typed models. Times are UTC; what is append-only says so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, kept as UTC without a zone, given back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored."""
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is read."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


def now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  (read by SQLAlchemy when the class is made)
        datetime: Moment,
        date: Date,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: Text,
        bool: Boolean,
        float: Float,
        int: Integer,
    }


class User(Base):
    """Someone who signs in; ``roles`` are comma-separated."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    roles: Mapped[str]
    password_hash: Mapped[str]
    must_change: Mapped[bool]
    active: Mapped[bool]
    created_at: Mapped[datetime]


class ApiKey(Base):
    """An API key: found by its prefix, known by the SHA-256 of its secret."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    label: Mapped[str]
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignIn(Base):
    """A session: known by the SHA-256 of the cookie's value."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Enterprise(Base):
    """An enterprise with its profile as it stands now; ``revision`` counts its changes."""

    __tablename__ = "enterprises"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    profile: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Product(Base):
    """A product description of an enterprise, with the domains claimed for it."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    text: Mapped[str]
    claims: Mapped[list[Any]]
    created_at: Mapped[datetime]


class Assessment(Base):
    """A frozen decision record of the evaluator. Append-only."""

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    tier: Mapped[str]
    on_day: Mapped[date]
    rule_set: Mapped[str]
    decision: Mapped[str]
    record: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Import(Base):
    """A file of claims, or of texts without one, that was sent; ``state`` says if it was taken."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10), server_default="claims")
    state: Mapped[str] = mapped_column(String(10), server_default="taken")
    added: Mapped[int]
    known: Mapped[int]
    refused: Mapped[int]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class ImportProblem(Base):
    """A row that an import refused (0: the whole file), by the code of what is wrong."""

    __tablename__ = "import_problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    row: Mapped[int]
    field: Mapped[str]
    code: Mapped[str] = mapped_column(String(20))
    found: Mapped[str]
    allowed: Mapped[str]


class Case(Base):
    """A claim to review: one product text and one claimed concept; or a text without a claim.

    The prediction in ``record`` is frozen when the claim is imported; it never counts as a
    review. ``value`` orders the queue. ``state`` is ``open``, ``disputed`` or ``settled``.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_queue", "state", "value", "id"),
        UniqueConstraint("fingerprint"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"), index=True)
    row: Mapped[int]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    enterprise_name: Mapped[str]
    text: Mapped[str]
    scheme: Mapped[str] = mapped_column(String(20))
    claimed: Mapped[str] = mapped_column(String(20))
    predicted: Mapped[str | None] = mapped_column(String(20))
    model_verdict: Mapped[str] = mapped_column(String(20))
    probability: Mapped[float]
    stake: Mapped[str] = mapped_column(String(10))
    value: Mapped[float]
    record: Mapped[dict[str, Any]]
    fingerprint: Mapped[str] = mapped_column(String(64))
    needs: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_notation: Mapped[str | None] = mapped_column(String(20))
    lease_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    exported_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Verdict(Base):
    """What a reviewer decided, took back, or a lead adjudicated. Append-only.

    ``kind`` is a verdict, or ``undo`` with the row that it takes back in ``undoes``.
    """

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("undoes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    stage: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(16))
    notation: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"))
    created_at: Mapped[datetime]


class Comment(Base):
    """A remark on a case. Append-only."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]


class Export(Base):
    """An export of labels; what it holds cannot be undone. Append-only."""

    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Label(Base):
    """A label for training, made of a settled case when it was exported. Append-only.

    ``notation`` is ``-`` where the text belongs to no concept of the scheme; ``kind`` is
    ``primary`` or ``also`` (could be defended, not the first).
    """

    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("exports.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    text: Mapped[str]
    scheme: Mapped[str] = mapped_column(String(20))
    notation: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    verdict: Mapped[str] = mapped_column(String(16))


class Job(Base):
    """A file that is classified in the background.

    ``state`` is ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``; ``owner``
    names the process that works on it, until ``owned_until``. ``chunks`` are on disk, made
    by ``model``; ``attempts`` counts the starts since the last of them.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_created_at", "state", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    file: Mapped[str]
    source: Mapped[str]
    format: Mapped[str] = mapped_column(String(8))
    text_column: Mapped[str]
    id_column: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    total: Mapped[int]
    good: Mapped[int]
    bad: Mapped[int]
    chunks: Mapped[int]
    attempts: Mapped[int]
    model: Mapped[str]
    error: Mapped[str]
    owner: Mapped[str | None] = mapped_column(String(40))
    owned_until: Mapped[datetime | None]
    cancel: Mapped[bool]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class DriftReport(Base):
    """A measurement of drift: ``asked``, ``running``, ``done`` or ``failed``.

    ``basis`` is what it hangs on: with the same one there is nothing new to measure.
    """

    __tablename__ = "drift_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    basis: Mapped[str]
    model: Mapped[str] = mapped_column(String(12))
    texts: Mapped[int]
    level: Mapped[str] = mapped_column(String(10))
    report: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class AuditRow(Base):
    """One line of the audit log: its hash covers its own words and the row before. Append-only."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the audit log: a shortened log does not fit it. One row, locked to append."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
