"""Double review: disagreements for a lead to settle, and how far reviewers agree."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fastapi import Query, Response

from classifier.service.pages.formatting import short_scheme
from classifier.service.pages.shell import Page, page_router
from classifier.service.reviews import agreement, queue, verdicts
from classifier.service.reviews.model import REVIEW, CaseRow
from classifier.service.security.access import LabelReader, Lead

router = page_router()
SIZE = 50
FEW = 30
"""Cases below which a coefficient is called unstable."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A case with the verdicts that differ; ``own`` where the reader gave one of them."""

    row: CaseRow
    verdicts: tuple[verdicts.VerdictView, ...]
    own: bool


@router.get("/disputes")
def disputes(
    page: Page,
    caller: Lead,
    at: int = Query(1, alias="page", ge=1, le=1_000_000),
    settled: int = 0,
) -> Response:
    """List the cases on which two reviewers differ, side by side."""
    with page.here.store.read() as session:
        wanted = queue.CaseFilter(state="disputed")
        found = queue.list_cases(session, wanted, caller=caller, page=at, size=SIZE)
        items = []
        for row in found.items:
            given = verdicts.verdicts_of(session, row.id)
            standing = tuple(v for v in given if v.stage == REVIEW and not v.undone)
            items.append(Dispute(row, standing, any(v.user == caller.user_id for v in given)))
    return page.render("disputes.html", caller, found=found, items=items, settled=settled)


@router.get("/agreement")
def show(page: Page, caller: LabelReader) -> Response:
    """Show kappa and alpha by scheme and by reviewer."""
    with page.here.store.read() as session:
        report = agreement.agreement(session)
    schemes = page.here.knowledge.schemes
    chart = {
        "names": [short_scheme(schemes[one.scheme]) for one in report.schemes],
        "series": [
            {"name": "κ", "values": [one.kappa for one in report.schemes]},
            {"name": "α", "values": [one.alpha for one in report.schemes]},
        ],
        "min": min(
            [0.0, *(v for o in report.schemes for v in (o.kappa, o.alpha) if v is not None)]
        ),
        "max": 1,
    }
    return page.render(
        "agreement.html",
        caller,
        report=report,
        chart=json.dumps(chart, ensure_ascii=False),
        few=FEW,
    )
