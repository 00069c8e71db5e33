"""Labels for training: what settled cases say, and exports of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from classifier.errors import MissingError
from classifier.service.api.reviews import Scheme
from classifier.service.api.shapes import Answered, Id, versions
from classifier.service.backend import Here
from classifier.service.problems import documented
from classifier.service.reviews import export
from classifier.service.security.access import LabelReader

router = APIRouter(prefix="/v1/reviews", tags=["reviews"])


class LabelsBody(Answered):
    """Labels of settled cases."""

    items: list[export.LabelRow]


class ExportBody(LabelsBody):
    """An export; its verdicts cannot be undone any more."""

    id: int = Field(description="编号，下载用 / Id, to fetch it again")
    count: int


FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件 / A file",
        "content": {media: {} for media in export.MEDIA.values()},
    }
}


@router.get("/labels", summary="标注 / Labels", responses=documented())
def labels(
    here: Here,
    caller: LabelReader,
    scheme: Scheme = None,
    *,
    exported: Annotated[bool | None, Query(description="已导出的 / Exported")] = None,
) -> LabelsBody:
    """已定案件给出的标注。 Labels that settled cases give."""
    del caller
    with here.store.read() as session:
        rows = export.labels(session, scheme=scheme, exported=exported)
    return LabelsBody(items=rows, versions=versions(here))


@router.post(
    "/exports", summary="导出标注 / Export labels", responses=documented(409), status_code=201
)
def make(here: Here, caller: LabelReader) -> ExportBody:
    """冻结尚未导出的标注；其结论从此不能撤销。 Freezes what was not exported yet."""
    with here.store.write() as session:
        made, rows = export.export_labels(session, caller=caller)
        return ExportBody(id=made.id, count=made.count, items=rows, versions=versions(here))


@router.get(
    "/exports/{export_id}",
    summary="下载导出 / Fetch an export",
    responses=documented(404) | FILE,
    response_class=Response,
)
def fetch(
    here: Here,
    caller: LabelReader,
    export_id: Id,
    target: Annotated[export.Format, Query(alias="format")] = "csv",
) -> Response:
    """CSV、XLSX 或 JSONL。 As a file."""
    del caller
    with here.store.read() as session:
        rows = export.exported_labels(session, export_id)
    if not rows:
        raise MissingError(f"没有编号为{export_id}的导出")
    return Response(
        export.write_rows(rows, export.LabelRow, target),
        media_type=export.MEDIA[target],
        headers={"Content-Disposition": f'attachment; filename="labels-{export_id}.{target}"'},
    )
