"""One case: what is known of it, and what a reviewer says of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Form, Query, Response

from classifier.errors import ConflictError, InvalidError
from classifier.service.api.shapes import Id
from classifier.service.pages import evidence, lookups
from classifier.service.pages.filters import QueueFilter, Wanted
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.pages.taking import take_after
from classifier.service.reviews import queue, verdicts
from classifier.service.reviews.cases import CaseView, view_case
from classifier.service.reviews.claims import parse_claim
from classifier.service.reviews.concepts import WHY, concept_view
from classifier.service.reviews.flaws import Flaw
from classifier.service.reviews.model import NAMING, Kind, kinds_for
from classifier.service.security.access import Lead, Reviewer, ReviewerOrLead
from classifier.service.security.roles import Caller
from classifier.service.storage.tables import now

router = page_router()

Reason = Annotated[str, Form(max_length=verdicts.LONGEST_REASON)]
Written = Annotated[str, Form(max_length=200)]
KEYS: dict[Kind, int] = {
    "confirm": 1,
    "correct": 2,
    "assign": 2,
    "partial": 3,
    "undecidable": 4,
    "out_of_scope": 5,
}
"""The key that chooses a verdict."""

KindAsked = Annotated[Kind, Form()]
FOUND = 6
"""Concepts that are offered for words that name none."""


@router.get("/cases/{case_id}")
def show(
    page: Page, wanted: Wanted, caller: ReviewerOrLead, case_id: Id, decided: int = 0, why: str = ""
) -> Response:
    """Show a case."""
    return _page(page, caller, case_id, wanted, decided=decided, why=why)


@router.get("/cases/{case_id}/print")
def paper(page: Page, wanted: Wanted, caller: ReviewerOrLead, case_id: Id) -> Response:
    """Show a case as it is printed."""
    return _page(page, caller, case_id, wanted, template="case_print.html", at=now())


@router.post("/cases/{case_id}/verdict")
def decide(
    page: Page,
    wanted: Wanted,
    caller: Reviewer,
    case_id: Id,
    kind: KindAsked,
    notation: Written = "",
    reason: Reason = "",
) -> Response:
    """Record a verdict and go to the next case."""
    here = page.here
    minutes = here.settings.lease_minutes
    with here.store.read() as session:
        row = queue.get_row(session, case_id, caller=caller)
    try:
        with here.store.write() as session:
            verdicts.decide(
                session,
                here.knowledge,
                case_id,
                kind,
                caller=caller,
                notation=_notation(page, row.scheme, kind, notation),
                reason=_plain(reason),
                minutes=minutes,
            )
    except InvalidError as error:
        given = {"kind": kind, "notation": notation, "reason": reason}
        return _page(page, caller, case_id, wanted, given=given, wrong=error.detail)
    here.metrics.verdicts.labels(kind).inc()
    with here.store.write() as session:
        taken = take_after(session, wanted.to_take(), row, caller=caller, minutes=minutes)
    to = "/queue" if taken is None else f"/cases/{taken}"
    return page.go(to, **wanted.values(), decided=case_id)


@router.post("/cases/{case_id}/undo")
def undo(page: Page, wanted: Wanted, caller: Reviewer, case_id: Id) -> Response:
    """Take one's verdict back, and show the case again."""
    with page.here.store.write() as session:
        verdicts.undo(session, case_id, caller=caller)
    with suppress(ConflictError), page.here.store.write() as session:  # the other may have it open
        minutes = page.here.settings.lease_minutes
        queue.take_lease(session, case_id, caller=caller, minutes=minutes)
    return page.go(f"/cases/{case_id}", **wanted.values(), why="undone")


@router.post("/cases/{case_id}/adjudication")
def adjudicate(
    page: Page,
    wanted: Wanted,
    caller: Lead,
    case_id: Id,
    kind: KindAsked,
    notation: Written = "",
    reason: Reason = "",
) -> Response:
    """Settle a disagreement."""
    here = page.here
    with here.store.read() as session:
        row = queue.get_row(session, case_id, caller=caller)
    try:
        with here.store.write() as session:
            verdicts.adjudicate(
                session,
                here.knowledge,
                case_id,
                kind,
                caller=caller,
                notation=_notation(page, row.scheme, kind, notation),
                reason=_plain(reason),
            )
    except InvalidError as error:
        given = {"kind": kind, "notation": notation, "reason": reason}
        return _page(page, caller, case_id, wanted, given=given, wrong=error.detail)
    return page.go("/disputes", settled=case_id)


@router.post("/cases/{case_id}/comments")
def comment(
    page: Page, wanted: Wanted, caller: ReviewerOrLead, case_id: Id, text: Reason
) -> Response:
    """Add a remark."""
    with page.here.store.write() as session:
        verdicts.comment(session, case_id, _plain(text), caller=caller)
    if not page.from_htmx:
        return page.go(f"/cases/{case_id}", **wanted.values())
    with page.here.store.read() as session:
        view = view_case(session, page.here.knowledge, case_id, caller=caller)
    return page.render("case_comments.html", caller, view=view, added=True)


@router.get("/concepts/{scheme_id}")
def concepts(
    page: Page,
    caller: ReviewerOrLead,
    scheme_id: str,
    notation: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show what a notation or name stands for, or the concepts whose names hold the words."""
    knowledge = page.here.knowledge
    scheme = knowledge.schemes.get(scheme_id)
    words = notation.strip()
    exact = found = None
    if scheme is not None and words:
        parsed = parse_claim(f"{scheme_id}:{words}", knowledge.schemes)
        if not isinstance(parsed, Flaw):
            exact = concept_view(knowledge, *parsed)
        else:
            found = [
                one
                for one in scheme.concepts.values()
                if words in one.label.zh or one.notation.startswith(words.upper())
            ]
    return page.render("concepts.html", caller, exact=exact, found=found, most=FOUND)


def _plain(text: str) -> str:
    """Return what a form sent, without what no database can hold."""
    return text.replace("\0", "").replace("\r\n", "\n")


def _notation(page: PageShell, scheme: str, kind: str, written: str) -> str | None:
    """Return the notation that a reviewer wrote, as a notation or as an official name."""
    words = _plain(written).strip()
    if kind not in NAMING or not words:
        return None
    found = parse_claim(f"{scheme}:{words}", page.here.knowledge.schemes)
    return words if isinstance(found, Flaw) else found[1]


def _page(
    page: PageShell,
    caller: Caller,
    case_id: int,
    wanted: QueueFilter,
    *,
    template: str = "case.html",
    given: dict[str, str] | None = None,
    wrong: str = "",
    **values: Any,
) -> Response:
    knowledge = page.here.knowledge
    with page.here.store.read() as session:
        view = view_case(session, knowledge, case_id, caller=caller)
        file = lookups.import_file(session, view.import_id)
    found = view.record["verification"]
    known = {"decided": 0, "why": "", **values}
    return page.render(
        template,
        caller,
        status=422 if wrong else 200,
        **({"path": f"/cases/{case_id}"} if wrong else {}),
        section="nav.disputes" if view.may.adjudicate else "nav.queue",
        back="/disputes" if view.may.adjudicate else f"/queue?{wanted.query()}",
        view=view,
        row=view.row,
        file=file,
        found=found,
        domain=view.record["domains"][view.row.scheme],
        compared=_compared(view),
        pieces=evidence.pieces(view.row.text, found),
        weights=evidence.weights(found),
        scheme=knowledge.schemes[view.row.scheme],
        kinds=kinds_for(view.row.claimed),
        keys=KEYS,
        naming=NAMING,
        why_near={key: pair[0 if page.lang == "zh" else 1] for key, pair in WHY.items()},
        leased=view.may.decide and view.row.lease_by == caller.name,
        minutes=round(page.here.settings.lease_minutes),
        given=given or {"kind": "", "notation": "", "reason": ""},
        wrong=wrong,
        wanted=wanted,
        **known,
    )


def _compared(view: CaseView) -> list[dict[str, Any]]:
    """Return the claimed field and the predicted ones with their probabilities."""
    labels = view.record["domains"][view.row.scheme]["labels"]
    first = view.row.predicted
    out = [
        {
            "notation": label["notation"],
            "probability": label["probability"],
            "claimed": label["notation"] == view.row.claimed,
            "first": label["notation"] == first,
        }
        for label in labels
    ]
    if view.row.claimed and not any(one["claimed"] for one in out):
        out.append(
            {
                "notation": view.row.claimed,
                "probability": view.row.probability,
                "claimed": True,
                "first": False,
            }
        )
    return sorted(out, key=lambda one: not one["claimed"])
