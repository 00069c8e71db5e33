"""Loads a province's own part of a tier (特色化指标): its indicators, facts and pass mark.

To add a province, write a YAML file as ``rules/province-shandong.yaml`` is written:
``id`` (``province-…``), ``title``, ``province``, ``document``, ``from``, ``to``,
``date_confidence``, ``extends: {rules, tier}``, ``maximum`` (the points that the tier
leaves to it; ``capped: true`` where the indicators' maxima add up to more), ``facts``
(what only this province asks; answered under ``local`` in the profile), ``indicators``,
and where there are any ``conditions``, ``readings``, ``pass_marks``, and
``without_cities``: cities that count as provinces of their own (计划单列市).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES, TIERS, Source
from classifier.evaluator.expressions import (
    SOURCE_KEYS,
    Surroundings,
    read_conditions,
    read_date,
    read_flag,
    read_source,
)
from classifier.evaluator.model import Local, LocalFact, PassMarks, Province
from classifier.evaluator.readings import content_hash, open_rules, read_reading_list
from classifier.evaluator.scales import read_indicators, read_whole
from classifier.reading import Node, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from classifier.evaluator.clauses import TierId
    from classifier.evaluator.model import Indicator, Reading, RuleSet, Tier

_KEYS = {
    "id",
    "title",
    "province",
    "without_cities",
    "document",
    "from",
    "to",
    "date_confidence",
    "note",
    "extends",
    "maximum",
    "capped",
    "pass_marks",
    "readings",
    "facts",
    "indicators",
    "conditions",
}


def load_province(
    path: Path, readings: Mapping[str, Reading], rule_sets: Mapping[str, RuleSet]
) -> Province:
    """Read one province's file.

    Raises
    ------
    RuleError
        As for a rule set; also where the tier it extends does not exist or leaves
        another number of points to the province.
    """
    reader, root = open_rules(path)
    reader.check_keys(root, _KEYS, "a province's file")
    start = read_date(reader, root, "from", None)
    if start is None:
        reader.complain(root.line, "from", "missing; since when is the document in force?")
    source = Source(
        reader.text(root, "document"),
        "施行日期",
        reader.choice(root, "date_confidence", CONFIDENCES),
        start or date.min,
        read_date(reader, root, "to", None),
    )
    base, tier = _extended(reader, root, rule_sets)
    known = dict(base.readings) if base is not None else {}
    own = read_reading_list(reader, root, readings)
    facts = read_facts(reader, root)
    rights = frozenset(tier.definitions.rights) if tier is not None else frozenset()
    around = Surroundings(source.document, source.start, source.end, known | own, rights, facts)
    indicators = read_indicators(reader, root, around)
    maximum = read_whole(reader, root, "maximum")
    _check_maximum(reader, root, indicators, maximum, tier)
    province = Province(
        id=reader.text(root, "id"),
        title=reader.text(root, "title"),
        province=reader.text(root, "province"),
        without_cities=tuple(
            str(city) for city in reader.sequence(root, "without_cities", required=False)
        ),
        source=source,
        note=reader.text(root, "note", required=False),
        rule_set=base.id if base is not None else "",
        tier=tier.id if tier is not None else "srdi",
        facts=facts,
        maximum=maximum,
        indicators=indicators,
        conditions=read_conditions(reader, root, "conditions", around),
        pass_marks=_pass_marks(reader, root, around),
        readings=own,
        hash=content_hash(path),
    )
    if reader.problems:
        raise RuleError(reader.problems)
    return province


def _extended(
    reader: Reader, root: Node, rule_sets: Mapping[str, RuleSet]
) -> tuple[RuleSet | None, Tier | None]:
    node = reader.mapping(root, "extends")
    reader.check_keys(node, {"rules", "tier"}, "extends")
    base = rule_sets.get(reader.choice(node, "rules", tuple(rule_sets)))
    name = cast("TierId", reader.choice(node, "tier", TIERS))
    tier = base.tiers.get(name) if base is not None else None
    if base is not None and tier is None:
        reader.complain(node.line, "tier", f"rule set {base.id!r} has no tier {name!r}")
    return base, tier


def read_facts(reader: Reader, root: Node) -> dict[str, LocalFact]:
    """Read the list ``facts``: what only this document asks."""
    out: dict[str, LocalFact] = {}
    for node in reader.sequence(root, "facts", required=False):
        if not isinstance(node, Node):
            reader.complain(root.line, "facts", f"found {node!r}, expected a mapping")
            continue
        reader.check_keys(node, {"id", "title", "type"}, "a fact")
        kind = reader.choice(node, "type", ("truth", "number"))
        fact = LocalFact(
            reader.text(node, "id"),
            reader.text(node, "title"),
            cast("Literal['truth', 'number']", kind),
        )
        if fact.id in out:
            reader.complain(node.line, "id", f"fact {fact.id!r} stands twice")
        out[fact.id] = fact
    return out


def _check_maximum(
    reader: Reader,
    root: Node,
    indicators: tuple[Indicator, ...],
    maximum: int,
    tier: Tier | None,
) -> None:
    total = sum(indicator.maximum for indicator in indicators)
    capped = read_flag(reader, root, "capped")
    if total != maximum and not (capped and total > maximum):
        reader.complain(
            root.line,
            "maximum",
            f"found {maximum}, but the indicators' maxima add up to {total}"
            + ("" if total < maximum else "; say 'capped: true' if the sum is capped"),
        )
    if tier is None or tier.score is None:
        return
    left = sum(
        indicator.maximum
        for group in tier.score.groups
        for indicator in group.indicators
        if isinstance(indicator.scale, Local)
    )
    if left != maximum:
        reader.complain(
            root.line, "maximum", f"found {maximum}, but tier {tier.id!r} leaves {left} points"
        )


def _pass_marks(reader: Reader, root: Node, around: Surroundings) -> PassMarks | None:
    if "pass_marks" not in root:
        return None
    node = reader.mapping(root, "pass_marks")
    name = reader.text(node, "reading")
    reading = around.readings.get(name)
    if reading is None:
        reader.complain(node.line, "reading", f"no reading {name!r} is listed here")
        return None
    reader.check_keys(node, {"reading", *reading.options} | SOURCE_KEYS, "pass_marks")
    marks = {option: read_whole(reader, node, option) for option in reading.options}
    return PassMarks(name, marks, read_source(reader, node, around))
