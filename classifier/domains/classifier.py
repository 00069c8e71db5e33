"""The classifier as people use it: load, classify, explain, verify."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from classifier.domains.agreement import barred_pairs, disagreeing
from classifier.domains.answer import (
    Answer,
    Evidence,
    Scored,
    Span,
    Verification,
)
from classifier.domains.artefact import Artefact, load_artefact
from classifier.domains.decisions import Below, Decisions, Likeliest, decide
from classifier.domains.findings import Chunk, Findings
from classifier.domains.scoring import Batch, Scorer, softmax
from classifier.errors import NotationError
from classifier.home import model_in_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from classifier.domains.evidence import Explainer
    from classifier.domains.verifying import Verifier

CHUNK = 2048
"""Texts that are scored at once, at most."""

CHARACTERS = 200_000
"""Characters that are scored at once, but for one text: memory hangs on them."""


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
        columns = {scheme: head.columns for scheme, head in artefact.heads.items()}
        self._thresholds = np.array([[head.threshold] for head in artefact.heads.values()])
        self._barred = barred_pairs(columns, artefact.disagreements)
        self._finer = {s: Below(self._scorer, head) for s, head in artefact.heads.items()}

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
        for chunk, decisions in self.decided(texts):
            found = Chunk(decisions)
            for row, text in enumerate(chunk):
                yield Answer(text, Findings(found, row), self.versions)

    def decided(
        self, texts: Iterable[str], *, detail: bool = True
    ) -> Iterator[tuple[list[str], dict[str, Decisions]]]:
        """Answer texts in chunks, as arrays: the chunk's texts, and its decisions by scheme.

        Parameters
        ----------
        texts
            Read as far as the next chunk needs.
        detail
            Whether labels beside the primary, the direction below a sector and short lists are
            wanted too.
        """
        for chunk in _chunks(texts):
            yield chunk, self._decide(chunk, detail=detail)

    def _decide(self, texts: list[str], *, detail: bool) -> dict[str, Decisions]:
        batch = self._scorer.batch(texts)
        margins = self._scorer.margins(batch)
        heads = self.artefact.heads
        chances = self._scorer.chances(margins)
        best = dict(zip(heads, chances.best, strict=True))
        conflicts = disagreeing(best, self._barred)
        share = chances.sure.astype(np.float64)
        accepted = (chances.sure >= self._thresholds) & batch.known
        return {
            scheme: decide(
                head,
                self._finer[scheme],
                batch,
                chances.shares[:, head.first : head.last],
                Likeliest(
                    best[scheme],
                    chances.sure[at],
                    share[at],
                    accepted[at] > conflicts[scheme],
                    conflicts[scheme],
                ),
                detail=detail,
            )
            for at, (scheme, head) in enumerate(heads.items())
        }

    def _below(self, batch: Batch, row: int, scheme: str, notation: str) -> list[Scored]:
        fine = self.artefact.fine.get((scheme, notation))
        if fine is None:
            return []
        probability = softmax(self._scorer.scores_below(batch, row, scheme, notation))
        order = np.argsort(-probability, kind="stable")
        return [Scored(fine.columns[i], float(probability[i])) for i in order]

    def explain(self, text: str, schemes: Sequence[str] | None = None) -> list[Evidence]:
        """Return the evidence for the primary of each scheme (all, or those named)."""
        (answer,) = self.classify([text])
        asked = schemes or self.schemes
        explainer = self._explainer(text)
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
        return self._explainer(answer.text).carried(scheme, answer.domains[scheme].primary)

    def _explainer(self, text: str) -> Explainer:
        from classifier.domains.evidence import Explainer  # noqa: PLC0415  (answers need none)

        return Explainer(self._scorer, text)

    @cached_property
    def _verifier(self) -> Verifier:
        from classifier.domains.verifying import Verifier  # noqa: PLC0415  (its lists need YAML)

        return Verifier(self._scorer, self.classify)

    def warm(self) -> None:
        """Take in what evidence cuts words by, so that processes forked from here share it."""
        self._scorer.segmenter.fill()

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
        from classifier.domains.claimed import Claimed  # noqa: PLC0415  (answers need none)

        (reading,) = Claimed(self._scorer, scheme, notation).read([text])
        return reading.probability


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    left = CHARACTERS
    for text in texts:
        left -= len(text)
        if chunk and (left < 0 or len(chunk) == CHUNK):
            yield chunk
            chunk, left = [], CHARACTERS - len(text)
        chunk.append(text)
    if chunk:
        yield chunk
