"""One measurement, in a process of its own: what it needs in memory goes away with it."""

from __future__ import annotations

import json
import os
import sys

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifier.errors import KeyfieldError
from classifier.home import taxonomy_dir
from classifier.schemes.labels import NONE, LabelCell
from classifier.service.drifting import store as reports
from classifier.service.knowledge import load_classifier
from classifier.service.observe import configure_logs, log
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store, open_store
from classifier.service.storage.tables import Case
from classifier.training.drift import drift, reference_of
from classifier.training.drift_report import to_json
from classifier.training.keys import text_key
from classifier.training.sheets import texts_by_key

MOST = 2000
"""Texts of late that are measured, the latest first."""

NICE = 10
"""Answers go before measurements."""


def measure(settings: Settings, store: Store, report_id: int) -> None:
    """Measure the texts that came last against what the model was trained on.

    Raises
    ------
    ArtefactError
        The model in use was changed.
    """
    _, classifier = load_classifier(settings)
    model = classifier.versions.model
    with store.read() as session:
        texts, labels = recent_texts(session), overruling(session)
        basis = reports.basis_of(session, model)
    known = texts_by_key(sorted((taxonomy_dir() / "examples").glob("*.tsv")))
    reference, held_out = reference_of(classifier, known)
    found = drift(classifier, texts, reference, held_out=held_out, labels=labels)
    with store.write() as session:
        reports.finish(
            session, report_id, basis=basis, model=model, report=json.loads(to_json(found))
        )


def recent_texts(session: Session) -> list[str]:
    """Return the texts of the cases that came last, each once."""
    latest = func.max(Case.id)
    found = select(Case.text).group_by(Case.text).order_by(latest.desc()).limit(MOST)
    return list(session.scalars(found))


def overruling(session: Session) -> dict[str, dict[str, LabelCell]]:
    """Return what reviewers settled on, by text key and scheme; what says nothing is left out."""
    found = session.execute(
        select(Case.text, Case.scheme, Case.claimed, Case.outcome, Case.outcome_notation)
        .where(Case.state == "settled")
        .order_by(Case.settled_at)
    )
    out: dict[str, dict[str, LabelCell]] = {}
    for text, scheme, claimed, outcome, notation in found:
        truth = {
            "confirm": claimed,
            "correct": notation,
            "assign": notation,
            "out_of_scope": NONE,
        }.get(outcome or "")
        if truth:
            out.setdefault(text_key(text), {})[scheme] = LabelCell(truth)
    return out


def main(report_id: str) -> int:
    """Do a measurement as a process; return 0 unless something unforeseen happened."""
    configure_logs()
    os.nice(NICE)
    settings = Settings.read()
    store = open_store(settings)
    try:
        measure(settings, store, int(report_id))
    except KeyfieldError as error:
        log.warning("drift not measured", kind=type(error).__name__, why=str(error))
    finally:
        with store.write() as session:
            reports.fail(session, int(report_id))
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
