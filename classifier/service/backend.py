"""What the routes of one app share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, cast

from fastapi import Depends, FastAPI, Request

from classifier.errors import BusyError
from classifier.service.following import Following
from classifier.service.knowledge import Knowledge
from classifier.service.observe import BACKEND, Metrics
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store


@dataclass(frozen=True, slots=True)
class Backend:
    """Settings, database, knowledge and metrics of a running app.

    A request keeps the backend that it began with: it ends on the model it began on, whatever
    is promoted meanwhile. ``following`` says which model the registry names.
    """

    settings: Settings
    store: Store
    knowledge: Knowledge
    metrics: Metrics
    following: Following


def backend_of(request: Request) -> Backend:
    """Return the backend of the app that a request came to.

    Raises
    ------
    BusyError
        The app is not ready yet, or not any more.
    """
    found = request.scope.get(BACKEND) or running(request.app)
    if found is None:
        raise BusyError("服务正在启动或停止", reason="not-ready")
    return cast("Backend", found)


def running(app: FastAPI) -> Backend | None:
    """Return the backend that a request of this moment gets; None before start, after stop."""
    found: Backend | None = getattr(app.state, "backend", None)
    return found


def take_up(app: FastAPI, knowledge: Knowledge) -> None:
    """Let the requests that come from now on be answered with another model."""
    before = running(app)
    if before is not None:
        app.state.backend = replace(before, knowledge=knowledge)


async def _here(request: Request) -> Backend:
    return backend_of(request)  # a coroutine: no thread is needed to look something up


Here = Annotated[Backend, Depends(_here)]
