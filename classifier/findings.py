"""The classifier's answer as the evaluator takes it: where the two meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.evaluator.domain import SchemeFinding

if TYPE_CHECKING:
    from classifier.domains.answer import Answer, Finding


def findings(answer: Answer) -> dict[str, SchemeFinding]:
    """Return the classifier's answer as the evaluator takes it."""
    return {scheme: scheme_finding(found) for scheme, found in answer.domains.items()}


def scheme_finding(found: Finding) -> SchemeFinding:
    """Return one finding; an unsure one with all notations of its short list."""
    if found.decision == "accept":
        return SchemeFinding(found.primary, sure=True)
    return SchemeFinding(found.primary, sure=False, candidates=found.short_list)
