"""Tests of one item's fields, three-valued: equal to, one of, within a period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifier.evaluator.sheet import Sheet
    from classifier.evaluator.values import Truth


def same(value: Any, expected: Any) -> Truth:
    """Return whether a field holds a value; None where the field is unknown."""
    return None if value is None else value == expected


def one_of(value: Any, allowed: tuple[str, ...]) -> Truth:
    """Return whether a field holds one of several values; None where it is unknown."""
    return None if value is None else value in allowed


def months_later(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def in_window(
    sheet: Sheet, years: int, *, day: date | None = None, year: int | None = None
) -> Truth:
    """Return whether an event falls within the last years (近几年), by the chosen reading."""
    if day is None and year is None:
        return None
    option = sheet.option("window")
    on = sheet.on
    if day is not None:
        if day > on:
            return False
        if option == "rolling":
            return months_later(day, 12 * years) >= on
        year = day.year
    if year is None or year > on.year:
        return False
    if option == "complete-years":
        return on.year - years <= year < on.year
    return year >= on.year - years
