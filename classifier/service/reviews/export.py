"""Labels for training: what settled cases say, exported for good."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError
from classifier.schemes.labels import NONE
from classifier.service.reviews.model import ADJUDICATION, REVIEW
from classifier.service.reviews.queue import standing
from classifier.service.security.roles import Caller
from classifier.service.storage import audit
from classifier.service.storage.tables import Case, Export, Label, User, Verdict, now

Format = Literal["csv", "xlsx", "jsonl"]
MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}
SOME = 500
"""Cases that one question to the database names."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet would take for a formula."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label: a text, a scheme, and the notation that reviewers settled on.

    ``notation`` is ``-`` where the text belongs to no concept of the scheme; ``kind`` is
    ``primary``, or ``also`` where the claimed concept can be defended but is not the first;
    ``who`` names those whose verdict it is.
    """

    case: int
    enterprise: str
    text: str
    scheme: str
    notation: str
    kind: str
    verdict: str
    who: str
    settled_at: datetime | None
    exported: bool


def label_of(case: Case) -> tuple[str, str] | None:
    """Return notation and kind of the label that a case gives; None where it gives none."""
    if case.state != "settled":
        return None
    if case.outcome == "confirm":
        return case.claimed, "primary"
    if case.outcome in {"correct", "assign"}:
        return case.outcome_notation or NONE, "primary"
    if case.outcome == "partial":
        return case.claimed, "also"
    return (NONE, "primary") if case.outcome == "out_of_scope" else None


def labels(
    session: Session, *, scheme: str | None = None, exported: bool | None = None
) -> list[LabelRow]:
    """Return the labels that settled cases give, in the order of the cases."""
    query = select(Case).where(Case.state == "settled").order_by(Case.id)
    if scheme is not None:
        query = query.where(Case.scheme == scheme)
    if exported is not None:
        held = Case.exported_at.is_not(None) if exported else Case.exported_at.is_(None)
        query = query.where(held)
    given = [
        (case, label) for case in session.scalars(query) if (label := label_of(case)) is not None
    ]
    who = _who(session, [case.id for case, _ in given])
    return [_row(case, *label, who) for case, label in given]


def _who(session: Session, cases: Sequence[int]) -> dict[int, str]:
    """Return the names of those whose verdict holds, by case; whoever adjudicated outweighs."""
    found: dict[int, dict[str, list[str]]] = {}
    for start in range(0, len(cases), SOME):
        rows = session.execute(
            select(Verdict.case_id, Verdict.stage, User.name)
            .join(User, User.id == Verdict.user_id)
            .where(Verdict.case_id.in_(cases[start : start + SOME]), standing())
            .order_by(Verdict.id)
        )
        for case_id, stage, name in rows:
            found.setdefault(case_id, {}).setdefault(stage, []).append(name)
    return {
        case_id: "、".join(by.get(ADJUDICATION) or by.get(REVIEW, []))
        for case_id, by in found.items()
    }


def _row(case: Case, notation: str, kind: str, who: Mapping[int, str]) -> LabelRow:
    return LabelRow(
        case=case.id,
        enterprise=case.enterprise_name,
        text=case.text,
        scheme=case.scheme,
        notation=notation,
        kind=kind,
        verdict=case.outcome or "",
        who=who.get(case.id, ""),
        settled_at=case.settled_at,
        exported=case.exported_at is not None,
    )


def export_labels(session: Session, *, caller: Caller) -> tuple[Export, list[LabelRow]]:
    """Freeze the labels that were not exported yet; their verdicts cannot be undone any more.

    Raises
    ------
    ConflictError
        There is nothing new to export.
    """
    found = session.scalars(
        select(Case)
        .where(Case.state == "settled", Case.exported_at.is_(None))
        .order_by(Case.id)
        .with_for_update()
    )
    given = [(case, label) for case in found if (label := label_of(case)) is not None]
    if not given:
        raise ConflictError("没有新的标注可以导出", reason="nothing-to-export")
    at = now()
    export = Export(count=len(given), created_by=caller.user_id, created_at=at)
    session.add(export)
    session.flush()
    rows = []
    who = _who(session, [case.id for case, _ in given])
    for case, (notation, kind) in given:
        case.exported_at = at
        rows.append(_row(case, notation, kind, who))
        session.add(
            Label(
                export_id=export.id,
                case_id=case.id,
                text=case.text,
                scheme=case.scheme,
                notation=notation,
                kind=kind,
                verdict=case.outcome or "",
            )
        )
    audit.append(
        session, caller.actor, "labels.export", f"export:{export.id}", {"count": export.count}
    )
    return export, rows


def exported_labels(session: Session, export_id: int) -> list[LabelRow]:
    """Return the labels of an earlier export."""
    found = session.execute(
        select(Label, Case)
        .join(Case, Case.id == Label.case_id)
        .where(Label.export_id == export_id)
        .order_by(Label.case_id)
    )
    given = [(label, case) for label, case in found]
    who = _who(session, [case.id for _, case in given])
    return [_row(case, label.notation, label.kind, who) for label, case in given]


def write_rows(rows: Iterable[Any], kind: type, target: Format) -> bytes:
    """Return rows of a dataclass as a file; no text becomes a formula.

    Parameters
    ----------
    rows
        Instances of ``kind``, which names the columns.
    target
        ``csv`` (UTF-8 with a byte order mark, so that spreadsheets know it), ``xlsx`` or
        ``jsonl``.
    """
    names = [field.name for field in fields(kind)]
    values = [asdict(row) for row in rows]
    if target == "jsonl":
        lines = (json.dumps(v, ensure_ascii=False, default=datetime.isoformat) for v in values)
        return "".join(f"{line}\n" for line in lines).encode()
    if target == "csv":
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\r\n")
        table.writerow(names)
        table.writerows([plain_cell(v[name]) for name in names] for v in values)
        return b"\xef\xbb\xbf" + out.getvalue().encode()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("keyfield")
    sheet.append(names)
    for value in values:
        sheet.append([plain_cell(value[name]) for name in names])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plain_cell(value: Any) -> Any:
    """Return a cell that a spreadsheet shows as it is.

    Examples
    --------
    >>> plain_cell("=1+1"), plain_cell("-")
    ("'=1+1", '-')
    """
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(FORMULAS) and value != NONE:
        return f"'{value}"
    return value
