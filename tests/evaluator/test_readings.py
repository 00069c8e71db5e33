"""Every reading (解释口径) has a default, its options change what they say, the trace shows it."""

from __future__ import annotations

from typing import Any

import pytest

from classifier.errors import SelectionError
from classifier.evaluator.loading import shipped

from .firms import AFTER, BEFORE, judged, met, points, right, year
from .test_conditions import last, money

OLD_TRANSFER = right(acquired="transferred", transferred_on="2025-02-28")
UNEVEN = {
    "years": {
        y: year(20000, main_revenue=v, main_product_revenue=v)
        for y, v in ((2023, 11000), (2024, 14300), (2025, 12100))
    }
}
SMALL_RD = {"years": {2025: year(900, rd_expense=90), 2024: year(900), 2023: year(900)}}
MINOR = {"conduct.incidents": [{"kind": "tax", "on": "2025-01-01", "serious": False}]}
ASKED = {"conduct.incidents": [{"kind": "tax", "on": "2025-01-01"}]}
HALF = last(main_product_revenue=5000)
OLD = right(applied="2015-01-01", granted="2017-01-01")


@pytest.mark.parametrize(
    ("reading", "option", "tier", "day", "changes", "condition", "expected"),
    [
        ("window", "years-and-date", "innovative", BEFORE, money(500, "2023-02-01"), "financing",
         True),
        ("window", "rolling", "innovative", BEFORE, money(500, "2023-02-01"), "financing", False),
        ("window", "rolling", "innovative", BEFORE, money(500, "2023-03-31"), "financing", True),
        ("window", "complete-years", "innovative", BEFORE, money(500, "2026-02-01"), "financing",
         False),
        ("average-growth", "arithmetic", "little-giant", BEFORE, UNEVEN, "growth", True),
        ("average-growth", "geometric", "little-giant", BEFORE, UNEVEN, "growth", False),
        ("minor-penalty", "ask", "srdi", BEFORE, ASKED, "incidents", None),
        ("minor-penalty", "ignore-unless-serious", "srdi", BEFORE, ASKED, "incidents", True),
        ("minor-penalty", "count-all", "srdi", BEFORE, MINOR, "incidents", False),
        ("main-product-half", "unknown", "little-giant", BEFORE, HALF, "share", None),
        ("main-product-half", "ignore", "little-giant", BEFORE, HALF, "share", True),
    ],
)  # fmt: skip
def test_option_moves_a_condition(reading, option, tier, day, changes, condition, expected):
    """The same firm, read one way and the other."""
    found = judged(changes, tier, on=day, readings={reading: option})
    assert expected is met(found, condition)
    assert any(f"{reading}={option}" in step.readings for step in found.trace.walk())


@pytest.mark.parametrize(
    ("reading", "option", "tier", "changes", "indicator", "expected"),
    [
        ("item-age", "assessment-date", "innovative", {"intellectual_property": [OLD_TRANSFER]},
         "ip", 10),
        ("item-age", "year-end", "innovative", {"intellectual_property": [OLD_TRANSFER]}, "ip", 0),
        ("high-value-age", "application-date", "innovative", {"intellectual_property": [OLD]},
         "ip", 20),
        ("high-value-age", "grant-date", "innovative", {"intellectual_property": [OLD]}, "ip", 15),
        ("rd-below-base", "ratio-scores", "srdi", SMALL_RD, "rd", 10),
        ("rd-below-base", "ratio-ignored", "srdi", SMALL_RD, "rd", 0),
    ],
)  # fmt: skip
def test_option_moves_points(reading, option, tier, changes, indicator, expected):
    """The same indicator, read one way and the other."""
    found = judged(changes, tier, readings={reading: option})
    assert expected == points(found, indicator)
    assert any(f"{reading}={option}" in step.readings for step in found.trace.walk())


@pytest.mark.parametrize(("option", "expected"), [("complete", "1年"), ("exact", "1.9年")])
def test_years_in_the_segment(option, expected):
    """1.9 years are 1, unless the exact reading is chosen."""
    found = judged({"segment_years": "1.9"}, readings={"segment-years": option})
    step = found.trace.find("derived", "segment_years")
    assert step is not None
    assert expected == step.value


@pytest.mark.parametrize(("option", "expected"), [("two-years", False), ("three-years", True)])
def test_rd_total_of_low_revenue(option, expected):
    """3,000 万 of R&D over two years, or over three."""
    figures = {y: year(4000, rd_expense=1000, rd_staff=100) for y in (2025, 2024, 2023)}
    found = judged(
        {"years": figures} | money(8000), "little-giant", readings={"rd-total-window": option}
    )
    assert expected is met(found, "rd")


@pytest.mark.parametrize(
    ("option", "expected"), [("current-and-previous", False), ("previous-two", True)]
)
def test_renewal_score(option, expected):
    """Which two years a renewal may choose from."""
    changes = {"platform_scores": {2026: 10, 2025: 10, 2024: 80}}
    found = judged(
        changes, "srdi", on=AFTER, application="renewal", readings={"renewal-score": option}
    )
    assert expected is met(found, "platform-score")


@pytest.mark.parametrize(
    ("readings", "message"),
    [
        ({"weather": "fine"}, "没有口径“weather”；有：window"),
        ({"window": "moon"}, "口径“window”没有选项“moon”；有：years-and-date（"),
    ],
)
def test_wrong_reading_is_refused(readings, message):
    """A reading or an option that does not exist is refused with those that do."""
    with pytest.raises(SelectionError, match=message):
        judged({}, readings=readings)


def test_own_development_means_own_application():
    """自主研发 is what the firm applied for itself; a transfer counts as Ⅰ类 only."""
    found = [
        points(judged({"intellectual_property": [item]}, "innovative"), "ip")
        for item in (right(), right(acquired="transferred", transferred_on="2020-01-01"))
    ]
    assert found == [15, 10]


def test_default_options_are_those_of_the_table():
    """The defaults of section J."""
    defaults: dict[str, Any] = {r.id: r.default for r in shipped().readings.values()}
    assert defaults == {
        "window": "years-and-date",
        "item-age": "assessment-date",
        "rd-total-window": "two-years",
        "average-growth": "arithmetic",
        "cagr": "square-root",
        "segment-years": "complete",
        "rd-below-base": "ratio-scores",
        "main-product-half": "unknown",
        "own-development": "own-application",
        "high-value-age": "application-date",
        "renewal-score": "current-and-previous",
        "minor-penalty": "ask",
        "stated": "stated-with-evidence",
        "title-below": "finding",
        "guangdong-pass-mark": "70",
        "champion-revenue": "40000",
    }
