"""The app: routes, limits and logs around a database and a model."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from classifier import __version__
from classifier.service.api import (
    answers,
    enterprises,
    evaluate,
    health,
    imports,
    jobs,
    keys,
    labels,
    models,
    reference,
    reviews,
    session,
    users,
)
from classifier.service.api import audit as audit_routes
from classifier.service.api.document import describe
from classifier.service.backend import Backend, running, take_up
from classifier.service.drifting.watch import Watch
from classifier.service.following import Following
from classifier.service.jobs.runner import Runner
from classifier.service.knowledge import Knowledge, load_knowledge
from classifier.service.observe import Metrics, Observe, log
from classifier.service.pages.mounting import add_pages
from classifier.service.problems import add_handlers
from classifier.service.security.access import check_declared
from classifier.service.security.limits import Limits
from classifier.service.security.users import FirstAdmin, first_admin
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store, migrate, open_store

ROUTERS = (
    health.router,
    answers.router,
    evaluate.router,
    reference.router,
    models.router,
    jobs.router,
    session.router,
    users.router,
    keys.router,
    audit_routes.router,
    reviews.router,
    labels.router,
    imports.router,
    enterprises.router,
)

STATIC = ("/static",)
"""Paths under which files that hold no data are served, open to all."""


def create_app(settings: Settings, knowledge: Knowledge | None = None) -> FastAPI:
    """Return the app; nothing is opened before its lifespan begins, but the model is loaded.

    Parameters
    ----------
    settings
        Where everything is, and how much of it is allowed.
    knowledge
        Model and rules, if they are loaded already.

    Raises
    ------
    ArtefactError, TaxonomyError, RuleError
        Model, schemes or rules are refused.
    SettingsError
        A route does not declare who may call it.
    """
    known = knowledge or load_knowledge(settings)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        store = open_store(settings)
        await anyio.to_thread.run_sync(prepare, store, settings)
        runner = Runner(settings, store)
        watch = Watch(settings, store, lambda: served(app, known))
        if settings.jobs:
            runner.start()
            watch.start()
        following = Following(settings, known, metrics, lambda new: take_up(app, new))
        app.state.backend = Backend(settings, store, known, metrics, following)
        following.start()
        log.info("ready", **known.versions.to_json())
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(following.stop)
            app.state.backend = None
            if settings.jobs:
                await anyio.to_thread.run_sync(runner.stop)
                await anyio.to_thread.run_sync(watch.stop)
            store.close()
            log.info("stopped")

    app = FastAPI(
        title="keyfield",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Limits, settings=settings)
    add_pages(app, log_text=settings.log_text)
    app.add_middleware(
        Observe,
        metrics=metrics,
        secure=settings.secure_cookie,
        log_text=settings.log_text,
        versions=known.versions.to_json(),
        static=STATIC,
        current=lambda: running(app),
    )
    describe(app)
    check_declared(app, static=STATIC)
    return app


def served(app: FastAPI, known: Knowledge) -> str:
    """Return the version of the model that answers at this moment."""
    backend = running(app)
    return (backend.knowledge if backend else known).versions.model


def prepare(store: Store, settings: Settings) -> None:
    """Migrate the database; in an empty one, make the first admin and print it once."""
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(store, settings)
    with store.write() as session:
        made = first_admin(session)
    if made is not None:
        sys.stdout.write(first_words(made))
        sys.stdout.flush()


def first_words(made: FirstAdmin) -> str:
    """Return what the first start prints; it stands nowhere else."""
    return (
        "首次启动，已建立管理员。以下内容只显示这一次，请妥善保存：\n"
        "First start: an administrator was made. This is shown once:\n"
        f"  用户 user      {made.name}\n"
        f"  一次性密码 one-time password  {made.password}\n"
        f"  密钥 API key   {made.key}\n"
    )
