"""Derived values (派生指标): growth, ratios, averages, counts, each with its formula.

A derived value is a function of the sheet (profile, date, readings, definitions); it
reads facts only through it, so that the trace shows them. ``DERIVED`` lists all names
that rules may use, with their arguments and units.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from classifier.evaluator import derive_items, derive_size
from classifier.evaluator.derived import Derived
from classifier.evaluator.facts import FIGURES
from classifier.evaluator.values import (
    Amount,
    Truth,
    add,
    divided,
    growth,
    percent,
    root_growth,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.evaluator.sheet import Sheet

PERSONS = frozenset({"employees", "rd_staff", "science_staff"})


def _figure(name: str) -> Callable[..., Amount]:
    def compute(sheet: Sheet, *, back: int = 0) -> Amount:
        return sheet.facts.figure(name, sheet.last_year - back)

    return compute


def _share(part: str, whole: str, *, capped: bool = False) -> Callable[..., Amount]:
    def compute(sheet: Sheet, *, back: int = 0) -> Amount:
        year = sheet.last_year - back
        found = percent(sheet.facts.figure(part, year), sheet.facts.figure(whole, year))
        if not capped or found.void:
            return found
        # A part is never more than its whole, whatever is still unknown.
        return replace(found, high=min(found.high, Decimal(100)))

    return compute


def _total(name: str) -> Callable[..., Amount]:
    def compute(sheet: Sheet, *, years: int) -> Amount:
        return add(sheet.facts.figure(name, sheet.last_year - back) for back in range(years))

    return compute


def _mean(name: str) -> Callable[..., Amount]:
    def compute(sheet: Sheet, *, years: int) -> Amount:
        total = add(sheet.facts.figure(name, sheet.last_year - back) for back in range(years))
        return divided(total, years)

    return compute


def _growth(sheet: Sheet) -> Amount:
    year = sheet.last_year
    facts = sheet.facts
    return growth(facts.figure("main_revenue", year), facts.figure("main_revenue", year - 1))


def _growth_average(sheet: Sheet) -> Amount:
    year, facts = sheet.last_year, sheet.facts
    now, before, first = (facts.figure("main_revenue", year - back) for back in range(3))
    if sheet.option("average-growth") == "geometric":
        return root_growth(now, first, 2)
    rates = add([growth(now, before), growth(before, first)])
    return divided(rates, 2)


def _revenue_cagr(sheet: Sheet) -> Amount:
    year, facts = sheet.last_year, sheet.facts
    sheet.option("cagr")
    return root_growth(facts.figure("revenue", year), facts.figure("revenue", year - 2), 2)


def _segment_years(sheet: Sheet) -> Amount:
    years = sheet.facts.number("segment_years")
    if sheet.option("segment-years") == "exact":
        return years
    return Amount(_floor(years.low), _floor(years.high))


def _floor(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_FLOOR) if number.is_finite() else number


def _product_code(sheet: Sheet) -> Truth:
    return None if sheet.facts.text("product_code") is None else True


def _platform_score(sheet: Sheet) -> Amount:
    years = [sheet.on.year]
    if sheet.application == "renewal":
        later = sheet.option("renewal-score") == "current-and-previous"
        years = [sheet.on.year - (0 if later else 1), sheet.on.year - (1 if later else 2)]
    scores = [sheet.facts.platform_score(year) for year in years]
    return Amount(max(s.low for s in scores), max(s.high for s in scores))


def _low_revenue_rd(sheet: Sheet) -> Amount:
    years = 3 if sheet.option("rd-total-window") == "three-years" else 2
    return add(sheet.facts.figure("rd_expense", sheet.last_year - back) for back in range(years))


_BACK = {"back": "int"}
_YEARS = {"years": "int"}


def _registry() -> dict[str, Derived]:
    out = {
        name: Derived(
            title,
            "人" if name in PERSONS else "万元",
            f"{title}（上年度；back为再往前的年数）",
            _figure(name),
            _BACK,
        )
        for name, title in FIGURES.items()
    }
    out |= {
        "main_share": Derived(
            "主营业务收入占比",
            "%",
            "主营业务收入÷营业收入×100%",
            _share("main_revenue", "revenue", capped=True),
            _BACK,
        ),
        "main_product_share": Derived(
            "主导产品收入占比",
            "%",
            "主导产品收入÷营业收入×100%",
            _share("main_product_revenue", "revenue", capped=True),
            _BACK,
        ),
        "rd_ratio": Derived(
            "研发费用占比",
            "%",
            "研发费用÷营业收入×100%",
            _share("rd_expense", "revenue"),
            _BACK,
        ),
        "rd_cost_ratio": Derived(
            "研发费用占成本费用比",
            "%",
            "研发费用÷成本费用×100%",
            _share("rd_expense", "cost"),
            _BACK,
        ),
        "net_margin": Derived(
            "净利润率",
            "%",
            "净利润÷营业收入×100%",
            _share("net_profit", "revenue"),
            _BACK,
            confidence="unconfirmed",
        ),
        "debt_ratio": Derived(
            "资产负债率",
            "%",
            "负债总额÷资产总额×100%",
            _share("total_liabilities", "total_assets"),
            _BACK,
            confidence="unconfirmed",
        ),
        "rd_staff_share": Derived(
            "研发人员占比",
            "%",
            "研发人员÷职工总数×100%",
            _share("rd_staff", "employees", capped=True),
            _BACK,
            confidence="unconfirmed",
        ),
        "science_staff_share": Derived(
            "科技人员占比",
            "%",
            "科技人员÷职工总数×100%",
            _share("science_staff", "employees", capped=True),
            _BACK,
        ),
        "rd_total": Derived(
            "研发费用合计",
            "万元",
            "近若干年研发费用之和",
            _total("rd_expense"),
            _YEARS,
            frozenset(_YEARS),
        ),
        "rd_mean": Derived(
            "年均研发费用",
            "万元",
            "近若干年研发费用之和÷年数",
            _mean("rd_expense"),
            _YEARS,
            frozenset(_YEARS),
        ),
        "rd_total_low_revenue": Derived(
            "研发费用总额",
            "万元",
            "近两年研发费用之和（口径可选三年）",
            _low_revenue_rd,
            readings=("rd-total-window",),
        ),
        "main_revenue_mean": Derived(
            "年均主营业务收入",
            "万元",
            "近若干年主营业务收入之和÷年数",
            _mean("main_revenue"),
            _YEARS,
            frozenset(_YEARS),
        ),
        "revenue_mean": Derived(
            "年均营业收入",
            "万元",
            "近若干年营业收入之和÷年数",
            _mean("revenue"),
            _YEARS,
            frozenset(_YEARS),
        ),
        "main_growth": Derived(
            "主营业务收入增长率",
            "%",
            "(上年度－前一年度)÷前一年度×100%",
            _growth,
            confidence="single-source",
        ),
        "main_growth_average": Derived(
            "近两年主营业务收入平均增长率",
            "%",
            "两个年度增长率的算术平均（口径可选几何平均）",
            _growth_average,
            readings=("average-growth",),
            confidence="unconfirmed",
        ),
        "revenue_cagr": Derived(
            "近两年营业收入复合增长率",
            "%",
            "(上年度÷两年前)^(1/2)－1",
            _revenue_cagr,
            readings=("cagr",),
            confidence="inferred",
        ),
        "segment_years": Derived(
            "从事细分市场年限",
            "年",
            "截至上年末的整年数",
            _segment_years,
            readings=("segment-years",),
        ),
        "platform_score": Derived(
            "专精特新发展评价得分",
            "分",
            "当年得分；复核取近两年中较高者",
            _platform_score,
            readings=("renewal-score",),
        ),
        "size_class": Derived(
            "企业规模",
            "",
            "微型、小型、中型、大型；各项下限须同时达到，否则下划一档",
            derive_size.size_class,
            names=derive_size.CLASS_TITLES,
        ),
    }
    out["manufacturing"] = Derived(
        "属于制造业",
        "",
        "国民经济行业代码为C门类（13～43大类）",
        derive_size.manufacturing,
        is_truth=True,
        confidence="unconfirmed",
    )
    out["product_code"] = Derived(
        "产品按《统计用产品分类目录》8位或10位代码填报",
        "",
        "填有8位或10位产品代码",
        _product_code,
        is_truth=True,
    )
    out |= derive_items.REGISTRY
    return out


DERIVED: dict[str, Derived] = _registry()
"""Every derived value by name."""
