"""The classifier as people use it: load, classify, explain, verify."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from classifier.domains.agreement import disagreeing
from classifier.domains.answer import (
    Answer,
    Decision,
    Evidence,
    Finding,
    Scored,
    Span,
    Verification,
)
from classifier.domains.artefact import Artefact, load_artefact
from classifier.domains.claimed import Claimed
from classifier.domains.evidence import Explainer
from classifier.domains.scoring import Batch, Scorer, softmax
from classifier.errors import NotationError
from classifier.home import model_in_use
from classifier.schemes.labels import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from classifier.domains.artefact import Head
    from classifier.domains.verifying import Verifier

CHUNK = 512
"""Texts that are scored at once."""

LISTED = 5
"""Labels that an answer lists with their probabilities."""


class Classifier:
    """Maps product descriptions onto the concepts of every scheme.

    Examples
    --------
    >>> classifier = Classifier.load()
    >>> answer, = classifier.classify(["风电主轴轴承的研发、生产和销售"])
    >>> answer.domains["mp10"].primary
    'M07'
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self.versions = artefact.versions
        self._scorer = Scorer(artefact)

    @classmethod
    def load(cls, folder: Path | None = None) -> Classifier:
        """Load the model in use, or the one in a folder.

        Raises
        ------
        ArtefactError
            The folder holds no whole and unchanged model.
        """
        if folder is not None:
            return cls(load_artefact(folder))
        return cls(load_artefact(*model_in_use()))

    @property
    def schemes(self) -> tuple[str, ...]:
        """Return the ids of the schemes that the model knows."""
        return tuple(self.artefact.heads)

    def classify(self, texts: Sequence[str]) -> list[Answer]:
        """Return one answer a text, in order.

        An empty text, and one with nothing that the model knows, gets the answer that
        the constants alone give, and ``review``.
        """
        return list(self.stream(texts))

    def stream(self, texts: Iterable[str]) -> Iterator[Answer]:
        """Answer texts one after another, scored in chunks."""
        chunk: list[str] = []
        for text in texts:
            chunk.append(text)
            if len(chunk) == CHUNK:
                yield from self._chunk(chunk)
                chunk = []
        if chunk:
            yield from self._chunk(chunk)

    def _chunk(self, texts: list[str]) -> Iterator[Answer]:
        batch = self._scorer.batch(texts)
        margins = self._scorer.margins(batch)
        heads = self.artefact.heads.values()
        probabilities = {h.scheme: self._scorer.probabilities(margins, h) for h in heads}
        best = {scheme: shares.argmax(axis=1) for scheme, shares in probabilities.items()}
        columns = {head.scheme: head.columns for head in heads}
        conflicts = disagreeing(best, columns, self.artefact.disagreements)
        known = np.diff(batch.rows.indptr) > 0
        for row, text in enumerate(texts):
            domains = {
                head.scheme: self._finding(
                    batch,
                    row,
                    head,
                    probabilities[head.scheme][row],
                    known=bool(known[row]),
                    conflict=bool(conflicts[head.scheme][row]),
                )
                for head in heads
            }
            yield Answer(text, domains, self.versions)

    def _finding(
        self,
        batch: Batch,
        row: int,
        head: Head,
        probability: NDArray[np.float32],
        *,
        known: bool,
        conflict: bool,
    ) -> Finding:
        ranked = np.argsort(-probability, kind="stable")
        order = ranked[:LISTED]
        best = head.columns[order[0]]
        sure = float(probability[order[0]])
        accepted = known and not conflict and sure >= head.threshold
        decision: Decision = "accept" if accepted else "review"
        short = () if accepted else _short_list(head, probability, ranked)
        below = self._below(batch, row, head.scheme, best)
        if head.scheme == "mp10":
            labels = [_scored(head.columns[i], float(probability[i])) for i in order]
            narrower = below[0] if below else None
            return Finding(_public(best), decision, sure, tuple(labels), narrower, short, conflict)
        labels = []
        for i in order:
            notation, share = head.columns[i], float(probability[i])
            finer = below if notation == best else self._below(batch, row, head.scheme, notation)
            if finer:
                labels.extend(Scored(s.notation, s.probability * share) for s in finer)
            else:
                labels.append(_scored(notation, share))
        primary = below[0].notation if below else _public(best)
        labels.sort(key=lambda s: (s.notation != primary, -s.probability))
        first, rest = labels[0], sorted(labels[1:], key=lambda s: -s.probability)
        return Finding(
            primary, decision, sure, (first, *rest)[:LISTED], short_list=short, conflict=conflict
        )

    def _below(self, batch: Batch, row: int, scheme: str, notation: str) -> list[Scored]:
        fine = self.artefact.fine.get((scheme, notation))
        if fine is None:
            return []
        probability = softmax(fine.slope * self._scorer.fine_margins(batch, row, fine))
        order = np.argsort(-probability, kind="stable")
        return [Scored(fine.columns[i], float(probability[i])) for i in order]

    def explain(self, text: str, schemes: Sequence[str] | None = None) -> list[Evidence]:
        """Return the evidence for the primary of each scheme (all, or those named)."""
        (answer,) = self.classify([text])
        asked = schemes or self.schemes
        explainer = Explainer(self._scorer, text)
        out = []
        for scheme in asked:
            if scheme not in answer.domains:
                raise NotationError(
                    f"the model knows no scheme {scheme!r}; known: {', '.join(self.schemes)}"
                )
            out.append(explainer.evidence(scheme, answer.domains[scheme].primary))
        return out

    def carried(self, answer: Answer, scheme: str) -> tuple[Span, ...]:
        """Return the spans that carried an answer's primary in one scheme, heaviest first."""
        return Explainer(self._scorer, answer.text).carried(scheme, answer.domains[scheme].primary)

    @cached_property
    def _verifier(self) -> Verifier:
        from classifier.domains.verifying import Verifier  # noqa: PLC0415  (its lists need YAML)

        return Verifier(self._scorer, self.classify)

    def verify(self, text: str, claim: str) -> Verification:
        """Check a claimed concept, written ``scheme:notation`` (``mp10:M07``).

        Raises
        ------
        NotationError
            The claim is not written so, or names no concept of the model.
        """
        return self._verifier.verify(text, claim)

    def probability(self, text: str, scheme: str, notation: str) -> float:
        """Return the probability that a concept, or one below it, is the first label."""
        (reading,) = Claimed(self._scorer, scheme, notation).read([text])
        return reading.probability


def _short_list(
    head: Head, probability: NDArray[np.float32], ranked: NDArray[np.int64]
) -> tuple[str | None, ...]:
    """Return the labels before which at most the head's mass of probability stands."""
    shares = probability[ranked].astype(np.float64)
    length = int((np.cumsum(shares) - shares <= head.short_list).sum())
    return tuple(_public(head.columns[i]) for i in ranked[:length])


def _public(notation: str) -> str | None:
    return None if notation == NONE else notation


def _scored(notation: str, probability: float) -> Scored:
    return Scored(_public(notation), probability)
