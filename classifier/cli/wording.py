"""The words of the terminal's results, Chinese first."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORT_TITLES = {
    "mp10": ("十大领域", "Ten sectors"),
    "sei14": ("十四五战新", "SEI, 14th plan"),
    "sei2018": ("战新2018", "SEI 2018"),
    "foundation": ("工业六基", "Foundations"),
    "cyber": ("网络强国", "Network power"),
    "comp": ("核心竞争力", "Competitiveness"),
    "env": ("环保工程", "Environment"),
}

WORDS = {
    "accept": ("可直接采用", "accept"),
    "review": ("建议复核", "review"),
    "none": ("不属于", "none"),
    "supported": ("支持", "supported"),
    "contradicted": ("不支持", "contradicted"),
    "uncertain": ("不能确定", "uncertain"),
    "direction": ("方向", "direction"),
    "evidence": ("依据", "evidence"),
    "terms": ("词表命中", "lexicon terms"),
    "scope": ("官方范围", "scope"),
    "claim": ("申报", "claim"),
    "verdict": ("结论", "verdict"),
    "probability": ("概率", "probability"),
    "defensible": ("可成立", "defensible"),
    "reasons": ("理由", "reasons"),
    "decides": ("界定", "decided by"),
    "excludes": ("不含", "leaves out"),
    "rule": ("规则", "rule"),
    "weights": ("权重", "weights"),
    "see": ("见", "see"),
    "better": ("更合适", "fits better"),
    "for": ("支持的词句", "for the claim"),
    "against": ("相反的词句", "against the claim"),
    "rest": ("其余词句", "the rest"),
    "bias": ("常数", "constant"),
    "model": ("模型", "model"),
    "taxonomy": ("分类数据", "taxonomy"),
    "id": ("编号", "id"),
    "text": ("产品描述", "description"),
}


def word(key: str, lang: str) -> str:
    """Return a word of the interface."""
    zh, en = WORDS[key]
    return en if lang == "en" else zh


def title(scheme: str, lang: str) -> str:
    """Return the short title of a scheme; its id where it has none."""
    zh, en = SHORT_TITLES.get(scheme, (scheme, scheme))
    return en if lang == "en" else zh


def name(concepts: Mapping[str, Any], scheme: str, notation: str | None, lang: str) -> str:
    """Return notation and official name of a concept, or the word for none."""
    if notation is None:
        return word("none", lang)
    return f"{notation} {concepts[f'{scheme}:{notation}'][lang]}"


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """Return a text filled with spaces to a width in terminal columns."""
    return text + " " * max(0, columns - width(text))


def clip(text: str, columns: int) -> str:
    """Return a text cut to a width in terminal columns, with an ellipsis if it was longer."""
    if width(text) <= columns:
        return text
    out, used = "", 0
    for char in text:
        step = width(char)
        if used + step > columns - 1:
            break
        out, used = out + char, used + step
    return out + "…"


def fold(text: str, columns: int, indent: str) -> str:
    """Return a text broken into lines of at most this width, with an indent before each."""
    lines, line = [], ""
    for char in text:
        if width(indent + line + char) > columns and char not in "，。；、）":
            lines.append(indent + line)
            line = ""
        line += char
    return "\n".join([*lines, indent + line])
