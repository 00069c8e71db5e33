"""The classifier's answer as the evaluator takes it: where the two meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifier.domains.answer import Answer, Finding
    from classifier.evaluator.domain import SchemeFinding

LEFT_OUT = 0.05
"""Probability that the candidates of an unsure finding may leave out, at most."""


def findings(answer: Answer) -> dict[str, SchemeFinding]:
    """Return the classifier's answer as the evaluator takes it."""
    return {scheme: scheme_finding(found) for scheme, found in answer.domains.items()}


def scheme_finding(found: Finding) -> SchemeFinding:
    """Return one finding; an unsure one with all notations that may be true.

    The candidates are the likeliest labels that hold the truth with at least
    1 − ``LEFT_OUT``; where the labels listed do not reach that, "none" is one of them.
    """
    from classifier.evaluator.domain import SchemeFinding  # noqa: PLC0415  (a cold start pays)

    if found.decision == "accept":
        return SchemeFinding(found.primary, sure=True)
    candidates: list[str | None] = []
    covered = 0.0
    for label in sorted(found.labels, key=lambda s: -s.probability):
        if covered >= 1 - LEFT_OUT:
            break
        candidates.append(label.notation)
        covered += label.probability
    if covered < 1 - LEFT_OUT and None not in candidates:
        candidates.append(None)
    return SchemeFinding(found.primary, sure=False, candidates=tuple(candidates))
