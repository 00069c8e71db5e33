"""Reads the facts of a profile, and writes down every one that was read.

Nothing else of the evaluator looks into a profile: a value that was not read here cannot
have moved a decision, and one that was stands in the trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from classifier.evaluator.items import Claim
from classifier.evaluator.profile import PARTS, Profile, YearFigures
from classifier.evaluator.trace import Step
from classifier.evaluator.values import (
    INFINITY,
    UNKNOWN,
    ZERO,
    Amount,
    Truth,
    count,
    exactly,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_FREE = frozenset({"net_profit"})


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact that rules may name: its path, its Chinese title and its type.

    ``type`` is ``truth``, ``number``, ``text`` or ``list``; ``low`` and ``high`` bound a
    number that is unknown.
    """

    path: str
    title: str
    type: str
    low: Decimal = ZERO
    high: Decimal = INFINITY


def bare(annotation: Any) -> Any:
    """Return a type without Annotated and without None."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, UnionType}:
        kept = [a for a in get_args(annotation) if a is not type(None)]
        if len(kept) == 1:
            return bare(kept[0])
    return annotation


@cache
def fact_fields() -> dict[str, FactField]:
    """Return every fact that a rule may name, by path; yearly figures are not among them."""
    return dict(_fields(Profile, ""))


def _fields(model: type[BaseModel], prefix: str) -> Iterable[tuple[str, FactField]]:
    for name, info in model.model_fields.items():
        kind = bare(info.annotation)
        path = prefix + name
        title = info.title or name
        if kind is bool or kind is Claim:
            yield path, FactField(path, title, "truth")
        elif kind in {Decimal, int}:
            low, high = ZERO, INFINITY
            for limit in info.metadata:
                low = Decimal(str(getattr(limit, "ge", low)))
                high = Decimal(str(getattr(limit, "le", high)))
            yield path, FactField(path, title, "number", low, high)
        elif kind is str:
            yield path, FactField(path, title, "text")
        elif get_origin(kind) is tuple:
            yield path, FactField(path, title, "list")
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _fields(kind, path + ".")


FIGURES = {name: info.title or name for name, info in YearFigures.model_fields.items()}
"""Yearly figures by name, with their Chinese titles."""


UNITS = {
    "segment_years": "年",
    "market.domestic_share": "%",
    "market.international_share": "%",
    "market.domestic_rank": "名",
    "market.provincial_rank": "名",
    "market.global_rank": "名",
    "operation.digital_level": "级",
}
"""Units of single numbers."""


def fact_title(path: str, local_titles: Mapping[str, str] | None = None) -> str:
    """Return the Chinese title of a fact, as it stands in the list of what is missing.

    ``local_titles`` names the facts that a province's file declares.
    """
    name, _, rest = path.partition(".")
    if name == "local":
        return (local_titles or {}).get(rest, rest)
    if name in FIGURES:
        return f"{rest}年{FIGURES[name]}"
    if name == "platform_scores":
        return f"{rest}年专精特新发展评价得分"
    if name == "domain":
        return f"主导产品所属领域（{rest}）"
    head, bracket, tail = path.partition("[")
    fields = fact_fields()
    if bracket:
        number, _, inner = tail.partition("]")
        info = _item_model(head).model_fields[inner.lstrip(".")]
        return f"{fields[head].title}第{int(number) + 1}项的“{info.title}”"
    return fields[path].title if path in fields else _OTHER_TITLES.get(path, path)


_OTHER_TITLES = {
    "province-rules": "省级特色化指标文件",
    "rule-source": "规则来源中没有查到的分值",
}


def _item_model(path: str) -> type[BaseModel]:
    """Return the model of a list's items."""
    model: type[BaseModel] = Profile
    *parts, last = path.split(".")
    for part in parts:
        model = bare(model.model_fields[part].annotation)
    item: type[BaseModel] = get_args(bare(model.model_fields[last].annotation))[0]
    return item


@dataclass(slots=True)
class Facts:
    """A profile, read fact by fact.

    Parameters
    ----------
    profile
        The firm.
    narrowed
        Ranges that replace unknown yearly figures, for reasoning by cases.
    local_titles
        Titles of the facts that a province's file declares.
    """

    profile: Profile
    narrowed: Mapping[str, Amount] = field(default_factory=dict)
    local_titles: Mapping[str, str] = field(default_factory=dict)
    _read: list[Step] = field(default_factory=list)

    def collect(self) -> list[Step]:
        """Begin to collect what is read; return what had been collected so far."""
        before, self._read = self._read, []
        return before

    def resume(self, before: list[Step]) -> tuple[Step, ...]:
        """End collecting; return what was read since ``collect``."""
        read, self._read = self._read, before
        return tuple(read)

    def note(self, step: Step) -> None:
        """Write down a step that was read by other means."""
        self._read.append(step)

    def _note(self, path: str, title: str, value: str, *, missing: Iterable[str] = ()) -> None:
        self._read.append(
            Step("fact", path, title, value=value, missing=tuple(dict.fromkeys(missing)))
        )

    def figure(self, name: str, year: int) -> Amount:
        """Return a yearly figure, 万元 or persons; unknown ones within what is possible."""
        path = f"{name}.{year}"
        given = self._figure(name, year)
        if given is None:
            amount = self._possible(name, year)
            self._note(path, fact_title(path), str(amount), missing=(path,))
            return amount
        self._note(path, fact_title(path), plain(given))
        return exactly(given)

    def _figure(self, name: str, year: int) -> Decimal | None:
        figures = self.profile.years.get(year)
        value: Decimal | None = None if figures is None else getattr(figures, name)
        return value

    def _possible(self, name: str, year: int) -> Amount:
        low, high = (-INFINITY if name in _FREE else ZERO), INFINITY
        if name in PARTS:
            whole = self._figure(PARTS[name], year)
            high = high if whole is None else whole
        for part, whole_name in PARTS.items():
            if whole_name == name:
                known = self._figure(part, year)
                low = low if known is None else max(low, known)
        cut = self.narrowed.get(f"{name}.{year}")
        if cut is not None:
            low, high = max(low, cut.low), min(high, cut.high)
        return Amount(low, high)

    def platform_score(self, year: int) -> Amount:
        """Return the platform's score of a year, 0 to 100."""
        path = f"platform_scores.{year}"
        given = self.profile.platform_scores.get(year)
        if given is None:
            self._note(path, fact_title(path), "未知", missing=(path,))
            return Amount(ZERO, Decimal(100))
        self._note(path, fact_title(path), plain(given))
        return exactly(given)

    def truth(self, path: str) -> Truth:
        """Return a yes-or-no fact or a claim."""
        value = self._at(path)
        evidence = ""
        if isinstance(value, Claim):
            evidence = value.evidence or ""
            value = value.met
        shown = "未知" if value is None else ("是" if value else "否")
        if evidence:
            shown += f"（佐证：{evidence}）"
        self._note(path, fact_title(path), shown, missing=(path,) if value is None else ())
        truth: Truth = value
        return truth

    def number(self, path: str) -> Amount:
        """Return a single number."""
        value = self._at(path)
        about = fact_fields()[path]
        if value is None:
            self._note(path, about.title, "未知", missing=(path,))
            return Amount(about.low, about.high)
        self._note(path, about.title, f"{plain(Decimal(value))}{UNITS.get(path, '')}")
        return exactly(Decimal(value))

    def text(self, path: str) -> str | None:
        """Return a text, or None where it is unknown."""
        value: str | None = self._at(path)
        shown = "未知" if value is None else value
        self._note(path, fact_title(path), shown, missing=(path,) if value is None else ())
        return value

    def local_truth(self, name: str) -> Truth:
        """Return a yes-or-no fact that a province's file declares."""
        value = self.profile.local.get(name)
        path = f"local.{name}"
        title = self.local_titles.get(name, name)
        known = isinstance(value, bool)
        shown = ("是" if value else "否") if known else "未知"
        self._note(path, title, shown, missing=() if known else (path,))
        return bool(value) if known else None

    def local_number(self, name: str) -> Amount:
        """Return a number that a province's file declares."""
        value = self.profile.local.get(name)
        path = f"local.{name}"
        title = self.local_titles.get(name, name)
        if isinstance(value, bool) or value is None:
            self._note(path, title, "未知", missing=(path,))
            return UNKNOWN
        self._note(path, title, plain(value))
        return exactly(value)

    def matches(
        self,
        path: str,
        tests: Callable[[Any], Mapping[str, Truth]],
    ) -> Amount:
        """Count the items of a list that pass all tests.

        Parameters
        ----------
        path
            Name of the list.
        tests
            Gives for one item the truth of each test, under the field that it rests on.

        Returns
        -------
        Amount
            Certain items at least, those that may pass at most; unbounded where the list
            itself is unknown.
        """
        items: tuple[Any, ...] | None = self._at(path)
        title = fact_title(path)
        if items is None:
            self._note(path, title, "未知", missing=(path,))
            return count(None)
        truths: list[Truth] = []
        missing: list[str] = []
        named: list[str] = []
        for at, item in enumerate(items):
            found = tests(item)
            values = found.values()
            if False in values:
                truths.append(False)
                continue
            unknown = [f"{path}[{at}].{name}" for name, truth in found.items() if truth is None]
            truths.append(None if unknown else True)
            missing.extend(unknown)
            label = getattr(item, "name", None) or f"第{at + 1}项"
            named.append(f"{label}（待定）" if unknown else label)
        amount = count(truths)
        shown = f"共{len(items)}项，符合{amount}项"
        if named:
            shown += "：" + "、".join(named)
        self._note(path, title, shown, missing=missing)
        return amount

    def listed(self, path: str) -> tuple[Any, ...] | None:
        """Return a list as it is, or None where it is unknown; noted by the caller."""
        items: tuple[Any, ...] | None = self._at(path)
        return items

    def note_list(self, path: str, shown: str, missing: Iterable[str]) -> None:
        """Write down a list that was read with ``listed``."""
        self._note(path, fact_title(path), shown, missing=missing)

    def _at(self, path: str) -> Any:
        value: Any = self.profile
        for name in path.split("."):
            value = getattr(value, name)
        return value
