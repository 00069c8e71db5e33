"""What people write around a product: patterns, each with the characters that it can begin with.

They are tried on canonical texts, in which no sign is full-width but ``。`` and ``、``.

One is compiled when a text first holds two such characters: all of them at once would cost
more than reading a text does.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TO = r"[^。;]{0,60}?"
_MAKE = (
    r"(?:自主)?(?:研究|研发|研制|开发|设计|制造|生产|加工|销售|经营|供应|安装|调试|维修|维护"
    r"|服务|售后|推广|应用)"
)
_MAKES = (
    "供应 制造 加工 售后 安装 应用 开发 推广 服务 生产 研制发究 经营 维修护 自主 设计 调试 销售"
)
_OF_MAKING = "的供制加售安应开推服生研经维自设调销"
_AND = r"(?:[、,及和与\s/]|以及|并|等)*"

PATTERNS = (
    # the licence clauses of a registered scope (经营范围)
    ("(_依 __依 依法", rf"\(?\s*依法须经批准的项目{_TO}(?:经营活动|经营)\)?"),
    (
        "(_凡涉需须 __凡涉需须 凡涉需须 涉及 需* 须*",
        r"\(?\s*(?:凡)?(?:涉及|需|须)[^。;()]{0,30}?(?:许可|审批|批准)[^。;()]{0,30}?经营[^。;()]{0,6}\)?",
    ),
    ("(_具 __具 具体", r"\(?\s*具体经营项目以[^。;()]{0,40}为准\)?"),
    (
        "法律",
        r"法律、?法规、?(?:以及)?(?:国务院决定)?(?:规定)?[^。;]{0,12}(?:禁止|应当许可|需许可|无需许可|限制)[^。;]{0,60}",
    ),
    ("市场", r"市场主体自主选择经营[^。;]{0,20}"),
    ("经审有相", r"经(?:审批|相关|有关)[^。;]{0,12}(?:批准|许可)后?[^。;]{0,30}经营(?:活动)?"),
    ("凭*", r"凭(?:有效)?[^。;()]{0,20}(?:许可证|许可|资质|批准文件)[^。;()]{0,20}经营"),
    (
        "国家 法律",
        r"(?:国家|法律)[^。;()]{0,20}(?:禁止|限定|限制)[^。;()]{0,30}(?:除外|商品|业务)",
    ),
    ("(*", r"\([^()]{0,12}(?:不含|除外|不得|限分支|仅限)[^()]{0,40}\)"),
    ("一般 经营 许可", r"(?:一般|许可|经营)(?:经营)?(?:项目|范围)\s*:?\s*(?:是|为|包括)?\s*:?"),
    (
        "代理 经营 自营",
        r"(?:自营和代理|代理|经营本企业|经营)[^。;]{0,40}?(?:进出口|来料加工|三来一补)[^。;、,]{0,12}",
    ),
    (
        "商品 技术 货物",
        r"(?:货物|商品|技术)(?:[、及与和]?(?:货物|商品|技术))?(?:的)?(?:进出口|进口|出口)(?:业务|代理)?",
    ),
    (
        "技术",
        r"技术(?:服务|开发|咨询|交流|转让|推广|研究|进出口)(?:[、,及和]\s*(?:技术)?(?:服务|开发|咨询|交流|转让|推广))*",
    ),
    (
        "不动 厂房 土地 场地 房屋 机械 汽车 设备 非居",
        r"(?:房屋|场地|厂房|土地|不动产|非居住房地产|汽车|机械设备|设备)(?:的)?(?:租赁|出租)(?:服务)?",
    ),
    (
        "企业 会议 信息 商务 展览 市场",
        r"(?:会议及展览|会议|展览展示|企业管理|商务信息|信息|市场营销)(?:咨询)?服务",
    ),
    ("普通 货专物运 道路", r"(?:普通|道路)?货(?:物)?(?:专用)?运(?:输)?(?:服务)?(?=[;,。、])"),
    # how a sentence about a main business opens and closes
    (
        "企业 公司 我厂司 本企公厂我本集 集团",
        r"(?:本)?(?:公司|企业|集团|我司|本厂|我厂)(?:是一家|是|系|目前|现|的)?(?:主要|一直|长期)?(?:从事|专注于|专业从事|致力于|经营|主营)?",
    ),
    (
        "专业注 主要 从事 聚焦 致力 长期",
        r"(?:主要|专业|长期)?(?:从事|专注于?|致力于|聚焦于?)(?:于)?",
    ),
    ("主营要", r"(?:主营|主要)(?:业务|产品|经营)(?:为|是|有|包括|涵盖|涉及)?\s*:?"),
    (
        "一流 专业 世界 业内 优质 全球 国内际 知名 著名 行业 领先",
        r"(?:国内|国际|全球|行业|业内|世界)?(?:一流|知名|著名|优质|专业|领先)的?(?:供应商|制造商|生产商|服务商|提供商|企业|品牌|厂家)",
    ),
    (
        f"{_MAKES} {_OF_MAKING}",
        rf"的?{_MAKE}(?:{_AND}{_MAKE})+(?:(?:于|为)一体)?(?:业务|服务|工作|企业)?",
    ),
    (_OF_MAKING, rf"的{_MAKE}(?:业务|服务)?(?=[。;,\s]|$)"),
    (
        "__一公提本涉 一种类 公开 提供 本发实申 涉及",
        r"^\s*(?:本实用新型|本发明|本申请)?(?:公开了|涉及|提供)?\s*(?:一种|一类)",
    ),
    (
        "(_产型牌规 __产型牌规 产品 型号 牌号 规格",
        r"\(?\s*(?:产品)?(?:型号|规格|牌号)(?:规格)?(?:为|是)?\s*:?",
    ),
)
"""What each can begin with, and the pattern; of those that fit, the first counts.

A word is a character and those that can follow it: ``_`` stands for all white space, ``*`` for
anything. A test holds them to the patterns."""


@cache
def following() -> dict[str, dict[str, list[str]]]:
    """Return, for each first character, those that can follow it, each with its patterns."""
    out: dict[str, dict[str, list[str]]] = {}
    for begins, pattern in PATTERNS:
        for word in begins.split():
            for second in word[1:]:
                out.setdefault(word[0], {}).setdefault(second, []).append(pattern)
    return out


@cache
def _match(pattern: str) -> Callable[[str, int], re.Match[str] | None]:
    return re.compile(pattern).match


def beginning(first: str, second: str) -> list[Callable[[str, int], re.Match[str] | None]]:
    """Return what tries the patterns that can begin with two characters, in their order."""
    after = following()[first]
    fit = {*after.get(second, ()), *after.get("*", ())}
    return [_match(pattern) for _, pattern in PATTERNS if pattern in fit]
