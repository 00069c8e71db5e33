"""A verification as lines for a terminal of 80 columns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from classifier.cli.folding import fold_text
from classifier.cli.show import COLUMNS, evidence_block
from classifier.cli.wording import clip, name, pad, title, word

if TYPE_CHECKING:
    from classifier.domains.answer import ScopeNote, Verification
    from classifier.domains.classifier import Classifier

_LEFT = 14


def print_verification(classifier: Classifier, found: Verification, lang: str) -> None:
    """Print the verdict on a claim, its reasons, and the evidence on both sides."""
    concepts = classifier.artefact.concepts
    for line in fold_text(found.text, COLUMNS):
        _line(line)
    _line()
    claimed = name(concepts, found.scheme, found.claimed, lang)
    _entry("claim", f"{title(found.scheme, lang)} {claimed}", lang)
    _entry(
        "verdict",
        f"{word(found.verdict, lang)}  {word('probability', lang)} {found.probability:.2f}  "
        f"{word('defensible', lang)} {found.defensible:.2f}",
        lang,
    )
    if found.better is not None:
        better = name(concepts, found.scheme, found.better.notation, lang)
        _entry("better", f"{better}  {found.better.probability:.2f}", lang)
    for reason in found.reasons:
        _entry("reasons", f"{reason.code.label(lang)} [{word(reason.basis, lang)}]", lang)
        _block(reason.sentence(lang))
    if found.decided_by is not None:
        _note(found.decided_by, lang)
    _line(f"\n{word('for', lang)}")
    evidence_block(classifier, found.evidence_for, lang)
    if found.evidence_against is not None:
        _line(f"\n{word('against', lang)}")
        evidence_block(classifier, found.evidence_against, lang)
    versions = found.versions
    _line(f"\n{word('model', lang)} {versions.model}  {word('taxonomy', lang)} {versions.taxonomy}")


def _note(note: ScopeNote, lang: str) -> None:
    see = f" → {note.see}" if note.see else ""
    _entry("decides", f"{note.notation} {word(note.kind, lang)}{see}", lang)
    _block(note.text)
    words = "  ".join(f"{w.text.strip()} {w.weight:+.2f}" for w in note.words)
    _line(" " * _LEFT + clip(words, COLUMNS - _LEFT))


def _block(text: str) -> None:
    for line in fold_text(text, COLUMNS, " " * _LEFT):
        _line(line)


def _entry(key: str, text: str, lang: str) -> None:
    _line(pad(word(key, lang), _LEFT) + clip(text, COLUMNS - _LEFT))


def _line(text: str = "") -> None:
    sys.stdout.write(text + "\n")
