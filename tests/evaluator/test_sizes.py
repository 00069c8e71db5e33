"""The size standard: all sixteen sectors, every floor at and just below."""

from __future__ import annotations

from decimal import Decimal

import pytest

from classifier.evaluator.derive_size import CLASS_TITLES
from classifier.evaluator.loading import shipped

from .firms import judged, met, year

LARGE, MEDIUM, SMALL, MICRO = 4, 3, 2, 1
# Sector, a GB/T 4754 code, and the floors of large, medium, small: X staff, Y revenue, Z assets.
SECTORS = [
    ("农林牧渔业", "0111", {"Y": (20000, 500, 50)}),
    ("工业", "3985", {"X": (1000, 300, 20), "Y": (40000, 2000, 300)}),
    ("建筑业", "4710", {"Y": (80000, 6000, 300), "Z": (80000, 5000, 300)}),
    ("批发业", "5177", {"X": (200, 20, 5), "Y": (40000, 5000, 1000)}),
    ("零售业", "5211", {"X": (300, 50, 10), "Y": (20000, 500, 100)}),
    ("交通运输业", "5431", {"X": (1000, 300, 20), "Y": (30000, 3000, 200)}),
    ("仓储业", "5951", {"X": (200, 100, 20), "Y": (30000, 1000, 100)}),
    ("邮政业", "6010", {"X": (1000, 300, 20), "Y": (30000, 2000, 100)}),
    ("住宿业", "6110", {"X": (300, 100, 10), "Y": (10000, 2000, 100)}),
    ("餐饮业", "6210", {"X": (300, 100, 10), "Y": (10000, 2000, 100)}),
    ("信息传输业", "6311", {"X": (2000, 100, 10), "Y": (100000, 1000, 100)}),
    ("软件和信息技术服务业", "6513", {"X": (300, 100, 10), "Y": (10000, 1000, 50)}),
    ("房地产开发经营", "7010", {"Y": (200000, 1000, 100), "Z": (10000, 5000, 2000)}),
    ("物业管理", "7020", {"X": (1000, 300, 100), "Y": (5000, 1000, 500)}),
    ("租赁和商务服务业", "7220", {"X": (300, 100, 10), "Z": (120000, 8000, 100)}),
    ("其他未列明行业", "8111", {"X": (300, 100, 10)}),
]
FIGURES = {"X": "employees", "Y": "revenue", "Z": "total_assets"}


def size(code: str, figures: dict[str, Decimal]) -> Decimal:
    """Return the rank of the size class."""
    values = {
        "employees": 0, "revenue": Decimal(10**7), "total_assets": Decimal(10**7),
        "main_revenue": 0, "main_product_revenue": 0, "rd_staff": 0, "science_staff": 0,
    }  # fmt: skip
    values |= {FIGURES[name]: value for name, value in figures.items()}
    found = judged({"industry": code, "years": {2025: year(1) | values}})
    step = next(s for s in found.trace.walk() if s.id == "size_class" and s.kind == "derived")
    return next(rank for rank, title in CLASS_TITLES.items() if title == step.value)


def floors() -> list:
    """Return each floor of each class, at it and just below it."""
    out = []
    for title, code, table in SECTORS:
        for at, rank in enumerate((LARGE, MEDIUM, SMALL)):
            reached = {name: Decimal(row[at]) for name, row in table.items()}
            out.append(pytest.param(code, reached, rank, id=f"{title}-{rank}"))
            for name in table:
                less = 1 if name == "X" else Decimal("0.01")
                below = reached | {name: reached[name] - less}
                out.append(pytest.param(code, below, rank - 1, id=f"{title}-{rank}-{name}"))
    return out


@pytest.mark.parametrize(("code", "figures", "expected"), floors())
def test_floor(code, figures, expected):
    """A class needs all its floors; one below drops the firm by a class."""
    assert expected == size(code, figures)


def test_sixteen_sectors():
    """All sixteen, each under its own name."""
    assert [title for title, _, _ in SECTORS] == [s.title for s in shipped().size.sectors]


def test_large_firm_is_no_sme():
    """1,000 staff and 4 亿 together are large; one of them alone is not."""
    both = {"years": {2025: year(40000, employees=1000)}}
    assert met(judged(both), "sme") is False
    assert met(judged({"years": {2025: year(40000, employees=999)}}), "sme") is True


def test_unknown_staff_is_no_matter_below_the_revenue_floor():
    """With revenue under 4 亿, the staff cannot make an industrial firm large."""
    figures = {"years": {2025: year(39999, employees=None, rd_staff=None, science_staff=None)}}
    assert met(judged(figures), "sme") is True


@pytest.mark.parametrize("code", ["5310", "6620", "8311"])
def test_a_code_outside_all_sectors_asks_for_the_sector(code):
    """Rail, finance and schools stand in no sector; the firm can state one."""
    big = {"industry": code, "years": {2025: year(90000, employees=5000)}}
    found = judged(big)
    assert met(found, "sme") is None
    assert met(judged(big | {"size_sector": "工业"}), "sme") is False


@pytest.mark.parametrize(("employees", "revenue", "expected"), [
    (199, 19999, True), (299, 19999, True), (300, 19999, None), (199, 20000, None),
])  # fmt: skip
def test_a_firm_that_is_small_in_every_sector_needs_no_sector(employees, revenue, expected):
    """Below every large floor, the sector cannot change that the firm is an SME."""
    figures = year(revenue, employees=employees)
    changes = {"industry": None, "years": {2025: figures, 2024: year(15000)}}
    found = judged(changes)
    assert expected is met(found, "sme")
    assert ("size_sector" in found.settle) is (expected is None)
