"""What one cell of the enterprise workbook says, checked against its column."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from classifier.evaluator.workbook_layout import NO, YES

if TYPE_CHECKING:
    from classifier.evaluator.workbook_layout import Column


_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
"""A number with commas at its thousands, as spreadsheets keep it in a text cell."""


class CellError(Exception):
    """A cell does not hold what it must; the message says what was found and allowed."""


def exact(number: float) -> Decimal:
    """Return the decimal that a spreadsheet shows for a binary number: 15 digits.

    Examples
    --------
    >>> exact(9.95)
    Decimal('9.95')
    >>> exact(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(format(number, ".15g"))


def cell_text(cell: Any) -> str:
    """Return what people see in a cell; empty for a blank one."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip() if cell is not None else ""


def cell_value(column: Column, cell: Any) -> Any:
    """Return what a cell says.

    Raises
    ------
    CellError
        It says something that the column does not allow.
    """
    text = cell_text(cell)
    if column.kind == "text":
        return text
    if column.kind == "choice":
        for word, value in column.choices:
            if text in {word, value}:
                return value
    elif column.kind == "date":
        return _date(column, cell, text)
    elif column.kind in {"truth", "value"} and (isinstance(cell, bool) or text in {YES, NO}):
        return cell if isinstance(cell, bool) else text == YES
    elif column.kind in {"number", "whole", "value"}:
        return _number(column, cell, text)
    raise CellError(f"填的是“{text}”；允许：{column.allowed}")


def _number(column: Column, cell: Any, text: str) -> Decimal | int:
    number: Decimal | None = None
    if isinstance(cell, float):
        number = exact(cell)
    elif isinstance(cell, (int, str)) and not isinstance(cell, bool):
        try:
            number = Decimal(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
        except InvalidOperation:
            number = None
    good = number is not None and number.is_finite()
    if number is None or not good or (column.kind == "whole" and number != int(number)):
        raise CellError(f"填的是“{text}”；允许：{column.allowed}")
    if (column.low is not None and number < column.low) or (
        column.high is not None and number > column.high
    ):
        raise CellError(f"填的是{text}；允许：{column.allowed}")
    return int(number) if column.kind == "whole" else number


def _date(column: Column, cell: Any, text: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    plain = text.replace("年", "-").replace("月", "-").rstrip("日").replace("/", "-")
    parts = plain.replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise CellError(f"填的是“{text}”；允许：{column.allowed}") from None
