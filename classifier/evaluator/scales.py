"""Reads scoring tables from a rule file, and refuses those that are not whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from classifier.evaluator.expressions import (
    SOURCE_KEYS,
    read_decimal,
    read_expression,
    read_flag,
    read_query,
    read_source,
)
from classifier.evaluator.model import (
    Band,
    Bands,
    BetterOf,
    Case,
    Cases,
    Indicator,
    IndicatorGroup,
    Local,
    Score,
    Sum,
)
from classifier.evaluator.values import OPERATORS
from classifier.reading import Node, Reader

if TYPE_CHECKING:
    from classifier.evaluator.expressions import Surroundings
    from classifier.evaluator.model import Scale

_INDICATOR_KEYS = {"id", "number", "title", "maximum", "main_product"} | SOURCE_KEYS
_SCALES = ("bands", "cases", "sum", "better_of", "local_indicators")


def read_whole(reader: Reader, node: Node, key: str, default: int | None = None) -> int:
    """Return the whole number, not negative, under a key."""
    value = node.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        reader.complain(node.line, key, f"found {value!r}, expected a whole number from 0 up")
        return 0
    return value


def read_score(reader: Reader, node: Node, around: Surroundings) -> Score:
    """Read a scoring table and check that its maxima add up."""
    reader.check_keys(
        node, {"clause", "confidence", "maximum", "pass", "groups"}, "a scoring table"
    )
    groups = tuple(
        _group(reader, item, node.line, around) for item in reader.sequence(node, "groups")
    )
    score = Score(
        source=read_source(reader, node, around),
        maximum=read_whole(reader, node, "maximum"),
        pass_mark=read_whole(reader, node, "pass"),
        groups=groups,
    )
    total = sum(group.maximum for group in groups)
    if total != score.maximum:
        reader.complain(
            node.line, "maximum", f"found {score.maximum}, but the groups' maxima add up to {total}"
        )
    if score.pass_mark > score.maximum:
        reader.complain(
            node.line, "pass", f"found {score.pass_mark}, above the maximum {score.maximum}"
        )
    ids = [indicator.id for group in groups for indicator in group.indicators]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        reader.complain(node.line, "id", f"indicator {twice!r} stands twice")
    return score


def _group(reader: Reader, node: Any, line: int, around: Surroundings) -> IndicatorGroup:
    if not isinstance(node, Node):
        reader.complain(line, "groups", f"found {node!r}, expected a mapping")
        node = Node()
        node.line = line
    reader.check_keys(node, {"id", "title", "maximum", "minimum", "indicators"}, "a group")
    group = IndicatorGroup(
        id=reader.text(node, "id"),
        title=reader.text(node, "title"),
        maximum=read_whole(reader, node, "maximum"),
        minimum=read_whole(reader, node, "minimum", 0),
        indicators=read_indicators(reader, node, around),
    )
    total = sum(indicator.maximum for indicator in group.indicators)
    if total != group.maximum:
        reader.complain(
            node.line,
            "maximum",
            f"group {group.id!r}: found {group.maximum}, but its indicators' maxima add up "
            f"to {total}",
        )
    if group.minimum > group.maximum:
        reader.complain(
            node.line,
            "minimum",
            f"group {group.id!r}: found {group.minimum}, above its maximum {group.maximum}",
        )
    return group


def read_indicators(reader: Reader, node: Node, around: Surroundings) -> tuple[Indicator, ...]:
    """Read the list ``indicators``."""
    out = []
    for item in reader.sequence(node, "indicators"):
        if isinstance(item, Node):
            out.append(_indicator(reader, item, around))
        else:
            reader.complain(node.line, "indicators", f"found {item!r}, expected a mapping")
    return tuple(out)


def _indicator(reader: Reader, node: Node, around: Surroundings) -> Indicator:
    inner = Node({k: v for k, v in node.items() if k not in _INDICATOR_KEYS})
    inner.line, inner.repeated = node.line, node.repeated
    indicator = Indicator(
        id=reader.text(node, "id"),
        number=reader.text(node, "number"),
        title=reader.text(node, "title"),
        maximum=read_whole(reader, node, "maximum"),
        source=read_source(reader, node, around),
        scale=_scale(reader, inner, around),
        needs_main_product=read_flag(reader, node, "main_product"),
    )
    if indicator.needs_main_product and "main-product-half" not in around.readings:
        reader.complain(node.line, "main_product", "needs the reading 'main-product-half'")
    best = most_points(indicator.scale, indicator.maximum)
    if best != indicator.maximum:
        how = "above" if best > indicator.maximum else "below"
        reader.complain(
            node.line,
            "points",
            f"indicator {indicator.id!r} gives up to {best} points, {how} its maximum "
            f"{indicator.maximum}",
        )
    return indicator


def most_points(scale: Scale, maximum: int) -> int:
    """Return the most points that a scale can give; a province's part gives the maximum."""
    if isinstance(scale, Bands):
        return max((band.points for band in scale.bands), default=0)
    if isinstance(scale, Cases):
        return max((case.high for case in scale.cases), default=0)
    if isinstance(scale, Sum):
        return min(scale.cap, sum(case.high for case in scale.cases))
    if isinstance(scale, BetterOf):
        return max((most_points(part, maximum) for part in scale.scales), default=0)
    return maximum


def _scale(reader: Reader, node: Node, around: Surroundings) -> Scale:
    found = [key for key in _SCALES if key in node]
    if len(found) != 1:
        reader.complain(
            node.line,
            "indicator",
            f"found {', '.join(found) or 'no scale'}; expected exactly one of: "
            f"{', '.join(_SCALES)}",
        )
        return Local()
    kind = found[0]
    if kind == "bands":
        return _bands(reader, node, around)
    if kind == "better_of":
        reader.check_keys(node, {kind}, "'better_of'")
        parts = [
            _scale(reader, item, around)
            for item in reader.sequence(node, kind)
            if isinstance(item, Node)
        ]
        return BetterOf(tuple(parts))
    if kind == "cases":
        reader.check_keys(node, {kind}, "'cases'")
        return Cases(_ladder(reader, node, around))
    if kind == "sum":
        reader.check_keys(node, {kind, "cap"}, "'sum'")
        cases = _cases(reader, node, "sum", around)
        return Sum(cases, read_whole(reader, node, "cap"))
    reader.check_keys(node, {kind}, "'local_indicators'")
    return Local()


def _cases(reader: Reader, node: Node, key: str, around: Surroundings) -> tuple[Case, ...]:
    out = []
    for at, item in enumerate(reader.sequence(node, key)):
        if not isinstance(item, Node):
            reader.complain(node.line, key, f"found {item!r}, expected a mapping")
            continue
        keys = {"title", "when", "otherwise", "points", "points_from", "points_to"}
        reader.check_keys(item, keys, "a case")
        ranged = "points_from" in item or "points_to" in item
        low = read_whole(reader, item, "points_from" if ranged else "points")
        high = read_whole(reader, item, "points_to") if ranged else low
        if low > high:
            reader.complain(item.line, "points_to", f"found {high}, below points_from {low}")
        test = None
        if not read_flag(reader, item, "otherwise"):
            test = read_expression(reader, item.get("when"), item.line, around)
        elif "when" in item:
            reader.complain(item.line, "when", "stands beside 'otherwise'; keep one")
        out.append(Case(f"{key}-{at + 1}", reader.text(item, "title"), test, low, high))
    return tuple(out)


def _ladder(reader: Reader, node: Node, around: Surroundings) -> tuple[Case, ...]:
    cases = _cases(reader, node, "cases", around)
    if not cases or cases[-1].test is not None:
        reader.complain(
            node.line, "cases", "hole: the last case must be 'otherwise: true', so that all fit"
        )
    for at, case in enumerate(cases[:-1]):
        if case.test is None:
            reader.complain(
                node.line, "cases", f"'otherwise' at place {at + 1} hides the cases after it"
            )
    for better, worse in pairwise(cases):
        if worse.high > better.high or worse.low > better.high:
            reader.complain(
                node.line,
                "cases",
                f"not monotone: {worse.title!r} gives {worse.high} after {better.title!r} "
                f"with {better.high}; order cases from the best down",
            )
    return cases


def _bands(reader: Reader, node: Node, around: Surroundings) -> Bands:
    query, is_truth = read_query(reader, node, around, extra={"better", "bands", "when"})
    if is_truth:
        reader.complain(node.line, query.name, "is a yes or no; bands need a number")
    better: Literal["higher", "lower"] = (
        "lower" if reader.choice(node, "better", ("higher", "lower")) == "lower" else "higher"
    )
    bands = [
        _band(reader, item) for item in reader.sequence(node, "bands") if isinstance(item, Node)
    ]
    when = None
    if "when" in node:
        when = read_expression(reader, node["when"], node.line, around)
    check_bands(reader, query.name, better, bands)
    return Bands(query, better, tuple(bands), when)


def _band(reader: Reader, node: Node) -> Band:
    reader.check_keys(node, {"points", *OPERATORS}, "a band")
    if {"at_least", "above"} <= set(node) or {"at_most", "below"} <= set(node):
        reader.complain(node.line, "bands", "two lower or two upper edges in one band; keep one")
    low_key = "at_least" if "at_least" in node else "above"
    high_key = "at_most" if "at_most" in node else "below"
    return Band(
        low=read_decimal(reader, node, low_key) if low_key in node else None,
        low_in=low_key == "at_least",
        high=read_decimal(reader, node, high_key) if high_key in node else None,
        high_in=high_key == "at_most",
        points=read_whole(reader, node, "points"),
        line=node.line,
    )


def check_bands(
    reader: Reader, name: str, better: Literal["higher", "lower"], bands: list[Band]
) -> None:
    """Complain of holes, overlaps, edges on the wrong side and points that do not fall.

    Bands stand from the best down. Where the better side is up, the worst band is open
    below and the best one above, and each edge belongs to the better band (就高).
    """
    if not bands:
        reader.complain(0, "bands", f"{name}: no band")
        return
    upward = bands if better == "higher" else [_mirrored(band) for band in bands]
    sign = 1 if better == "higher" else -1
    if upward[0].high is not None or upward[-1].low is not None:
        reader.complain(
            bands[0].line, "bands", f"{name}: hole: the best and the worst band must be open-ended"
        )
    for band in upward:
        if band.low is not None and band.high is not None and band.low >= band.high:
            reader.complain(band.line, "bands", f"{name}: band is empty or upside down")
    for best, worse in pairwise(upward):
        if worse.points >= best.points:
            reader.complain(
                worse.line,
                "bands",
                f"{name}: not monotone: {worse.points} points after {best.points}; points must "
                "fall from the best band down",
            )
        wrong = _seam(best, worse, sign)
        if wrong:
            reader.complain(worse.line, "bands", f"{name}: {wrong}")


def _seam(best: Band, worse: Band, sign: int) -> str:
    """Return what is wrong where two bands meet, seen with the better one above."""
    if best.low is None or worse.high is None:
        return "overlap: an open end in the middle of the bands"
    edges = f"{sign * worse.high} and {sign * best.low}"
    if worse.high < best.low:
        return f"hole between {edges}"
    if worse.high > best.low or (worse.high_in and best.low_in):
        return f"overlap between {edges}"
    if not worse.high_in and not best.low_in:
        return f"hole at {edges[: edges.index(' ')]}: no band includes it"
    if not best.low_in:
        return f"the edge {sign * best.low} must belong to the better band"
    return ""


def _mirrored(band: Band) -> Band:
    low = None if band.high is None else -band.high
    high = None if band.low is None else -band.low
    return replace(band, low=low, low_in=band.high_in, high=high, high_in=band.low_in)
