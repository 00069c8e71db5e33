"""The question that an evaluation answers: firm, tier, date and the rules that apply."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from classifier.errors import SelectionError
from classifier.evaluator.facts import Facts
from classifier.evaluator.judge import Judge
from classifier.evaluator.loading import shipped
from classifier.evaluator.selection import named_rule_set, select
from classifier.evaluator.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from classifier.evaluator.clauses import Application, TierId
    from classifier.evaluator.loading import Rulebook
    from classifier.evaluator.model import Province, RuleSet, Tier
    from classifier.evaluator.record import Inputs
    from classifier.evaluator.values import Amount


@dataclass(frozen=True, slots=True)
class Question:
    """One evaluation to be made: firm, tier, date, rules and everything that goes along.

    Parameters
    ----------
    rulebook, rule_set, tier
        The rules.
    application, on
        New application or renewal, and the day of assessment.
    inputs
        The firm and what was found about it.
    province
        The province's own part, or None.
    """

    rulebook: Rulebook
    rule_set: RuleSet
    tier: Tier
    application: Application
    on: date
    inputs: Inputs
    province: Province | None = None
    narrowed: Mapping[str, Amount] = field(default_factory=dict)

    def judge(self) -> Judge:
        """Return a judge over a new sheet."""
        province = self.province
        facts = {**self.rule_set.facts, **({} if province is None else province.facts)}
        titles = {fact.id: fact.title for fact in facts.values()}
        own = {} if province is None else province.readings
        sheet = Sheet(
            facts=Facts(self.inputs.profile, self.narrowed, titles),
            on=self.on,
            application=self.application,
            definitions=self.tier.definitions,
            readings={**self.rule_set.readings, **own},
            chosen=self.inputs.readings or {},
            size=self.rulebook.size,
            domain=self.inputs.domain,
            restricted=self.inputs.restricted,
        )
        return Judge(sheet, self.tier.main_product, province)


def put(
    inputs: Inputs,
    tier: TierId,
    on: date,
    application: Application = "new",
    *,
    rules: str | None = None,
    rulebook: Rulebook | None = None,
) -> Question:
    """Put a question: find the rule set and the province's part that apply.

    Raises
    ------
    SelectionError
        No rule set is in force on that date, or a name does not exist.
    """
    book = rulebook if rulebook is not None else shipped()
    if rules is None:
        rule_set, _ = select(book, tier, application, on)
    else:
        rule_set = named_rule_set(book, rules, tier)
    local = _province(book, inputs, rule_set, tier, on)
    _check_readings(inputs.readings or {}, book)
    given = replace(inputs, province="" if local is None else local.id)
    return Question(book, rule_set, rule_set.tiers[tier], application, on, given, local)


def _province(
    book: Rulebook, inputs: Inputs, rules: RuleSet, tier: TierId, on: date
) -> Province | None:
    name = inputs.province
    found = book.province_of(name or inputs.profile.province)
    if found is None:
        if name:
            known = "、".join(f"{p.province}（{p.id}）" for p in book.provinces.values())
            words = f"没有“{name}”的省级特色化文件；有：{known}；也可给一个YAML文件"
            raise SelectionError(words)
        return None
    applies = (found.rule_set, found.tier) == (rules.id, tier)
    if name:
        return found if applies else None
    # A city of separate planning (计划单列市) counts as a province of its own.
    city = inputs.profile.city or ""
    elsewhere = any(city[:2] == other[:2] for other in found.without_cities)
    return found if applies and found.source.covers(on) and not elsewhere else None


def _check_readings(readings: Mapping[str, str], book: Rulebook) -> None:
    for name, option in readings.items():
        if name not in book.readings:
            raise SelectionError(f"没有口径“{name}”；有：{'、'.join(book.readings)}")
        if option not in book.readings[name].options:
            allowed = "、".join(f"{o}（{t}）" for o, t in book.readings[name].options.items())
            raise SelectionError(f"口径“{name}”没有选项“{option}”；有：{allowed}")
