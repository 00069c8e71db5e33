"""Exact evidence: the weights that a text's characters carried for one concept.

The model is linear, so a concept's margin is a sum over features. Each feature's share is
divided evenly over its occurrences and their characters; the words of the text collect
what their characters carry. Nothing is estimated: the parts add up to the margin.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from classifier.domains.answer import Evidence, Span
from classifier.schemes.labels import NONE, parse_label
from classifier.text.features import pieces
from classifier.text.normalise import canonical, origins
from classifier.text.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from classifier.domains.scoring import Scorer

SHOWN = 8
"""Spans that an explanation shows; the weight of the others is added up in ``rest``."""


@lru_cache(maxsize=2)
def _blocks(path: Path) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return a lexicon's blocks, labels and terms; a service asks for them over and over."""
    import gzip  # noqa: PLC0415  (only terms are told by it)

    out = []
    cells: tuple[str, ...] = ()
    for line in gzip.decompress(path.read_bytes()).decode().split("\n"):
        if line.startswith("## "):
            continue
        if line.startswith("# "):
            cells = tuple(line[2:].split("\t"))
        elif line:
            out.append((cells, tuple(line.split("、"))))
    return tuple(out)


class Explainer:
    """Explains one text against any concept."""

    def __init__(self, scorer: Scorer, text: str) -> None:
        self._scorer = scorer
        self._text = text
        self._batch = scorer.batch([text])
        self._masked = prepare([text])[0]
        self._pieces = pieces([self._masked])
        self._index = scorer.vocabulary.find(self._pieces.hash)

    @property
    def masked(self) -> str:
        """Return the text as features are taken from it, boilerplate blanked."""
        return self._masked

    def weights(self, scheme: str, notation: str | None) -> NDArray[np.float64]:
        """Return what each character of ``masked`` carried for a concept; the sum is exact."""
        share, _ = self._weights(scheme, notation or NONE)
        return self._per_character(share)

    def words(self) -> list[tuple[int, int]]:
        """Return where each word of ``masked`` begins and ends."""
        out, start = [], 0
        for word in self._scorer.segmenter.cut([self._masked])[0]:
            if word.strip():
                out.append((start, start + len(word)))
            start += len(word)
        return out

    def span(self, start: int, end: int, per_char: NDArray[np.float64]) -> Span:
        """Return a stretch of ``masked`` as it stands in the text, with its weight."""
        back = self._origins
        begin = back[start]
        stop = max(back[end] if end < len(back) else len(self._text), begin + 1)
        return Span(begin, stop, self._text[begin:stop], float(per_char[start:end].sum()))

    @cached_property
    def _origins(self) -> list[int]:
        return origins(self._text)

    def carried(self, scheme: str, notation: str | None) -> tuple[Span, ...]:
        """Return only the spans of ``evidence``, which costs a tenth of it."""
        weights, _ = self._weights(scheme, notation or NONE)
        return self._spans(self._per_character(weights))[0]

    def evidence(self, scheme: str, notation: str | None) -> Evidence:
        """Return the evidence for a concept, or for "none" where notation is None.

        For a concept below the level of the decision, the margin is that of telling it
        apart from its neighbours plus that of the concept above.
        """
        weights, bias = self._weights(scheme, notation or NONE)
        per_char = self._per_character(weights)
        spans, rest = self._spans(per_char)
        concept = self._scorer.artefact.concepts.get(f"{scheme}:{notation}", {})
        return Evidence(
            scheme=scheme,
            notation=notation,
            margin=float(per_char.sum()) + bias,
            spans=spans,
            bias=bias,
            rest=rest,
            terms=self._terms(scheme, notation),
            label=concept.get("zh", "不属于本分类任何领域"),
            scope=concept.get("scope", ""),
        )

    def _weights(self, scheme: str, notation: str) -> tuple[NDArray[np.float64], float]:
        """Return each feature's contribution (features of the text,) and the constant."""
        model = self._scorer.artefact
        head = model.heads[scheme]
        indices, values = self._batch.rows.indices, self._batch.values
        share = np.zeros(len(indices))
        bias = 0.0
        for at, column in enumerate(head.columns):
            if column == notation or notation.startswith(column + "."):
                column_weights = model.weights[indices, head.first + at].astype(np.float64)
                share += column_weights * model.scales[head.first + at] * values
                bias += float(model.biases[head.first + at])
        for (of, _above), fine in model.fine.items():
            if of == scheme and notation in fine.columns:
                at = fine.columns.index(notation)
                if not len(fine.features):
                    continue
                where = np.searchsorted(fine.features, indices)
                where[where == len(fine.features)] = 0
                hit = fine.features[where] == indices
                fine_weights = fine.weights[where, at].astype(np.float64) * fine.scales[at]
                share += np.where(hit, fine_weights * values, 0.0)
                bias += float(fine.biases[at])
        return share, bias

    def _per_character(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.zeros(len(self._masked) + 1)
        indices = self._batch.rows.indices
        known = self._index >= 0
        if not known.any():
            return out[:-1]
        order = np.argsort(indices)
        slot = order[np.searchsorted(indices, self._index[known], sorter=order)]
        times = np.bincount(slot, minlength=len(indices))
        length = self._pieces.length[known]
        start = self._pieces.start[known]
        amount = share[slot] / times[slot] / length
        np.add.at(out, start, amount)
        np.add.at(out, start + length, -amount)
        carried: NDArray[np.float64] = np.cumsum(out)[:-1]
        return carried

    def _spans(self, per_char: NDArray[np.float64]) -> tuple[tuple[Span, ...], float]:
        words = self._scorer.segmenter.cut([self._masked])[0]
        back = origins(self._text)
        found: list[Span] = []
        start = 0
        for word in words:
            end = start + len(word)
            weight = float(per_char[start:end].sum())
            if word.strip() and weight:
                begin = back[start]
                stop = back[end] if end < len(back) else len(self._text)
                stop = max(stop, begin + 1)
                found.append(Span(begin, stop, self._text[begin:stop], weight))
            start = end
        merged: dict[tuple[int, int], Span] = {}
        for span in found:
            key = (span.start, span.end)
            before = merged[key].weight if key in merged else 0.0
            merged[key] = Span(span.start, span.end, span.text, before + span.weight)
        ranked = sorted(merged.values(), key=lambda s: (-abs(s.weight), s.start))
        shown = tuple(ranked[:SHOWN])
        return shown, float(per_char.sum()) - sum(s.weight for s in shown)

    @cached_property
    def _lexicon(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the lexicon's terms that stand in the text, longest first."""
        text = canonical(self._text)
        blocks = _blocks(self._scorer.artefact.folder / "lexicon.gz")
        hits = [(term, cells) for cells, terms in blocks for term in terms if term in text]
        return sorted(hits, key=lambda hit: (-len(hit[0]), hit[0]))

    def _terms(self, scheme: str, notation: str | None) -> tuple[str, ...]:
        wanted = notation or NONE
        at = tuple(self._scorer.artefact.heads).index(scheme)
        return tuple(
            term
            for term, cells in self._lexicon
            if (primary := parse_label(cells[at]).primary) == wanted
            or primary.startswith(wanted + ".")
        )
