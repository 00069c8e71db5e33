"""Verifies a claimed concept: verdict, evidence on both sides, named reasons, scope note.

A verdict is taken on two probabilities of the claimed concept: that it is the first label
(``supported``, from a threshold on that is fitted on held-out groups), and that a reviewer
could defend it at all (``contradicted`` below one in ten, a class below one in twenty;
``uncertain`` between). Where the text's praise carries the claim and its head noun speaks
against it, the verdict is the one that the text without the praise gets: adjectives are not
evidence. A text that names no product, or in which products are only traded, leased or
serviced, supports nothing; nor does one whose main product speaks against the claim where the
claimed one is traded or leased.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from classifier.domains.answer import Scored, Verification
from classifier.domains.claimed import Claimed
from classifier.domains.deciding import deciding_note, excluding_note
from classifier.domains.evidence import Explainer
from classifier.domains.reasoning import (
    Case,
    Lists,
    names_nothing,
    only_deals,
    reasons,
    served,
    side_line,
    without_praise,
)
from classifier.errors import NotationError
from classifier.home import taxonomy_dir
from classifier.schemes.labels import ancestors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.domains.answer import Answer, Finding
    from classifier.domains.scoring import Scorer


class Verifier:
    """Verifies claims with one model.

    Parameters
    ----------
    scorer
        Scores texts.
    classify
        Answers texts.
    """

    def __init__(self, scorer: Scorer, classify: Callable[[Sequence[str]], list[Answer]]) -> None:
        self._scorer = scorer
        self._classify = classify

    @cached_property
    def lists(self) -> Lists:
        """Return the word lists and mappings that reasons are given by."""
        return Lists.load(taxonomy_dir())

    def parse(self, claim: str) -> tuple[str, str]:
        """Return scheme and notation of a claim.

        Raises
        ------
        NotationError
            The claim is not written ``scheme:notation``, or names no concept of the model.
        """
        model = self._scorer.artefact
        scheme, colon, notation = claim.strip().partition(":")
        if not colon or scheme not in model.heads:
            raise NotationError(
                f"claim {claim!r}: expected scheme:notation with a scheme of "
                f"{', '.join(model.heads)}, for instance mp10:M07"
            )
        if f"{scheme}:{notation}" not in model.concepts:
            raise NotationError(f"claim {claim!r}: scheme {scheme} has no concept {notation!r}")
        return scheme, notation

    def verify(self, text: str, claim: str) -> Verification:
        """Check one claim; parameters and errors as ``Classifier.verify``."""
        scheme, notation = self.parse(claim)
        claimed = Claimed(self._scorer, scheme, notation)
        (answer,) = self._classify([text])
        found = answer.domains[scheme]
        (reading,) = claimed.read([text])
        verdict = claimed.verdict(reading)
        better = _better(found, notation)
        case = Case(
            text=text,
            claimed=claimed,
            answer=answer,
            reading=reading,
            verdict=verdict,
            better=better,
            explainer=Explainer(self._scorer, text),
            lists=self.lists,
            classify=self._classify,
        )
        praised = without_praise(case)
        if praised is not None:
            case = case.judged(claimed.verdict(praised.reading))
        aside = side_line(case)
        if case.verdict == "supported" and (
            aside or only_deals(case) or served(case) or names_nothing(case)
        ):
            case = case.judged("uncertain")
        rival = None if better is None else better.notation
        found_reasons = reasons(case, praised and praised.reason, aside)
        return Verification(
            text=text,
            scheme=scheme,
            claimed=notation,
            verdict=case.verdict,
            probability=reading.probability,
            defensible=reading.defensible,
            better=better,
            evidence_for=case.explainer.evidence(scheme, claimed.explained(text)),
            evidence_against=None if better is None else case.explainer.evidence(scheme, rival),
            reasons=found_reasons,
            decided_by=deciding_note(case) or excluding_note(case, found_reasons),
            versions=self._scorer.artefact.versions,
            lists=self.lists.hash[:12],
        )


def _better(found: Finding, notation: str) -> Scored | None:
    """Return what fits better than the claimed concept, None where the finding agrees."""
    finest = found.narrower or Scored(found.primary, found.probability)
    if finest.notation is None:
        return Scored(None, found.probability)
    if notation in {*ancestors(finest.notation), found.primary}:
        return None
    if found.narrower and found.primary in ancestors(notation):
        return Scored(finest.notation, found.probability * found.narrower.probability)
    return Scored(found.primary, found.probability)
