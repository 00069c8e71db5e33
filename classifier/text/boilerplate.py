"""What people write around a product and what says nothing about it.

Everything is blanked with spaces of the same length, so that positions stay true. Where a
text says in so many words which product is the main one (主要产品为…), what follows stands
between two marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from classifier.text.codes import BREAK, SPACE, decoded, encoded, spread
from classifier.text.cues import cues, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_TO = r"[^。;；]{0,60}?"
_MAKE = (
    r"(?:自主)?(?:研究|研发|研制|开发|设计|制造|生产|加工|销售|经营|供应|安装|调试|维修|维护"
    r"|服务|售后|推广|应用)"
)
_AND = r"(?:[、,及和与\s/]|以及|并|等)*"

_PATTERNS = (
    # the licence clauses of a registered scope (经营范围)
    rf"[(（]?\s*依法须经批准的项目{_TO}(?:经营活动|经营)[)）]?",
    r"[(（]?\s*(?:凡)?(?:涉及|需|须)[^。;；()（）]{0,30}?(?:许可|审批|批准)[^。;；()（）]{0,30}?经营[^。;；()（）]{0,6}[)）]?",
    r"[(（]?\s*具体经营项目以[^。;；()（）]{0,40}为准[)）]?",
    r"法律、?法规、?(?:以及)?(?:国务院决定)?(?:规定)?[^。;；]{0,12}(?:禁止|应当许可|需许可|无需许可|限制)[^。;；]{0,60}",
    r"市场主体自主选择经营[^。;；]{0,20}",
    r"经(?:审批|相关|有关)[^。;；]{0,12}(?:批准|许可)后?[^。;；]{0,30}经营(?:活动)?",
    r"凭(?:有效)?[^。;；()（）]{0,20}(?:许可证|许可|资质|批准文件)[^。;；()（）]{0,20}经营",
    r"(?:国家|法律)[^。;；()（）]{0,20}(?:禁止|限定|限制)[^。;；()（）]{0,30}(?:除外|商品|业务)",
    r"[(（][^()（）]{0,12}(?:不含|除外|不得|限分支|仅限)[^()（）]{0,40}[)）]",
    r"(?:一般|许可|经营)(?:经营)?(?:项目|范围)\s*[:：]?\s*(?:是|为|包括)?\s*[:：]?",
    r"(?:自营和代理|代理|经营本企业|经营)[^。;；]{0,40}?(?:进出口|来料加工|三来一补)[^。;；、,，]{0,12}",
    r"(?:货物|商品|技术)(?:[、及与和]?(?:货物|商品|技术))?(?:的)?(?:进出口|进口|出口)(?:业务|代理)?",
    r"技术(?:服务|开发|咨询|交流|转让|推广|研究|进出口)(?:[、,，及和]\s*(?:技术)?(?:服务|开发|咨询|交流|转让|推广))*",
    r"(?:房屋|场地|厂房|土地|不动产|非居住房地产|汽车|机械设备|设备)(?:的)?(?:租赁|出租)(?:服务)?",
    r"(?:会议及展览|会议|展览展示|企业管理|商务信息|信息|市场营销)(?:咨询)?服务",
    r"(?:普通|道路)?货(?:物)?(?:专用)?运(?:输)?(?:服务)?(?=[;；,，。、])",
    # how a sentence about a main business opens and closes
    r"(?:本)?(?:公司|企业|集团|我司|本厂|我厂)(?:是一家|是|系|目前|现|的)?(?:主要|一直|长期)?(?:从事|专注于|专业从事|致力于|经营|主营)?",
    r"(?:主要|专业|长期)?(?:从事|专注于?|致力于|聚焦于?)(?:于)?",
    r"(?:主营|主要)(?:业务|产品|经营)(?:为|是|有|包括|涵盖|涉及)?\s*[:：]?",
    r"(?:国内|国际|全球|行业|业内|世界)?(?:一流|知名|著名|优质|专业|领先)的?(?:供应商|制造商|生产商|服务商|提供商|企业|品牌|厂家)",
    rf"的?{_MAKE}(?:{_AND}{_MAKE})+(?:(?:于|为)一体)?(?:业务|服务|工作|企业)?",
    rf"的{_MAKE}(?:业务|服务)?(?=[。;；,，\s]|$)",
    r"^\s*(?:本实用新型|本发明|本申请)?(?:公开了|涉及|提供)?\s*(?:一种|一类)",
    r"[(（]?\s*(?:产品)?(?:型号|规格|牌号)(?:规格)?(?:为|是)?\s*[:：]?",
)
_BOILERPLATE = re.compile("|".join(f"(?:{p})" for p in _PATTERNS))

MAIN, SIDE = "\x02", "\x03"
"""Marks around what a text itself names as its main product; no canonical text holds them."""

_NAMED = re.compile(
    r"(?:主要|主导|主营|核心|拳头)(?:产品|业务|服务)"
    r"(?:(?:和|及|与|或|、|/)(?:产品|业务|服务))?"
    r"(?:为|是|有|包括|涵盖|系|:)"
    r"([^。\n]{2,160})"
)

_MODEL = re.compile(r"[a-z0-9][a-z0-9./*×φ~\-_]{4,}[a-z0-9]")
_NUMBER = re.compile(r"\d(?<![a-z0-9]\d)[\d.,%~\-]*(?![a-z0-9])")
_SEPARATOR = re.compile(r"[\W_]")
_DIGITS_OF_A_MODEL = 3
_IDLE = " ,.;:()。、；："  # a text of which nothing else is left is read as it stands
_IDLE_CODES = np.array([BREAK, *map(ord, _IDLE)], dtype=np.uint32)


def mask(text: str) -> str:
    """Blank boilerplate, model numbers, figures and punctuation of a canonical text.

    Parameters
    ----------
    text
        Result of ``canonical``.

    Returns
    -------
    str
        Of the same length; single spaces or runs of them stand where nothing counts.
        Short names with digits (5g, 3d, pa66, 316l) stay. ``MAIN`` and ``SIDE`` stand
        before and behind what the text names as its main product, in place of a blank.
    """
    return decoded(mask_codes([text])[:-1])


def mask_codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the code points of each text as ``mask`` leaves it, a line break behind each.

    Patterns are tried only where the first two characters of one stand.
    """
    plain = encoded(texts)
    codes = plain.copy()
    starts, ends = _boilerplate(texts, codes)
    if starts:
        hidden = spread(np.array(starts), np.array(ends), len(codes))
        first = np.flatnonzero(codes == BREAK)
        first = np.concatenate([[0], first[:-1] + 1])
        idle = hidden | np.isin(codes, _IDLE_CODES)
        codes[hidden & np.repeat(~np.logical_and.reduceat(idle, first), _lengths(texts))] = SPACE
    text = decoded(codes) if starts else "\n".join([*texts, ""])
    models = [m for m in _MODEL.finditer(text) if _is_model(m.group())]
    _blank(codes, models)
    _blank(codes, _NUMBER.finditer(decoded(codes) if models else text))
    codes[~letters(codes) & (plain != BREAK)] = SPACE
    text = "\n".join([*texts, ""])
    for named in _NAMED.finditer(text):
        start, end = named.span(1)
        codes[named.start() : start - 1] = SPACE
        codes[start - 1] = ord(MAIN)
        if text[end] != "\n":
            codes[end] = ord(SIDE)
    return codes


def _lengths(texts: Sequence[str]) -> NDArray[np.int64]:
    return np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))


def _is_model(found: str) -> bool:
    return sum(c.isdigit() for c in found) >= _DIGITS_OF_A_MODEL


def _blank(codes: NDArray[np.uint32], matches: Iterable[re.Match[str]]) -> None:
    spans = [match.span() for match in matches]
    if spans:
        starts, ends = np.array(spans).T
        codes[spread(starts, ends, len(codes))] = SPACE


def _boilerplate(texts: Sequence[str], codes: NDArray[np.uint32]) -> tuple[list[int], list[int]]:
    """Return where boilerplate begins and ends among the code points of all texts."""
    match = _BOILERPLATE.match
    at = cues(codes)
    ends = np.cumsum(_lengths(texts))
    row = np.searchsorted(ends, at, side="right")
    offset = (ends - _lengths(texts))[row]
    starts, stops = [], []
    free = 0  # nothing before it can begin a match
    for where, of, base in zip(at.tolist(), row.tolist(), offset.tolist(), strict=True):
        if where >= free and (found := match(texts[of], where - base)):
            free = base + found.end()
            starts.append(where)
            stops.append(free)
    return starts, stops
