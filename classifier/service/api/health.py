"""Live and ready, and the metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from classifier.service.backend import Backend, Here, running
from classifier.service.drifting.store import latest
from classifier.service.problems import documented
from classifier.service.security.access import OPEN, Watcher
from classifier.service.storage.engine import current_revision, newest_revision
from classifier.service.storage.tables import Case, Job

router = APIRouter(tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class RefusedModel(BaseModel):
    """A model that the registry names and that is not used; the one before answers."""

    ref: str = Field(description="为空：指针读不出 / Empty: no pointer", examples=["mine/2"])
    kind: str = Field(examples=["ArtefactError"])
    at: datetime


class ReadyModel(BaseModel):
    """The model that answers."""

    ref: str = Field(description="固定目录时为空 / Empty for a fixed folder", examples=["mine/1"])
    model: str = Field(examples=["6f1c2a3b4d5e"])
    since: datetime
    refused: RefusedModel | None = None


class Ready(BaseModel):
    """Whether requests can be served, check by check."""

    status: Literal["ready", "not-ready"]
    checks: dict[str, bool] = Field(
        examples=[{"model": True, "database": True, "migrated": True}],
    )
    model: ReadyModel | None = Field(
        None, description="作答的模型；被拒的新模型也写在这里 / What answers, what was refused"
    )


@router.get(
    "/healthz",
    dependencies=[OPEN],
    summary="是否在运行 / Is the process alive",
)
async def live() -> Live:
    """进程在运行；不查数据库。 The process runs; no database is asked."""
    return Live()


@router.get(
    "/readyz",
    dependencies=[OPEN],
    summary="是否可以服务 / Can it serve",
    responses={503: {"model": Ready, "description": "还不能服务 / Not ready"}},
)
def ready(request: Request, response: Response) -> Ready:
    """模型已核对并预热、数据库已迁移时为200；新模型被拒时仍由旧模型服务。 200 once fit for work.

    A promoted model that is refused leaves the service ready, on the one before; ``model`` says so.
    """
    backend = running(request.app)
    checks = {"model": False, "database": False, "migrated": False}
    if backend is not None:
        checks["model"] = True  # hashes were checked and golden cases answered to get here
        try:
            checks["migrated"] = current_revision(backend.store) == newest_revision()
            checks["database"] = True
        except SQLAlchemyError:
            checks["database"] = False
    good = all(checks.values())
    response.status_code = 200 if good else 503
    status: Literal["ready", "not-ready"] = "ready" if good else "not-ready"
    return Ready(status=status, checks=checks, model=_model(backend))


def _model(backend: Backend | None) -> ReadyModel | None:
    if backend is None:
        return None
    refusal, pointer = backend.following.refusal, backend.knowledge.pointer
    return ReadyModel(
        ref=pointer.current.ref if pointer else "",
        model=backend.knowledge.versions.model,
        since=backend.following.since,
        refused=RefusedModel(ref=refusal.ref, kind=refusal.kind, at=refusal.at)
        if refusal
        else None,
    )


@router.get(
    "/metrics",
    summary="Prometheus 指标 / Prometheus metrics",
    responses=documented()
    | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "OK"}},
    response_class=Response,
)
def metrics(here: Here, caller: Watcher) -> Response:
    """速率、时延、各分类的判定、复核比例、漂移。 Rates, latencies, decisions, drift."""
    del caller
    with here.store.read() as session:
        for table, gauge in ((Case, here.metrics.cases), (Job, here.metrics.jobs)):
            counts = session.execute(select(table.state, func.count()).group_by(table.state))
            for state, count in counts:
                gauge.labels(state).set(count)
        measured = latest(session)
    if measured is not None:
        here.metrics.tell_drift(measured.report, measured.at.timestamp())
    return Response(here.metrics.exposition(), media_type="text/plain; version=0.0.4")
