"""The life cycle of a title (称号): steps, validity, renewal, updates, reports, cancellation."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from classifier.errors import RuleError
from classifier.evaluator.clauses import LADDER, TIERS
from classifier.evaluator.data_files import (
    DATA,
    SOURCE_KEYS,
    open_data,
    read_day,
    read_nodes,
    read_number,
    read_tagged_source,
)
from classifier.evaluator.items import CHOICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from classifier.evaluator.clauses import Source, TierId
    from classifier.evaluator.items import Title
    from classifier.evaluator.profile import Profile
    from classifier.reading import Node, Reader

KINDS = {
    "step": "程序",
    "validity": "有效期",
    "renewal": "复核",
    "update": "年度更新",
    "report": "重大变化报告",
    "cancel": "取消",
    "ban": "禁期",
    "complaint": "举报",
    "round": "申报窗口",
    "note": "提示",
}
_NEEDS = {
    "validity": ("years",),
    "ban": ("years",),
    "report": ("months",),
    "update": ("month", "day"),
}
_KEYS = {
    *SOURCE_KEYS,
    "kind",
    "tiers",
    "who",
    "text",
    "province",
    "years",
    "months",
    "month",
    "day",
    "start",
    "end",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One provision of the life cycle.

    Parameters
    ----------
    kind
        A key of ``KINDS``.
    tiers, province
        To whom it applies; an empty province means everywhere.
    who, text
        Who acts, and what.
    source
        Document, clause, confidence and dates in force.
    years, months, month, day, start, end
        Length in years or months, the yearly deadline, or the dates of a single round.
    """

    kind: str
    tiers: tuple[TierId, ...]
    who: str
    text: str
    source: Source
    province: str = ""
    years: int = 0
    months: int = 0
    month: int = 0
    day: int = 0
    start: date | None = None
    end: date | None = None

    @property
    def window(self) -> str:
        """Return the dates of a single round, as people read them; empty for the rest."""
        if self.end is None:
            return ""
        return f"{'' if self.start is None else self.start.isoformat()}至{self.end.isoformat()}"


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """All provisions, and what is known to be missing among them."""

    note: str
    entries: tuple[Entry, ...]

    def of(self, tier: TierId, on: date, province: str | None = None) -> tuple[Entry, ...]:
        """Return what applies to a tier on a day, in the order of ``KINDS``."""
        order = list(KINDS)
        found = [
            e
            for e in self.entries
            if tier in e.tiers and e.source.covers(on) and _applies(e, province)
        ]
        return tuple(sorted(found, key=lambda e: order.index(e.kind)))


@dataclass(frozen=True, slots=True)
class Event:
    """One date that a firm should know.

    Parameters
    ----------
    day
        The deadline.
    kind, title, text
        A key of ``KINDS``, what people read first, and the rest.
    clause, confidence
        The rule that it rests on.
    """

    day: date
    kind: str
    title: str
    text: str
    clause: str
    confidence: str

    def to_json(self) -> dict[str, Any]:
        """Return the event as plain values."""
        return asdict(self) | {"day": self.day.isoformat()}


def load_life_cycle(path: Path) -> LifeCycle:
    """Read ``lifecycle.yaml``.

    Raises
    ------
    RuleError
        Unknown keys, missing sources, a kind without the number it needs, a date that
        does not exist.
    """
    reader, root = open_data(path)
    reader.check_keys(root, {"note", "entries"}, "the life cycle")
    entries = [_entry(reader, node) for node in read_nodes(reader, root, "entries", _KEYS)]
    if reader.problems:
        raise RuleError(reader.problems)
    return LifeCycle(reader.text(root, "note", required=False), tuple(entries))


def _entry(reader: Reader, node: Node) -> Entry:
    kind = reader.choice(node, "kind", tuple(KINDS))
    for key in _NEEDS.get(kind, ()):
        read_number(reader, node, key, required=True)
    tiers = reader.sequence(node, "tiers")
    for tier in tiers:
        if tier not in TIERS:
            reader.complain(node.line, "tiers", f"found {tier!r}, allowed: {', '.join(TIERS)}")
    month, day = read_number(reader, node, "month"), read_number(reader, node, "day")
    if month and not (month <= 12 and 1 <= day <= monthrange(2023, month)[1]):  # noqa: PLR2004
        reader.complain(node.line, "day", f"there is no day {month}-{day} in every year")
    start, end = read_day(reader, node, "start"), read_day(reader, node, "end")
    if kind == "round" and (end is None or (start is not None and end < start)):
        reader.complain(node.line, "end", "a round needs an end, not before its start")
    return Entry(
        kind=kind,
        tiers=cast("tuple[TierId, ...]", tuple(tiers)),
        who=reader.text(node, "who", required=False),
        text=reader.text(node, "text"),
        source=read_tagged_source(reader, node),
        province=reader.text(node, "province", required=False),
        years=read_number(reader, node, "years"),
        months=read_number(reader, node, "months"),
        month=month,
        day=day,
        start=start,
        end=end,
    )


@cache
def shipped_life_cycle() -> LifeCycle:
    """Return the life cycle that ships, read once."""
    return load_life_cycle(DATA / "lifecycle.yaml")


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last day where there is none.

    Examples
    --------
    >>> months_after(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)
    """
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def calendar_of(
    profile: Profile,
    *,
    on: date,
    changes: Mapping[date, str] | None = None,
    cycle: LifeCycle | None = None,
) -> tuple[Event, ...]:
    """Return the dates that lie ahead of a firm, in order.

    Parameters
    ----------
    profile
        Its titles held, with dates, say what runs; its province, which rounds concern it.
    on
        Today; what lies before is left out.
    changes
        Major changes (更名、合并 …) by the day on which they happened.
    cycle
        Provisions to use instead of those that ship.
    """
    rules = cycle if cycle is not None else shipped_life_cycle()
    found: list[Event] = []
    held: set[TierId] = set()
    for title in profile.titles or ():
        tier = next((t for t in TIERS if t == title.kind), None)
        if tier is None:
            continue
        expiry = _expiry(rules, tier, title)
        if expiry is None or expiry.day < on or (title.granted is not None and title.granted > on):
            continue
        held.add(tier)
        found += [expiry, *_updates(rules, tier, title.granted or on, on, expiry.day)]
    for day, what in (changes or {}).items():
        found += _reports(rules, sorted(held, key=TIERS.index), day, what)
    found += _rounds(rules, held, on, profile.province)
    return tuple(sorted((e for e in dict.fromkeys(found) if e.day >= on), key=_order))


def _order(event: Event) -> tuple[date, int, str]:
    return event.day, list(KINDS).index(event.kind), event.title


def _event(entry: Entry, day: date, title: str, text: str) -> Event:
    clause = f"{entry.source.document} {entry.source.clause}"
    return Event(day, entry.kind, title, text, clause, entry.source.confidence)


def _expiry(rules: LifeCycle, tier: TierId, title: Title) -> Event | None:
    start = title.granted or title.valid_until
    if start is None:
        return None
    entry = _one(rules, tier, "validity", start)
    if entry is None:
        return None
    day = title.valid_until or months_after(start, 12 * entry.years)
    renewal = _one(rules, tier, "renewal", day)
    then = f"；{renewal.text}" if renewal is not None else ""
    said = "按所填有效期" if title.valid_until else f"未填有效期，按认定日加{entry.years}年推算"
    return _event(entry, day, f"{CHOICES[tier]}称号到期", said + then)


def _updates(
    rules: LifeCycle, tier: TierId, granted: date, on: date, until: date
) -> Iterator[Event]:
    """Yield the yearly deadlines; each year by the rule in force on the deadline itself."""
    for entry in rules.entries:
        if entry.kind != "update" or tier not in entry.tiers:
            continue
        for year in range(on.year, until.year + 1):
            day = date(year, entry.month, entry.day)
            if max(on, granted) <= day <= until and entry.source.covers(day):
                yield _event(entry, day, f"{CHOICES[tier]}年度信息更新截止", entry.text)


def _reports(rules: LifeCycle, tiers: Iterable[TierId], day: date, what: str) -> Iterator[Event]:
    for tier in tiers:
        entry = _one(rules, tier, "report", day)
        if entry is not None:
            due = months_after(day, entry.months)
            title = f"{CHOICES[tier]}重大变化报告截止"
            yield _event(entry, due, title, f"{what}（{day.isoformat()}）；{entry.text}")


def _rounds(rules: LifeCycle, held: set[TierId], on: date, province: str | None) -> Iterator[Event]:
    """Yield rounds that are open or to come, for tiers held and the one above."""
    highest = max((LADDER.index(t) for t in held if t in LADDER), default=-1)
    concerned = {*held, *LADDER[highest + 1 : highest + 2]}
    for entry in rules.entries:
        if entry.kind != "round" or entry.end is None:
            continue
        if entry.end >= on and concerned & set(entry.tiers) and _applies(entry, province):
            said = f"{entry.window}，{entry.who}"
            yield _event(entry, entry.end, f"{entry.text}截止", said)


def _applies(entry: Entry, province: str | None) -> bool:
    if not entry.province:
        return True
    return bool(province) and (province or "")[:2] == entry.province[:2]


def _one(rules: LifeCycle, tier: TierId, kind: str, day: date) -> Entry | None:
    """Return the provision in force on a day, or the earliest one for days before all."""
    found = [e for e in rules.entries if e.kind == kind and tier in e.tiers and not e.province]
    now = next((e for e in found if e.source.covers(day)), None)
    return now or min(found, key=lambda e: e.source.start, default=None)
