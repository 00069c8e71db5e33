"""The OpenAPI document, served as ``/v1/openapi.json``; no page of it loads anything from afar."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from classifier.service.problems import ProblemBody
from classifier.service.security.access import OPEN

DESCRIPTION = """\
产品描述的重点领域判定、申报领域核对、主导产品所属领域指标、梯度培育评价和人工复核。

Classifies Chinese product descriptions onto the official key fields, verifies claims,
scores the domain indicator, evaluates enterprises tier by tier, and keeps reviews.

**谁可以调用 / Who may call:** `Authorization: Bearer kf_…`，或登录后的会话（写操作另带
`X-CSRF-Token`）。A key, or a session whose writes carry its CSRF token.

**版本 / Versions:** 每个回答在 `versions` 和 `Keyfield-Model`、`Keyfield-Taxonomy`、
`Keyfield-Rules` 头里带有版本。 Every answer names the versions that gave it.

**错误 / Errors:** `application/problem+json`，`code` 稳定。 With stable codes.
"""

TAGS = [
    {"name": "answers", "description": "判定、核对、评价 / Classify, verify, evaluate"},
    {"name": "reference", "description": "分类、规则、奖励、模型 / Schemes, rules, model"},
    {"name": "jobs", "description": "整个文件的判定 / Files in the background"},
    {"name": "reviews", "description": "人工复核 / Reviews"},
    {"name": "enterprises", "description": "企业档案 / Stored enterprises"},
    {"name": "session", "description": "登录 / Sessions"},
    {"name": "admin", "description": "用户、密钥、审计 / Users, keys, audit"},
    {"name": "health", "description": "运行状况 / Health"},
]

router = APIRouter(tags=["health"])


@router.get(
    "/v1/openapi.json",
    dependencies=[OPEN],
    include_in_schema=False,
    response_class=JSONResponse,
)
async def document(request: Request) -> Response:
    """接口说明。 This document."""
    return JSONResponse(request.app.openapi())


def describe(app: FastAPI) -> None:
    """Let an app serve its description."""
    app.include_router(router)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=DESCRIPTION,
                routes=app.routes,
                tags=TAGS,
            )
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            own = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(own.pop("$defs", {}))
            schemas["ProblemBody"] = own
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
