"""Importing files of claims or of texts without one; what each import refused is kept."""

from __future__ import annotations

import csv
import io
from typing import Annotated

from fastapi import File, Form, Query, Response, UploadFile

from classifier.errors import FormatError, InputError, InvalidError
from classifier.service.api.shapes import Id
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.reviews import imports, queue
from classifier.service.reviews.claims import COLUMNS, REQUIRED
from classifier.service.reviews.export import plain_cell
from classifier.service.reviews.flaws import as_refused
from classifier.service.reviews.imports import KeptProblem, KindOfFile
from classifier.service.reviews.intake import take_file
from classifier.service.security.access import Lead
from classifier.service.security.roles import Caller
from classifier.service.uploads import ENDINGS

router = page_router()
SHOWN = 200
"""Refused rows that are listed."""

PAST = 50
"""Imports of a page of the list."""


@router.get("/imports")
def show(
    page: Page, caller: Lead, at: Annotated[int, Query(alias="page", ge=1, le=10**6)] = 1
) -> Response:
    """Show the form, what a file must hold, and earlier imports."""
    return _page(page, caller, at=at)


@router.get("/imports/template.csv")
def template(caller: Lead) -> Response:
    """Give an empty file with the columns that are read."""
    del caller
    out = io.StringIO()
    csv.writer(out).writerow(names[1] for names in COLUMNS.values())
    return _csv(out.getvalue(), "claims.csv")


@router.get("/imports/{import_id}")
def one(page: Page, caller: Lead, import_id: Id) -> Response:
    """Show what an import brought in, and every row that it refused."""
    with page.here.store.read() as session:
        found = imports.get_import(session, import_id)
        problems = imports.problems_of(session, import_id)
    return page.render(
        "import.html",
        caller,
        found=found,
        problems=problems,
        shown=SHOWN,
        columns=COLUMNS,
        section="nav.imports",
    )


@router.get("/imports/{import_id}/problems.csv")
def problems_file(page: Page, caller: Lead, import_id: Id) -> Response:
    """Give what an import refused as a file, in the reader's language."""
    del caller
    with page.here.store.read() as session:
        found = imports.get_import(session, import_id)
        problems = imports.problems_of(session, import_id)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["file", "row", "field", "found", "allowed", "detail", "what_to_do"])
    for p in problems:
        said, mend = p.flaw.say(page.lang), p.flaw.mend(page.lang)
        cells = [found.file, p.row, p.field, p.flaw.found, p.flaw.allowed, said, mend]
        table.writerow([plain_cell(cell) for cell in cells])
    return _csv(out.getvalue(), f"problems-{import_id}.csv")


@router.post("/imports")
def take(
    page: Page,
    caller: Lead,
    file: Annotated[UploadFile, File()],
    kind: Annotated[KindOfFile, Form()] = "claims",
) -> Response:
    """Import a file; say what came in, and list what did not."""
    here, name = page.here, file.filename or ""
    try:
        given = (here.store, here.knowledge, here.settings, file.file, name)
        done = take_file(*given, by=caller, kind=kind)
    except InputError as error:
        found = [as_refused(problem) for problem in error.problems]
        kept = [KeptProblem(one.line, one.field, one.flaw) for one in found]
        return _page(page, caller, file=name, problems=kept, kind=kind)
    except (FormatError, InvalidError) as error:
        return _page(page, caller, file=name, wrong=page.told(error.detail), kind=kind)
    rows = [as_refused(problem) for problem in done.problems]
    kept = [KeptProblem(one.line, one.field, one.flaw) for one in rows]
    return _page(page, caller, file=name, done=done, problems=kept, kind=kind)


def _page(
    page: PageShell,
    caller: Caller,
    *,
    at: int = 1,
    file: str = "",
    done: queue.Imported | None = None,
    problems: list[KeptProblem] | None = None,
    wrong: str = "",
    kind: KindOfFile = "claims",
) -> Response:
    with page.here.store.read() as session:
        past, total = imports.imports(session, page=at, size=PAST)
    return page.render(
        "imports.html",
        caller,
        status=422 if file and done is None else 200,
        file=file,
        done=done,
        problems=problems or [],
        wrong=wrong,
        kind=kind,
        shown=SHOWN,
        past=past,
        listed={"page": at, "size": PAST, "total": total},
        columns=COLUMNS,
        required=REQUIRED,
        endings=ENDINGS,
        settings=page.here.settings,
    )


def _csv(content: str, name: str) -> Response:
    return Response(
        b"\xef\xbb\xbf" + content.encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
