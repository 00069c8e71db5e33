"""The queue, and taking the next case from it."""

from __future__ import annotations

from typing import Any

from fastapi import Query, Response

from classifier.service.api.shapes import Id
from classifier.service.pages.filters import DECISIONS, WHOSE, QueueFilter, Wanted
from classifier.service.pages.formatting import short_scheme
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.pages.taking import take_after
from classifier.service.reviews import imports, queue
from classifier.service.reviews.model import STAKES, STATES
from classifier.service.security.access import Reviewer, ReviewerOrLead

router = page_router()
SIZE = 50


@router.get("/queue")
def show(
    page: Page,
    wanted: Wanted,
    caller: ReviewerOrLead,
    at: int = Query(1, alias="page", ge=1, le=1_000_000),
    decided: int = 0,
    why: str = "",
) -> Response:
    """Show the cases that fit, the most valuable first, and how far the work is."""
    with page.here.store.read() as session:
        found = queue.list_cases(session, wanted.wanted(), caller=caller, page=at, size=SIZE)
        progress = queue.progress(session, caller=caller)
        sources, _ = imports.imports(session)
    return page.render(
        "queue.html",
        caller,
        found=found,
        progress=progress,
        sources=sources,
        wanted=wanted,
        options=_options(page, wanted, sources),
        decided=decided,
        why=why,
    )


def _options(
    page: PageShell, wanted: QueueFilter, sources: list[imports.ImportRow]
) -> dict[str, list[tuple[Any, str]]]:
    """Return what the filters offer, as values and words."""
    schemes, lang = page.here.knowledge.schemes, page.lang
    side = 0 if lang == "zh" else 1
    concepts = schemes[wanted.scheme].concepts.values() if wanted.scheme else ()
    return {
        "scheme": [(one.id, short_scheme(one)) for one in schemes.values()],
        "claimed": [(one.notation, f"{one.notation} {one.label.zh}") for one in concepts],
        "decision": [(key, page.say(f"verdict.{key}")) for key in DECISIONS],
        "state": [(key, words[side]) for key, words in STATES.items()],
        "source": [(one.id, f"{one.id} · {one.file}") for one in sources],
        "stake": [(key, words[side]) for key, words in STAKES.items()],
        "whose": [(key, page.say(f"queue.whose.{key}")) for key in WHOSE],
    }


@router.post("/queue/next")
def take(page: Page, wanted: Wanted, caller: Reviewer) -> Response:
    """Lease the most valuable free case and go to it."""
    with page.here.store.write() as session:
        row = queue.next_case(
            session, wanted.to_take(), caller=caller, minutes=page.here.settings.lease_minutes
        )
    if row is None:
        return page.go("/queue", **wanted.values(), why="nothing_left")
    return page.go(f"/cases/{row.id}", **wanted.values())


@router.post("/cases/{case_id}/take")
def take_one(page: Page, wanted: Wanted, caller: Reviewer, case_id: Id) -> Response:
    """Lease one case and go to it."""
    with page.here.store.write() as session:
        minutes = page.here.settings.lease_minutes
        queue.take_lease(session, case_id, caller=caller, minutes=minutes)
    return page.go(f"/cases/{case_id}", **wanted.values())


@router.post("/cases/{case_id}/skip")
def skip(page: Page, wanted: Wanted, caller: Reviewer, case_id: Id) -> Response:
    """Give a case back and go on with the next below it."""
    minutes = page.here.settings.lease_minutes
    with page.here.store.write() as session:
        row = queue.get_row(session, case_id, caller=caller)
        queue.release(session, case_id, caller=caller)
        taken = take_after(session, wanted.to_take(), row, caller=caller, minutes=minutes)
    if taken is None:
        return page.go("/queue", **wanted.values(), why="nothing_left")
    return page.go(f"/cases/{taken}", **wanted.values())


@router.post("/cases/{case_id}/lease")
def renew(page: Page, caller: Reviewer, case_id: Id) -> Response:
    """Renew a lease; the answer is the line that says until when it lasts."""
    minutes = page.here.settings.lease_minutes
    with page.here.store.write() as session:
        until = queue.take_lease(session, case_id, caller=caller, minutes=minutes)
    return page.render("case_lease.html", caller, until=until)
