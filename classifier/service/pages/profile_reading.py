"""A profile as its form sends it: names such as ``years.2025.revenue`` back to plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from classifier.service.enterprises.evaluating import check_profile

STATE = ".state"
"""End of the field that says whether a list is unknown, empty or given."""

NONE, SOME = "none", "some"
LONGEST = 5000
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with a field; ``name`` is its name in the form, empty for the whole."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form holds: plain values, and where each item of a list stood in the form."""

    data: dict[str, Any]
    places: dict[str, tuple[int, ...]]

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return what is wrong, by the names that the fields have in the form."""
        found = check_profile(self.data)
        return tuple(FieldProblem(self._name(one.field), one.message) for one in found)

    def _name(self, field: str) -> str:
        head, bracket, rest = field.partition("[")
        number, _, inner = rest.partition("]")
        if not bracket or head not in self.places or not number.isdigit():
            return field
        return f"{head}[{self.places[head][int(number)]}]{inner}"


def read_form(pairs: Iterable[tuple[str, str]]) -> Filled:
    """Return what a form holds; what is blank is unknown.

    Examples
    --------
    >>> read_form([("years.2025.revenue", "12"), ("awards.state", "none"), ("city", " ")]).data
    {'years': {'2025': {'revenue': '12'}}, 'awards': []}
    """
    root: dict[Any, Any] = {}
    lists: dict[str, str] = {}
    for name, value in pairs:
        text = value.replace("\0", "").strip()[:LONGEST]
        if name.endswith(STATE):
            lists[name.removesuffix(STATE)] = text
        elif text:
            _put(root, _steps(name), text)
    places = {}
    for name, state in lists.items():
        *above, last = name.split(".")
        holder = root
        for step in above:
            holder = holder.setdefault(step, {}) if isinstance(holder, dict) else {}
        items = holder.pop(last, {})
        if state == NONE:
            holder[last] = []
        elif isinstance(items, dict) and items:
            order = sorted(key for key in items if isinstance(key, int))
            places[name] = tuple(order)
            holder[last] = [items[key] for key in order]
    return Filled(_without_empty(root), places)


def _steps(name: str) -> list[str | int]:
    return [int(number) if number else word for word, number in _STEP.findall(name)]


def _put(at: dict[Any, Any], steps: list[str | int], value: str) -> None:
    if not steps:
        return
    for step in steps[:-1]:
        below = at.setdefault(step, {})
        if not isinstance(below, dict):
            return
        at = below
    at[steps[-1]] = value


def _without_empty(data: dict[Any, Any]) -> dict[Any, Any]:
    """Return the values without mappings in which nothing stands."""
    out = {}
    for key, value in data.items():
        kept = _without_empty(value) if isinstance(value, dict) else value
        if kept != {}:
            out[key] = kept
    return out
