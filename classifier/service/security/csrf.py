"""CSRF: whoever writes with a session's cookie must show its token, from the same origin."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from fastapi import Request

from classifier.errors import ForbiddenError
from classifier.service.security.roles import Caller

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def check_csrf(request: Request, caller: Caller) -> None:
    """Refuse a writing request with a session that does not show the session's token.

    The token stands in the header ``X-CSRF-Token`` or the form field ``csrf_token``.

    Raises
    ------
    ForbiddenError
        The token is missing or wrong, or the request comes from another origin.
    """
    if caller.via != "session" or request.method in SAFE:
        return
    check_origin(request)
    given = request.headers.get(HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        form = await request.form()
        found = form.get(FIELD)
        given = found if isinstance(found, str) else ""
    if not hmac.compare_digest(given.encode(), caller.csrf.encode()):
        raise ForbiddenError(
            "缺少会话的CSRF令牌，或令牌不对",
            field=HEADER,
            what_to_do="刷新页面再试；程序请改用密钥",
            reason="csrf",
        )


def check_origin(request: Request) -> None:
    """Refuse a request that a page of another origin makes.

    Raises
    ------
    ForbiddenError
        ``Origin`` or ``Sec-Fetch-Site`` says so.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    own = request.headers.get("host", "")
    foreign = bool(origin) and urlsplit(origin).netloc != own
    if foreign or site not in {"same-origin", "none"}:
        raise ForbiddenError("请求来自其他网站的页面", field="Origin", reason="origin")
