"""Files of claims, or of texts without a claim, into the queue; what is refused is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from classifier.errors import FormatError, InputError, InvalidError, Problem
from classifier.service.knowledge import Knowledge
from classifier.service.reviews import imports, queue
from classifier.service.reviews.claims import read_claims
from classifier.service.reviews.flaws import as_refused, refused
from classifier.service.reviews.imports import KindOfFile, storable
from classifier.service.reviews.unclaimed import import_unclaimed
from classifier.service.security.roles import Caller
from classifier.service.settings import Settings
from classifier.service.storage import audit
from classifier.service.storage.engine import Store
from classifier.service.uploads import take_in


def take_file(
    store: Store,
    knowledge: Knowledge,
    settings: Settings,
    stream: BinaryIO,
    name: str | None,
    *,
    by: Caller,
    kind: KindOfFile = "claims",
) -> queue.Imported:
    """Take an uploaded file into the queue.

    Parameters
    ----------
    store, knowledge, settings
        Of the service.
    stream, name
        The file as it was sent.
    by
        Who sent it.
    kind
        ``claims``, or ``texts`` that nobody claimed anything for, such as ``keyfield suggest``
        writes.

    Raises
    ------
    InputError, FormatError, InvalidError
        The whole file is refused; that is kept, too.
    """
    called, digest = storable(name or "?")[:200], ""
    try:
        with tempfile.TemporaryDirectory(prefix="keyfield-") as folder:
            upload = take_in(stream, name, Path(folder) / "claims", most=settings.upload_bytes)
            called, digest = storable(upload.name), upload.digest
            read = read_claims(
                upload.path,
                knowledge.schemes,
                rows=settings.rows,
                characters=settings.characters,
                claimed=kind == "claims",
            )
    except InputError as error:
        found = [as_refused(replace(one, file=called)) for one in error.problems]
        _refuse(store, by, called, digest, kind, found)
        raise InputError(list(found)) from None
    except (FormatError, InvalidError) as error:
        flaw = refused(called, 0, "file", "file", error.detail)
        _refuse(store, by, called, digest, kind, [flaw])
        raise
    put = queue.import_claims if kind == "claims" else import_unclaimed
    return put(
        store,
        knowledge,
        settings,
        read.claims,
        by=by,
        file=called,
        digest=digest,
        problems=read.problems,
    )


def _refuse(
    store: Store,
    by: Caller,
    file: str,
    digest: str,
    kind: KindOfFile,
    problems: Sequence[Problem],
) -> None:
    with store.write() as session:
        row = imports.record(
            session,
            by=by,
            file=file,
            digest=digest,
            kind=kind,
            state="refused",
            problems=problems,
        )
        audit.append(session, by.actor, "claims.refuse", f"import:{row.id}", {"kind": kind})
