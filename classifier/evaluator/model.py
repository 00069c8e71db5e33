"""Rule sets as frozen objects: tiers, indicators, bands, definitions, readings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from classifier.evaluator.clauses import Condition, Expression, Query, Source, TierId


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of values with its points; None leaves a side open.

    ``low_in`` and ``high_in`` say whether the edges belong to the band.
    """

    low: Decimal | None
    low_in: bool
    high: Decimal | None
    high_in: bool
    points: int
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        parts = []
        if self.low is not None:
            parts.append(f"{'≥' if self.low_in else '＞'}{self.low}")
        if self.high is not None:
            parts.append(f"{'≤' if self.high_in else '＜'}{self.high}")
        return "且".join(parts)


@dataclass(frozen=True, slots=True)
class Bands:
    """Points by a number: every number falls into one band.

    ``better`` is ``higher`` or ``lower``; bands stand from the best down. ``when``, where
    it is given, must hold for the bands to count at all.
    """

    query: Query
    better: Literal["higher", "lower"]
    bands: tuple[Band, ...]
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Points where a condition holds; ``low`` < ``high`` where the source is cut off."""

    id: str
    title: str
    test: Expression | None
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Cases:
    """Points by the first case that holds; cases stand from the best down."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """Points of all cases that hold, up to a cap."""

    cases: tuple[Case, ...]
    cap: int


@dataclass(frozen=True, slots=True)
class BetterOf:
    """The better of several scales (就高)."""

    scales: tuple[Scale, ...]


@dataclass(frozen=True, slots=True)
class Local:
    """The place of the province's own indicators (特色化指标)."""


Scale = Bands | Cases | Sum | BetterOf | Local


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored line (指标)."""

    id: str
    number: str
    title: str
    maximum: int
    source: Source
    scale: Scale
    needs_main_product: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """Indicators whose points are added; ``minimum`` must be reached where there is one."""

    id: str
    title: str
    maximum: int
    minimum: int
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The scoring table of a tier."""

    source: Source
    maximum: int
    pass_mark: int
    groups: tuple[IndicatorGroup, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A way in that another tier's standard describes."""

    id: str
    title: str
    source: Source
    rule_set: str
    tier: TierId


@dataclass(frozen=True, slots=True)
class IpDefinition:
    """Which intellectual property counts (知识产权的口径).

    Parameters
    ----------
    kinds
        Kinds that count.
    transferred
        Months after which a transferred right counts; 0 at once, None never.
    holder_rank
        Lowest rank among the right holders that counts; None for any.
    kept_over_years
        By kind: years that must have passed since the grant, exclusive (超过).
    """

    id: str
    title: str
    source: Source
    kinds: tuple[str, ...]
    transferred: int | None
    holder_rank: int | None
    kept_over_years: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HighValue:
    """Which Ⅰ类 rights are of high value (Ⅰ类高价值): one of the marks is enough."""

    id: str
    title: str
    source: Source
    of: str
    marks: tuple[str, ...]
    kept_over_years: int


@dataclass(frozen=True, slots=True)
class Definitions:
    """How a rule set counts intellectual property."""

    rights: dict[str, IpDefinition]
    high_value: HighValue | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A point that the text leaves open (解释口径), its options, and the default."""

    id: str
    title: str
    default: str
    options: dict[str, str]
    source: Source


@dataclass(frozen=True, slots=True)
class Tier:
    """The standard of one tier.

    A firm passes if all gates and conditions hold and, where the tier has them, the
    score or a direct pass, and one of the routes. ``findings`` are shown and decide
    nothing (process, priority), and so is ``bonus`` (加分项). ``domain`` names the
    indicator or condition that rests on the domain finding, ``main_product`` is what makes
    a product the main one (主导产品).
    """

    id: TierId
    title: str
    source: Source
    gates: tuple[Condition, ...] = ()
    findings: tuple[Condition, ...] = ()
    bonus: tuple[Condition, ...] = ()
    conditions: tuple[Condition, ...] = ()
    direct: tuple[Condition, ...] = ()
    score: Score | None = None
    routes: tuple[Route, ...] = ()
    definitions: Definitions = field(default_factory=lambda: Definitions({}))
    main_product: Condition | None = None
    domain: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One document's rules, as dated data; ``facts`` are what only this document asks."""

    id: str
    title: str
    source: Source
    note: str
    readings: dict[str, Reading]
    tiers: dict[str, Tier]
    facts: dict[str, LocalFact]
    hash: str


@dataclass(frozen=True, slots=True)
class LocalFact:
    """A fact that only one document asks for; answered under ``local`` in the profile."""

    id: str
    title: str
    type: Literal["truth", "number"]


@dataclass(frozen=True, slots=True)
class PassMarks:
    """A province's own pass mark, by the option of a reading."""

    reading: str
    marks: dict[str, int]
    source: Source


@dataclass(frozen=True, slots=True)
class Province:
    """A province's own part of a tier (特色化指标, 合格线, 附加条件).

    ``without_cities`` are those that count as provinces of their own (计划单列市).
    """

    id: str
    title: str
    province: str
    without_cities: tuple[str, ...]
    source: Source
    note: str
    rule_set: str
    tier: TierId
    facts: dict[str, LocalFact]
    maximum: int
    indicators: tuple[Indicator, ...]
    conditions: tuple[Condition, ...]
    pass_marks: PassMarks | None
    readings: dict[str, Reading]
    hash: str


@dataclass(frozen=True, slots=True)
class Sector:
    """Size floors of one sector (中小企业划型), from large down to small.

    Each class lists the figures of which *all* must reach their floor; below the
    lowest, a firm is micro.
    """

    id: str
    title: str
    codes: tuple[str, ...]
    source: Source
    codes_confidence: str
    floors: tuple[tuple[str, tuple[tuple[str, Decimal], ...]], ...]


@dataclass(frozen=True, slots=True)
class SizeRules:
    """The size standard: sixteen sectors."""

    id: str
    title: str
    source: Source
    sectors: tuple[Sector, ...]
    hash: str

    def sector(self, name: str) -> Sector | None:
        """Return the sector of this id or title."""
        return next((s for s in self.sectors if name in {s.id, s.title}), None)

    def sector_of_code(self, code: str) -> Sector | None:
        """Return the sector of a GB/T 4754 code by its longest prefix, or None."""
        best: Sector | None = None
        length = 0
        bare = code.lstrip("ABCDEFGHIJKLMNOPQRST")
        for sector in self.sectors:
            for prefix in sector.codes:
                given = code if prefix.isalpha() else bare
                if given.startswith(prefix) and len(prefix) >= length:
                    best, length = sector, len(prefix)
        return best
