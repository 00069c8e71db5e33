"""The form of a profile, made from its models: sections, tables of years, lists of items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from classifier.evaluator.facts import FIGURES, bare
from classifier.evaluator.items import CHOICES, Claim
from classifier.evaluator.loading import Rulebook
from classifier.evaluator.profile import Profile, YearFigures
from classifier.service.pages.profile_reading import NONE, SOME, STATE

Kind = Literal["text", "long", "number", "date", "truth", "choice", "claim"]

YEARS = 4
"""Years of figures that the form offers, beside those that are known."""

SCORES = "platform_scores"
BASICS = "basics"
LONG = frozenset({"main_product"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its name in the form, its words, its kind, and what stands in it.

    ``options`` are the values of a choice; ``evidence`` is what is given for a claim.
    """

    name: str
    title: str
    help: str
    kind: Kind
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its name, whether it is unknown, empty or given, and its items' fields."""

    name: str
    title: str
    state: str
    items: tuple[tuple[int, tuple[Entry, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form that folds; ``filled`` says how many facts stand in it."""

    id: str
    title: str
    entries: tuple[Entry, ...] = ()
    lists: tuple[Listed, ...] = ()
    years: tuple[int, ...] = ()
    table: tuple[tuple[Entry, ...], ...] = ()

    @property
    def filled(self) -> int:
        """Return how many facts are given here."""
        single = [*self.entries, *(entry for row in self.table for entry in row)]
        of_lists = sum(len(one.items) or one.state == NONE for one in self.lists)
        return sum(bool(entry.value) for entry in single) + of_lists


def sections(data: Mapping[str, Any], book: Rulebook, on: date) -> list[Section]:
    """Return the form of a profile's plain values, which may hold mistakes."""
    basics = tuple(_entries(Profile, "", data))
    out = [Section(BASICS, "基本情况", basics), _years(data, on)]
    lists = []
    for name, info in Profile.model_fields.items():
        kind = bare(info.annotation)
        if get_origin(kind) is tuple:
            lists.append(listed(name, info.title or name, kind, data.get(name)))
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            own = _mapping(data.get(name))
            inner = tuple(_entries(kind, f"{name}.", own))
            below = tuple(
                listed(f"{name}.{key}", one.title or key, bare(one.annotation), own.get(key))
                for key, one in kind.model_fields.items()
                if get_origin(bare(one.annotation)) is tuple
            )
            out.append(Section(name, info.title or name, inner, below))
    out[2:2] = [Section("lists", "知识产权、奖励、资质", lists=tuple(lists))]
    local = _local(data, book)
    return [*out, local] if local else out


def blank_item(name: str, at: int) -> tuple[Entry, ...]:
    """Return the fields of a new item of a list.

    Raises
    ------
    KeyError
        There is no such list.
    """
    model: type[BaseModel] = Profile
    *above, last = name.split(".")
    for step in above:
        model = bare(model.model_fields[step].annotation)
    kind = bare(model.model_fields[last].annotation)
    if get_origin(kind) is not tuple:
        raise KeyError(name)
    return tuple(_entries(get_args(kind)[0], f"{name}[{at}].", {}))


def listed(name: str, title: str, kind: Any, value: Any) -> Listed:
    """Return a list with the fields of its items."""
    items = value if isinstance(value, list) else []
    state = "" if value is None else SOME if items else NONE
    model = get_args(kind)[0]
    fields = tuple(
        (at, tuple(_entries(model, f"{name}[{at}].", _mapping(item))))
        for at, item in enumerate(items)
    )
    return Listed(name, title, state, fields)


def _entries(model: type[BaseModel], prefix: str, data: Mapping[str, Any]) -> Iterator[Entry]:
    for name, info in model.model_fields.items():
        kind = _kind(bare(info.annotation))
        if kind is None:
            continue
        if kind == "text" and name in LONG:
            kind = "long"
        value = data.get(name)
        evidence = ""
        if kind == "claim":
            value, evidence = _mapping(value).get("met"), _text(_mapping(value).get("evidence"))
        options = get_args(bare(info.annotation)) if kind == "choice" else ()
        yield Entry(
            prefix + name,
            info.title or name,
            info.description or "",
            kind,
            _text(value),
            tuple((option, CHOICES.get(option, option)) for option in options),
            evidence,
        )


def _kind(annotation: Any) -> Kind | None:
    if annotation is Claim:
        return "claim"
    if get_origin(annotation) is Literal:
        return "choice"
    known: dict[Any, Kind] = {
        bool: "truth", int: "number", Decimal: "number", date: "date", str: "text",
    }  # fmt: skip
    return known.get(annotation)


def _years(data: Mapping[str, Any], on: date) -> Section:
    given, scores = _mapping(data.get("years")), _mapping(data.get(SCORES))
    known = {int(year) for year in (*given, *scores) if str(year).isdigit()}
    offered = {on.year - 1 - back for back in range(YEARS)}
    years = tuple(sorted(known | offered | {on.year}, reverse=True))[: 2 * YEARS]
    rows = []
    for name, title in FIGURES.items():
        help_ = YearFigures.model_fields[name].description or ""
        rows.append(
            tuple(
                Entry(
                    f"years.{year}.{name}",
                    title,
                    help_,
                    "number",
                    _text(_mapping(_of(given, year)).get(name)),
                )
                for year in years
            )
        )
    info = Profile.model_fields[SCORES]
    words = (info.title or SCORES, info.description or "")
    rows.append(
        tuple(
            Entry(f"{SCORES}.{year}", *words, "number", _text(_of(scores, year))) for year in years
        )
    )
    return Section("years", "年度数据", years=years, table=tuple(rows))


def _of(values: Mapping[Any, Any], year: int) -> Any:
    return values.get(year, values.get(str(year)))


def _local(data: Mapping[str, Any], book: Rulebook) -> Section | None:
    province = book.province_of(str(data.get("province") or "") or None)
    if province is None or not province.facts:
        return None
    given = _mapping(data.get("local"))
    entries = tuple(
        Entry(
            f"local.{fact.id}",
            fact.title,
            "",
            "truth" if fact.type == "truth" else "number",
            _text(given.get(fact.id)),
        )
        for fact in province.facts.values()
    )
    return Section("local", province.title, entries)


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, dict | list) else str(value)


__all__ = ["STATE", "Entry", "Listed", "Section", "blank_item", "listed", "sections"]
