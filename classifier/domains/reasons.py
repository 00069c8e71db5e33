"""Why a claim does not stand: named reasons with stable codes, in Chinese and English.

``weights`` as the basis of a reason means that its figures are exact: weights of the linear
model, or the probability of a text that is written out. ``rule`` means that words were found
where a rule looks for them; the rule is the template of the reason.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from classifier.domains.answer import Span

Basis = Literal["weights", "rule"]


class ReasonCode(StrEnum):
    """Stable codes, in the order in which reasons are told."""

    NO_PRODUCT = "no_product"
    ADJECTIVE_ONLY = "adjective_only"
    SERVICE_NOT_PRODUCT = "service_not_product"
    SIDE_LINE = "side_line"
    GENERAL_PART = "general_part"
    EXCLUDED_BY_SCOPE = "excluded_by_scope"
    NEIGHBOURING_FIELD = "neighbouring_field"
    RESTRICTED = "restricted"

    def label(self, lang: str) -> str:
        """Return the reason's name."""
        return _WORDING[self][1 if lang == "en" else 0]


_WORDING: dict[ReasonCode, tuple[str, str, str, str]] = {
    ReasonCode.NO_PRODUCT: (
        "未写明产品",
        "no product named",
        "文中除通用和宣传用语外没有产品名称",
        "nothing is left of the text but general words and praise",
    ),
    ReasonCode.ADJECTIVE_ONLY: (
        "只有修饰语支持",
        "adjectives only",
        "支持来自{words}；去掉这些词后概率为{probability}；中心词{head}的权重与申报相反",
        (
            "support comes from {words}; without them the probability is {probability}; "
            "the head noun {head} weighs against the claim"
        ),
    ),
    ReasonCode.SERVICE_NOT_PRODUCT: (
        "是服务，不是产品",
        "a service, not the product",
        "主句以{words}结尾，没有生产制造；去掉这些词后概率为{probability}",
        (
            "the main phrase ends in {words} and nothing is made; "
            "without these words the probability is {probability}"
        ),
    ),
    ReasonCode.SIDE_LINE: (
        "附带业务",
        "a side line",
        "申报的产品只见于“{detail}”一段，单看该段的产品，概率为{probability}",
        'the claimed product stands only in "{detail}"; its product alone has {probability}',
    ),
    ReasonCode.GENERAL_PART: (
        "通用零部件",
        "a general part",
        "本分类无合适领域，而工业六基为{concept}：零部件未写明用于哪个领域",
        (
            "no field of this scheme fits while the foundation is {concept}: "
            "the text does not say which sector the part is made for"
        ),
    ),
    ReasonCode.EXCLUDED_BY_SCOPE: (
        "范围说明已排除",
        "excluded by the scope note",
        "{concept}的范围说明不含“{detail}”，文中有{words}",
        'the scope note of {concept} leaves out "{detail}"; the text has {words}',
    ),
    ReasonCode.NEIGHBOURING_FIELD: (
        "相邻领域",
        "a neighbouring field",
        "更合适的{concept}与申报相邻：{detail}",
        "{concept}, which fits better, is its neighbour: {detail}",
    ),
    ReasonCode.RESTRICTED: (
        "禁止、淘汰或限制目录",
        "on the list of restricted products",
        "文中有{words}：{detail}。请核实企业是否生产该产品或采用该工艺",
        "the text has {words}: {detail}. Ask whether the firm makes it or works so",
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One named reason.

    Parameters
    ----------
    code
        Which one.
    basis
        Whether the reason is read off the weights or found by a rule.
    words
        Stretches of the text that it hangs on, with the weight that they carried for the
        claimed concept (against its rival, for ``adjective_only``).
    head
        Head noun of the main phrase, with its weight in the same measure.
    probability
        Of the claim for the text, or part of the text, that the reason names.
    concept
        Notation that the reason is about.
    detail
        What was found, in the words of its source (Chinese); for ``neighbouring_field``
        one of ``NEIGHBOURS``.
    """

    code: ReasonCode
    basis: Basis
    words: tuple[Span, ...] = ()
    head: Span | None = None
    probability: float | None = None
    concept: str | None = None
    detail: str = ""

    def sentence(self, lang: str) -> str:
        """Return the reason as a sentence."""
        english = lang == "en"
        detail = NEIGHBOURS[self.detail][english] if self.detail in NEIGHBOURS else self.detail
        return _WORDING[self.code][2 + english].format(
            words=(", " if english else "、").join(_weighed(w, lang) for w in self.words),
            head="" if self.head is None else _weighed(self.head, lang),
            probability="" if self.probability is None else f"{self.probability:.2f}",
            concept=self.concept,
            detail=detail,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the reason as plain values, its wording in both languages included."""
        words = {
            lang: {"title": self.code.label(lang), "sentence": self.sentence(lang)}
            for lang in ("zh", "en")
        }
        return asdict(self) | {"code": str(self.code)} | words


NEIGHBOURS = {
    "siblings": ("同属一个上级类", "both have the same broader concept"),
    "border": ("范围说明互相划界", "a scope note draws the border between them"),
    "mapped": ("在对照表中对应同一类", "both map to the same class of another scheme"),
}
"""How two concepts can be neighbours, Chinese and English."""


def _weighed(span: Span, lang: str) -> str:
    shown = span.text.strip()
    if lang == "en":
        return f'"{shown}"' if not span.weight else f'"{shown}" ({span.weight:+.2f})'
    return f"“{shown}”" if not span.weight else f"“{shown}”（{span.weight:+.2f}）"
