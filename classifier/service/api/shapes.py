"""Shapes that several routes share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from classifier.service.backend import Backend

MOST_ID = 2**31 - 1


class VersionsBody(BaseModel):
    """Content hashes by which an answer can be given again."""

    model: str = Field(description="模型 / Model", examples=["0f3a5c7e9b1d"])
    taxonomy: str = Field(description="分类数据 / Taxonomy", examples=["490b74396466"])
    rules: str = Field(description="规则 / Rules", examples=["8d2f1c4b6a90"])


class Answered(BaseModel):
    """An answer with the versions that gave it."""

    versions: VersionsBody


class Asked(BaseModel):
    """A request's body; what is not known, and what no text may hold, is refused."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        bad = next(unstorable(value), None)
        if bad is not None:
            raise ValueError(f"{bad or '内容'}含有不允许的字符（U+0000或半个代理对）")
        return value


def unstorable(value: Any, path: str = "") -> Iterator[str]:
    """Yield the places of texts that no database and no encoding can hold."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unstorable(str(key), path)
            yield from unstorable(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from unstorable(item, f"{path}[{at}]")


def versions(here: Backend) -> VersionsBody:
    """Return the versions that every answer carries."""
    return VersionsBody(**here.knowledge.versions.to_json())


Id = Annotated[int, Path(ge=1, le=MOST_ID, description="编号 / Id")]
Text = Annotated[str, Field(description="产品描述 / Product description")]
Page = Annotated[int, Query(ge=1, le=1_000_000, description="页，从1起 / Page, from 1")]
PageSize = Annotated[int, Query(ge=1, le=200, description="每页条数 / Items a page")]
Plain = dict[str, Any]
