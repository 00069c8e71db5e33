"""Results as files: decided cases at any time, labels for training frozen in batches."""

from __future__ import annotations

from fastapi import Response

from classifier.errors import MissingError
from classifier.service.api.shapes import Id
from classifier.service.pages.decided import DecidedRow, decided_rows
from classifier.service.pages.shell import Page, page_router
from classifier.service.reviews import export, imports, queue
from classifier.service.security.access import LabelReader

router = page_router()
PREVIEW = 20


@router.get("/labels")
def show(page: Page, caller: LabelReader, done: int = 0) -> Response:
    """Show what can be exported, and earlier batches."""
    with page.here.store.read() as session:
        progress = queue.progress(session, caller=caller)
        waiting = export.labels(session, exported=False)
        past, _ = imports.exports(session)
    return page.render(
        "labels.html",
        caller,
        settled=progress.settled,
        waiting=len(waiting),
        preview=waiting[:PREVIEW],
        past=past,
        formats=tuple(export.MEDIA),
        done=done,
    )


@router.get("/labels/decided.{target}")
def decided(page: Page, caller: LabelReader, target: export.Format) -> Response:
    """Give all decided cases as a file."""
    with page.here.store.read() as session:
        rows = list(decided_rows(session, page.here.knowledge, caller=caller))
    return _file(export.write_rows(rows, DecidedRow, target), f"decided-cases.{target}", target)


@router.post("/labels/exports")
def freeze(page: Page, caller: LabelReader) -> Response:
    """Freeze the labels that were not exported yet."""
    with page.here.store.write() as session:
        made, _ = export.export_labels(session, caller=caller)
    return page.go("/labels", done=made.id)


@router.get("/labels/exports/{export_id}.{target}")
def batch(page: Page, caller: LabelReader, export_id: Id, target: export.Format) -> Response:
    """Give a frozen batch as a file."""
    del caller
    with page.here.store.read() as session:
        rows = export.exported_labels(session, export_id)
    if not rows:
        raise MissingError(f"没有编号为{export_id}的导出")
    content = export.write_rows(rows, export.LabelRow, target)
    return _file(content, f"labels-{export_id}.{target}", target)


def _file(content: bytes, name: str, target: export.Format) -> Response:
    return Response(
        content,
        media_type=export.MEDIA[target],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
