"""Live and ready, and the metrics."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from classifier.service.backend import Backend, Here
from classifier.service.problems import documented
from classifier.service.security.access import OPEN, Watcher
from classifier.service.storage.engine import current_revision, newest_revision
from classifier.service.storage.tables import Case, Job

router = APIRouter(tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """Whether requests can be served, check by check."""

    status: Literal["ready", "not-ready"]
    checks: dict[str, bool] = Field(
        examples=[{"model": True, "database": True, "migrated": True}],
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
    """模型已核对并预热、数据库已迁移时为200。 200 once model and database are fit for work."""
    backend: Backend | None = getattr(request.app.state, "backend", None)
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
    return Ready(status="ready" if good else "not-ready", checks=checks)


@router.get(
    "/metrics",
    summary="Prometheus 指标 / Prometheus metrics",
    responses=documented()
    | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "OK"}},
    response_class=Response,
)
def metrics(here: Here, caller: Watcher) -> Response:
    """速率、时延、各分类的判定、复核比例。 Rates, latencies, decisions by scheme."""
    del caller
    with here.store.read() as session:
        for table, gauge in ((Case, here.metrics.cases), (Job, here.metrics.jobs)):
            counts = session.execute(select(table.state, func.count()).group_by(table.state))
            for state, count in counts:
                gauge.labels(state).set(count)
    return Response(here.metrics.exposition(), media_type="text/plain; version=0.0.4")
