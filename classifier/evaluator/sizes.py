"""Loads the size standard (中小企业划型标准): sixteen sectors with their floors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from classifier.errors import RuleError
from classifier.evaluator.clauses import CONFIDENCES, Source
from classifier.evaluator.expressions import Surroundings, read_date, read_decimal, read_source
from classifier.evaluator.model import Sector, SizeRules
from classifier.evaluator.readings import content_hash, open_rules
from classifier.reading import Node, Reader

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

_KEYS = {"id", "title", "document", "from", "to", "date_confidence", "note", "sectors"}
_CLASSES = ("large", "medium", "small")
_FIGURES = {"employees", "revenue", "total_assets"}
_SECTOR_KEYS = {"id", "title", "codes", "codes_confidence", "clause", "confidence", *_CLASSES}


def load_sizes(path: Path) -> SizeRules:
    """Read the size standard.

    Raises
    ------
    RuleError
        Unknown keys, missing sources, classes that ask for different figures, floors
        that do not fall, a code that stands in two sectors.
    """
    reader, root = open_rules(path)
    reader.check_keys(root, _KEYS, "the size standard")
    source = Source(
        reader.text(root, "document"),
        "施行日期",
        reader.choice(root, "date_confidence", CONFIDENCES),
        read_date(reader, root, "from", date.min) or date.min,
        read_date(reader, root, "to", None),
    )
    around = Surroundings(source.document, source.start, source.end, {})
    sectors: list[Sector] = []
    codes: dict[str, str] = {}
    for node in reader.sequence(root, "sectors"):
        if not isinstance(node, Node):
            reader.complain(root.line, "sectors", f"found {node!r}, expected a mapping")
            continue
        sector = _sector(reader, node, around)
        for code in sector.codes:
            if code in codes:
                reader.complain(
                    node.line, "codes", f"{code!r} stands already in sector {codes[code]!r}"
                )
            codes[code] = sector.id
        sectors.append(sector)
    rules = SizeRules(
        id=reader.text(root, "id"),
        title=reader.text(root, "title"),
        source=source,
        sectors=tuple(sectors),
        hash=content_hash(path),
    )
    if reader.problems:
        raise RuleError(reader.problems)
    return rules


def _sector(reader: Reader, node: Node, around: Surroundings) -> Sector:
    reader.check_keys(node, _SECTOR_KEYS, "a sector")
    floors: list[tuple[str, tuple[tuple[str, Decimal], ...]]] = []
    above: dict[str, Decimal] = {}
    for name in _CLASSES:
        found = reader.mapping(node, name)
        reader.check_keys(found, _FIGURES, f"class {name!r}")
        here: dict[str, Decimal] = {}
        for figure in found:
            floor = read_decimal(reader, found, figure)
            if floor is not None:
                here[figure] = floor
        if not here:
            reader.complain(node.line, name, "no floor; every class needs one")
        if above and set(here) != set(above):
            reader.complain(
                node.line, name, f"asks for {', '.join(here)}; above: {', '.join(above)}"
            )
        for figure, floor in here.items():
            if figure in above and floor >= above[figure]:
                reader.complain(
                    node.line,
                    name,
                    f"not monotone: {figure} {floor} is not below {above[figure]} of the "
                    "class above",
                )
        above = here
        floors.append((name, tuple(here.items())))
    return Sector(
        id=reader.text(node, "id"),
        title=reader.text(node, "title"),
        codes=tuple(str(code) for code in reader.sequence(node, "codes")),
        source=read_source(reader, node, around),
        codes_confidence=reader.choice(node, "codes_confidence", CONFIDENCES),
        floors=tuple(floors),
    )
