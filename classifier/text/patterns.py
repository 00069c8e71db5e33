"""What people write around a product: patterns, each with the characters that it can begin with.

They are tried on canonical texts, in which no sign is full-width but ``。`` and ``、``.

One is compiled when a text first holds such a character: all of them at once would cost more
than reading a text does.
"""

from __future__ import annotations

import re
from functools import cache

_TO = r"[^。;]{0,60}?"
_MAKE = (
    r"(?:自主)?(?:研究|研发|研制|开发|设计|制造|生产|加工|销售|经营|供应|安装|调试|维修|维护"
    r"|服务|售后|推广|应用)"
)
_AND = r"(?:[、,及和与\s/]|以及|并|等)*"

PATTERNS = (
    # the licence clauses of a registered scope (经营范围)
    ("( 依", rf"\(?\s*依法须经批准的项目{_TO}(?:经营活动|经营)\)?"),
    (
        "( 凡涉需须",
        r"\(?\s*(?:凡)?(?:涉及|需|须)[^。;()]{0,30}?(?:许可|审批|批准)[^。;()]{0,30}?经营[^。;()]{0,6}\)?",
    ),
    ("( 具", r"\(?\s*具体经营项目以[^。;()]{0,40}为准\)?"),
    (
        "法",
        r"法律、?法规、?(?:以及)?(?:国务院决定)?(?:规定)?[^。;]{0,12}(?:禁止|应当许可|需许可|无需许可|限制)[^。;]{0,60}",
    ),
    ("市", r"市场主体自主选择经营[^。;]{0,20}"),
    ("经", r"经(?:审批|相关|有关)[^。;]{0,12}(?:批准|许可)后?[^。;]{0,30}经营(?:活动)?"),
    ("凭", r"凭(?:有效)?[^。;()]{0,20}(?:许可证|许可|资质|批准文件)[^。;()]{0,20}经营"),
    (
        "国法",
        r"(?:国家|法律)[^。;()]{0,20}(?:禁止|限定|限制)[^。;()]{0,30}(?:除外|商品|业务)",
    ),
    ("(", r"\([^()]{0,12}(?:不含|除外|不得|限分支|仅限)[^()]{0,40}\)"),
    ("一经许", r"(?:一般|许可|经营)(?:经营)?(?:项目|范围)\s*:?\s*(?:是|为|包括)?\s*:?"),
    (
        "代经自",
        r"(?:自营和代理|代理|经营本企业|经营)[^。;]{0,40}?(?:进出口|来料加工|三来一补)[^。;、,]{0,12}",
    ),
    (
        "商技货",
        r"(?:货物|商品|技术)(?:[、及与和]?(?:货物|商品|技术))?(?:的)?(?:进出口|进口|出口)(?:业务|代理)?",
    ),
    (
        "技",
        r"技术(?:服务|开发|咨询|交流|转让|推广|研究|进出口)(?:[、,及和]\s*(?:技术)?(?:服务|开发|咨询|交流|转让|推广))*",
    ),
    (
        "不厂土场房机汽设非",
        r"(?:房屋|场地|厂房|土地|不动产|非居住房地产|汽车|机械设备|设备)(?:的)?(?:租赁|出租)(?:服务)?",
    ),
    ("企会信商展市", r"(?:会议及展览|会议|展览展示|企业管理|商务信息|信息|市场营销)(?:咨询)?服务"),
    ("普货道", r"(?:普通|道路)?货(?:物)?(?:专用)?运(?:输)?(?:服务)?(?=[;,。、])"),
    # how a sentence about a main business opens and closes
    (
        "企公我本集",
        r"(?:本)?(?:公司|企业|集团|我司|本厂|我厂)(?:是一家|是|系|目前|现|的)?(?:主要|一直|长期)?(?:从事|专注于|专业从事|致力于|经营|主营)?",
    ),
    ("专主从聚致长", r"(?:主要|专业|长期)?(?:从事|专注于?|致力于|聚焦于?)(?:于)?"),
    ("主", r"(?:主营|主要)(?:业务|产品|经营)(?:为|是|有|包括|涵盖|涉及)?\s*:?"),
    (
        "一专世业优全国知著行领",
        r"(?:国内|国际|全球|行业|业内|世界)?(?:一流|知名|著名|优质|专业|领先)的?(?:供应商|制造商|生产商|服务商|提供商|企业|品牌|厂家)",
    ),
    (
        "供制加售安应开推服生的研经维自设调销",
        rf"的?{_MAKE}(?:{_AND}{_MAKE})+(?:(?:于|为)一体)?(?:业务|服务|工作|企业)?",
    ),
    ("的", rf"的{_MAKE}(?:业务|服务)?(?=[。;,\s]|$)"),
    (" 一公提本涉", r"^\s*(?:本实用新型|本发明|本申请)?(?:公开了|涉及|提供)?\s*(?:一种|一类)"),
    ("( 产型牌规", r"\(?\s*(?:产品)?(?:型号|规格|牌号)(?:规格)?(?:为|是)?\s*:?"),
)
"""First characters (a space stands for all white space) and pattern; the first that fits counts.
A test holds the characters to the patterns."""


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def beginning(char: str) -> re.Pattern[str]:
    """Return the patterns that can begin with a character, as one."""
    first = " " if char.isspace() else char
    return _any_of(tuple(pattern for firsts, pattern in PATTERNS if first in firsts))
