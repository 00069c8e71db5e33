"""Incentives: what a document promises, and a plain word where no table is known."""

from datetime import date

import pytest

from classifier.errors import RuleError, SelectionError
from classifier.evaluator.clauses import LADDER
from classifier.evaluator.incentives import (
    COUNTRY,
    load_incentives,
    offer,
    shipped_incentives,
)

ON = date(2026, 6, 1)
TABLE = """
regions:
  - {name: 甲市, within: 全国}
  - {name: 乙县, within: 甲市}
incentives:
"""
ROW = (
    "  - {id: %s, region: %s, tier: srdi, title: 奖励, amount: %d, combine: %s, group: %s, "
    "document: 甲政发〔2026〕1号, clause: 三, confidence: single-source, from: 2026-01-01%s}\n"
)


def table(tmp_path, *rows):
    """Return incentives read from rows of id, region, amount, combine, group, more."""
    path = tmp_path / "table.yaml"
    path.write_text(TABLE + "".join(ROW % row for row in rows), encoding="utf-8")
    return load_incentives(path)


def test_no_regional_amount_ships():
    """The regional table is not at hand, and no figure is invented."""
    assert {e.region for e in shipped_incentives().entries} == {COUNTRY}
    for region in shipped_incentives().regions:
        for tier in LADDER:
            found = offer(shipped_incentives(), region, tier, ON)
            assert not found.has_own_table
            assert found.total == 0


def test_the_note_says_that_no_regional_table_is_known():
    """In plain words."""
    assert "没有收入任何地区的奖励表" in shipped_incentives().note


def test_document_148_promises_600_for_a_key_little_giant_and_is_closed():
    """财建〔2024〕148号: 600 over three years, plan above 2,000; three batches, all closed."""
    (entry,) = shipped_incentives().entries
    assert (entry.amount, entry.tier, entry.closed) == (600, "little-giant", True)
    assert entry.source.document == "财建〔2024〕148号"
    assert entry.source.confidence == "confirmed"
    assert "2000" in entry.condition


@pytest.mark.parametrize("region", ["张家港市", "常熟市", "太仓市", "昆山市", "吴江区"])
def test_a_region_leads_up_to_the_country(region):
    """County, city, province, country."""
    found = offer(shipped_incentives(), region, "little-giant", ON)
    assert found.regions == (region, "苏州市", "江苏省", COUNTRY)


def test_amounts_that_stack_are_added_across_levels(tmp_path):
    """County and city."""
    known = table(
        tmp_path, ("a", "甲市", 20, "stacking", '""', ""), ("b", "乙县", 10, "stacking", '""', "")
    )
    assert offer(known, "乙县", "srdi", ON).total == 30
    assert offer(known, "甲市", "srdi", ON).total == 20


def test_of_a_highest_only_group_the_highest_is_paid(tmp_path):
    """就高不重复, whichever level promises it; another group is paid beside it."""
    known = table(
        tmp_path,
        ("a", "甲市", 20, "highest-only", "培育", ""),
        ("b", "乙县", 30, "highest-only", "培育", ""),
        ("c", "乙县", 5, "highest-only", "贷款", ""),
    )
    found = offer(known, "乙县", "srdi", ON)
    assert [e.id for e in found.payable] == ["b", "c"]
    assert found.total == 35


def test_an_amount_of_unstated_combination_is_shown_and_not_added(tmp_path):
    """Nobody knows whether it stacks."""
    known = table(tmp_path, ("a", "甲市", 20, "unstated", '""', ""))
    found = offer(known, "甲市", "srdi", ON)
    assert found.total == 0
    assert [e.id for e in found.open_questions] == ["a"]


def test_what_has_run_out_is_not_paid(tmp_path):
    """By its date, or because it is closed."""
    known = table(
        tmp_path,
        ("a", "甲市", 20, "stacking", '""', ", to: 2026-05-31"),
        ("b", "甲市", 10, "stacking", '""', ", closed: true"),
    )
    found = offer(known, "甲市", "srdi", ON)
    assert len(found.entries) == 2
    assert found.total == 0


def test_an_unknown_region_is_refused_with_those_that_are_known():
    """And with the way to add one."""
    with pytest.raises(SelectionError, match="昆山市"):
        offer(shipped_incentives(), "苏", "srdi", ON)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("a", "丙市", 1, "stacking", '""', ""), "does not lead up to 全国"),
        (("a", "甲市", 1, "highest-only", '""', ""), "among which amounts"),
        (("a", "甲市", 1, "both", '""', ""), "allowed: stacking"),
        (("a", "甲市", -1, "stacking", '""', ""), "expected a whole number"),
        (("a", "甲市", 1, "stacking", '""', ", closed: maybe"), "expected true or false"),
        (("a", "甲市", 1, "stacking", '""', ", bonus: 1"), "unknown key"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, row, words):
    """With the file, the line and the field."""
    with pytest.raises(RuleError) as caught:
        table(tmp_path, row)
    assert words in str(caught.value)


def test_an_id_that_stands_twice_is_refused(tmp_path):
    """Also over several files."""
    row = ("a", "甲市", 1, "stacking", '""', "")
    with pytest.raises(RuleError, match="stands twice"):
        table(tmp_path, row, row)


def test_the_beginning_of_a_region_is_enough_where_only_one_has_it():
    """昆山 is 昆山市; 苏州 could be three."""
    known = shipped_incentives()
    assert offer(known, "昆山", "srdi", date(2026, 5, 1)).regions[0] == "昆山市"
    with pytest.raises(SelectionError, match="没有地区“苏州”"):
        offer(known, "苏州", "srdi", date(2026, 5, 1))
