"""Answers and evidence as lines for a terminal of 80 columns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from classifier.cli.folding import fold_text
from classifier.cli.wording import clip, fold, name, pad, title, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.domains.answer import Answer, Evidence, Finding, Span
    from classifier.domains.classifier import Classifier

COLUMNS = 80


def _line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def _finding(classifier: Classifier, scheme: str, found: Finding, lang: str) -> str:
    concepts = classifier.artefact.concepts
    label = clip(name(concepts, scheme, found.primary, lang), 38)
    mark = "" if found.decision == "accept" else f"  {word('review', lang)}"
    return f"  {pad(title(scheme, lang), 16)}{pad(label, 40)}{found.probability:5.2f}{mark}"


def lead(classifier: Classifier) -> str:
    """Return the scheme that an answer is explained by: ``mp10``, or the model's first."""
    return "mp10" if "mp10" in classifier.schemes else classifier.schemes[0]


def print_answer(classifier: Classifier, answer: Answer, lang: str) -> None:
    """Print one answer: a line a scheme, then the words that carried the sector."""
    _line(clip(answer.text, COLUMNS))
    for scheme, found in answer.domains.items():
        _line(_finding(classifier, scheme, found, lang))
        if found.narrower is not None:
            label = name(classifier.artefact.concepts, scheme, found.narrower.notation, lang)
            row = f"{word('direction', lang)} {label}"
            _line(f"  {' ' * 16}{pad(clip(row, 38), 40)}{found.narrower.probability:5.2f}")
    spans = classifier.carried(answer, lead(classifier))
    _line(f"  {pad(word('evidence', lang), 16)}{_spans(spans, 62)}")
    versions = answer.versions
    _line(f"  {word('model', lang)} {versions.model}  {word('taxonomy', lang)} {versions.taxonomy}")


def _spans(spans: Sequence[Span], columns: int) -> str:
    parts: list[str] = []
    for span in spans:
        part = f"{span.text.strip()} {span.weight:+.2f}"
        if len(clip("  ".join([*parts, part]), columns)) < len("  ".join([*parts, part])):
            break
        parts.append(part)
    return "  ".join(parts)


def _block(text: str) -> None:
    for line in fold_text(text, COLUMNS, "    "):
        _line(line)


def evidence_block(classifier: Classifier, evidence: Evidence, lang: str) -> None:
    """Print the spans of one concept, the rest and the constant, the terms and the scope."""
    concepts = classifier.artefact.concepts
    for span in evidence.spans:
        _line(f"    {pad(clip(span.text.strip(), 40), 42)}{span.weight:+7.3f}")
    _line(f"    {pad(word('rest', lang), 42)}{evidence.rest:+7.3f}")
    _line(f"    {pad(word('bias', lang), 42)}{evidence.bias:+7.3f}")
    if evidence.terms:
        _block(f"{word('terms', lang)}：{'、'.join(evidence.terms[:12])}")
    if evidence.notation is not None:
        scope = concepts[f"{evidence.scheme}:{evidence.notation}"]["scope"]
        _block(f"{word('scope', lang)}：{scope}")


def print_evidence(classifier: Classifier, text: str, found: Sequence[Evidence], lang: str) -> None:
    """Print the evidence of each scheme."""
    _line(fold(text, COLUMNS, ""))
    for evidence in found:
        label = name(classifier.artefact.concepts, evidence.scheme, evidence.notation, lang)
        head = f"{title(evidence.scheme, lang)}：{label}"
        _line(f"\n  {pad(clip(head, 52), 52)}{evidence.margin:+7.3f}")
        evidence_block(classifier, evidence, lang)
