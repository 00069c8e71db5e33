"""Reads conditions from a rule file: a small, typed language, nothing is evaluated as code.

An expression is a mapping with exactly one of these heads::

    all: [...]                     every part
    any: [...]                     one part
    value: NAME, ARG: ..., OP: N   a derived value against a number
    value: NAME, is: true          a derived yes or no
    fact: PATH, OP: N              a number of the profile
    fact: PATH, is: false          a yes or no of the profile (true where left out)
    local: NAME, OP: N / is: ...   a fact that a province's file declares
    scheme: ID                     the main product belongs to a scheme of key fields
    application: new | renewal     the kind of application
    reading: ID, option: NAME      a reading is set to an option

OP is one of ``at_least``, ``above``, ``at_most``, ``below``. With an ``id`` beside the
head, it is a condition of its own, with title, clause and confidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from classifier.evaluator.clauses import (
    APPLICATIONS,
    CONFIDENCES,
    Argument,
    Comparison,
    Condition,
    Every,
    Expression,
    InScheme,
    IsApplication,
    Query,
    ReadAs,
    Some,
    Source,
    Statement,
)
from classifier.evaluator.derive import DERIVED
from classifier.evaluator.domain import SCHEME_TITLES
from classifier.evaluator.facts import fact_fields
from classifier.evaluator.values import OPERATORS
from classifier.reading import Node, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.evaluator.model import LocalFact, Reading

HEADS = ("all", "any", "value", "fact", "local", "scheme", "application", "reading")
SOURCE_KEYS = {"document", "clause", "confidence", "from", "to"}
CONDITION_KEYS = {"id", "title", "waived", "main_product", "by_reading"} | SOURCE_KEYS
_ARGUMENT_TYPES: dict[str, tuple[type, str]] = {
    "int": (int, "a whole number"),
    "str": (str, "a text"),
    "bool": (bool, "true or false"),
    "list": (list, "a list"),
}


@dataclass(slots=True)
class Surroundings:
    """What the names in a rule file may refer to, and what its values inherit."""

    document: str
    start: date
    end: date | None
    readings: Mapping[str, Reading]
    rights: frozenset[str] = frozenset()
    local: Mapping[str, LocalFact] = field(default_factory=dict)


NEVER = Comparison(Query("fact", "segment_years"), "below", Decimal(0))
"""Stands in for an expression that was refused; the file is never used."""


def read_source(reader: Reader, node: Node, around: Surroundings) -> Source:
    """Read clause, confidence and dates; document and dates default to those around."""
    return Source(
        document=reader.text(node, "document", required=False) or around.document,
        clause=reader.text(node, "clause"),
        confidence=reader.choice(node, "confidence", CONFIDENCES),
        start=read_date(reader, node, "from", around.start) or around.start,
        end=read_date(reader, node, "to", around.end),
    )


def read_date(reader: Reader, node: Node, key: str, default: date | None) -> date | None:
    """Return the date under a key, or the default where the key is missing."""
    value = node.get(key)
    if value is None:
        return default
    if isinstance(value, date):
        return value
    reader.complain(node.line, key, f"found {value!r}, expected a date such as 2026-04-01")
    return default


def read_decimal(reader: Reader, node: Node, key: str) -> Decimal | None:
    """Return the number under a key exactly as it is written."""
    value = node.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        reader.complain(node.line, key, f"found {value!r}, expected a number")
        return None
    return Decimal(str(value))


def read_flag(reader: Reader, node: Node, key: str, *, default: bool = False) -> bool:
    """Return the true or false under a key."""
    value = node.get(key, default)
    if not isinstance(value, bool):
        reader.complain(node.line, key, f"found {value!r}, expected true or false")
        return default
    return value


def read_condition(reader: Reader, node: Any, line: int, around: Surroundings) -> Condition:
    """Read a condition with its id, title, source, test and waivers."""
    if not isinstance(node, Node):
        reader.complain(line, "condition", f"found {node!r}, expected a mapping")
        node = Node()
        node.line = line
    waivers = tuple(
        read_condition(reader, item, node.line, around)
        for item in reader.sequence(node, "waived", required=False)
    )
    needs = read_flag(reader, node, "main_product")
    by_reading = tuple(str(r) for r in reader.sequence(node, "by_reading", required=False))
    for reading in (*by_reading, *(("main-product-half",) if needs else ())):
        _check_reading(reader, node, reading, around)
    inner = Node({k: v for k, v in node.items() if k not in CONDITION_KEYS})
    inner.line, inner.repeated = node.line, node.repeated
    return Condition(
        id=reader.text(node, "id"),
        title=reader.text(node, "title"),
        source=read_source(reader, node, around),
        test=read_expression(reader, inner, node.line, around),
        waivers=waivers,
        needs_main_product=needs,
        readings=by_reading,
        dated="from" in node or "to" in node,
    )


def read_conditions(
    reader: Reader, node: Node, key: str, around: Surroundings
) -> tuple[Condition, ...]:
    """Read a list of conditions; ids stand once in it."""
    out = []
    seen: set[str] = set()
    for item in reader.sequence(node, key, required=False):
        condition = read_condition(reader, item, node.line, around)
        if condition.id in seen:
            line = getattr(item, "line", node.line)
            reader.complain(line, "id", f"{condition.id!r} stands twice in {key}")
        seen.add(condition.id)
        out.append(condition)
    return tuple(out)


def read_expression(reader: Reader, node: Any, line: int, around: Surroundings) -> Expression:
    """Read one expression; see the module's docstring for the language."""
    if not isinstance(node, Node):
        reader.complain(line, "condition", f"found {node!r}, expected a mapping")
        return NEVER
    if "id" in node:
        return read_condition(reader, node, line, around)
    heads = [head for head in HEADS if head in node]
    if len(heads) != 1:
        found = ", ".join(heads) or ", ".join(node) or "nothing"
        reader.complain(
            node.line, "condition", f"found {found}; expected exactly one of: {', '.join(HEADS)}"
        )
        return NEVER
    head = heads[0]
    if head in {"all", "any"}:
        return _parts(reader, node, head, around)
    if head in {"scheme", "application", "reading"}:
        return _circumstance(reader, node, head, around)
    return _asked(reader, node, around)


def _parts(reader: Reader, node: Node, head: str, around: Surroundings) -> Expression:
    reader.check_keys(node, {head}, f"'{head}'")
    parts = tuple(
        read_expression(reader, part, node.line, around) for part in reader.sequence(node, head)
    )
    if not parts:
        reader.complain(node.line, head, "empty; list at least one part")
    return Every(parts) if head == "all" else Some(parts)


def _circumstance(reader: Reader, node: Node, head: str, around: Surroundings) -> Expression:
    reader.check_keys(node, {head, "option"} if head == "reading" else {head}, f"'{head}'")
    if head == "scheme":
        return InScheme(reader.choice(node, head, tuple(SCHEME_TITLES)))
    if head == "application":
        kind = reader.choice(node, head, APPLICATIONS)
        return IsApplication("renewal" if kind == "renewal" else "new")
    name, option = reader.text(node, head), reader.text(node, "option")
    reading = _check_reading(reader, node, name, around)
    if reading is not None and option not in reading.options:
        allowed = ", ".join(reading.options)
        reader.complain(node.line, "option", f"found {option!r}, allowed: {allowed}")
    return ReadAs(name, option)


def _check_reading(reader: Reader, node: Node, name: str, around: Surroundings) -> Reading | None:
    if name not in around.readings:
        known = ", ".join(sorted(around.readings)) or "none"
        reader.complain(
            node.line, "reading", f"no reading {name!r} in this rule set; it lists: {known}"
        )
        return None
    return around.readings[name]


def _asked(reader: Reader, node: Node, around: Surroundings) -> Expression:
    """Read a value, fact or local fact with what is asked of it."""
    query, is_truth = read_query(reader, node, around, extra={"is", *OPERATORS})
    asked = [key for key in ("is", *OPERATORS) if key in node]
    if is_truth:
        if any(key in OPERATORS for key in asked):
            reader.complain(node.line, query.name, "is a yes or no; ask for 'is: true' or 'false'")
        return Statement(query, read_flag(reader, node, "is", default=True))
    if len(asked) != 1 or asked[0] == "is":
        found = ", ".join(asked) or "none"
        reader.complain(
            node.line,
            query.name,
            f"found {found}; a number takes exactly one of: {', '.join(OPERATORS)}",
        )
        return NEVER
    threshold = read_decimal(reader, node, asked[0])
    return Comparison(query, asked[0], threshold if threshold is not None else Decimal(0))


def read_query(
    reader: Reader, node: Node, around: Surroundings, extra: set[str]
) -> tuple[Query, bool]:
    """Read which value is asked for; return it with whether it is a yes or no."""
    if "value" in node:
        return _derived(reader, node, around, extra)
    if "fact" in node:
        reader.check_keys(node, {"fact"} | extra, "'fact'")
        path = reader.text(node, "fact")
        about = fact_fields().get(path)
        if about is None or about.type not in {"truth", "number"}:
            near = [p for p in fact_fields() if p.split(".")[0] == path.split(".")[0]]
            known = ", ".join(near or sorted(fact_fields()))
            reader.complain(
                node.line, "fact", f"the profile has no yes-or-no or number {path!r}; near: {known}"
            )
            return Query("fact", "legal_person"), "is" in node or not set(node) & set(OPERATORS)
        return Query("fact", path), about.type == "truth"
    reader.check_keys(node, {"local"} | extra, "'local'")
    name = reader.text(node, "local")
    local = around.local.get(name)
    if local is None:
        known = ", ".join(around.local) or "none"
        reader.complain(node.line, "local", f"no fact {name!r} is declared here; declared: {known}")
        return Query("local", name), True
    return Query("local", name, (("type", local.type),)), local.type == "truth"


def _derived(
    reader: Reader, node: Node, around: Surroundings, extra: set[str]
) -> tuple[Query, bool]:
    name = reader.text(node, "value")
    derived = DERIVED.get(name)
    if derived is None:
        known = ", ".join(sorted(DERIVED))
        reader.complain(node.line, "value", f"no derived value {name!r}; known: {known}")
        return Query("derived", "revenue"), False
    reader.check_keys(node, {"value", *derived.arguments} | extra, f"value {name!r}")
    arguments: list[tuple[str, Argument]] = []
    for key, kind in derived.arguments.items():
        if key not in node:
            if key in derived.required:
                reader.complain(node.line, key, f"missing; value {name!r} needs it")
            continue
        value = node[key]
        wanted, words = _ARGUMENT_TYPES[kind]
        if not isinstance(value, wanted) or (kind == "int" and isinstance(value, bool)):
            reader.complain(node.line, key, f"found {value!r}, expected {words}")
            continue
        allowed = derived.choices.get(key)
        for item in value if isinstance(value, list) else [value]:
            if allowed is not None and item not in allowed:
                reader.complain(node.line, key, f"found {item!r}, allowed: {', '.join(allowed)}")
        arguments.append((key, tuple(node[key]) if kind == "list" else node[key]))
    for reading in derived.readings:
        _check_reading(reader, node, reading, around)
    if name == "ip" and node.get("of") not in around.rights:
        known = ", ".join(sorted(around.rights)) or "none"
        reader.complain(node.line, "of", f"found {node.get('of')!r}, defined here: {known}")
    return Query("derived", name, tuple(arguments)), derived.is_truth
