"""Intellectual property by a rule set's own definitions (Ⅰ类, Ⅰ类高价值, Ⅱ类)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from classifier.evaluator.derived import Derived
from classifier.evaluator.item_tests import months_later, one_of, same
from classifier.evaluator.values import Amount, Truth, all_of, any_of

if TYPE_CHECKING:
    from classifier.evaluator.items import IntellectualProperty
    from classifier.evaluator.model import IpDefinition
    from classifier.evaluator.sheet import Sheet


def _age_from(sheet: Sheet) -> date:
    return date(sheet.last_year, 12, 31) if sheet.option("item-age") == "year-end" else sheet.on


def _transfer(item: IntellectualProperty, months: int | None, sheet: Sheet) -> tuple[str, Truth]:
    if item.acquired is None:
        return "acquired", True if months == 0 else None
    if item.acquired == "own" or months == 0:
        return "acquired", True
    if months is None:
        return "acquired", False
    if item.transferred_on is None:
        return "transferred_on", None
    return "transferred_on", months_later(item.transferred_on, months) <= _age_from(sheet)


def ip_tests(
    item: IntellectualProperty, definition: IpDefinition, sheet: Sheet
) -> dict[str, Truth]:
    """Return the truth of each test by which a right counts under a definition."""
    tests: dict[str, Truth] = {
        "kind": one_of(item.kind, definition.kinds),
        "granted": None if item.granted is None else item.granted <= sheet.on,
        "in_force": item.in_force,
        "related": item.related,
    }
    name, truth = _transfer(item, definition.transferred, sheet)
    tests[name] = truth
    if definition.holder_rank is not None:
        rank = item.holder_rank
        tests["holder_rank"] = None if rank is None else rank <= definition.holder_rank
    for kind, years in definition.kept_over_years:
        if item.kind == kind and item.granted is not None:
            long_enough = months_later(item.granted, 12 * years) < _age_from(sheet)
            tests["granted"] = all_of((tests["granted"], long_enough))
    return tests


def _high_value(item: IntellectualProperty, sheet: Sheet) -> tuple[str, Truth]:
    """Return whether one mark of high value is there, and the field on which it rests."""
    definition = sheet.definitions.high_value
    marks: dict[str, Truth] = {}
    invention = one_of(item.kind, ("invention", "defence-invention"))
    other = None if invention is None else not invention
    for mark in () if definition is None else definition.marks:
        if mark == "overseas-family":
            marks["overseas_family"] = all_of((invention, item.overseas_family))
        elif mark == "overseas-revenue":
            marks["overseas_revenue"] = all_of((other, item.overseas_revenue))
        elif mark == "kept" and definition is not None:
            by_grant = sheet.option("high-value-age") == "grant-date"
            name, start = ("granted", item.granted) if by_grant else ("applied", item.applied)
            months = 12 * definition.kept_over_years
            marks[name] = None if start is None else months_later(start, months) < sheet.on
        elif mark == "pledge":
            marks["large_pledge"] = item.large_pledge
        else:
            marks["award"] = item.award
    truth = any_of(marks.values())
    return next((name for name, found in marks.items() if found is truth), "award"), truth


def _ip(sheet: Sheet, *, of: str, own: bool = False, in_use: bool = False) -> Amount:
    definitions = sheet.definitions
    high = definitions.high_value if of == "high-value" else None
    right = definitions.rights[high.of if high is not None else of]

    def tests(item: IntellectualProperty) -> dict[str, Truth]:
        out = ip_tests(item, right, sheet)
        if own:
            sheet.option("own-development")
            out["acquired"] = all_of((out.get("acquired", True), same(item.acquired, "own")))
        if in_use:
            out["in_use"], out["earning"] = item.in_use, item.earning
        if high is not None:
            name, truth = _high_value(item, sheet)
            out[name] = all_of((out.get(name, True), truth))
        return out

    return sheet.facts.matches("intellectual_property", tests)


IP: dict[str, Derived] = {
    "ip": Derived(
        "与主导产品相关的知识产权",
        "项",
        "按本规则的口径逐项计数",
        _ip,
        {"of": "str", "own": "bool", "in_use": "bool"},
        frozenset({"of"}),
        {"of": ("class1", "class2", "high-value")},
        readings=("item-age", "own-development", "high-value-age"),
    ),
}
"""The derived value of this module by name."""
