"""Incentives (奖励) by region and tier: amounts with document numbers, never guessed ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from classifier.errors import RuleError, SelectionError
from classifier.evaluator.clauses import TIERS
from classifier.evaluator.data_files import (
    DATA,
    SOURCE_KEYS,
    open_data,
    read_nodes,
    read_number,
    read_tagged_source,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from classifier.evaluator.clauses import Source, TierId
    from classifier.reading import Node, Reader

COUNTRY = "全国"
COMBINE = {"stacking": "可叠加", "highest-only": "就高不重复", "unstated": "未说明能否叠加"}
"""How an amount goes together with others."""

_KEYS = {
    *SOURCE_KEYS,
    "id",
    "region",
    "tier",
    "title",
    "amount",
    "combine",
    "group",
    "closed",
    "condition",
}


@dataclass(frozen=True, slots=True)
class Incentive:
    """One amount that a document promises.

    Parameters
    ----------
    id, region, tier, title
        Where and for what.
    amount
        万元.
    combine, group
        A key of ``COMBINE``; of one group with ``highest-only`` only the highest is paid.
    closed
        Nothing can be applied for any more, though the document is in force.
    condition
        What else the document asks, in its words.
    source
        Document, clause, confidence and dates.
    """

    id: str
    region: str
    tier: TierId
    title: str
    amount: int
    combine: str
    group: str
    closed: bool
    condition: str
    source: Source


@dataclass(frozen=True, slots=True)
class Incentives:
    """What is known: regions with the one above each, and amounts."""

    note: str
    regions: dict[str, str]
    entries: tuple[Incentive, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a firm of a region and tier can hope for.

    Parameters
    ----------
    regions
        The region and those above it, the country last.
    entries
        Amounts of these regions for the tier, in force on the day or not.
    payable
        Those that add up, after highest-only groups were settled.
    total
        Their sum, 万元.
    open_questions
        Amounts of which no document says whether they stack.
    has_own_table
        Whether anything is known below the country.
    """

    regions: tuple[str, ...]
    entries: tuple[Incentive, ...]
    payable: tuple[Incentive, ...]
    total: int
    open_questions: tuple[Incentive, ...]
    has_own_table: bool

    def to_json(self) -> dict[str, Any]:
        """Return the offer as plain values."""
        return {
            "regions": list(self.regions),
            "entries": [
                {
                    "id": e.id,
                    "region": e.region,
                    "tier": e.tier,
                    "title": e.title,
                    "amount": e.amount,
                    "combine": e.combine,
                    "closed": e.closed,
                    "condition": e.condition,
                    "document": e.source.document,
                    "confidence": e.source.confidence,
                    "in_force": e.source.period,
                }
                for e in self.entries
            ],
            "payable": [e.id for e in self.payable],
            "total": self.total,
            "has_own_table": self.has_own_table,
        }


def load_incentives(*paths: Path) -> Incentives:
    """Read one file of incentives, or several as one.

    Raises
    ------
    RuleError
        Unknown keys, missing document numbers, ids or regions that stand twice, a region
        that does not lead up to the country.
    """
    note = ""
    regions: dict[str, str] = {}
    entries: list[Incentive] = []
    ids: set[str] = set()
    for path in paths:
        reader, root = open_data(path)
        reader.check_keys(root, {"note", "regions", "incentives"}, "the incentives")
        note = note or reader.text(root, "note", required=False)
        for node in read_nodes(reader, root, "regions", {"name", "within"}, required=False):
            name, within = reader.text(node, "name"), reader.text(node, "within")
            if regions.get(name, within) != within:
                reader.complain(node.line, "name", f"{name!r} already lies in {regions[name]!r}")
            regions[name] = within
        for node in read_nodes(reader, root, "incentives", _KEYS, required=False):
            entry = _entry(reader, node)
            if entry.id in ids:
                reader.complain(node.line, "id", f"{entry.id!r} stands twice")
            if _way_up(regions, entry.region)[-1] != COUNTRY:
                words = f"{entry.region!r} does not lead up to {COUNTRY}; list it under regions"
                reader.complain(node.line, "region", words)
            ids.add(entry.id)
            entries.append(entry)
        if reader.problems:
            raise RuleError(reader.problems)
    return Incentives(note, regions, tuple(entries))


def _entry(reader: Reader, node: Node) -> Incentive:
    combine = reader.choice(node, "combine", tuple(COMBINE))
    group = str(node.get("group") or "")
    if combine == "highest-only" and not group:
        reader.complain(node.line, "group", "missing; among which amounts is it the highest?")
    closed = node.get("closed", False)
    if not isinstance(closed, bool):
        reader.complain(node.line, "closed", f"found {closed!r}, expected true or false")
    return Incentive(
        id=reader.text(node, "id"),
        region=reader.text(node, "region"),
        tier=cast("TierId", reader.choice(node, "tier", TIERS)),
        title=reader.text(node, "title"),
        amount=read_number(reader, node, "amount", required=True),
        combine=combine,
        group=group,
        closed=bool(closed),
        condition=reader.text(node, "condition", required=False),
        source=read_tagged_source(reader, node),
    )


@cache
def shipped_incentives() -> Incentives:
    """Return the incentives that ship, read once."""
    return load_incentives(DATA / "incentives.yaml")


def _way_up(regions: dict[str, str], region: str) -> tuple[str, ...]:
    way = [region]
    while way[-1] in regions and regions[way[-1]] not in way:
        way.append(regions[way[-1]])
    return tuple(way)


def offer(known: Incentives, region: str, tier: TierId, on: date) -> Offer:
    """Return what is promised to a tier in a region.

    Raises
    ------
    SelectionError
        The region is not listed; its beginning (昆山) is enough where only one has it.
    """
    if region != COUNTRY and region not in known.regions:
        near = [name for name in known.regions if name.startswith(region)]
        region = near[0] if region and len(near) == 1 else region
    if region != COUNTRY and region not in known.regions:
        names = "、".join([COUNTRY, *known.regions])
        raise SelectionError(f"没有地区“{region}”；有：{names}；增加办法见 incentives.yaml 开头")
    way = _way_up(known.regions, region)
    entries = tuple(e for e in known.entries if e.region in way and e.tier == tier)
    live = [e for e in entries if e.source.covers(on) and not e.closed]
    payable = [e for e in live if e.combine == "stacking"]
    groups: dict[str, Incentive] = {}
    for entry in live:
        if entry.combine == "highest-only":
            best = groups.get(entry.group)
            groups[entry.group] = entry if best is None or entry.amount > best.amount else best
    payable += groups.values()
    return Offer(
        regions=way,
        entries=entries,
        payable=tuple(payable),
        total=sum(e.amount for e in payable),
        open_questions=tuple(e for e in live if e.combine == "unstated"),
        has_own_table=any(e.region != COUNTRY for e in known.entries if e.region in way),
    )
