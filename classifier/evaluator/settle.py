"""Reasons by cases: settles what stays open only because one figure counts twice.

Ranges treat every use of a figure on its own. Where revenue is unknown, "revenue at
least 5,000" and "R&D at least 3 % of revenue" may both look possible and yet exclude
each other. So an open decision is tried again with each such figure held in ever
narrower ranges that together cover all that it can be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from classifier.evaluator.facts import FIGURES, Facts, fact_title
from classifier.evaluator.values import INFINITY, ZERO, Amount, exactly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classifier.evaluator.question import Question
    from classifier.evaluator.trace import Step
    from classifier.evaluator.values import Truth

TRIALS = 40
"""Ranges that are tried for one figure before the decision is left open."""

_FAR = Decimal(10) ** 9  # 万元: beyond any firm


def shared_figures(trace: Step) -> tuple[str, ...]:
    """Return the unknown yearly figures on which more than one open value rests."""
    uses: Counter[str] = Counter()
    for step in trace.walk():
        if step.kind == "derived" and step.verdict == "none":
            uses.update({fact.id for fact in step.children if fact.missing})
    names = (path for path, times in uses.items() if times > 1)
    return tuple(path for path in names if path.partition(".")[0] in FIGURES)


def settle_by_cases(
    question: Question, trace: Step, judge: Callable[[Question], Step]
) -> tuple[Truth, str]:
    """Return the truth that holds whatever one figure is, and that figure's title.

    Parameters
    ----------
    question, trace
        The question, and its trace with an open verdict.
    judge
        Gives the trace of a question.

    Returns
    -------
    tuple
        The truth, or None where it stays open; the figure's title.
    """
    for path in shared_figures(trace):
        truth = _settled(question, path, judge)
        if truth is not None:
            return truth, fact_title(path)
    return None, ""


def _settled(question: Question, path: str, judge: Callable[[Question], Step]) -> Truth:
    def at(amount: Amount) -> Truth:
        return judge(replace(question, narrowed={**question.narrowed, path: amount})).truth

    name, _, year = path.partition(".")
    span = Facts(question.inputs.profile).figure(name, int(year))
    found: Truth = None
    for probe in _probes(span):
        truth = at(exactly(probe))
        # A point that stays open, or two that differ: the figure alone settles nothing.
        if truth is None or (found is not None and truth is not found):
            return None
        found = truth
    trials = 0
    open_ranges = [span]
    while open_ranges:
        trials += 1
        if trials > TRIALS:
            return None
        piece = open_ranges.pop()
        if at(piece) is found:
            continue
        middle = _middle(piece)
        if middle is None:
            return None
        open_ranges += [Amount(piece.low, middle), Amount(middle, piece.high)]
    return found


def _probes(span: Amount) -> Iterator[Decimal]:
    low = span.low if span.low.is_finite() else -_FAR
    high = span.high if span.high.is_finite() else _FAR
    yield low
    yield high
    for step in (Decimal(500), Decimal(1000), Decimal(2000), Decimal(5000), Decimal(20000)):
        if low < step < high:
            yield step


def _middle(piece: Amount) -> Decimal | None:
    """Return where to cut a range: geometrically, as money spreads over many orders."""
    low, high = piece.low, piece.high
    if low == high:
        return None
    if low < ZERO:
        if high > ZERO:
            return ZERO
        return (low + high) / 2 if low.is_finite() else min(high, Decimal(-1)) * 2
    if high == INFINITY:
        return max(low, Decimal(1000)) * 4
    if low == ZERO:
        return min(Decimal(100), high / 2)
    return (low * high).sqrt()
