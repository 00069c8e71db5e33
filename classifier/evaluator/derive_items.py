"""Derived values that count items: rights, awards, financing, institutions, titles and more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classifier.evaluator.derive_ip import IP
from classifier.evaluator.derived import Derived
from classifier.evaluator.item_tests import in_window, one_of, same
from classifier.evaluator.items import CHOICES, LEVELS
from classifier.evaluator.values import Amount, Truth, all_of, any_of, between, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.evaluator.items import (
        Award,
        Brand,
        Certificate,
        Financing,
        Incident,
        Institution,
        Standard,
        Title,
    )
    from classifier.evaluator.sheet import Sheet

_WORDS = {
    "class1": "Ⅰ类",
    "class2": "Ⅱ类",
    "high-value": "Ⅰ类高价值",
    **CHOICES,
}


def describe_arguments(arguments: Mapping[str, Any]) -> str:
    """Return the arguments of a query as people read them.

    Examples
    --------
    >>> describe_arguments({"level": "national", "rank": 5, "years": 3})
    '国家级、前5名、近3年'
    """
    parts = []
    for name, value in arguments.items():
        if name == "years":
            parts.append(f"近{value}年")
        elif name == "back":
            parts.append(("上年度", "前一年度", "再前一年度")[value])
        elif name == "since":
            parts.append(f"{value}年起公布的")
        elif name == "rank":
            parts.append(f"前{value}名")
        elif name == "own":
            parts.append("自主研发")
        elif name == "in_use":
            parts.append("已应用并产生效益")
        elif name == "at_least_level":
            parts.append(f"{_WORDS[value]}及以上")
        elif isinstance(value, tuple):
            parts.append("、".join(_WORDS.get(str(v), str(v)) for v in value))
        else:
            parts.append(_WORDS.get(str(value), str(value)))
    return "、".join(parts)


def _from_level(lowest: str) -> tuple[str, ...]:
    names: tuple[str, ...] = LEVELS
    return names[: names.index(lowest) + 1]


def _awards(
    sheet: Sheet,
    *,
    kind: str,
    years: int = 0,
    level: str = "",
    at_least_level: str = "",
    rank: int = 0,
    since: int = 0,
) -> Amount:
    def tests(item: Award) -> dict[str, Truth]:
        out = {"kind": same(item.kind, kind)}
        if years:
            out["year"] = in_window(sheet, years, year=item.year)
        if since and item.year is not None and item.year < since:
            out["year"] = False
        if level:
            out["level"] = same(item.level, level)
        if at_least_level:
            out["level"] = one_of(item.level, _from_level(at_least_level))
        if rank:
            out["rank"] = None if item.rank is None else item.rank <= rank
        return out

    return sheet.facts.matches("awards", tests)


def _financing(sheet: Sheet, *, years: int) -> Amount:
    rounds: tuple[Financing, ...] | None = sheet.facts.listed("financing")
    if rounds is None:
        sheet.facts.note_list("financing", "未知", ("financing",))
        return count(None)
    low = high = between(0, 0).low
    missing: list[str] = []
    for at, item in enumerate(rounds):
        tests = {"on": in_window(sheet, years, day=item.on), "qualified": item.qualified}
        truth = all_of(tests.values())
        if truth is False or item.amount == 0:
            continue
        missing += [f"financing[{at}].{name}" for name, value in tests.items() if value is None]
        if item.amount is None:
            missing.append(f"financing[{at}].amount")
            high = count(None).high
            continue
        low += item.amount if truth else 0
        high += item.amount
    amount = Amount(low, high)
    sheet.facts.note_list("financing", f"共{len(rounds)}笔，计入{amount}万元", missing)
    return amount


def _institutions(sheet: Sheet, *, at_least_level: str = "", level: str = "") -> Amount:
    def tests(item: Institution) -> dict[str, Truth]:
        out: dict[str, Truth] = {}
        if at_least_level or level:
            out["recognised"] = item.recognised
        if at_least_level:
            out["level"] = one_of(item.level, _from_level(at_least_level))
        if level:
            out["level"] = same(item.level, level)
        return out

    return sheet.facts.matches("institutions", tests)


def _certificates(sheet: Sheet, *, kinds: tuple[str, ...]) -> Amount:
    def tests(item: Certificate) -> dict[str, Truth]:
        until = item.valid_until
        return {
            "kind": one_of(item.kind, kinds),
            "valid_until": None if until is None else until >= sheet.on,
        }

    return sheet.facts.matches("certificates", tests)


def _own_brands(sheet: Sheet) -> Amount:
    def tests(item: Brand) -> dict[str, Truth]:
        known = any_of((item.registered, item.earning))
        return {"own_ip": item.own_ip, "registered": known}

    return sheet.facts.matches("brands", tests)


def _standards(sheet: Sheet, *, role: str = "", years: int = 0) -> Amount:
    def tests(item: Standard) -> dict[str, Truth]:
        out: dict[str, Truth] = {}
        if role:
            out["role"] = same(item.role, role)
            out["level"] = one_of(item.level, ("international", "national", "industry"))
        if years:
            out["year"] = in_window(sheet, years, year=item.year)
        return out

    return sheet.facts.matches("standards", tests)


def _titles(sheet: Sheet, *, kinds: tuple[str, ...]) -> Amount:
    def tests(item: Title) -> dict[str, Truth]:
        begun = None if item.granted is None else item.granted <= sheet.on
        until = item.valid_until
        return {
            "kind": one_of(item.kind, kinds),
            "granted": begun,
            "valid_until": None if until is None else until >= sheet.on,
        }

    return sheet.facts.matches("titles", tests)


def _incidents(sheet: Sheet, *, years: int, kinds: tuple[str, ...]) -> Amount:
    def serious(item: Incident) -> Truth:
        option = sheet.option("minor-penalty")
        if option == "count-all":
            return True
        if item.serious is None and option == "ignore-unless-serious":
            return False
        return item.serious

    def tests(item: Incident) -> dict[str, Truth]:
        return {
            "kind": one_of(item.kind, kinds),
            "on": in_window(sheet, years, day=item.on),
            "serious": serious(item),
        }

    return sheet.facts.matches("conduct.incidents", tests)


def _restricted(sheet: Sheet) -> Truth:
    """Return whether the firm makes a restricted product; a hit in the text is a question."""
    said = sheet.facts.profile.conduct.makes_restricted
    if said is not None or sheet.restricted is None or sheet.restricted:
        hits = "、".join(sheet.restricted or ())
        truth = sheet.facts.truth("conduct.makes_restricted")
        if hits:
            sheet.facts.note_list("main_product", f"文字中出现：{hits}；请核实是否生产", ())
        return truth
    sheet.facts.note_list("main_product", "文字中未出现禁止、限制、淘汰类产品", ())
    return False


def _prohibited(sheet: Sheet) -> Truth:
    """Return whether the firm makes a prohibited product: a part of the restricted ones."""
    if sheet.facts.profile.conduct.makes_prohibited is not None:
        return sheet.facts.truth("conduct.makes_prohibited")
    if _restricted(sheet) is False:
        return False
    return sheet.facts.truth("conduct.makes_prohibited")


_LEVEL = {"level": tuple(LEVELS), "at_least_level": tuple(LEVELS)}
_KINDS = "list"

REGISTRY: dict[str, Derived] = {
    **IP,
    "awards": Derived(
        "奖励和大赛名次",
        "项",
        "按种类、级别、名次、年份计数",
        _awards,
        {
            "kind": "str",
            "years": "int",
            "level": "str",
            "at_least_level": "str",
            "rank": "int",
            "since": "int",
        },
        frozenset({"kind"}),
        {"kind": ("science", "quality", "maker-china", "governor-cup"), **_LEVEL},
        readings=("window",),
        confidence="unconfirmed",
    ),
    "financing": Derived(
        "合格机构投资者实缴的新增股权融资",
        "万元",
        "期内到账金额之和",
        _financing,
        {"years": "int"},
        frozenset({"years"}),
        readings=("window",),
        confidence="single-source",
    ),
    "institutions": Derived(
        "研发机构",
        "个",
        "按认定级别计数",
        _institutions,
        {"at_least_level": "str", "level": "str"},
        frozenset(),
        _LEVEL,
    ),
    "certificates": Derived(
        "有效认证",
        "张",
        "按种类计数，期满的不计",
        _certificates,
        {"kinds": _KINDS},
        frozenset({"kinds"}),
        {"kinds": ("quality-management", "management-system", "developed-market-product")},
    ),
    "own_brands": Derived(
        "自主品牌",
        "个",
        "有自主知识产权，且商标已注册或产品已有收入",
        _own_brands,
    ),
    "standards": Derived(
        "参与制定的标准",
        "项",
        "按作用和年份计数",
        _standards,
        {"role": "str", "years": "int"},
        frozenset(),
        {"role": ("led", "participated")},
        readings=("window",),
    ),
    "titles": Derived(
        "有效称号",
        "个",
        "认定日至有效期内",
        _titles,
        {"kinds": _KINDS},
        frozenset({"kinds"}),
        {
            "kinds": (
                "innovative",
                "tech",
                "srdi",
                "little-giant",
                "champion",
                "high-tech",
                "innovation-demonstration",
                "ip-advantage",
                "ip-demonstration",
            )
        },
    ),
    "incidents": Derived(
        "严重事故和违法记录",
        "起",
        "期内按种类计数",
        _incidents,
        {"years": "int", "kinds": _KINDS},
        frozenset({"years", "kinds"}),
        {
            "kinds": (
                "safety",
                "network-data",
                "product-quality",
                "environment",
                "tax",
                "dishonesty",
                "fraud",
                "industry",
            )
        },
        readings=("window", "minor-penalty"),
        confidence="single-source",
    ),
    "restricted": Derived(
        "提供禁止、限制、淘汰类产品或服务",
        "",
        "文字命中只是疑问，以企业说明为准",
        _restricted,
        is_truth=True,
    ),
    "prohibited": Derived(
        "提供国家禁止的产品或服务",
        "",
        "禁限汰产品中的禁止类；文字命中只是疑问，以企业说明为准",
        _prohibited,
        is_truth=True,
    ),
}
"""Derived values of this module by name."""
