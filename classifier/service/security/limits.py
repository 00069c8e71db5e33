"""Limits before anything is parsed or anybody is asked who they are: rate, room and bytes."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.service import problems
from classifier.service.problems import Told
from classifier.service.settings import Settings

UPLOADS = {"/v1/jobs", "/v1/reviews/imports", "/imports"}
"""Paths to which files may be sent; their bodies may be larger."""

SIGN_INS = {"/v1/session", "/login"}
"""Paths at which passwords are tried."""

UNLIMITED = {"/healthz", "/readyz"}
ADDRESSES = 10_000
"""Addresses that are remembered at most."""

_BODYLESS = {"GET", "HEAD", "OPTIONS"}


class Buckets:
    """Token buckets by address; the longest unseen are forgotten first."""

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> float:
        """Take a token; return 0, or the seconds to wait for one."""
        at = self._clock()
        tokens, seen = self._known.pop(address, (float(self._burst), at))
        tokens = min(self._burst, tokens + (at - seen) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._known[address] = (tokens - 1 if not wait else tokens, at)
        if len(self._known) > ADDRESSES:
            self._known.popitem(last=False)
        return wait


class Limits:
    """ASGI middleware that refuses with 429, 503 or 413."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._requests = Buckets(settings.rate, settings.burst)
        self._sign_ins = Buckets(settings.sign_in_rate / 60, settings.sign_in_burst)
        self._open = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        address = client[0] if client else ""
        wait = self._requests.take(address)
        if not wait and scope["path"] in SIGN_INS and scope["method"] == "POST":
            wait = self._sign_ins.take(address)
        if wait:
            await _refuse(send, scope, Told(429, "too-many", "请求过于频繁"), wait)
            return
        if self._open >= self._settings.in_flight:
            await _refuse(send, scope, _busy())
            return
        self._open += 1
        try:
            await self._counted(scope, receive, send)
        finally:
            self._open -= 1

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings = self._settings
        most = settings.upload_bytes if scope["path"] in UPLOADS else settings.json_bytes
        declared = _declared(scope)
        if declared > most:
            await _refuse(send, scope, _too_large(most))
            return
        if declared and self._held + declared > settings.held_bytes:
            await _refuse(send, scope, _busy())
            return
        body = _Body(self, receive, send, most)
        try:
            await self._app(scope, body.receive, body.send)
        except Exception:
            if body.refusal is None or body.started:
                raise
        finally:
            self._held -= body.taken
        if body.refusal is not None and not body.started:
            await _refuse(send, scope, body.refusal)

    def hold(self, size: int) -> bool:
        """Count bytes that came in; return whether there is room for them."""
        self._held += size
        return self._held <= self._settings.held_bytes

    @property
    def body_seconds(self) -> float:
        """Return the time in which a body must have come in."""
        return self._settings.body_seconds


class _Body:
    """One request's body as it comes in; once refused, the app hears of a client gone."""

    def __init__(self, limits: Limits, receive: Receive, send: Send, most: int) -> None:
        self._limits = limits
        self._receive = receive
        self._send = send
        self._most = most
        self._whole = False
        self._until = anyio.current_time() + limits.body_seconds
        self.taken = 0
        self.started = False
        self.refusal: Told | None = None

    async def receive(self) -> Message:
        """Return the next message, counted."""
        message: Message = {"type": "http.disconnect"}
        if self.refusal is not None:
            return message
        with anyio.CancelScope(deadline=math.inf if self._whole else self._until) as waiting:
            message = await self._receive()
        if waiting.cancelled_caught:
            self.refusal = Told(408, "slow", f"{self._limits.body_seconds:g}秒内没有收全内容")
        elif message["type"] == "http.request":
            self._whole = not message.get("more_body", False)
            size = len(message.get("body", b""))
            self.taken += size
            room = self._limits.hold(size)
            if self.taken > self._most:
                self.refusal = _too_large(self._most)
            elif not room:
                self.refusal = _busy()
        return message if self.refusal is None else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Pass the response on; what a route says of a body cut short is of no interest."""
        if self.refusal is None or self.started:
            self.started = True
            await self._send(message)


def _declared(scope: Scope) -> int:
    if scope["method"] in _BODYLESS:
        return 0
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _busy() -> Told:
    return Told(503, "busy", "服务忙，没有空位")


def _too_large(most: int) -> Told:
    return Told(
        413, "too-large", f"内容超过{most}字节的上限", "", f"分成几次，每次不超过{most}字节"
    )


async def _refuse(send: Send, scope: Scope, told: Told, wait: float = 1.0) -> None:
    content = problems.body(told, scope.get("request_id", ""))
    given = {
        "content-type": problems.MEDIA,
        "content-length": str(len(content)),
        **problems.headers(told, wait),
    }
    if told.status in {408, 413}:
        given["connection"] = "close"
    pairs = [(name.lower().encode(), value.encode()) for name, value in given.items()]
    await send({"type": "http.response.start", "status": told.status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})
