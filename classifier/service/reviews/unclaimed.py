"""Texts without a claim into the queue: what a reviewer is asked is where they belong.

A text becomes a case in each scheme of which the model is not sure; where it is sure of all,
in the one of which it is least sure. The prediction is frozen as for a claim, and never counts
as a review.
"""

from __future__ import annotations

from collections.abc import Sequence

from classifier.domains.answer import Answer
from classifier.errors import Problem
from classifier.service.knowledge import Knowledge
from classifier.service.reviews import queue
from classifier.service.reviews.claims import Claim
from classifier.service.reviews.model import NO_CLAIM
from classifier.service.security.roles import Caller
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store


def import_unclaimed(
    store: Store,
    knowledge: Knowledge,
    settings: Settings,
    texts: Sequence[Claim],
    *,
    schemes: Sequence[str] = (),
    by: Caller,
    file: str,
    digest: str,
    problems: Sequence[Problem] = (),
) -> queue.Imported:
    """Put texts into the queue.

    Parameters
    ----------
    store, knowledge, settings, by, file, digest, problems
        As ``queue.import_claims``.
    texts
        Rows without a claim: scheme and notation are empty.
    schemes
        Schemes that are asked of every text; by default those of which the model is unsure.
    """
    answers = knowledge.classifier.classify([one.text for one in texts])
    asked = [
        Claim(one.row, one.enterprise, one.text, scheme, NO_CLAIM, one.stake)
        for one, answer in zip(texts, answers, strict=True)
        for scheme in (schemes or unsure(answer))
    ]
    return queue.import_claims(
        store,
        knowledge,
        settings,
        asked,
        by=by,
        file=file,
        digest=digest,
        problems=problems,
        kind="texts",
    )


def unsure(answer: Answer) -> list[str]:
    """Return the schemes of which a model is not sure; at least the one of which it is least."""
    found = answer.domains
    open_ = [scheme for scheme, one in found.items() if one.decision == "review"]
    return open_ or [min(found, key=lambda scheme: found[scheme].probability)]
