"""Reads a rule set's definitions of intellectual property (Ⅰ类, Ⅱ类, Ⅰ类高价值)."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from classifier.evaluator.expressions import SOURCE_KEYS, read_source
from classifier.evaluator.items import IpKind
from classifier.evaluator.model import Definitions, HighValue, IpDefinition
from classifier.reading import Node, Reader

if TYPE_CHECKING:
    from classifier.evaluator.expressions import Surroundings

KINDS: tuple[str, ...] = get_args(IpKind)
MARKS = ("overseas-family", "overseas-revenue", "kept", "pledge", "award")
"""What makes a right one of high value: 海外同族, 海外收入, 维持年限, 质押, 获奖."""

_RIGHT_KEYS = {"id", "title", "kinds", "transferred_months", "holder_rank", "kept_over_years"}
_HIGH_KEYS = {"id", "title", "of", "marks", "kept_over_years"}


def read_definitions(reader: Reader, node: Node, around: Surroundings) -> Definitions:
    """Read the list ``definitions``; an item with ``of`` is that of high value."""
    rights: dict[str, IpDefinition] = {}
    high: HighValue | None = None
    for item in reader.sequence(node, "definitions", required=False):
        if not isinstance(item, Node):
            reader.complain(node.line, "definitions", f"found {item!r}, expected a mapping")
        elif "of" in item:
            high = _high_value(reader, item, around, tuple(rights))
        else:
            right = _right(reader, item, around)
            if right.id in rights:
                reader.complain(item.line, "id", f"definition {right.id!r} stands twice")
            rights[right.id] = right
    return Definitions(rights, high)


def _number(reader: Reader, node: Node, key: str) -> int:
    value = node.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        reader.complain(node.line, key, f"found {value!r}, expected a whole number from 0 up")
        return 0
    return value


def _listed(reader: Reader, node: Node, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(str(v) for v in reader.sequence(node, key))
    for value in found:
        if value not in allowed:
            reader.complain(node.line, key, f"found {value!r}, allowed: {', '.join(allowed)}")
    return found


def _right(reader: Reader, node: Node, around: Surroundings) -> IpDefinition:
    reader.check_keys(node, _RIGHT_KEYS | SOURCE_KEYS, "a definition")
    never = node.get("transferred_months") == "never"
    kept: tuple[tuple[str, int], ...] = ()
    if "kept_over_years" in node:
        years = reader.mapping(node, "kept_over_years")
        reader.check_keys(years, set(KINDS), "kept_over_years")
        kept = tuple((kind, _number(reader, years, kind)) for kind in years)
    return IpDefinition(
        id=reader.choice(node, "id", ("class1", "class2")),
        title=reader.text(node, "title"),
        source=read_source(reader, node, around),
        kinds=_listed(reader, node, "kinds", KINDS),
        transferred=None if never else _number(reader, node, "transferred_months"),
        holder_rank=_number(reader, node, "holder_rank") if "holder_rank" in node else None,
        kept_over_years=kept,
    )


def _high_value(
    reader: Reader, node: Node, around: Surroundings, rights: tuple[str, ...]
) -> HighValue:
    reader.check_keys(node, _HIGH_KEYS | SOURCE_KEYS, "a definition of high value")
    return HighValue(
        id=reader.choice(node, "id", ("high-value",)),
        title=reader.text(node, "title"),
        source=read_source(reader, node, around),
        of=reader.choice(node, "of", rights),
        marks=_listed(reader, node, "marks", MARKS),
        kept_over_years=_number(reader, node, "kept_over_years"),
    )
