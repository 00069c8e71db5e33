"""Pages, static files and readable problems, put onto the app."""

from __future__ import annotations

from fastapi import FastAPI

from classifier.service.pages.failures import PageFailures
from classifier.service.pages.routes import (
    accounts,
    admin,
    cases,
    double,
    drift,
    evaluation,
    firms,
    imports,
    labels,
    model,
    queue,
    trying,
    versions,
)
from classifier.service.pages.static_files import FOLDER, MOUNT, LastingFiles

ROUTERS = (
    accounts.router,
    queue.router,
    imports.router,
    cases.router,
    double.router,
    labels.router,
    trying.router,
    firms.router,
    evaluation.router,
    model.router,
    drift.router,
    versions.router,
    admin.router,
)


def add_pages(app: FastAPI, *, log_text: bool) -> None:
    """Put the workbench onto an app; what is added later stands outside of it."""
    for router in ROUTERS:
        app.include_router(router)
    app.mount(MOUNT, LastingFiles(directory=FOLDER), name="static")
    app.add_middleware(PageFailures, log_text=log_text)
