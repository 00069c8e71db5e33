"""Imports with what they refused, and exports, as they are kept."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from classifier.errors import MissingError
from classifier.service.api.shapes import Answered, Id, Page, PageSize, versions
from classifier.service.backend import Here
from classifier.service.problems import documented
from classifier.service.reviews import imports
from classifier.service.reviews.export import LabelRow, exported_labels
from classifier.service.security.access import LabelReader, Lead

router = APIRouter(prefix="/v1", tags=["reviews"])


class KeptImport(BaseModel):
    """An import."""

    id: int
    file: str = Field(examples=["claims.csv"])
    kind: imports.KindOfFile = Field(description="claims 申报，texts 没有申报的文本")
    state: imports.StateOfFile = Field(description="taken 已导入，refused 整个文件退回")
    added: int
    known: int
    refused: int = Field(description="退回的行 / Refused")
    by: str
    at: datetime


class KeptProblem(BaseModel):
    """A row that was refused (0: the whole file): what was found, what is allowed, what to do."""

    file: str
    row: int
    field: str = Field(examples=["claim"])
    code: str = Field(examples=["concept"])
    found: str = Field(examples=["M99"])
    allowed: str = Field(examples=["mp10"])
    detail: str = Field(examples=["mp10中没有“M99”"])
    what_to_do: str = Field(examples=["核对编号或正式名称"])


class ImportsBody(Answered):
    """A page of imports, the newest first."""

    items: list[KeptImport]
    total: int
    page: int
    size: int


class OneImportBody(Answered):
    """An import with what it refused, in the order of the rows."""

    item: KeptImport
    problems: list[KeptProblem]


class KeptExport(BaseModel):
    """An export of labels."""

    id: int
    count: int
    by: str
    at: datetime


class ExportsBody(Answered):
    """A page of exports, the newest first."""

    items: list[KeptExport]
    total: int
    page: int
    size: int


class OneExportBody(Answered):
    """What an export holds; as a file: ``/v1/reviews/exports/{id}``."""

    id: int
    items: list[LabelRow]


@router.get("/imports", summary="导入记录 / Imports", responses=documented())
def list_imports(here: Here, caller: Lead, page: Page = 1, size: PageSize = 50) -> ImportsBody:
    """从新到旧，整个退回的也在内。 The newest first, refused files too."""
    del caller
    with here.store.read() as session:
        found, total = imports.imports(session, page=page, size=size)
    items = [KeptImport.model_validate(one, from_attributes=True) for one in found]
    return ImportsBody(items=items, total=total, page=page, size=size, versions=versions(here))


@router.get("/imports/{import_id}", summary="一次导入 / An import", responses=documented(404))
def get_import(here: Here, caller: Lead, import_id: Id) -> OneImportBody:
    """退回的每一行：栏目、填了什么、允许什么、怎么改。 Row by row: found, allowed, what to do."""
    del caller
    with here.store.read() as session:
        one = imports.get_import(session, import_id)
        problems = imports.problems_of(session, import_id)
    return OneImportBody(
        item=KeptImport.model_validate(one, from_attributes=True),
        problems=[
            KeptProblem(
                file=one.file,
                row=p.row,
                field=p.field,
                code=p.flaw.code,
                found=p.flaw.found,
                allowed=p.flaw.allowed,
                detail=p.flaw.say(),
                what_to_do=p.flaw.mend(),
            )
            for p in problems
        ],
        versions=versions(here),
    )


@router.get("/exports", summary="导出记录 / Exports", responses=documented())
def list_exports(
    here: Here, caller: LabelReader, page: Page = 1, size: PageSize = 50
) -> ExportsBody:
    """从新到旧。 The newest first."""
    del caller
    with here.store.read() as session:
        found, total = imports.exports(session, page=page, size=size)
    items = [KeptExport.model_validate(one, from_attributes=True) for one in found]
    return ExportsBody(items=items, total=total, page=page, size=size, versions=versions(here))


@router.get("/exports/{export_id}", summary="一次导出 / An export", responses=documented(404))
def get_export(here: Here, caller: LabelReader, export_id: Id) -> OneExportBody:
    """这一批的标注；取文件用 /v1/reviews/exports。 The labels of one batch."""
    del caller
    with here.store.read() as session:
        rows = exported_labels(session, export_id)
    if not rows:
        raise MissingError(f"没有编号为{export_id}的导出")
    return OneExportBody(id=export_id, items=rows, versions=versions(here))
