"""What the routes of one app share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from classifier.errors import BusyError
from classifier.service.knowledge import Knowledge
from classifier.service.observe import Metrics
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store


@dataclass(frozen=True, slots=True)
class Backend:
    """Settings, database, knowledge and metrics of a running app."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    metrics: Metrics


def backend_of(request: Request) -> Backend:
    """Return the backend of the app that a request came to.

    Raises
    ------
    BusyError
        The app is not ready yet, or not any more.
    """
    found = getattr(request.app.state, "backend", None)
    if found is None:
        raise BusyError("服务正在启动或停止", reason="not-ready")
    return cast("Backend", found)


async def _here(request: Request) -> Backend:
    return backend_of(request)  # a coroutine: no thread is needed to look something up


Here = Annotated[Backend, Depends(_here)]
