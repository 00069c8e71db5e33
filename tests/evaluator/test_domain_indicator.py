"""The domain indicator of each tier, from a finding alone or with claims."""

from __future__ import annotations

import pytest

from classifier.errors import SelectionError
from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.domain_indicator import domain_indicator

from .firms import AFTER, BEFORE, NOWHERE, SURE, firm

UNSURE = {
    name: SchemeFinding("X1", sure=False, candidates=("X1", None)) for name in SURE
}  # fmt: skip
NO_CLAIMS = firm({f"chain.{name}": {"met": False} for name in (
    "gap_filling", "serves_leader", "time_honoured", "upgrading")})  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "day", "findings", "profile", "expected", "review"),
    [
        ("innovative", BEFORE, SURE, None, (10, 10), False),
        ("innovative", BEFORE, NOWHERE, None, (5, 5), False),
        ("innovative", BEFORE, UNSURE, None, (5, 10), True),
        ("innovative", AFTER, SURE, None, (10, 10), False),
        ("srdi", BEFORE, SURE, None, (3, 5), False),
        ("srdi", BEFORE, SURE, NO_CLAIMS, (3, 3), False),
        ("srdi", BEFORE, SURE, firm(), (5, 5), False),
        ("srdi", BEFORE, NOWHERE, None, (0, 5), False),
        ("srdi", BEFORE, NOWHERE, NO_CLAIMS, (0, 0), False),
        ("srdi", BEFORE, UNSURE, NO_CLAIMS, (0, 3), True),
        ("srdi", BEFORE, UNSURE, firm(), (5, 5), False),
    ],
)
def test_points(tier, day, findings, profile, expected, review):
    """创新型 10 or 5 by sei2018; 专精特新 5 by claim, 3 by 六基, else 0."""
    found = domain_indicator(findings, tier, on=day, profile=profile)
    assert found.points is not None
    assert (expected, review) == ((found.points.low, found.points.high), found.review)


@pytest.mark.parametrize(
    ("day", "findings", "profile", "expected", "review"),
    [
        (BEFORE, SURE, None, "met", False),
        (BEFORE, NOWHERE, None, "unmet", False),
        (BEFORE, UNSURE, None, "unknown", True),
        (AFTER, SURE, None, "unknown", False),
        (AFTER, SURE, firm(), "met", False),
        (AFTER, NOWHERE, firm(), "met", False),
        (AFTER, NOWHERE, NO_CLAIMS, "unmet", False),
        (AFTER, UNSURE, NO_CLAIMS, "unknown", True),
    ],
)
def test_little_giant_condition(day, findings, profile, expected, review):
    """品 of 2022 by three schemes; condition 6 of 2026 by 六基 or direction, with claims."""
    found = domain_indicator(findings, "little-giant", on=day, profile=profile)
    assert (None, expected, review) == (found.points, found.verdict, found.review)


def test_claims_are_named_where_they_are_missing():
    """What no text can prove is asked of the firm."""
    found = domain_indicator(SURE, "srdi", on=BEFORE)
    assert found.settle == ("chain.gap_filling",)


def test_a_tier_without_domain_indicator_says_so():
    """The 2026 专精特新 does not ask for the domain."""
    with pytest.raises(SelectionError, match=r"没有主导产品所属领域这一项；.*：miit-2022-63"):
        domain_indicator(SURE, "srdi", on=AFTER)


def test_json():
    """The score goes out as plain values."""
    out = domain_indicator(SURE, "innovative", on=BEFORE).to_json()
    assert (out["points"], out["maximum"], out["review"]) == ([10, 10], 10, False)
