"""Importing files of claims, with the rows that were refused."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import File, Response, UploadFile

from classifier.errors import FormatError, InputError, InvalidError, Problem
from classifier.service.pages import lookups
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.reviews import queue
from classifier.service.reviews.claims import COLUMNS, REQUIRED, read_claims
from classifier.service.security.access import Lead
from classifier.service.security.roles import Caller
from classifier.service.uploads import ENDINGS, take_in

router = page_router()
SHOWN = 200
"""Refused rows that are listed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an upload; ``done`` is None if the whole file was refused."""

    file: str
    done: queue.Imported | None
    problems: tuple[Problem, ...]


@router.get("/imports")
def show(page: Page, caller: Lead) -> Response:
    """Show the form, what a file must hold, and earlier imports."""
    return _page(page, caller, None)


@router.get("/imports/template.csv")
def template(caller: Lead) -> Response:
    """Give an empty file with the columns that are read."""
    del caller
    out = io.StringIO()
    csv.writer(out).writerow(names[1] for names in COLUMNS.values())
    return Response(
        b"\xef\xbb\xbf" + out.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="claims.csv"'},
    )


@router.post("/imports")
def take(page: Page, caller: Lead, file: Annotated[UploadFile, File()]) -> Response:
    """Import a file; say what came in, and list what did not."""
    here = page.here
    name = file.filename or ""
    try:
        with tempfile.TemporaryDirectory(prefix="keyfield-") as folder:
            upload = take_in(
                file.file, name, Path(folder) / "claims", most=here.settings.upload_bytes
            )
            read = read_claims(
                upload.path,
                here.knowledge.schemes,
                rows=here.settings.rows,
                characters=here.settings.characters,
            )
        done = queue.import_claims(
            here.store,
            here.knowledge,
            here.settings,
            read.claims,
            by=caller,
            file=upload.name,
            digest=upload.digest,
            problems=read.problems,
        )
    except InputError as error:
        return _page(page, caller, Outcome(name, None, error.problems))
    except (FormatError, InvalidError) as error:
        problem = Problem(name, 0, "", error.detail)
        return _page(page, caller, Outcome(name, None, (problem,)))
    return _page(page, caller, Outcome(name, done, done.problems))


def _page(page: PageShell, caller: Caller, outcome: Outcome | None) -> Response:
    with page.here.store.read() as session:
        past = lookups.imports(session)
    refused = outcome is not None and outcome.done is None
    return page.render(
        "imports.html",
        caller,
        status=422 if refused else 200,
        outcome=outcome,
        shown=SHOWN,
        past=past,
        columns=COLUMNS,
        required=REQUIRED,
        endings=ENDINGS,
        settings=page.here.settings,
        schemes=page.here.knowledge.schemes,
    )
