"""Static files of the pages: their addresses change with their content, so they may be kept."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

MOUNT = "/static"
FOLDER = Path(__file__).parent / "static"
LASTING = "public, max-age=31536000, immutable"


@cache
def address(name: str) -> str:
    """Return the address of a static file, with a part that changes with its content."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]
    return f"{MOUNT}/{name}?v={digest}"


class LastingFiles(StaticFiles):
    """Static files; those asked for by a versioned address may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        lasting = response.status_code == 200 and scope["query_string"].startswith(b"v=")  # noqa: PLR2004
        response.headers["Cache-Control"] = LASTING if lasting else "no-cache"
        return response
