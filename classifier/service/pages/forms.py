"""A form with whatever fields it has, for pages that cannot name them all beforehand."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from classifier.service.security.csrf import FIELD

MOST_FIELDS = 20_000


async def _form(request: Request) -> FormData:
    return await request.form(max_fields=MOST_FIELDS)


Form = Annotated[FormData, Depends(_form)]


def pairs(form: FormData, *, without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Return the text fields of a form, without the token and what else is named."""
    return [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name != FIELD and name not in without
    ]
