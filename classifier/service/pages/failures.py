"""Problems as people read them: what answers a browser with JSON becomes a page or a line."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.service import problems
from classifier.service.observe import frames, log
from classifier.service.pages.shell import environment, language, request_is_htmx, words
from classifier.service.pages.static_files import MOUNT
from classifier.service.problems import Told

SIGN_IN = "/login"
CHANGE = "/account"
MACHINES = ("/v1/", "/healthz", "/readyz", "/metrics", MOUNT + "/")
"""Beginnings of paths that programs call: they get the problem itself."""

_KEPT = {b"retry-after", b"connection"}
_SIDE = {"zh": 0, "en": 1}


class PageFailures:
    """ASGI middleware: problems that a browser would show as JSON become pages.

    Nobody signed in: the way to the sign-in, and back. A one-time password: the way to its
    change. For htmx: a line in ``#notice``. Programs, and whoever does not take HTML, get what
    they always got.
    """

    def __init__(self, app: ASGIApp, *, log_text: bool) -> None:
        self._app = app
        self._log_text = log_text

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not _for_people(scope):
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            if answer.started:
                raise
            said = str(error) if self._log_text else ""
            log.error(  # not the traceback: its last line may quote a product
                "failure", kind=type(error).__name__, said=said, frames=frames(error)
            )
            told = problems.body(
                Told(500, "internal", "程序出错，详情在日志里"), scope.get("request_id", "")
            )
            await answer.tell(500, {}, json.loads(told))


class _Answer:
    """A response on its way; a problem is held back and told in HTML."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._held: Message | None = None
        self._body = b""
        self.started = False

    async def send(self, message: Message) -> None:
        """Pass a message on, or hold it back."""
        if message["type"] == "http.response.start":
            headers = dict(message.get("headers", ()))
            if headers.get(b"content-type", b"").startswith(problems.MEDIA.encode()):
                self._held = message
                return
        if self._held is None:
            self.started = True
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            kept = {n: v for n, v in self._held.get("headers", ()) if n.lower() in _KEPT}
            await self.tell(self._held["status"], kept, json.loads(self._body))

    async def tell(self, status: int, kept: dict[bytes, bytes], problem: dict[str, Any]) -> None:
        """Send a problem as HTML, or the way to where it can be mended."""
        self.started = True
        request = Request(self._scope)
        headers = {b"content-type": b"text/html; charset=utf-8", **kept}
        content = b""
        way = _way_out(request, status, problem)
        if way and request_is_htmx(request):
            status, headers[b"hx-redirect"] = 204, way.encode()
        elif way:
            status, headers[b"location"] = 303, way.encode()
        else:
            if request_is_htmx(request):
                headers |= {b"hx-retarget": b"#notice", b"hx-reswap": b"innerHTML"}
            content = _page(request, status, problem)
        headers[b"content-length"] = str(len(content)).encode()
        start = {"type": "http.response.start", "status": status, "headers": list(headers.items())}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": content})


def _for_people(scope: Scope) -> bool:
    if scope["path"].startswith(MACHINES):
        return False
    headers = dict(scope["headers"])
    return b"text/html" in headers.get(b"accept", b"") or b"hx-request" in headers


def _way_out(request: Request, status: int, problem: dict[str, Any]) -> str:
    """Return where to send the reader instead; empty if the problem is to be read."""
    if problem["code"] == "one-time-password":
        return CHANGE
    if status != 401 or request.url.path == SIGN_IN:  # noqa: PLR2004
        return ""
    if request.method != "GET" or request_is_htmx(request):
        return f"{SIGN_IN}?{urlencode({'why': 'again'})}"
    at = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return SIGN_IN if at == "/" else f"{SIGN_IN}?next={quote(at, safe='')}"


def _page(request: Request, status: int, problem: dict[str, Any]) -> bytes:
    lang = language(request)
    template = "failure_line.html" if request_is_htmx(request) else "failure.html"
    title = problems.TITLES.get(status, problems.TITLES[400 if status < 500 else 500])  # noqa: PLR2004
    content = (
        environment()
        .get_template(template)
        .render(
            **words(lang),
            caller=None,
            path=request.url.path,
            other_language=f"{request.url.path}?lang={'zh' if lang == 'en' else 'en'}",
            nav=(),
            versions=None,
            csrf_token="",
            status=status,
            title=title[_SIDE[lang]],
            problem=problem,
        )
    )
    return content.encode()
