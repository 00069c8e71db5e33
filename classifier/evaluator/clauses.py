"""The conditions of the rules as frozen objects: sources, queries, expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

TierId = Literal["innovative", "tech", "srdi", "little-giant", "champion"]
Application = Literal["new", "renewal"]

TIERS: tuple[TierId, ...] = ("innovative", "tech", "srdi", "little-giant", "champion")
LADDER: tuple[TierId, ...] = ("innovative", "srdi", "little-giant", "champion")
"""The four tiers from the lowest up; ``tech`` 科技型 is another way into the first."""
APPLICATIONS: tuple[Application, ...] = ("new", "renewal")
APPLICATION_TITLES: dict[Application, str] = {"new": "新申报", "renewal": "复核"}
CONFIDENCES = ("confirmed", "single-source", "unconfirmed", "inferred")

Argument = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands, how well it was seen, and when it is in force."""

    document: str
    clause: str
    confidence: str
    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the value is in force on a day."""
        return self.start <= day and (self.end is None or day <= self.end)

    @property
    def period(self) -> str:
        """Return the dates in force, as people read them."""
        return f"{self.start.isoformat()}起" + (f"至{self.end.isoformat()}" if self.end else "")


@dataclass(frozen=True, slots=True)
class Query:
    """A value that a rule asks for.

    ``origin`` says where it comes from: ``derived`` (computed), ``fact`` (of the
    profile) or ``local`` (declared by a province's file).
    """

    origin: Literal["derived", "fact", "local"]
    name: str
    arguments: tuple[tuple[str, Argument], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number against a threshold; ``operator`` is a key of ``values.OPERATORS``."""

    query: Query
    operator: str
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """A yes-or-no value that must be ``expected``."""

    query: Query
    expected: bool = True


@dataclass(frozen=True, slots=True)
class InScheme:
    """The main product belongs to a scheme of key fields (see ``domain``)."""

    scheme: str


@dataclass(frozen=True, slots=True)
class IsApplication:
    """The application is a new one, or a renewal (复核)."""

    kind: Application


@dataclass(frozen=True, slots=True)
class ReadAs:
    """A reading is set to an option."""

    reading: str
    option: str


@dataclass(frozen=True, slots=True)
class Every:
    """All parts must hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part must hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A named part of the rules (条件), with its source.

    Parameters
    ----------
    id, title, source
        Identifier, Chinese title, and where it stands.
    test
        What must hold.
    waivers
        Conditions of which one lifts this one (免考核).
    needs_main_product
        Unknown while the firm has no main product (主导产品) by definition.
    readings
        Readings that the wording rests on, shown in the trace.
    dated
        Has dates of its own (an annual overlay), apart from its document's.
    """

    id: str
    title: str
    source: Source
    test: Expression
    waivers: tuple[Condition, ...] = ()
    needs_main_product: bool = False
    readings: tuple[str, ...] = ()
    dated: bool = False


Expression = Comparison | Statement | InScheme | IsApplication | ReadAs | Every | Some | Condition
