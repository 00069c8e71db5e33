"""Loads ``rules/*.yaml``: rule sets, provinces, sizes, readings and the selection.

Every file is read strictly: what is unknown, missing, contradictory or not whole is
refused, with file, line and field, before anything is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from classifier.errors import RuleError
from classifier.evaluator.clauses import APPLICATIONS, CONFIDENCES, TIERS, Source
from classifier.evaluator.definitions import read_definitions
from classifier.evaluator.expressions import (
    Surroundings,
    read_condition,
    read_conditions,
    read_date,
    read_source,
)
from classifier.evaluator.model import Reading, Route, RuleSet, Tier
from classifier.evaluator.provinces import load_province, read_facts
from classifier.evaluator.readings import content_hash, load_readings, open_rules, read_reading_list
from classifier.evaluator.scales import read_score
from classifier.evaluator.selection import Choice, check_selection
from classifier.evaluator.sizes import load_sizes
from classifier.reading import Node, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.evaluator.clauses import Application, Condition, TierId
    from classifier.evaluator.model import Definitions, Province, SizeRules

RULES = Path(__file__).resolve().parent / "rules"
"""The folder of rule files that ships."""

_SET_KEYS = {
    "id",
    "title",
    "document",
    "from",
    "to",
    "date_confidence",
    "note",
    "readings",
    "facts",
    "definitions",
    "main_product",
    "gates",
    "tiers",
}
_TIER_KEYS = {
    "id",
    "title",
    "document",
    "from",
    "to",
    "clause",
    "confidence",
    "domain",
    "definitions",
    "gates",
    "findings",
    "bonus",
    "conditions",
    "direct",
    "score",
    "routes",
}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that the rule files say.

    Parameters
    ----------
    rule_sets
        Rule sets by id.
    provinces
        Provinces' own parts, by id.
    size
        The size standard.
    selection
        Which rule set applies to tier, kind of application and date.
    """

    rule_sets: Mapping[str, RuleSet]
    provinces: Mapping[str, Province]
    size: SizeRules
    selection: tuple[Choice, ...]
    readings: Mapping[str, Reading]

    def province_of(self, name: str | None) -> Province | None:
        """Return the province's part by id or name (山东 is enough), or None."""
        if not name:
            return None
        for province in self.provinces.values():
            if name == province.id or name[:2] == province.province[:2]:
                return province
        return None


def load_rule_set(path: Path, readings: Mapping[str, Reading]) -> RuleSet:
    """Read one rule set.

    Parameters
    ----------
    path
        Its YAML file.
    readings
        All readings, as ``load_readings`` gives them.

    Raises
    ------
    RuleError
        With every problem of the file: unknown or missing keys, missing sources, holes
        and overlaps between bands, points that do not add up or do not fall, names that
        do not exist.
    """
    reader, root = open_rules(path)
    reader.check_keys(root, _SET_KEYS, "a rule set")
    start = read_date(reader, root, "from", None)
    if start is None:
        reader.complain(root.line, "from", "missing; since when is the document in force?")
    end = read_date(reader, root, "to", None)
    source = Source(
        document=reader.text(root, "document"),
        clause="施行日期",
        confidence=reader.choice(root, "date_confidence", CONFIDENCES),
        start=start or date.min,
        end=end,
    )
    own = read_reading_list(reader, root, readings)
    facts = read_facts(reader, root)
    around = Surroundings(source.document, source.start, source.end, own, local=facts)
    definitions = read_definitions(reader, root, around)
    around.rights = _rights(definitions)
    gates = read_conditions(reader, root, "gates", around)
    main_product: Condition | None = None
    if "main_product" in root:
        main_product = read_condition(reader, root["main_product"], root.line, around)
    tiers: dict[str, Tier] = {}
    for node in reader.sequence(root, "tiers"):
        if not isinstance(node, Node):
            reader.complain(root.line, "tiers", f"found {node!r}, expected a mapping")
            continue
        tier = _tier(reader, node, around, gates, definitions)
        tier = replace(tier, main_product=main_product)
        if main_product is None and "main-product-half" in own:
            reader.complain(node.line, "main_product", "missing; what makes a main product?")
        if tier.id in tiers:
            reader.complain(node.line, "id", f"tier {tier.id!r} stands twice")
        tiers[tier.id] = tier
    rule_set = RuleSet(
        id=reader.text(root, "id"),
        title=reader.text(root, "title"),
        source=source,
        note=reader.text(root, "note", required=False),
        readings=own,
        tiers=tiers,
        facts=facts,
        hash=content_hash(path),
    )
    if reader.problems:
        raise RuleError(reader.problems)
    return rule_set


def _rights(definitions: Definitions) -> frozenset[str]:
    names = set(definitions.rights)
    if definitions.high_value is not None:
        names.add("high-value")
    return frozenset(names)


def _tier(
    reader: Reader,
    node: Node,
    around: Surroundings,
    gates: tuple[Condition, ...],
    inherited: Definitions,
) -> Tier:
    reader.check_keys(node, _TIER_KEYS, "a tier")
    definitions = inherited
    own = read_source(reader, node, around)
    here = replace(around, document=own.document, start=own.start, end=own.end)
    if "definitions" in node:
        definitions = read_definitions(reader, node, here)
        here = replace(here, rights=_rights(definitions))
    score = read_score(reader, reader.mapping(node, "score"), here) if "score" in node else None
    tier = Tier(
        id=cast("TierId", reader.choice(node, "id", TIERS)),
        title=reader.text(node, "title"),
        source=own,
        gates=(*gates, *read_conditions(reader, node, "gates", here)),
        findings=read_conditions(reader, node, "findings", here),
        bonus=read_conditions(reader, node, "bonus", here),
        conditions=read_conditions(reader, node, "conditions", here),
        direct=read_conditions(reader, node, "direct", here),
        score=score,
        routes=_routes(reader, node, here),
        definitions=definitions,
        domain=reader.text(node, "domain", required=False),
    )
    names = {c.id for c in tier.conditions}
    names |= {i.id for g in (score.groups if score else ()) for i in g.indicators}
    if tier.domain and tier.domain not in names and not tier.routes:
        reader.complain(
            node.line,
            "domain",
            f"no indicator or condition {tier.domain!r} here; there are: "
            f"{', '.join(sorted(names))}",
        )
    return tier


def _routes(reader: Reader, node: Node, around: Surroundings) -> tuple[Route, ...]:
    out = []
    for item in reader.sequence(node, "routes", required=False):
        if not isinstance(item, Node):
            reader.complain(node.line, "routes", f"found {item!r}, expected a mapping")
            continue
        reader.check_keys(item, {"id", "title", "clause", "confidence", "rules", "tier"}, "a route")
        out.append(
            Route(
                id=reader.text(item, "id"),
                title=reader.text(item, "title"),
                source=read_source(reader, item, around),
                rule_set=reader.text(item, "rules"),
                tier=cast("TierId", reader.choice(item, "tier", TIERS)),
            )
        )
    return tuple(out)


def load_selection(path: Path) -> tuple[Choice, ...]:
    """Read ``selection.yaml``: which rule set applies when.

    Raises
    ------
    RuleError
        Unknown keys, or two rule sets for one day.
    """
    reader, root = open_rules(path)
    reader.check_keys(root, {"selection"}, "the selection")
    around = Surroundings("适用规则", date.min, None, {})
    out = []
    for node in reader.sequence(root, "selection"):
        if not isinstance(node, Node):
            reader.complain(root.line, "selection", f"found {node!r}, expected a mapping")
            continue
        keys = {"tier", "application", "rules", "from", "to", "clause", "confidence"}
        reader.check_keys(node, keys, "a row")
        out.append(
            Choice(
                tier=cast("TierId", reader.choice(node, "tier", TIERS)),
                application=cast("Application", reader.choice(node, "application", APPLICATIONS)),
                rule_set=reader.text(node, "rules"),
                source=read_source(reader, node, around),
            )
        )
    check_selection(reader, out)
    if reader.problems:
        raise RuleError(reader.problems)
    return tuple(out)


def load_rulebook(folder: Path = RULES, *, provinces: tuple[Path, ...] = ()) -> Rulebook:
    """Read a folder of rule files, and provinces' files that stand elsewhere.

    Raises
    ------
    RuleError
        With the problems of the first file that is refused, or of references between
        files.
    """
    readings = load_readings(folder / "readings.yaml")
    selection = load_selection(folder / "selection.yaml")
    special = {"readings", "selection"}
    rule_sets: dict[str, RuleSet] = {}
    size: SizeRules | None = None
    found: dict[str, Province] = {}
    files = sorted(p for p in folder.glob("*.yaml") if p.stem not in special)
    own = [p for p in files if p.stem.startswith("province-")]
    for path in files:
        if path.stem.startswith("size-"):
            size = load_sizes(path)
        elif path not in own:
            rule_set = load_rule_set(path, readings)
            # What a rule set says depends on its readings: both make its version.
            version = content_hash(path, folder / "readings.yaml")
            rule_set = replace(rule_set, hash=version)
            rule_sets[rule_set.id] = rule_set
    for path in (*own, *provinces):
        province = load_province(path, readings, rule_sets)
        found[province.id] = province
    reader = Reader(folder.name)
    if size is None:
        reader.complain(0, "size", "no size-*.yaml found here")
    _check_references(reader, rule_sets, selection)
    if reader.problems or size is None:
        raise RuleError(reader.problems)
    return Rulebook(rule_sets, found, size, selection, readings)


def _check_references(
    reader: Reader, rule_sets: Mapping[str, RuleSet], selection: tuple[Choice, ...]
) -> None:
    wanted = [("selection", choice.rule_set, choice.tier) for choice in selection]
    for rule_set in rule_sets.values():
        for tier in rule_set.tiers.values():
            wanted += [("routes", route.rule_set, route.tier) for route in tier.routes]
    for field, name, tier_id in dict.fromkeys(wanted):
        if name not in rule_sets or tier_id not in rule_sets[name].tiers:
            known = ", ".join(rule_sets)
            reader.complain(0, field, f"no tier {tier_id!r} in rule set {name!r}; sets: {known}")


@cache
def shipped() -> Rulebook:
    """Return the rules that ship, read once."""
    return load_rulebook()
