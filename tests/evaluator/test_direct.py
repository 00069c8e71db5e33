"""Every direct pass (直接认定, 直通), exemption (免考核), overlay and definition."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .firms import AFTER, BEFORE, NOWHERE, judged, met, right, year
from .test_conditions import both, last, money

WEAK: dict[str, Any] = {
    "years": {
        y: year(10000, rd_expense=300, main_revenue=6000, main_product_revenue=5500, net_profit=0,
                total_liabilities=9000, rd_staff=0)
        for y in (2025, 2024, 2023)
    },
    "intellectual_property": [],
    "institutions": [],
    "certificates": [],
    "brands": [],
    "operation.digital_level": 1,
    "chain.gap_filling": {"met": False},
    "chain.serves_leader": {"met": False},
}  # fmt: skip
"""Changes that leave the good firm without a passing score."""


def award(level: str, rank: int | None, won: int, kind: str = "science") -> dict[str, Any]:
    """Return one award."""
    return {"awards": [{"kind": kind, "level": level, "rank": rank, "year": won}]}


def title(kind: str, granted: str = "2024-01-01", until: str = "2026-12-31") -> dict[str, Any]:
    """Return one title."""
    return {"titles": [{"kind": kind, "granted": granted, "valid_until": until}]}


def institution(level: str, *, recognised: bool = True) -> dict[str, Any]:
    """Return one institution."""
    return {"institutions": [{"name": "中心", "level": level, "recognised": recognised}]}


DIRECT: list[tuple[str, str, dict[str, Any], bool]] = [
    ("innovative", "award", award("national", None, 2023), True),
    ("innovative", "award", award("provincial", 9, 2026), True),
    ("innovative", "award", award("city", 1, 2025), False),
    ("innovative", "award", award("national", 1, 2022), False),
    ("innovative", "award", award("national", 1, 2025, "quality"), False),
    ("innovative", "title", title("high-tech"), True),
    ("innovative", "title", title("innovation-demonstration"), True),
    ("innovative", "title", title("ip-advantage"), True),
    ("innovative", "title", title("ip-demonstration"), True),
    ("innovative", "title", title("srdi"), False),
    ("innovative", "title", title("high-tech", until="2026-03-31"), True),
    ("innovative", "title", title("high-tech", until="2026-03-30"), False),
    ("innovative", "institution", institution("provincial"), True),
    ("innovative", "institution", institution("national"), True),
    ("innovative", "institution", institution("city"), False),
    ("innovative", "institution", institution("provincial", recognised=False), False),
    ("innovative", "financing", money(500, "2023-01-01"), True),
    ("innovative", "financing", money("499.99"), False),
    ("innovative", "financing", money("500.01"), True),
    ("innovative", "financing", money(500, "2022-12-31"), False),
    ("innovative", "financing", money(500, "2026-04-01"), False),
    ("srdi", "award", award("provincial", 3, 2023), True),
    ("srdi", "award", award("provincial", 4, 2023), False),
    ("srdi", "award", award("national", 5, 2025), True),
    ("srdi", "award", award("national", 6, 2025), False),
    ("srdi", "rd-mean", both(1000, 1000, 20000), True),
    ("srdi", "rd-mean", both(1500, 500, 20000), True),
    ("srdi", "rd-mean", both(1000, "999.98", 20000), False),
    ("srdi", "financing", money(6000, "2024-01-01"), True),
    ("srdi", "financing", money("5999.99", "2024-01-01"), False),
    ("srdi", "financing", money(6000, "2023-12-31"), False),
    ("srdi", "maker-china", award("national", 500, 2023, "maker-china"), True),
    ("srdi", "maker-china", award("national", 501, 2023, "maker-china"), False),
    ("srdi", "maker-china", award("provincial", 1, 2023, "maker-china"), False),
    ("tech", "high-tech", title("high-tech"), True),
    ("tech", "award", award("national", 3, 2021), True),
    ("tech", "award", award("national", 4, 2021), False),
    ("tech", "award", award("national", 3, 2020), False),
    ("tech", "institution", institution("provincial"), True),
    ("tech", "standard", {"standards": [{"role": "led", "level": "industry", "year": 2021}]}, True),
    ("tech", "standard",
     {"standards": [{"role": "participated", "level": "national", "year": 2025}]}, False),
    ("tech", "standard", {"standards": [{"role": "led", "level": "other", "year": 2025}]}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "condition", "changes", "expected"),
    DIRECT,
    ids=[f"{at}-{row[0]}-{row[1]}" for at, row in enumerate(DIRECT)],
)
def test_direct_pass(tier, condition, changes, expected):
    """A direct pass holds at its threshold, and replaces the score."""
    found = judged(WEAK | {"titles": []} | changes, tier, domain=NOWHERE)
    assert expected is met(found, condition)
    if expected:
        assert found.decision == "pass"


def test_without_direct_pass_the_weak_firm_fails():
    """The weak firm is weak: no pass comes from elsewhere."""
    decisions = {
        tier: judged(WEAK | {"titles": []}, tier, domain=NOWHERE).decision
        for tier in ("innovative", "srdi", "tech")
    }
    assert decisions == {"innovative": "fail", "srdi": "fail", "tech": "fail"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (award("national", 3, 2023), True),
        (award("national", 4, 2023), False),
        (award("provincial", 1, 2025), False),
        (award("national", 50, 2024, "maker-china"), True),
        (award("national", 51, 2024, "maker-china"), False),
    ],
)
def test_little_giant_2022_innovation_direct(changes, expected):
    """直通: national award among the first three, or 创客中国 top 50, replaces a + b + c."""
    nothing = {"intellectual_property": [], "institutions": []}
    assert expected is met(judged(nothing | changes, "little-giant"), "innovation")


@pytest.mark.parametrize(
    ("tier", "changes", "expected"),
    [
        ("srdi", award("provincial", 3, 2023), True),
        ("srdi", award("provincial", 4, 2023), False),
        ("srdi", award("national", 3, 2026), True),
        ("srdi", institution("provincial"), True),
        ("srdi", institution("city"), False),
        ("little-giant", award("national", 3, 2023), True),
        ("little-giant", award("provincial", 1, 2023), False),
        ("little-giant", institution("national"), False),
    ],
)
def test_rights_are_waived_in_2026(tier, changes, expected):
    """Ⅰ类 rights are not examined where the exemption holds."""
    found = judged({"intellectual_property": []} | changes, tier, on=AFTER)
    assert expected is met(found, "ip")


def test_growth_is_not_examined_at_a_2026_rules_renewal():
    """From 2027, a renewal is judged by the 2026 rules without growth."""
    shrinking = {"years": {2023: year(9000), 2024: year(8000), 2025: year(7000)}}
    new = judged(shrinking, "little-giant", on=AFTER)
    renewal = judged(
        shrinking, "little-giant", on=AFTER, application="renewal", rules="miit-2026-2"
    )
    assert (met(new, "growth"), met(renewal, "growth")) == (False, True)


@pytest.mark.parametrize(
    ("day", "application", "expected"),
    [
        (date(2025, 6, 1), "renewal", True),
        (date(2025, 6, 1), "new", False),
        (date(2024, 6, 1), "renewal", False),
        (date(2026, 6, 1), "renewal", False),
    ],
)
def test_growth_is_waived_for_renewals_of_2025_only(day, application, expected):
    """The overlay of 2025 waives growth for renewals, in that year only."""
    flat = {"years": {y: year(9000) for y in range(2021, 2026)}}
    found = judged(flat, "little-giant", on=day, application=application)
    assert expected is met(found, "growth")


@pytest.mark.parametrize(("day", "shown"), [(date(2025, 6, 1), True), (date(2026, 3, 1), False)])
def test_low_revenue_is_not_accepted_in_2025_only(day, shown):
    """The overlay of 2025 refuses revenue under 5,000 万, in that year only."""
    small = {"years": {y: year("4999.99") for y in range(2021, 2026)}}
    steps = {s.id: s.truth for s in judged(small, "little-giant", on=day).trace.walk()}
    assert (False if shown else None) is steps.get("revenue-2025")


@pytest.mark.parametrize(
    ("score", "previous", "application", "expected"),
    [(50, 40, "new", True), (40, 50, "new", False), (40, 50, "renewal", True),
     (40, 49, "renewal", False)],
)  # fmt: skip
def test_platform_score_at_renewal(score, previous, application, expected):
    """New: this year's score; renewal: this or the previous year's."""
    changes = {"platform_scores": {2026: score, 2025: previous}}
    found = judged(changes, "srdi", on=AFTER, application=application)
    assert expected is met(found, "platform-score")


def rights_counted(item: dict[str, Any], day: date, tier: str = "innovative") -> Any:
    """Return the best class that one right reaches: points of 创新型, or Ⅰ类 in 2026."""
    changes = {"intellectual_property": [item]}
    if tier == "innovative":
        step = judged(changes, tier, on=BEFORE, rules="miit-2022-63").trace.find("indicator", "ip")
        assert step is not None
        assert step.points is not None
        return step.points.low if step.points.settled else None
    return met(judged(changes, "srdi", on=day), "ip")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        *[(right(kind=kind), 15) for kind in (
            "invention", "defence-invention", "plant-variety", "crop-variety", "new-drug",
            "protected-tcm", "ic-layout")],
        (right(related=False), 0),
        (right(in_force=False), 0),
        (right(granted="2026-04-01"), 0),
        (right(acquired="transferred", transferred_on="2025-04-30"), 0),
        (right(acquired="transferred", transferred_on="2025-03-31"), 10),
        (right(acquired="transferred", transferred_on="2025-04-01"), 0),
        (right(acquired="transferred", transferred_on="2025-02-28"), 10),
        (right(kind="software-copyright"), 5),
        (right(kind="utility-model", granted="2024-03-30"), 5),
        (right(kind="utility-model", granted="2024-03-31"), 0),
        (right(kind="design", granted="2024-03-30"), 5),
        (right(kind="design", granted="2024-04-01"), 0),
        (right(overseas_family=True), 20),
        (right(overseas_revenue=True), 15),
        (right(kind="new-drug", overseas_revenue=True), 20),
        (right(kind="new-drug", overseas_family=True), 15),
        (right(large_pledge=True), 20),
        (right(award=True), 20),
        (right(applied="2016-03-30"), 20),
        (right(applied="2016-03-31"), 15),
        (right(kind="utility-model", award=True), 5),
        (right(related=None), None),
        (right(award=None), None),
    ],
)  # fmt: skip
def test_definitions_of_2022(item, expected):
    """Ⅰ类, Ⅰ类高价值 and Ⅱ类 by 附件4 of 63号文."""
    assert expected == rights_counted(item, BEFORE)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (right(), True),
        (right(holder_rank=3), True),
        (right(holder_rank=4), False),
        (right(acquired="transferred", transferred_on="2015-01-01"), False),
        (right(kind="software-copyright"), False),
        (right(in_use=False), False),
        (right(earning=False), False),
        (right(holder_rank=None), None),
        (right(acquired=None), None),
    ],
)
def test_definitions_of_2026(item, expected):
    """Ⅰ类 by 附件3 of 2号文: no transfer ever, among the first three holders, in use."""
    assert expected is rights_counted(item, AFTER, "srdi")


@pytest.mark.parametrize(
    ("brand", "expected"),
    [
        ({"own_ip": True, "registered": True, "earning": False}, True),
        ({"own_ip": True, "registered": False, "earning": True}, True),
        ({"own_ip": True, "registered": False, "earning": False}, False),
        ({"own_ip": False, "registered": True, "earning": True}, False),
        ({"own_ip": True, "registered": None, "earning": True}, True),
        ({"own_ip": True, "registered": None, "earning": False}, None),
    ],
)
def test_own_brand(brand, expected):
    """自主品牌: own rights, and a registered trademark or revenue."""
    assert expected is met(judged({"brands": [brand]}, "little-giant"), "brand")


@pytest.mark.parametrize(
    ("product", "expected"), [("5000", None), ("5000.01", True), ("4000", None), (None, None)]
)
def test_main_product_needs_more_than_half(product, expected):
    """主导产品 >50 %: at half or below there is none, and what rests on it stays open."""
    found = judged(last(main_product_revenue=product), "little-giant")
    assert expected is met(found, "share")
    reviews = [note for note in found.notes if note.kind == "review"]
    assert bool(reviews) is (product in {"5000", "4000"})
