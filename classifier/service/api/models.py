"""The versions of the registry, and who changed which is used."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from classifier.service.api.shapes import Answered, versions
from classifier.service.backend import Here
from classifier.service.problems import documented
from classifier.service.security.access import ModelReader
from classifier.service.versions import Registry, read_registry

router = APIRouter(prefix="/v1", tags=["reference"])


class ChangeBody(BaseModel):
    """A change of the version in use."""

    serial: int
    at: str = Field(examples=["2026-05-01T08:30:00+00:00"])
    action: str = Field(description="promote 启用，rollback 回退", examples=["promote"])
    before: str = Field(examples=["default"])
    after: str = Field(examples=["mine/1"])
    who: str
    reason: str
    overruled: list[str] = Field(description="强制通过的检查 / Checks that were overruled")


class VersionBody(BaseModel):
    """A version; ``fault`` says why it cannot be loaded, empty where it can."""

    ref: str = Field(examples=["mine/1"])
    model: str = Field(examples=["6f1c2a3b4d5e"])
    current: bool
    schemes: list[str]
    examples: int
    labels: int = Field(description="自有标注 / One's own labels")
    taxonomy: str
    metrics: dict[str, dict[str, float]] = Field(description="留出指标 / Held-out figures")
    fault: str
    promoted: ChangeBody | None


class ModelsBody(Answered):
    """All versions, the one that the registry names, and all changes, the newest first."""

    following: bool = Field(description="是否跟随登记处 / Whether the registry is followed")
    current: str = Field(examples=["mine/1"])
    serving: str = Field(description="本进程正在用 / In use in this process", examples=["mine/1"])
    items: list[VersionBody]
    changes: list[ChangeBody]
    fault: str


@router.get("/models", summary="模型版本 / Versions of the model", responses=documented())
def models(here: Here, caller: ModelReader) -> ModelsBody:
    """登记处的全部版本，何时由谁因何启用，各自的留出指标。 All versions of the registry."""
    del caller
    folder, pointer = here.following.models, here.knowledge.pointer
    found = Registry("", 0, (), (), "") if folder is None else read_registry(folder)
    return ModelsBody(
        following=folder is not None,
        current=found.current,
        serving=pointer.current.ref if pointer else "",
        items=[VersionBody.model_validate(one, from_attributes=True) for one in found.versions],
        changes=[ChangeBody.model_validate(one, from_attributes=True) for one in found.changes],
        fault=found.fault,
        versions=versions(here),
    )
