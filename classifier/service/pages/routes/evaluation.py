"""An enterprise evaluated: ladder, trace, gaps, what-if, rule sets, dates, incentives, print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from classifier.errors import ProfileError, SelectionError
from classifier.evaluator.calendar_file import icalendar
from classifier.evaluator.clauses import APPLICATIONS, LADDER, Application, TierId
from classifier.evaluator.incentives import COUNTRY, Offer
from classifier.service.api.shapes import Id
from classifier.service.enterprises import evaluating, store
from classifier.service.enterprises.evaluating import Evaluated, Subject, Terms, today
from classifier.service.pages import firms
from classifier.service.pages.forms import Form, pairs
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.security.access import Anyone, ReviewerOrLead
from classifier.service.security.roles import Caller
from classifier.service.storage.tables import now

router = page_router()
MOST_RULE_SETS = 4
FIRST: TierId = "srdi"
OUR_OWN = frozenset({"tier", "on", "application"})
"""Fields of the what-if that are no facts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tier is looked at, for which day, as what kind of application."""

    tier: TierId
    terms: Terms

    def query(self) -> str:
        """Return the same as the end of an address."""
        on = self.terms.on.isoformat()
        return f"tier={self.tier}&on={on}&application={self.terms.application}"


async def _asked(request: Request) -> Asked:
    given = request.query_params if request.method == "GET" else await request.form()
    tier = next((one for one in LADDER if one == given.get("tier")), FIRST)
    application: Application = next(
        (one for one in APPLICATIONS if one == given.get("application")), APPLICATIONS[0]
    )
    try:
        on = date.fromisoformat(str(given.get("on", "")))
    except ValueError:
        on = today()
    return Asked(tier, Terms(on=on, application=application))


Wanted = Annotated[Asked, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Firm:
    """A stored enterprise with what was found of it, and its ladder."""

    view: store.EnterpriseView
    subject: Subject
    ladder: tuple[Evaluated, ...]

    def of(self, tier: str) -> Evaluated | None:
        """Return the evaluation of a tier, None where no rules are in force."""
        return next((one for one in self.ladder if one.evaluation.tier == tier), None)


def _firm(page: PageShell, firm_id: int, terms: Terms) -> Firm:
    with page.here.store.read() as session:
        view = store.get_enterprise(session, firm_id)
    subject = store.subject_from(page.here.knowledge, view)
    return Firm(view, subject, evaluating.evaluate_ladder(page.here.knowledge, subject, terms))


def _page(
    page: PageShell, caller: Caller, template: str, firm: Firm, asked: Asked, **values: Any
) -> Response:
    found = firm.of(asked.tier)
    rungs = [firms.rung(one) for one in firm.ladder]
    known: dict[str, Any] = {
        "section": "nav.firms",
        "view": firm.view,
        "subject": firm.subject,
        "asked": asked,
        "tiers": LADDER,
        "applications": APPLICATIONS,
        "rungs": rungs,
        "picture": firms.picture(rungs, page.lang),
        "found": None if found is None else firms.told(found, page.lang),
        "why": "",
    }
    return page.render(template, caller, **{**known, **values})


@router.get("/enterprises/{firm_id}")
def show(page: Page, caller: Anyone, firm_id: Id, asked: Wanted, why: str = "") -> Response:
    """Show the ladder, the gaps of one tier, and what can be moved."""
    firm = _firm(page, firm_id, asked.terms)
    found = firm.of(asked.tier)
    gaps = found.gaps if found else ()
    return _page(
        page,
        caller,
        "firm.html",
        firm,
        asked,
        why=why if why in {"saved", "assessed"} else "",
        sliders=firms.sliders(firm.view.profile, gaps, page.lang),
        switches=firms.switches(firm.view.profile, gaps, page.lang),
    )


@router.post("/enterprises/{firm_id}/what-if")
def what_if(page: Page, caller: Anyone, firm_id: Id, asked: Wanted, form: Form) -> Response:
    """Evaluate the tiers with some facts changed; nothing is stored."""
    firm = _firm(page, firm_id, asked.terms)
    profile = firm.view.profile
    given = dict(pairs(form, without=OUR_OWN))
    changes = firms.changed(profile, given)
    wrong, after = "", firm.ladder
    try:
        subject = replace(firm.subject, profile=evaluating.with_changes(profile, changes))
        after = evaluating.evaluate_ladder(page.here.knowledge, subject, asked.terms)
    except ProfileError as error:
        wrong = "；".join(one.message for one in error.problems)
    moved = Firm(firm.view, firm.subject, after).of(asked.tier)
    return _page(
        page,
        caller,
        "what_if.html" if page.from_htmx else "what_if_page.html",
        firm,
        asked,
        changes=changes,
        wrong=wrong,
        after=[firms.rung(one) for one in after],
        left=firms.told(moved, page.lang).gaps if moved else (),
    )


@router.get("/enterprises/{firm_id}/trace")
def trace(page: Page, caller: Anyone, firm_id: Id, asked: Wanted) -> Response:
    """Show why, down to the clause."""
    return _page(page, caller, "firm_trace.html", _firm(page, firm_id, asked.terms), asked)


@router.get("/enterprises/{firm_id}/compare")
def compare(
    page: Page,
    caller: Anyone,
    firm_id: Id,
    asked: Wanted,
    rules: Annotated[list[Annotated[str, Query(max_length=100)]] | None, Query()] = None,
) -> Response:
    """Show one tier by several rule sets, side by side."""
    knowledge = page.here.knowledge
    known = evaluating.rule_sets_of(knowledge, asked.tier)
    chosen = tuple(name for name in known if name in (rules or ()))[:MOST_RULE_SETS]
    firm = _firm(page, firm_id, asked.terms)
    compared = None
    if len(known) > 1:
        names = chosen if len(chosen) > 1 else known[:2]
        compared = evaluating.compare_rules(knowledge, firm.subject, asked.tier, names, asked.terms)
        chosen = tuple(one.rule_set for one in compared.evaluations)
    return _page(
        page,
        caller,
        "firm_compare.html",
        firm,
        asked,
        known={name: knowledge.rulebook.rule_sets[name] for name in known},
        chosen=chosen,
        compared=compared,
    )


@router.get("/enterprises/{firm_id}/ahead")
def ahead(page: Page, caller: Anyone, firm_id: Id, asked: Wanted) -> Response:
    """Show the dates that lie ahead, and what is promised to each tier."""
    firm = _firm(page, firm_id, asked.terms)
    return _page(page, caller, "firm_ahead.html", firm, asked, **_promises(page, firm, asked))


def _promises(page: PageShell, firm: Firm, asked: Asked) -> dict[str, Any]:
    knowledge, profile, on = page.here.knowledge, firm.view.profile, asked.terms.on
    known = knowledge.incentives.regions
    places = (profile.county, profile.city, profile.province)
    region = next((place for place in places if place and place in known), COUNTRY)
    offers: dict[str, Offer] = {
        tier: evaluating.offers(knowledge, region, tier, on=on) for tier in LADDER
    }
    return {
        "events": evaluating.dates_ahead(knowledge, profile, on=on),
        "offers": offers,
        "note": knowledge.incentives.note,
    }


@router.get("/enterprises/{firm_id}/calendar.ics")
def calendar(page: Page, caller: Anyone, firm_id: Id, asked: Wanted) -> Response:
    """Give the dates as a calendar file."""
    del caller
    with page.here.store.read() as session:
        view = store.get_enterprise(session, firm_id)
    events = evaluating.dates_ahead(page.here.knowledge, view.profile, on=asked.terms.on)
    return Response(
        icalendar(events, view.name, asked.terms.on),
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="enterprise-{firm_id}.ics"'},
    )


@router.get("/enterprises/{firm_id}/print")
def paper(page: Page, caller: Anyone, firm_id: Id, asked: Wanted) -> Response:
    """Show an evaluation as it is printed."""
    firm = _firm(page, firm_id, asked.terms)
    values = _promises(page, firm, asked)
    return _page(page, caller, "firm_print.html", firm, asked, at=now(), **values)


@router.get("/enterprises/{firm_id}/records")
def records(page: Page, caller: Anyone, firm_id: Id, asked: Wanted) -> Response:
    """List the frozen assessments."""
    firm = _firm(page, firm_id, asked.terms)
    with page.here.store.read() as session:
        rows = store.list_assessments(session, firm_id)
    return _page(page, caller, "firm_records.html", firm, asked, rows=rows)


@router.post("/enterprises/{firm_id}/records")
def freeze(page: Page, caller: ReviewerOrLead, firm_id: Id) -> Response:
    """Evaluate all tiers that have rules today, and freeze the records."""
    terms = Terms()
    tiers = [one.evaluation.tier for one in _firm(page, firm_id, terms).ladder]
    if not tiers:
        raise SelectionError(page.say("firm.no_rules"))
    store.assess(page.here.store, page.here.knowledge, firm_id, tiers, terms, caller=caller)
    return page.go(f"/enterprises/{firm_id}/records", why="assessed")


@router.get("/assessments/{record_id}")
def record(page: Page, caller: Anyone, record_id: Id) -> Response:
    """Show a frozen assessment as it was decided."""
    with page.here.store.read() as session:
        row = store.get_assessment(session, record_id)
        view = store.get_enterprise(session, row.enterprise_id)
    found = firms.record_of(row.record)
    return page.render(
        "firm_record.html",
        caller,
        section="nav.firms",
        view=view,
        row=store.assessment_row(row),
        record=row.record,
        rung=firms.rung(found),
        found=firms.told(found, page.lang),
    )
