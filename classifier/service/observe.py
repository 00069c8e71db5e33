"""What a worker tells about itself: request ids, structured logs, Prometheus metrics."""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.service import problems
from classifier.service.problems import Told
from classifier.service.security.headers import NOT_STORED, SECURITY_HEADERS, TRANSPORT

BACKEND = "keyfield.backend"
"""Key of a request's scope: the backend that it began with, and keeps to its end."""

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_LEVELS = {"unknown": -1, "ok": 0, "warn": 1, "alarm": 2}

log = structlog.get_logger("keyfield")


class Metrics:
    """Counters of one worker; with several, one scrape adds them all up."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        given: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter(
            "keyfield_requests", "Requests", ["method", "route", "status"], **given
        )
        self.seconds = Histogram(
            "keyfield_request_seconds", "Latency", ["method", "route"], buckets=SECONDS, **given
        )
        self.open = Gauge(
            "keyfield_requests_open", "Open requests", multiprocess_mode="livesum", **given
        )
        self.texts = Counter("keyfield_texts", "Texts classified", **given)
        self.decisions = Counter(
            "keyfield_decisions", "Decisions by scheme", ["scheme", "decision"], **given
        )
        self.verdicts = Counter("keyfield_verdicts", "Verdicts of reviewers", ["kind"], **given)
        self.cases = Gauge(
            "keyfield_cases", "Cases by state", ["state"], multiprocess_mode="mostrecent", **given
        )
        self.jobs = Gauge(
            "keyfield_jobs", "Jobs by state", ["state"], multiprocess_mode="mostrecent", **given
        )

        self.models = Gauge(
            "keyfield_model_workers",
            "Workers that answer with a model",
            ["model"],
            multiprocess_mode="livesum",
            **given,
        )
        self.refused = Gauge(
            "keyfield_model_refused",
            "1 while the model that the registry names is refused and the one before answers",
            multiprocess_mode="livemax",
            **given,
        )
        self.swaps = Counter(
            "keyfield_model_swaps", "Models taken up or refused", ["result"], **given
        )
        self.swap_seconds = Gauge(
            "keyfield_model_swap_seconds",
            "Time that loading, checking and warming the last model took",
            multiprocess_mode="livemax",
            **given,
        )

        recent: dict[str, Any] = {"multiprocess_mode": "mostrecent", **given}
        self.drift = Gauge(
            "keyfield_drift", "Drift by signal, as last measured", ["signal", "scheme"], **recent
        )
        self.drift_level = Gauge(
            "keyfield_drift_level",
            "0 stable, 1 look, 2 act, -1 too few texts",
            ["signal", "scheme"],
            **recent,
        )
        self.drift_texts = Gauge("keyfield_drift_texts", "Texts that were measured", **recent)
        self.drift_at = Gauge(
            "keyfield_drift_timestamp_seconds", "When drift was last measured", **recent
        )

    def tell_drift(self, report: dict[str, Any], at: float) -> None:
        """Set what a report of drift says."""
        for one in report["signals"]:
            labels = (one["name"], one["scheme"] or "")
            if one["value"] is not None:
                self.drift.labels(*labels).set(one["value"])
            self.drift_level.labels(*labels).set(_LEVELS[one["level"]])
        self.drift_texts.set(report["recent"])
        self.drift_at.set(at)

    def count_answer(self, domains: Mapping[str, Any]) -> None:
        """Count one text with its decisions."""
        self.texts.inc()
        for scheme, found in domains.items():
            self.decisions.labels(scheme, found.decision).inc()

    def exposition(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        if os.environ.get(MULTIPROCESS):
            whole = CollectorRegistry()
            multiprocess.MultiProcessCollector(whole)  # type: ignore[no-untyped-call]
            return generate_latest(whole)
        return generate_latest(self.registry)


def configure_logs() -> None:
    """Write one JSON line an event to stderr, those of libraries too."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"
    logging.getLogger("alembic").setLevel(logging.WARNING)


def frames(error: BaseException) -> list[str]:
    """Return where an error came from, without what it says: that may quote a product."""
    found = traceback.extract_tb(error.__traceback__)
    return [f"{f.filename}:{f.lineno} {f.name}" for f in found[-12:]]


class Observe:
    """ASGI middleware: an id, a log line, counts and headers for every request."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        *,
        secure: bool,
        log_text: bool,
        versions: dict[str, str],
        static: tuple[str, ...],
        current: Callable[[], Any] = lambda: None,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._log_text = log_text
        self._versions = versions
        self._static = static
        self._current = current
        fixed = [*SECURITY_HEADERS, *([TRANSPORT] if secure else [])]
        self._fixed = [(name.lower().encode(), value.encode()) for name, value in fixed]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        scope[BACKEND] = self._current()
        versions = self._told(scope[BACKEND])
        begun = time.perf_counter()
        status = 0

        async def telling_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *self._headers(scope, versions)]
            await send(message)

        self._metrics.open.inc()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, telling_send)
        except Exception as error:
            said = str(error) if self._log_text else ""
            log.error(  # noqa: TRY400  (a traceback's last line may quote a product)
                "failure", kind=type(error).__name__, said=said, frames=frames(error)
            )
            if status:
                raise
            await _fail(telling_send, request_id)
        finally:
            self._metrics.open.dec()
            self._tell(scope, status, time.perf_counter() - begun)
            structlog.contextvars.clear_contextvars()
            del scope[BACKEND]  # a connection that stays open keeps its scope, not an old model

    def _told(self, backend: Any) -> dict[str, str]:
        if backend is None:
            return self._versions
        told: dict[str, str] = backend.knowledge.versions.to_json()
        return told

    def _headers(self, scope: Scope, versions: dict[str, str]) -> list[tuple[bytes, bytes]]:
        out = [(b"x-request-id", scope["request_id"].encode()), *self._fixed]
        if not scope["path"].startswith(self._static):
            out.append((NOT_STORED[0].lower().encode(), NOT_STORED[1].encode()))
        for name, value in versions.items():
            out.append((f"keyfield-{name}".encode(), value.encode()))
        return out

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        told = {"failure": scope["failure"]} if "failure" in scope else {}
        log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            caller=scope.get("caller", ""),
            **told,
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _ID.fullmatch(given):
                return str(given)
    return secrets.token_hex(8)


async def _fail(send: Send, request_id: str) -> None:
    content = problems.body(Told(500, "internal", "程序出错，详情在日志里"), request_id)
    pairs = [
        (b"content-type", problems.MEDIA.encode()),
        (b"content-length", str(len(content)).encode()),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": pairs})
    await send({"type": "http.response.body", "body": content})
