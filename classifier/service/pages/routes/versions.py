"""The versions of the registry: which one is used, since when and why, two side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from classifier.service.pages.shell import Page, page_router
from classifier.service.security.access import ModelReader
from classifier.service.versions import MEASURES, Registry, Version, beside, read_registry

router = page_router()
SHOWN = 50
"""Changes that are listed."""

Ref = Annotated[str, Query(max_length=100)]


@router.get("/model/versions")
def show(page: Page, caller: ModelReader, first: Ref = "", second: Ref = "") -> Response:
    """Show all versions with their figures, the changes, and two versions side by side."""
    models = page.here.following.models
    registry = None if models is None else read_registry(models)
    pair = None if registry is None else _pair(registry, first, second)
    pointer = page.here.knowledge.pointer
    return page.render(
        "model_versions.html",
        caller,
        registry=registry,
        serving=pointer.current.ref if pointer else "",
        pair=pair,
        table=None if pair is None else beside(*pair),
        columns=() if registry is None else _columns(registry),
        measures=MEASURES,
        shown=SHOWN,
    )


def _pair(registry: Registry, first: str, second: str) -> tuple[Version, Version] | None:
    """Return the two that were asked for; else the one in use and the newest of the others."""
    whole = [one for one in registry.versions if not one.fault]
    chosen = registry.version(first) or registry.version(registry.current)
    if chosen is None or chosen.fault:
        return None
    others = [one for one in whole if one.ref != chosen.ref]
    other = registry.version(second) or (others[-1] if others else None)
    return None if other is None or other.fault else (chosen, other)


def _columns(registry: Registry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in registry.versions for name in one.metrics))
