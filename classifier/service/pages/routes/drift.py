"""Drift: the texts and verdicts of late against the model's training, measured now and then."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

from fastapi import Query, Response

from classifier.service.drifting import store as reports
from classifier.service.pages import lookups, quality
from classifier.service.pages.formatting import concept_name
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.security.access import ModelReader

router = page_router()
FIRST = "mp10"
WHOLE = ("auc", "unknown")
"""Signals of all texts; the others stand by scheme."""

BY_SCHEME = ("psi", "confidence", "review", "overruled")


@router.get("/model/drift")
def drift(
    page: Page,
    caller: ModelReader,
    scheme: Annotated[str, Query(max_length=20)] = FIRST,
    asked: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """Show the last measurement, and the fields predicted of late against those of the corpus."""
    artefact = page.here.knowledge.classifier.artefact
    chosen = scheme if scheme in artefact.heads else next(iter(artefact.heads))
    with page.here.store.read() as session:
        recent = lookups.predicted_fields(session)
        measured, pending = reports.latest(session), reports.pending(session)
    corpus = artefact.manifest["counts"]["concepts"]
    columns = {head["scheme"]: head["columns"] for head in artefact.manifest["heads"]}
    shown = quality.shift(corpus.get(chosen, {}), recent.get(chosen, {}), columns[chosen])
    chart = {
        "names": [_short(page, chosen, field) for field in shown.fields],
        "series": [
            {"name": page.say("model.corpus"), "values": shown.corpus},
            {"name": page.say("model.recent"), "values": shown.recent},
        ],
    }
    return page.render(
        "model_drift.html",
        caller,
        chosen=chosen,
        shown=shown,
        rows=list(zip(shown.fields, shown.corpus, shown.recent, strict=True)),
        chart=json.dumps(chart, ensure_ascii=False),
        measured=measured,
        signals=_signals(measured.report) if measured else {},
        whole=WHOLE,
        by_scheme=BY_SCHEME,
        heads=tuple(artefact.heads),
        pending=pending,
        asked=asked,
        works=page.here.settings.jobs,
    )


@router.post("/model/drift")
def measure(page: Page, caller: ModelReader) -> Response:
    """Ask for a measurement; it is done in the background within a minute."""
    reports.ask(page.here.store, f"{caller.user_id}-{time.time_ns()}")
    return page.go("/model/drift", asked="1")


def _signals(report: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["name"], one["scheme"] or ""): one for one in report["signals"]}


def _short(page: PageShell, scheme: str, field: str) -> str:
    notation = None if field == "-" else field
    return concept_name(page.here.knowledge, page.lang, scheme, notation)
