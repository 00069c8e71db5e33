"""What can be said of a value: a range that holds it, or a truth that may be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Truth = bool | None
"""Met, not met, or unknown (None): Kleene's strong three-valued logic."""

INFINITY = Decimal("Infinity")
ZERO = Decimal(0)
HUNDRED = Decimal(100)
_PLACES = Decimal("1e-20")
_DIGITS = 60


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return True if all are met, False if one is not, else None."""
    out: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            out = None
    return out


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return True if one is met, False if none can be, else None."""
    out: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            out = None
    return out


@dataclass(frozen=True, slots=True)
class Amount:
    """A number known to lie between two bounds; equal bounds make it exact.

    Parameters
    ----------
    low, high
        Bounds, included; infinite where nothing is known.
    void
        There is certainly no number (a denominator of zero): no comparison is met and
        the worst band applies.
    doubtful
        There may be no number: a denominator that is unknown could be zero.
    """

    low: Decimal
    high: Decimal
    void: bool = False
    doubtful: bool = False

    @property
    def exact(self) -> bool:
        """Whether nothing is left to know."""
        return self.void or (self.low == self.high and not self.doubtful)

    def __str__(self) -> str:
        if self.void:
            return "无（分母为零）"
        if self.exact:
            return plain(self.low)
        if self.low in {-INFINITY, ZERO} and self.high == INFINITY:
            return "未知"
        if self.high == INFINITY:
            return f"未知（不低于{plain(self.low)}）"
        if self.low == -INFINITY:
            return f"未知（不高于{plain(self.high)}）"
        return f"未知（{plain(self.low)}～{plain(self.high)}）"

    def compare(self, operator: str, threshold: Decimal) -> Truth:
        """Return whether the comparison holds for the number, whatever it is."""
        if self.void:
            return False
        always, never = _COMPARISONS[operator]
        if always(self.low, self.high, threshold):
            return None if self.doubtful else True
        return False if never(self.low, self.high, threshold) else None


VOID = Amount(ZERO, ZERO, void=True)
UNKNOWN = Amount(-INFINITY, INFINITY)

_COMPARISONS: dict[
    str,
    tuple[
        Callable[[Decimal, Decimal, Decimal], bool],
        Callable[[Decimal, Decimal, Decimal], bool],
    ],
] = {
    "at_least": (lambda low, _, t: low >= t, lambda _, high, t: high < t),
    "above": (lambda low, _, t: low > t, lambda _, high, t: high <= t),
    "at_most": (lambda _, high, t: high <= t, lambda low, _, t: low > t),
    "below": (lambda _, high, t: high < t, lambda low, _, t: low >= t),
}
OPERATORS = {"at_least": "≥", "above": "＞", "at_most": "≤", "below": "＜"}
"""The four comparisons of the rule files, with the sign that people see."""


def plain(number: Decimal) -> str:
    """Return a number without exponent and trailing zeros, at most four places."""
    shown = number
    if number.is_finite():
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -4:  # noqa: PLR2004  (four places)
            shown = number.quantize(Decimal("0.0001"))
    text = f"{shown:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exactly(number: Decimal | int) -> Amount:
    """Return the amount of a known number."""
    value = Decimal(number)
    return Amount(value, value)


def between(low: Decimal | int, high: Decimal | int) -> Amount:
    """Return the amount of a number within two bounds."""
    return Amount(Decimal(low), Decimal(high))


def add(amounts: Iterable[Amount]) -> Amount:
    """Return the sum; void if a part is."""
    low = high = ZERO
    doubtful = False
    for amount in amounts:
        if amount.void:
            return VOID
        low += amount.low
        high += amount.high
        doubtful |= amount.doubtful
    return Amount(low, high, doubtful=doubtful)


def divided(amount: Amount, parts: int) -> Amount:
    """Return the amount over a whole number of parts (a mean from a sum)."""
    if amount.void:
        return VOID
    low, high = settled(amount.low / parts), settled(amount.high / parts)
    return Amount(low, high, doubtful=amount.doubtful)


def settled(number: Decimal) -> Decimal:
    """Return a number rounded to twenty places, so that thirds add up to wholes."""
    if not number.is_finite():
        return number
    with localcontext() as context:
        context.prec = _DIGITS
        return number.quantize(_PLACES)


def percent(part: Amount, whole: Amount) -> Amount:
    """Return ``part / whole × 100``, %, for a whole that is not negative.

    Void where the whole is zero; doubtful where it may be, with the upper side open, so
    that no later fact can fall outside.
    """
    if part.void or whole.void or whole.high == ZERO:
        return VOID
    if part.exact and whole.exact:
        value = _quotient(part.low, whole.low)
        return Amount(value, value)
    ends = [_quotient(p, w) for p in (part.low, part.high) for w in (whole.low, whole.high)]
    if whole.low == ZERO:
        ends.append(INFINITY)
        if part.low < ZERO:
            ends.append(-INFINITY)
    return Amount(min(ends), max(ends), doubtful=whole.low == ZERO)


def _quotient(part: Decimal, whole: Decimal) -> Decimal:
    if whole == INFINITY:
        return ZERO
    if part == ZERO:
        return ZERO
    if whole == ZERO or not part.is_finite():
        return INFINITY if part > ZERO else -INFINITY
    with localcontext() as context:
        context.prec = _DIGITS
        return (part * 100 / whole).quantize(_PLACES)


def growth(now: Amount, before: Amount) -> Amount:
    """Return ``(now − before) / before × 100``, %; void where ``before`` is zero."""
    ratio = percent(now, before)
    if ratio.void:
        return VOID
    return Amount(ratio.low - 100, ratio.high - 100, doubtful=ratio.doubtful)


def root_growth(now: Amount, before: Amount, years: int) -> Amount:
    """Return the compound yearly growth ``(now / before)^(1/years) − 1``, %."""
    ratio = percent(now, before)
    if ratio.void:
        return VOID
    low, high = _root(ratio.low, years), _root(ratio.high, years)
    return Amount(low, high, doubtful=ratio.doubtful)


def _root(ratio: Decimal, years: int) -> Decimal:
    if ratio <= ZERO:
        return -HUNDRED
    if ratio == INFINITY:
        return INFINITY
    with localcontext() as context:
        context.prec = _DIGITS
        power = (ratio / 100).sqrt() if years == 2 else (ratio / 100) ** (Decimal(1) / years)  # noqa: PLR2004
        return ((power - 1) * 100).quantize(_PLACES)


def count(matches: Iterable[Truth] | None) -> Amount:
    """Return how many match: certain ones at least, unknown ones at most; None is unknown."""
    if matches is None:
        return Amount(ZERO, INFINITY)
    low = high = 0
    for match in matches:
        low += match is True
        high += match is not False
    return between(low, high)
