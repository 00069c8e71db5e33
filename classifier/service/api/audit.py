"""The audit log, for admins."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from classifier.service.api.shapes import MOST_ID, Answered, PageSize, versions
from classifier.service.backend import Here
from classifier.service.problems import documented
from classifier.service.security.access import Admin
from classifier.service.storage import audit

router = APIRouter(prefix="/v1/audit", tags=["admin"])


class AuditBody(BaseModel):
    """A row of the log."""

    number: int
    at: str
    actor: str = Field(examples=["user:3"])
    action: str = Field(examples=["case.decide"])
    subject: str = Field(examples=["case:17"])
    detail: dict[str, Any]
    previous: str
    digest: str


class AuditPage(Answered):
    """Rows of the log, the newest first."""

    items: list[AuditBody]


class AuditVerified(Answered):
    """Whether the chain holds."""

    good: bool
    rows: int = Field(description="已核对的行数 / Rows that hold")
    broken_at: int | None = Field(description="第一处断裂 / First broken row")
    why: str


@router.get("", summary="审计日志 / Audit log", responses=documented())
def page(
    here: Here,
    caller: Admin,
    before: Annotated[int, Query(ge=1, le=MOST_ID, description="只要更早的行 / Older than")] = (
        MOST_ID
    ),
    size: PageSize = 50,
) -> AuditPage:
    """从新到旧。 The newest first."""
    del caller
    with here.store.read() as session:
        rows = audit.rows_before(session, before, size)
    items = [
        AuditBody(
            number=row.number,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=json.loads(row.detail),
            previous=row.previous,
            digest=row.digest,
        )
        for row in rows
    ]
    return AuditPage(items=items, versions=versions(here))


@router.get("/verify", summary="核对审计日志 / Verify the log", responses=documented())
def verify(here: Here, caller: Admin) -> AuditVerified:
    """逐行核对散列链，指出第一处断裂。 Names the first row at which the chain breaks."""
    del caller
    with here.store.read() as session:
        rows, broken = audit.verify(session)
    return AuditVerified(
        good=broken is None,
        rows=rows,
        broken_at=None if broken is None else broken.number,
        why="" if broken is None else broken.why,
        versions=versions(here),
    )
