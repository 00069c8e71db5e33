"""The model: figures, calibration and automation, confusion, and its card."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Query, Response

from classifier.domains.artefact import Artefact
from classifier.service.pages import lookups, markdown, quality
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.security.access import ModelReader
from classifier.training.record import HELD_OUT, HeldRow, read_record

router = page_router()

FEW = 50
"""Cases below which a figure is called rough."""

WEAK, LEAST = 10, 8
"""Fields found least that are listed, and texts that one must have."""

FIRST = "mp10"
SOURCES = ("heldout", "reviews")

SchemeAsked = Annotated[str, Query(max_length=20)]


@router.get("/model")
def figures(page: Page, caller: ModelReader) -> Response:
    """Show the held-out figures by scheme."""
    manifest = _artefact(page).manifest
    weak = sorted(
        (found, texts, scheme, notation)
        for scheme, concepts in manifest["recall_by_concept"].items()
        for notation, (texts, found) in concepts.items()
        if texts >= LEAST
    )[:WEAK]
    return page.render(
        "model.html",
        caller,
        manifest=manifest,
        heads={head["scheme"]: head for head in manifest["heads"]},
        kinds=sorted(manifest["counts"]["kinds"]),
        weak=weak,
    )


@router.get("/model/quality")
def fit(
    page: Page,
    caller: ModelReader,
    scheme: SchemeAsked = FIRST,
    source: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show calibration, automation against accuracy, and confusion, of one scheme."""
    artefact = _artefact(page)
    chosen = scheme if scheme in artefact.heads else FIRST
    held = _held_out(artefact)
    sources = SOURCES if held else SOURCES[1:]
    of = source if source in sources else sources[-1]
    with page.here.store.read() as session:
        cases = lookups.decided_cases(session)
    reviewed = quality.from_reviews(cases, chosen)
    answers = quality.from_training(held, chosen) if of == SOURCES[0] else reviewed
    bins, curve = quality.calibration(answers), quality.automation(answers)
    head = next(one for one in artefact.manifest["heads"] if one["scheme"] == chosen)
    metrics = artefact.manifest["metrics"][chosen]
    words = {
        name: page.say(f"model.{name}") for name in ("ideal", "taken", "right", "bin_probability")
    } | {"bin_right": page.say("model.bin_right"), "slider": page.say("model.slider")}
    charts = {
        "calibration": {"bins": [asdict(one) for one in bins], "words": words},
        "automation": {
            "curve": [[one.threshold, one.taken, one.right] for one in curve],
            "point": [head["threshold"], metrics["auto"], metrics["auto_ok"]],
            "point_name": page.say("model.point_name"),
            "words": words,
        },
    }
    return page.render(
        "model_quality.html",
        caller,
        chosen=chosen,
        of=of,
        sources=sources,
        answers=len(answers),
        few=FEW,
        bins=bins,
        curve=curve,
        error=quality.calibration_error(bins),
        confusion=quality.confusion(reviewed) if reviewed else None,
        head=head,
        metrics=metrics,
        charts={name: json.dumps(one, ensure_ascii=False) for name, one in charts.items()},
    )


@router.get("/model/card")
def card(page: Page, caller: ModelReader) -> Response:
    """Show the card, and the versions of everything that decides."""
    artefact = _artefact(page)
    path = artefact.folder / "MODEL_CARD.md"
    said = path.read_text(encoding="utf-8") if path.is_file() else ""
    return page.render(
        "model_card.html",
        caller,
        manifest=artefact.manifest,
        rule_sets=page.here.knowledge.rulebook.rule_sets,
        provinces=page.here.knowledge.rulebook.provinces,
        card=markdown.to_html(said),
    )


def _artefact(page: PageShell) -> Artefact:
    return page.here.knowledge.classifier.artefact


def _held_out(artefact: Artefact) -> tuple[HeldRow, ...]:
    if HELD_OUT not in artefact.manifest.get("records", {}):
        return ()
    return _record(artefact.folder, artefact.manifest["records"][HELD_OUT])


@lru_cache(maxsize=1)
def _record(folder: Path, digest: str) -> tuple[HeldRow, ...]:
    rows = read_record(folder, {"records": {HELD_OUT: digest}})
    return tuple(rows or ())
