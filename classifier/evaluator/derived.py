"""What a derived value is: a named, typed computation that rules may ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classifier.evaluator.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from classifier.evaluator.values import Amount, Truth


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value that rules may name.

    Parameters
    ----------
    title, unit, formula
        What people read; the unit is 万元, %, 人, 年, 项 or empty.
    compute
        Gives the value from the sheet and the arguments.
    arguments
        Names of the arguments with their types: ``int``, ``str``, ``bool``, ``list``;
        allowed texts stand in ``choices``.
    is_truth
        Whether the value is a yes or no, not a number.
    readings
        Readings that the computation looks up; a rule set that uses the value has them.
    confidence
        How well the formula or definition was seen, where it is not the rule's own.
    names
        Names of whole numbers that are ranks, not quantities.
    """

    title: str
    unit: str
    formula: str
    compute: Callable[..., Amount | Truth]
    arguments: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_truth: bool = False
    readings: tuple[str, ...] = ()
    confidence: str = ""
    names: Mapping[int, str] = field(default_factory=dict)

    def shown(self, number: Decimal) -> str:
        """Return a number as people read it: with its unit, or by its name."""
        return self.names.get(int(number), "") or f"{plain(number)}{self.unit}"
