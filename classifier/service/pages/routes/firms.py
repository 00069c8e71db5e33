"""Enterprises: the list, and the form of a profile, checked as one types."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response
from starlette.datastructures import FormData

from classifier.errors import ConflictError, InvalidError, MissingError, ProfileError
from classifier.evaluator.profile import Profile
from classifier.service.api.shapes import Id
from classifier.service.enterprises import store
from classifier.service.enterprises.evaluating import today
from classifier.service.pages import profile_form
from classifier.service.pages.forms import Form, pairs
from classifier.service.pages.profile_reading import FieldProblem, Filled, read_form
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.security.access import Anyone, ReviewerOrLead
from classifier.service.security.roles import Caller

router = page_router()
SIZE = 50
OUR_OWN = frozenset({"revision"})
"""Fields of the form that are no part of the profile."""

MOST_ITEMS = 999
"""Items that a list may have in the form."""


def _filled(form: FormData) -> Filled:
    return read_form(pairs(form, without=OUR_OWN))


@router.get("/enterprises")
def show(
    page: Page,
    caller: Anyone,
    words: Annotated[str, Query(max_length=200)] = "",
    at: int = Query(1, alias="page", ge=1, le=1_000_000),
) -> Response:
    """List the enterprises with their latest decisions."""
    with page.here.store.read() as session:
        found = store.list_enterprises(
            session, words=words.replace("\0", "").strip(), page=at, size=SIZE
        )
    return page.render("firms.html", caller, found=found, words=words)


@router.get("/enterprises/new")
def new(page: Page, caller: ReviewerOrLead) -> Response:
    """Show an empty form."""
    return _page(page, caller, Filled({}, {}))


@router.post("/enterprises/new")
def add(page: Page, caller: ReviewerOrLead, form: Form) -> Response:
    """Store a new enterprise, or show what is wrong."""
    given = _filled(form)
    try:
        with page.here.store.write() as session:
            row = store.add_enterprise(session, given.data, caller=caller)
            firm = row.id
    except (ProfileError, InvalidError, ConflictError) as error:
        return _page(page, caller, given, problems=_problems(given, error))
    return page.go(f"/enterprises/{firm}", why="saved")


@router.post("/enterprises/check")
def check(page: Page, caller: ReviewerOrLead, form: Form) -> Response:
    """Say what is wrong with a profile so far."""
    return page.render("profile_check.html", caller, problems=_filled(form).problems())


@router.get("/enterprises/item")
def item(
    page: Page,
    caller: ReviewerOrLead,
    name: Annotated[str, Query(max_length=100)],
    at: Annotated[int, Query(ge=0, le=MOST_ITEMS)],
) -> Response:
    """Give the fields of a new item of a list."""
    try:
        entries = profile_form.blank_item(name, at)
    except KeyError:
        raise MissingError(f"没有列表{name!r}") from None
    *above, last = name.split(".")
    info = Profile.model_fields.get(last)
    title = info.title if info is not None and not above else name
    return page.render("profile_item.html", caller, entries=entries, at=at, title=title)


@router.get("/enterprises/{firm_id}/profile")
def edit(page: Page, caller: ReviewerOrLead, firm_id: Id) -> Response:
    """Show a profile's form."""
    with page.here.store.read() as session:
        view = store.get_enterprise(session, firm_id)
    return _page(page, caller, Filled(view.profile.to_json(), {}), view=view)


@router.post("/enterprises/{firm_id}/profile")
def change(page: Page, caller: ReviewerOrLead, firm_id: Id, form: Form) -> Response:
    """Store a changed profile, or show what is wrong."""
    given = _filled(form)
    said = str(form.get("revision", ""))
    revision = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0  # noqa: PLR2004
    try:
        with page.here.store.write() as session:
            store.change_enterprise(session, firm_id, given.data, revision=revision, caller=caller)
    except (ProfileError, InvalidError, ConflictError) as error:
        with page.here.store.read() as session:
            view = store.get_enterprise(session, firm_id)
        return _page(page, caller, given, view=view, problems=_problems(given, error))
    return page.go(f"/enterprises/{firm_id}", why="saved")


def _problems(
    given: Filled, error: ProfileError | InvalidError | ConflictError
) -> tuple[FieldProblem, ...]:
    if isinstance(error, ProfileError):
        return given.problems()
    return (FieldProblem(error.field, error.detail),)


def _page(
    page: PageShell,
    caller: Caller,
    given: Filled,
    *,
    view: store.EnterpriseView | None = None,
    problems: tuple[FieldProblem, ...] = (),
) -> Response:
    path = f"/enterprises/{view.id}/profile" if view else "/enterprises/new"
    values: dict[str, Any] = {
        "sections": profile_form.sections(given.data, page.here.knowledge.rulebook, today()),
        "problems": _renamed(given, problems),
        "view": view,
        "path": path,
    }
    return page.render("profile.html", caller, status=422 if problems else 200, **values)


def _renamed(given: Filled, problems: tuple[FieldProblem, ...]) -> tuple[FieldProblem, ...]:
    """Return problems by the names of the form as it is shown again, without gaps in lists."""
    if not problems or not given.places:
        return problems
    again = Filled(given.data, {})
    found = again.problems()
    return found or problems
