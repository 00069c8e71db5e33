"""Profiles: reading, complaints, what is known of every field, and single changes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from classifier.errors import ProfileError
from classifier.evaluator.facts import bare
from classifier.evaluator.profile import Profile
from classifier.evaluator.profile_files import build_profile, change_profile, read_profile

from .firms import firm, good_firm

YAML = """\
name: 示例公司
province: 江苏省
years:
  2025: {revenue: 9000.10, rd_expense: 362}
titles:
  - {kind: srdi, granted: 2024-06-01, valid_until: 2027-05-31}
"""


def test_yaml(tmp_path):
    """Numbers are read exactly as they are written; what is left out is unknown."""
    path = tmp_path / "firm.yaml"
    path.write_text(YAML, encoding="utf-8")
    profile = read_profile(path)
    assert profile.years[2025].revenue == Decimal("9000.1")
    assert profile.years[2025].net_profit is None
    assert profile.awards is None


def test_json(tmp_path):
    """JSON is read like YAML, and a profile survives the way out and back."""
    path = tmp_path / "firm.json"
    path.write_text(json.dumps(firm().to_json(), ensure_ascii=False), encoding="utf-8")
    assert firm() == read_profile(path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("revenue: 9000.10", "revenue: 九千", "[years.2025.revenue]: 填的是'九千'；应为数"),
        ("revenue: 9000.10", "revenue: -1", "[years.2025.revenue]: 填的是-1；允许：不小于0"),
        ("rd_expense: 362", "rd: 362", "[years.2025.rd]: 没有这一项；允许：revenue、main_revenue"),
        ("province: 江苏省", "provinz: 江苏省", "[provinz]: 没有这一项；允许：name、credit_code"),
        ("kind: srdi", "kind: best", "[titles[0].kind]: 填的是'best'；允许：innovative（创新型"),
        ("granted: 2024-06-01", "granted: 去年", "[titles[0].granted]: 填的是'去年'；应为日期"),
        ("rd_expense: 362", "main_revenue: 9999", "主营业务收入9999大于营业收入9000.1；允许0至"),
        ("name: 示例公司", "name: 甲\nname: 乙", "[name]: 重复；请保留一处"),
        ("  2025:", "  last:", "[years.last]: 填的是'last'；应为整数"),
        (
            "name: 示例公司",
            "name: 甲\nlegal_person: 也许",
            "[legal_person]: 填的是'也许'；应为true",
        ),
        ("name: 示例公司", "name: [", "not YAML"),
    ],
)
def test_complaints_name_file_field_found_and_allowed(tmp_path, old, new, expected):
    """Each complaint says where, what was found, and what is allowed."""
    path = tmp_path / "firm.yaml"
    path.write_text(YAML.replace(old, new), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    assert expected in str(caught.value)
    assert str(path) in str(caught.value)


def test_all_problems_are_listed():
    """Two mistakes give two problems."""
    with pytest.raises(ProfileError) as caught:
        build_profile({"segment_years": "x", "years": {"2025": {"revenue": "y"}}}, "f")
    assert {"segment_years", "years.2025.revenue"} == {p.field for p in caught.value.problems}


def test_lines_of_yaml_are_named(tmp_path):
    """The line is that of the part in which the field stands."""
    path = tmp_path / "firm.yaml"
    path.write_text(YAML.replace("kind: srdi", "kind: best"), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    assert [p.line for p in caught.value.problems] == [6]


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("f.json", "{", "不是JSON"), ("f.yaml", "- a", "应为键值表"),
])  # fmt: skip
def test_files_that_are_no_profile(tmp_path, name, text, expected):
    """Broken JSON and lists are refused."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=expected):
        read_profile(path)


def test_missing_file(tmp_path):
    """A file that is not there is a complaint, not a crash."""
    with pytest.raises(ProfileError, match="打不开"):
        read_profile(tmp_path / "none.yaml")


def models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a model and all models below it."""
    out = [model]
    for info in model.model_fields.values():
        kind = bare(info.annotation)
        for inner in (kind, *get_args(kind)) if get_origin(kind) else (kind,):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                out += models(inner)
    return out


def test_every_field_has_a_chinese_title_and_a_description():
    """Forms and workbooks are made from the models."""
    for model in models(Profile):
        for name, info in model.model_fields.items():
            assert info.title, f"{model.__name__}.{name}"
            assert info.description, f"{model.__name__}.{name}"
            assert any("\u4e00" <= char <= "\u9fff" for char in info.title)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("rd_expense.2025", "600", lambda p: p.years[2025].rd_expense == 600),
        ("rd_expense.2021", "5", lambda p: p.years[2021].rd_expense == 5),
        ("years.2025.rd_expense", "600", lambda p: p.years[2025].rd_expense == 600),
        ("rd_expense.2025", "unknown", lambda p: p.years[2025].rd_expense is None),
        ("platform_scores.2026", "55", lambda p: p.platform_scores[2026] == 55),
        ("conduct.abnormal_list", "是", lambda p: p.conduct.abnormal_list is True),
        ("conduct.abnormal_list", "false", lambda p: p.conduct.abnormal_list is False),
        ("chain.key_link.met", "否", lambda p: p.chain.key_link.met is False),
        ("intellectual_property[0].in_use", "false",
         lambda p: p.intellectual_property[0].in_use is False),
        ("titles[+].kind", "high-tech", lambda p: p.titles[-1].kind == "high-tech"),
        ("segment_years", "2.5", lambda p: p.segment_years == Decimal("2.5")),
        ("local.listed", "true", lambda p: p.local["listed"] is True),
    ],
)  # fmt: skip
def test_what_if(path, text, expected):
    """One fact is changed by its path; the rest stays as it is."""
    before = firm()
    after = change_profile(before, {path: text})
    assert expected(after)
    assert before == firm()


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("rd_expense.2025", "很多", "应为数"),
        ("turnover", "1", r"\[turnover\]: 没有这一项；允许：name"),
        ("intellectual_property[9].in_use", "true", r"没有\[9\]；允许：\[0\]至\[4\]、\[\+\]"),
        ("segment_years.x", "1", "之下没有分项"),
        ("main_revenue.2025", "99999", "主营业务收入99999大于营业收入12000"),
    ],
)
def test_what_if_complaints(path, text, message):
    """A path or value that does not fit is refused with what would."""
    with pytest.raises(ProfileError, match=message):
        change_profile(firm(), {path: text})


def test_numbers_and_truths_of_a_province_stay_apart():
    """A local fact is a yes or no, or a number."""
    local = build_profile({**good_firm(), "local": {"a": True, "b": 1, "c": "2.5"}}, "f").local
    assert [True, Decimal(1), Decimal("2.5")] == list(local.values())
    assert isinstance(local["a"], bool)
    assert not isinstance(local["b"], bool)


def test_a_day_may_be_written_under_the_bare_key_on(tmp_path):
    """YAML 1.1 would read the key ``on`` as a truth."""
    path = tmp_path / "firm.yaml"
    path.write_text(
        "conduct:\n  incidents: [{kind: tax, on: 2025-01-01, serious: true}]\n", encoding="utf-8"
    )
    (incident,) = read_profile(path).conduct.incidents
    assert (incident.kind, str(incident.on), incident.serious) == ("tax", "2025-01-01", True)
