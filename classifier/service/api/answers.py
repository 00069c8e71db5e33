"""Classify, verify and explain texts."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from classifier.errors import InvalidError, TooLargeError
from classifier.service.api.shapes import Answered, Asked, Plain, versions
from classifier.service.backend import Backend, Here
from classifier.service.observe import log
from classifier.service.problems import documented
from classifier.service.security.access import Anyone
from classifier.service.settings import Settings

router = APIRouter(prefix="/v1", tags=["answers"])

EXAMPLE = "风电主轴轴承的研发、生产和销售"
Claim = Annotated[str, Field(max_length=40, examples=["mp10:M07"])]


class ClassifyAsked(Asked):
    """One text, or up to 1,000; not both."""

    text: str | None = Field(None, examples=[EXAMPLE])
    texts: list[str] | None = Field(None, examples=[[EXAMPLE, "工业机器人用谐波减速器"]])


class LabelBody(BaseModel):
    """A notation (null: outside the scheme) with its probability."""

    notation: str | None = Field(examples=["M07"])
    probability: float = Field(examples=[0.94])


class FindingBody(BaseModel):
    """The answer of one scheme."""

    primary: str | None = Field(description="首选 / Primary; null: none", examples=["M07"])
    decision: str = Field(description="accept 可直接采用，review 建议复核", examples=["accept"])
    probability: float
    labels: list[LabelBody]
    narrower: LabelBody | None = None


class AnswerBody(BaseModel):
    """The answer to one text, by the batch contract; ``id`` is its place, from 1."""

    id: str = Field(examples=["1"])
    domains: dict[str, FindingBody]
    versions: dict[str, str]


class ClassifyBody(Answered):
    """An answer a text, in order."""

    items: list[AnswerBody]


class VerifyAsked(Asked):
    """A text and the concepts claimed for it."""

    text: str = Field(examples=[EXAMPLE])
    claims: list[Claim] = Field(
        min_length=1, max_length=20, examples=[["mp10:M07", "foundation:F1"]]
    )


class ItemsBody(Answered):
    """Answers in the order of what was asked."""

    items: list[Plain]


class ExplainAsked(Asked):
    """A text, and the schemes to explain (all by default)."""

    text: str = Field(examples=[EXAMPLE])
    schemes: list[Annotated[str, Field(max_length=20)]] | None = Field(
        None, min_length=1, max_length=10, examples=[["mp10"]]
    )


def check_text(settings: Settings, text: str, field: str) -> None:
    """Refuse a text that is empty or too long.

    Raises
    ------
    InvalidError, TooLargeError
        With the field.
    """
    if not text.strip():
        raise InvalidError("空白；应为产品描述", field=field)
    if len(text) > settings.characters:
        raise TooLargeError(
            f"有{len(text)}个字符；最多{settings.characters}个",
            field=field,
            what_to_do="只留主导产品的说明",
        )


def _texts(settings: Settings, asked: ClassifyAsked) -> list[str]:
    if (asked.text is None) == (asked.texts is None):
        raise InvalidError("text 和 texts 应当有且只有一个", field="texts")
    if asked.text is not None:
        check_text(settings, asked.text, "text")
        return [asked.text]
    texts = asked.texts or []
    if not texts:
        raise InvalidError("空表；应有1条以上", field="texts")
    if len(texts) > settings.texts:
        raise TooLargeError(
            f"有{len(texts)}条；最多{settings.texts}条",
            field="texts",
            what_to_do="分成几次，或用 POST /v1/jobs",
        )
    for at, text in enumerate(texts):
        check_text(settings, text, f"texts[{at}]")
    return texts


def as_json(here: Backend, content: dict[str, Any]) -> Response:
    """Return plain values as they are, with the versions; made here, in the route's thread."""
    whole = {**content, "versions": here.knowledge.versions.to_json()}
    return Response(json.dumps(whole, ensure_ascii=False), media_type="application/json")


@router.post(
    "/classify",
    summary="判定 / Classify",
    responses=documented(),
    response_model=ClassifyBody,
)
def classify(here: Here, caller: Anyone, asked: ClassifyAsked) -> Response:
    """一条或至多1000条产品描述属于哪些官方重点领域，有多大把握。 One text, or up to 1,000."""
    del caller
    texts = _texts(here.settings, asked)
    if here.settings.log_text:
        log.info("texts", texts=texts)
    answers = here.knowledge.classifier.classify(texts)
    for answer in answers:
        here.metrics.count_answer(answer.domains)
    items = [answer.to_json(str(at)) for at, answer in enumerate(answers, 1)]
    return as_json(here, {"items": items})


@router.post(
    "/verify", summary="核对申报 / Verify", responses=documented(), response_model=ItemsBody
)
def verify(here: Here, caller: Anyone, asked: VerifyAsked) -> Response:
    """申报的领域是否成立，支持和反对的词句，更合适的领域。 Checks claims, with evidence."""
    del caller
    check_text(here.settings, asked.text, "text")
    classifier = here.knowledge.classifier
    items = [classifier.verify(asked.text, claim).to_json() for claim in asked.claims]
    return as_json(here, {"items": items})


@router.post("/explain", summary="说明依据 / Explain", responses=documented())
def explain(here: Here, caller: Anyone, asked: ExplainAsked) -> ItemsBody:
    """逐词的权重、词表命中和官方范围。 Weights word by word, lexicon terms, scope."""
    del caller
    check_text(here.settings, asked.text, "text")
    found = here.knowledge.classifier.explain(asked.text, asked.schemes)
    return ItemsBody(items=[e.to_json() for e in found], versions=versions(here))
