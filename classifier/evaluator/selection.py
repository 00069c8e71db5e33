"""Which rule set applies: by tier, new application or renewal, and date."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from classifier.errors import SelectionError
from classifier.evaluator.clauses import APPLICATION_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from classifier.evaluator.clauses import Application, Source, TierId
    from classifier.evaluator.loading import Rulebook
    from classifier.evaluator.model import RuleSet
    from classifier.reading import Reader


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the table: from ``source.start`` to ``source.end``, this rule set."""

    tier: TierId
    application: Application
    rule_set: str
    source: Source


def check_selection(reader: Reader, choices: Iterable[Choice]) -> None:
    """Complain of rows that claim the same day."""
    for one, other in combinations(choices, 2):
        if (one.tier, one.application) != (other.tier, other.application):
            continue
        first, second = sorted((one, other), key=lambda c: c.source.start)
        if first.source.covers(second.source.start):
            reader.complain(
                0,
                "selection",
                f"overlap: {first.rule_set} and {second.rule_set} both apply to {one.tier} "
                f"({one.application}) on {second.source.start}",
            )


def select(
    rulebook: Rulebook, tier: TierId, application: Application, on: date
) -> tuple[RuleSet, Choice]:
    """Return the rule set in force, with the row of the table that says so.

    Raises
    ------
    SelectionError
        None is in force on that date.
    """
    rows = [c for c in rulebook.selection if (c.tier, c.application) == (tier, application)]
    for choice in rows:
        if choice.source.covers(on):
            return rulebook.rule_sets[choice.rule_set], choice
    known = "、".join(f"{c.rule_set}（{c.source.period}）" for c in rows) or "无"
    asked = f"{tier}（{APPLICATION_TITLES[application]}）"
    raise SelectionError(f"{on}没有适用于{asked}的规则集；有：{known}；可用 --rules 指定")


def named_rule_set(rulebook: Rulebook, name: str, tier: TierId) -> RuleSet:
    """Return the rule set of this name, whatever the date.

    Raises
    ------
    SelectionError
        It does not exist, or does not know the tier.
    """
    found = rulebook.rule_sets.get(name)
    if found is None:
        known = "、".join(rulebook.rule_sets)
        raise SelectionError(f"没有规则集“{name}”；有：{known}")
    if tier not in found.tiers:
        own = "、".join(found.tiers)
        others = "、".join(n for n, one in rulebook.rule_sets.items() if tier in one.tiers)
        words = f"规则集“{name}”没有层级 {tier}；它有：{own}；有这一层级的规则集：{others}"
        raise SelectionError(words)
    return found
