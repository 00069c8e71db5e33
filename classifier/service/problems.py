"""Errors as application/problem+json: a stable code, the field, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError as DataProblem
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from classifier import errors
from classifier.errors import DataError, KeyfieldError, RequestError

MEDIA = "application/problem+json"
MOST_FIELDS = 20
"""Fields that one problem lists."""

STATUS: dict[type[KeyfieldError], int] = {
    errors.SignInError: 401,
    errors.ForbiddenError: 403,
    errors.MissingError: 404,
    errors.ConflictError: 409,
    errors.TooLargeError: 413,
    errors.FormatError: 415,
    errors.InvalidError: 422,
    errors.TooManyError: 429,
    errors.BusyError: 503,
    errors.NotationError: 422,
    errors.SelectionError: 422,
    errors.ProfileError: 422,
    errors.InputError: 422,
}

TITLES = {
    400: ("请求无法读取", "The request cannot be read"),
    401: ("未登录", "Not signed in"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持这种方法", "Method not allowed"),
    408: ("等待内容超时", "Request timeout"),
    409: ("与现状冲突", "Conflict"),
    413: ("内容过大", "Too large"),
    415: ("不支持的文件类型", "Unsupported file type"),
    422: ("内容不符合要求", "Invalid content"),
    429: ("请求过于频繁", "Too many requests"),
    500: ("程序出错", "Internal error"),
    503: ("暂时无法服务", "Not available now"),
}

CODES = {400: "unreadable", 404: "missing", 405: "method", 413: "too-large", 500: "internal"}

WHAT_TO_DO = {
    400: "检查请求的格式",
    401: "用 Authorization: Bearer 密钥，或先登录",
    403: "请管理员授予所需角色",
    404: "核对地址和编号",
    405: "见 /v1/openapi.json 中的方法",
    408: "检查网络后再试",
    409: "刷新后按现状再决定",
    413: "分成几次发送",
    415: "改用说明中列出的格式",
    422: "按所指的栏目修改",
    429: "等待 Retry-After 所示的秒数后再试",
    500: "稍后再试；仍然不行时把 request_id 告诉管理员",
    503: "等待 Retry-After 所示的秒数后再试",
}


class FieldProblem(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="所在位置 / Where it stands", examples=["texts[3]"])
    detail: str = Field(description="有什么、允许什么 / What was found and what is allowed")


class ProblemBody(BaseModel):
    """A problem, as RFC 9457 has it."""

    type: str = Field(examples=["urn:keyfield:problem:too-large"])
    title: str = Field(examples=["内容过大 / Too large"])
    status: int = Field(examples=[413])
    code: str = Field(description="稳定的代码 / Stable code", examples=["too-large"])
    detail: str = Field(examples=["texts有1001条；允许1至1000条"])
    field: str = Field(description="栏目，没有则为空 / Field, or empty", examples=["texts"])
    what_to_do: str = Field(examples=["分成几次发送"])
    request_id: str = Field(examples=["6f1c2a3b4d5e6f70"])
    errors: list[FieldProblem] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What a problem says, before it becomes a response."""

    status: int
    code: str
    detail: str
    field: str = ""
    what_to_do: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def body(told: Told, request_id: str) -> bytes:
    """Return a problem as JSON."""
    zh, en = TITLES.get(told.status, TITLES[400 if told.status < 500 else 500])  # noqa: PLR2004
    value: dict[str, Any] = {
        "type": f"urn:keyfield:problem:{told.code}",
        "title": f"{zh} / {en}",
        "status": told.status,
        "code": told.code,
        "detail": told.detail,
        "field": told.field,
        "what_to_do": told.what_to_do or WHAT_TO_DO.get(told.status, ""),
        "request_id": request_id,
        "errors": [{"field": f, "detail": d} for f, d in told.fields[:MOST_FIELDS]],
    }
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def headers(told: Told, retry_after: float = 1.0) -> dict[str, str]:
    """Return the headers that go with a problem."""
    out: dict[str, str] = {}
    if told.status == 401:  # noqa: PLR2004
        out["WWW-Authenticate"] = "Bearer"
    if told.status in {429, 503}:
        out["Retry-After"] = str(max(1, round(retry_after)))
    return out


def tell(error: KeyfieldError) -> Told:
    """Return what an error of ours says to a caller."""
    status = next((s for kind, s in STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, RequestError):
        return Told(status, error.reason, error.detail, error.field, error.what_to_do)
    if status == 500:  # noqa: PLR2004
        return Told(500, "internal", "程序出错，详情在日志里")
    if isinstance(error, DataError):
        fields = tuple((p.field, f"{_row(p)}{p.message}") for p in error.problems)
        first = fields[0] if fields else ("", str(error))
        return Told(status, error.code, first[1], first[0], "", fields)
    return Told(status, error.code, str(error))


def _row(problem: errors.Problem) -> str:
    return f"第{problem.line}行：" if problem.line else ""


def field_name(location: Sequence[str | int]) -> str:
    """Return a place in a request as people write it.

    Examples
    --------
    >>> field_name(("body", "texts", 3))
    'texts[3]'
    """
    out = ""
    for part in location[1:] if len(location) > 1 else location:
        out += f"[{part}]" if isinstance(part, int) else f".{part}"
    return out.lstrip(".")


def _respond(request: Request, told: Told, extra: Mapping[str, str] | None = None) -> Response:
    request_id = request.scope.get("request_id", "")
    return Response(
        body(told, request_id),
        told.status,
        {**headers(told), **(extra or {})},
        media_type=MEDIA,
    )


def add_handlers(app: FastAPI) -> None:
    """Let every error of an app become a problem."""

    @app.exception_handler(KeyfieldError)
    def _ours(request: Request, error: KeyfieldError) -> Response:
        told = tell(error)
        if told.status == 500:  # noqa: PLR2004
            raise error
        return _respond(request, told)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        fields = tuple((field_name(e["loc"]), _said(e)) for e in found)
        unreadable = any(e["type"] == "json_invalid" for e in found)
        first = fields[0] if fields else ("", "")
        told = Told(
            400 if unreadable else 422,
            "unreadable" if unreadable else "invalid",
            f"不是JSON：{first[1]}" if unreadable else f"{first[0]}：{first[1]}",
            "" if unreadable else first[0],
            "",
            () if unreadable else fields,
        )
        return _respond(request, told)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        code = CODES.get(error.status_code, "request")
        told = Told(error.status_code, code, str(error.detail))
        return _respond(request, told, error.headers)

    @app.exception_handler(OperationalError)
    @app.exception_handler(PoolTimeoutError)
    def _database(request: Request, error: Exception) -> Response:
        request.scope["failure"] = type(error).__name__
        return _respond(request, Told(503, "database", "数据库暂时没有应答"))

    @app.exception_handler(DataProblem)
    def _unstorable(request: Request, _error: DataProblem) -> Response:
        return _respond(request, Told(422, "invalid", "有不能存储或比较的字符或数"))


def _said(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "json_invalid":
        return str(context.get("error", error["msg"]))
    return str(error["msg"])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route: those named, and those that any route may give."""
    out: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*statuses, 400, 401, 403, 408, 413, 422, 429, 503}):
        zh, en = TITLES[status]
        out[status] = {
            "description": f"{zh} / {en}",
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
    return out
