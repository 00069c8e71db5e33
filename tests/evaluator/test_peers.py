"""A firm beside the figures of the slides, which nobody could confirm."""

from datetime import date
from decimal import Decimal

import pytest

from classifier.errors import RuleError
from classifier.evaluator.peers import compare_peers, load_peers, shipped_peers
from classifier.evaluator.profile import Profile

from .firms import firm, right

ON = date(2026, 4, 1)


def verdicts(profile):
    """Return the verdict on each figure."""
    return {c.figure.id: c.verdict for c in compare_peers(profile, on=ON)}


def test_the_typical_little_giant_is_that_of_the_introduction_and_unconfirmed():
    """Main business 97 %, R&D 7 %, R&D staff 25 %, over 50 patents."""
    peers = shipped_peers()
    found = {f.id: (f.typical, f.above) for f in peers.figures}
    assert found == {
        "main_share": (Decimal(97), False),
        "rd_ratio": (Decimal(7), False),
        "rd_staff_share": (Decimal(25), False),
        "patents": (Decimal(50), True),
    }
    assert peers.confidence == "unconfirmed"
    assert "介绍材料" in peers.source


@pytest.mark.parametrize(
    ("path", "value", "figure", "verdict"),
    [
        ("main_revenue.2025", "11640", "main_share", "met"),  # 97 % of 12,000
        ("main_revenue.2025", "11639", "main_share", "unmet"),
        ("rd_expense.2025", "840", "rd_ratio", "met"),  # 7 %
        ("rd_expense.2025", "839.99", "rd_ratio", "unmet"),
        ("rd_staff.2025", 50, "rd_staff_share", "met"),  # 25 % of 200
        ("rd_staff.2025", 49, "rd_staff_share", "unmet"),
        ("rd_staff.2025", None, "rd_staff_share", "unknown"),
    ],
)
def test_a_share_reaches_the_typical_one_or_not(path, value, figure, verdict):
    """At the edge and just below."""
    assert verdicts(firm({path: value}))[figure] == verdict


@pytest.mark.parametrize(("count", "verdict"), [(50, "unmet"), (51, "met")])
def test_over_50_patents_means_more_than_50(count, verdict):
    """超过 excludes the number."""
    profile = firm({"intellectual_property": [right() for _ in range(count)]})
    assert verdicts(profile)["patents"] == verdict


def test_copyrights_and_lapsed_rights_are_no_patents():
    """发明, 实用新型, 外观设计 in force are."""
    rights = [
        right(),
        right(kind="utility-model"),
        right(kind="design"),
        right(kind="software-copyright"),
        right(in_force=False),
    ]
    found = compare_peers(firm({"intellectual_property": rights}), on=ON)
    (patents,) = [c.amount for c in found if c.figure.id == "patents"]
    assert patents.low == patents.high == 3


def test_what_is_missing_for_a_comparison_is_named():
    """With the year."""
    found = {c.figure.id: c.missing for c in compare_peers(Profile(), on=ON)}
    assert found["rd_ratio"] == ("rd_expense.2025", "revenue.2025")
    assert found["patents"] == ("intellectual_property",)


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("{id: a, title: 甲, value: luck, typical: 1, unit: 项}", "no derived value 'luck'"),
        ("{id: a, title: 甲, value: rd_ratio, typical: many, unit: 项}", "expected a whole number"),
        ("{id: a, title: 甲, value: rd_ratio, typical: 1, unit: 项, x: 1}", "unknown key"),
    ],
)
def test_broken_figures_are_refused(tmp_path, figure, words):
    """With what is allowed."""
    path = tmp_path / "peers.yaml"
    head = "document: 甲\nclause: 一\nconfidence: unconfirmed\nfigures:\n"
    path.write_text(f"{head}  - {figure}\n", encoding="utf-8")
    with pytest.raises(RuleError, match=words):
        load_peers(path)
