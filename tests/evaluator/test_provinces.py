"""The provinces' own fifteen points, their pass mark, and a province of one's own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from classifier.errors import SelectionError
from classifier.evaluator.loading import RULES, load_rulebook

from .firms import AFTER, judged, points, year

if TYPE_CHECKING:
    from pathlib import Path

ALL_NO = {
    "山东省": (
        "plan-and-chain", "province-plan", "city-industry", "county-industry", "first-set",
        "contest", "core-technique", "new-model", "overseas", "lean", "listed", "regional-board",
    ),
    "广东省": (
        "strategic-cluster", "special-process", "first-set", "green", "maker-guangdong",
        "governor-cup", "talent-national", "talent-provincial", "talent-city",
        "talent-recommended",
    ),
}  # fmt: skip


def local(province: str, *yes: str, **more: object) -> dict:
    """Return the firm in a province with these local facts, all others denied."""
    answers = {name: name in yes for name in ALL_NO[province]}
    return {"province": province, "local": answers, **more}


def market(domestic: int, rank: int, provincial: int) -> dict:
    """Return the main product's place in its segment."""
    return {
        "market.domestic_share": domestic,
        "market.domestic_rank": rank,
        "market.provincial_rank": provincial,
    }


def test_without_a_province_the_indicator_is_open():
    """None given: 0 to 15."""
    assert points(judged({}), "local") == (0, 15)


@pytest.mark.parametrize(
    ("yes", "indicator", "expected"),
    [
        (("plan-and-chain",), "sd-industry", 4),
        (("province-plan",), "sd-industry", 3),
        (("city-industry",), "sd-industry", 2),
        (("county-industry",), "sd-industry", 1),
        ((), "sd-industry", 0),
        (("first-set",), "sd-innovation", 2),
        (("contest",), "sd-innovation", 2),
        (("core-technique",), "sd-innovation", 2),
        (("new-model",), "sd-innovation", 2),
        (("overseas",), "sd-innovation", 2),
        (("lean",), "sd-innovation", 2),
        (("first-set", "lean"), "sd-innovation", 4),
        (("first-set", "lean", "contest"), "sd-innovation", 4),
        ((), "sd-innovation", 0),
        (("listed",), "sd-listing", 3),
        (("regional-board",), "sd-listing", (0, 3)),
        ((), "sd-listing", 0),
    ],
)
def test_shandong(yes, indicator, expected):
    """Four items; the second band of listing is cut off in the source and stays a range."""
    assert expected == points(judged(local("山东省", *yes)), indicator)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (market(11, 99, 99), 4),
        (market(10, 99, 99), 0),
        (market(1, 3, 99), 4),
        (market(1, 4, 99), 3),
        (market(1, 10, 99), 3),
        (market(1, 11, 3), 3),
        (market(1, 11, 4), 2),
        (market(1, 11, 10), 2),
        (market(1, 11, 11), 0),
    ],
)
def test_shandong_share(place, expected):
    """Over 10 % or first three in the country 4; first ten or province's three 3; ten 2."""
    assert expected == points(judged(local("山东省") | place), "sd-share")


@pytest.mark.parametrize(
    ("yes", "expected"),
    [
        (("strategic-cluster",), 3),
        (("special-process",), 2),
        (("first-set",), 3),
        (("green",), 2),
        (("maker-guangdong",), 2),
        (("governor-cup",), 1),
        (("talent-national",), 5),
        (("talent-provincial",), 3),
        (("talent-city",), 2),
        (("talent-recommended",), 1),
        (("talent-national", "talent-city"), 5),
        (ALL_NO["广东省"], 15),
        ((), 0),
    ],
)
def test_guangdong(yes, expected):
    """Seven items that add up to at most 15."""
    assert expected == points(judged(local("广东省", *yes)), "local")


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2023, 12, 31), "总分≥60分"), (date(2024, 1, 1), "总分≥70分")],
)
def test_guangdong_pass_mark_since_2024(day, expected):
    """70 since the rule of 2024, 60 before."""
    step = judged(local("广东省"), on=day).trace.find("score", "srdi")
    assert step is not None
    assert expected == step.formula


@pytest.mark.parametrize(
    ("day", "application", "expected"),
    [
        (date(2025, 7, 1), "new", False),
        (date(2025, 7, 1), "renewal", True),
        (date(2024, 7, 1), "new", None),
    ],
)
def test_guangdong_growth_in_2025(day, application, expected):
    """The round of 2025 asked new applicants for 5 % of growth."""
    flat = {"years": {y: year(9000) for y in range(2021, 2026)}}
    found = judged(local("广东省") | flat, on=day, application=application)
    steps = {s.id: s.truth for s in found.trace.walk() if s.kind == "condition"}
    assert expected is steps.get("gd-growth-2025")


def test_the_province_counts_only_where_it_belongs():
    """The 2026 rules have no local points, and other provinces no file."""
    assert judged(local("山东省"), "srdi", on=AFTER).inputs.province == ""
    assert judged({"province": "江苏省"}).inputs.province == ""


def test_a_province_may_be_named():
    """A name wins over the profile's province; an unknown one is refused."""
    assert judged(local("山东省"), province="广东").inputs.province == "province-guangdong"
    with pytest.raises(
        SelectionError, match="没有“云南”的省级特色化文件；有：福建省（province-fujian）"
    ):
        judged({}, province="云南")


def test_a_file_of_ones_own(tmp_path: Path):
    """``--province FILE``: a province's file that stands elsewhere is read like ours."""
    text = (RULES / "province-shandong.yaml").read_text(encoding="utf-8")
    text = text.replace("id: province-shandong", "id: province-jiangsu").replace(
        "province: 山东省", "province: 江苏省"
    )
    path = tmp_path / "jiangsu.yaml"
    path.write_text(text, encoding="utf-8")
    book = load_rulebook(provinces=(path,))
    found = judged({"province": "江苏省", "local": {"listed": True}}, rulebook=book)
    assert points(found, "sd-listing") == 3
    assert "province-jiangsu" in found.versions


NUMBERED = """
id: province-y
title: 某省
province: 某省
document: 某省细则
from: 2022-08-01
date_confidence: confirmed
extends: {rules: miit-2022-63, tier: srdi}
maximum: 15
readings: []
facts:
  - {id: patents-per-head, title: 人均专利, type: number}
indicators:
  - id: a
    number: "9"
    title: 人均专利
    maximum: 15
    clause: 一
    confidence: single-source
    local: patents-per-head
    better: higher
    bands:
      - {at_least: 1, points: 15}
      - {at_least: 0.5, below: 1, points: 5}
      - {below: 0.5, points: 0}
"""


@pytest.mark.parametrize(
    ("answers", "expected"),
    [({"patents-per-head": 1}, 15), ({"patents-per-head": "0.99"}, 5),
     ({"patents-per-head": "0.49"}, 0), ({}, (0, 15))],
)  # fmt: skip
def test_a_province_may_ask_for_a_number(tmp_path: Path, answers, expected):
    """A number that only one province asks for is scored in bands like any other."""
    path = tmp_path / "y.yaml"
    path.write_text(NUMBERED, encoding="utf-8")
    book = load_rulebook(provinces=(path,))
    found = judged({"local": answers}, rulebook=book, province="province-y")
    assert expected == points(found, "local")
    shown = found.trace.find("fact", "local.patents-per-head")
    assert shown is not None
    assert shown.title == "人均专利"
