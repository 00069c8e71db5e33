"""The sheet: one firm, one date and one rule set's definitions, asked value by value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classifier.errors import SelectionError
from classifier.evaluator.derive import DERIVED
from classifier.evaluator.derive_items import describe_arguments
from classifier.evaluator.facts import fact_fields, fact_title
from classifier.evaluator.trace import Step, verdict
from classifier.evaluator.values import Amount, Truth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from classifier.evaluator.clauses import Application, Query
    from classifier.evaluator.domain import SchemeFinding
    from classifier.evaluator.facts import Facts
    from classifier.evaluator.model import Definitions, Reading, SizeRules


def _shown(query: Query, value: Amount, unit: str) -> str:
    if query.origin == "derived" and DERIVED[query.name].names:
        low, high = (DERIVED[query.name].shown(end) for end in (value.low, value.high))
        return low if value.exact else f"未知（{low}～{high}）"
    return f"{value}{unit}" if value.exact and not value.void else str(value)


@dataclass(slots=True)
class Sheet:
    """Everything that a derived value may look at.

    Parameters
    ----------
    facts
        The firm, read fact by fact.
    on
        Day of assessment; the last complete fiscal year is the one before it.
    application
        ``new`` or ``renewal``.
    definitions
        How the rule set counts intellectual property.
    readings, chosen
        Readings of the rule set, and the options that the user chose over the defaults.
    size
        The size standard.
    domain
        Finding of the domain by scheme, or None where no text was classified.
    restricted
        Wordings of restricted products found in the text; None where nobody looked.
    """

    facts: Facts
    on: date
    application: Application
    definitions: Definitions
    readings: Mapping[str, Reading]
    chosen: Mapping[str, str]
    size: SizeRules
    domain: Mapping[str, SchemeFinding] | None = None
    restricted: tuple[str, ...] | None = None
    _memo: dict[Query, tuple[Amount | Truth, Step]] = field(default_factory=dict)
    _options: list[str] = field(default_factory=list)

    @property
    def last_year(self) -> int:
        """Return the last complete fiscal year (上年度)."""
        return self.on.year - 1

    def option(self, reading: str) -> str:
        """Return the option of a reading, and write down that it was used.

        Raises
        ------
        SelectionError
            The rule set has no such reading.
        """
        found = self.readings.get(reading)
        if found is None:
            known = "、".join(sorted(self.readings)) or "无"
            raise SelectionError(f"这套规则没有口径“{reading}”；有：{known}")
        option = self.chosen.get(reading, found.default)
        self._options.append(f"{reading}={option}")
        return option

    def ask(self, query: Query) -> tuple[Amount | Truth, Step]:
        """Return a value with the step of the trace that shows where it comes from."""
        known = self._memo.get(query)
        if known is None:
            known = self._memo[query] = self._compute(query)
        return known

    def _compute(self, query: Query) -> tuple[Amount | Truth, Step]:
        before = self.facts.collect()
        options, self._options = self._options, []
        value: Amount | Truth
        if query.origin == "derived":
            derived = DERIVED[query.name]
            value = derived.compute(self, **dict(query.arguments))
            title, unit, formula = derived.title, derived.unit, derived.formula
            shown = describe_arguments(dict(query.arguments))
            title += f"（{shown}）" if shown else ""
            confidence = derived.confidence
        else:
            value, title = self._plain(query)
            unit = formula = confidence = ""
        used, self._options = tuple(dict.fromkeys(self._options)), options
        read = self.facts.resume(before)
        if query.origin != "derived" and len(read) == 1:
            return value, read[0]
        if isinstance(value, Amount):
            text, said = _shown(query, value, unit), None
        else:
            text, said = "", verdict(value)
        step = Step(
            "derived",
            query.name,
            title,
            verdict=said or "none",
            value=text,
            formula=formula,
            readings=used,
            confidence=confidence,
            children=read,
        )
        return value, step

    def _plain(self, query: Query) -> tuple[Amount | Truth, str]:
        if query.origin == "local":
            if dict(query.arguments).get("type") == "number":
                return self.facts.local_number(query.name), query.name
            return self.facts.local_truth(query.name), query.name
        if fact_fields()[query.name].type == "number":
            return self.facts.number(query.name), fact_title(query.name)
        return self.facts.truth(query.name), fact_title(query.name)
