"""Many answers as one table for a terminal of 80 columns: two lines an answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from classifier.cli.show import lead
from classifier.cli.wording import clip, pad, title, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.domains.answer import Answer, Finding
    from classifier.domains.classifier import Classifier

WIDTH = 80
_ID, _SECTOR, _CLASS, _WORDS = 4, 26, 28, 22


def print_table(
    classifier: Classifier, ids: Sequence[str], answers: Sequence[Answer], lang: str
) -> None:
    """Print answers: the text, then sector, 2018 class and the words that carried the sector."""
    first = lead(classifier)
    second = "sei2018" if "sei2018" in classifier.schemes else classifier.schemes[-1]
    lines = [
        pad(word("id", lang), _ID + 1) + word("text", lang),
        " " * _ID
        + pad(title(first, lang), _SECTOR)
        + pad(title(second, lang), _CLASS)
        + word("evidence", lang),
        "─" * WIDTH,
    ]
    for row_id, answer in zip(ids, answers, strict=True):
        spans = classifier.carried(answer, first)
        carried = [s.text.strip() for s in spans if s.weight > 0][:3]
        lines += [
            pad(clip(row_id, _ID - 1), _ID) + clip(answer.text, WIDTH - _ID),
            " " * _ID
            + _cell(classifier, first, answer.domains[first], lang, _SECTOR)
            + _cell(classifier, second, answer.domains[second], lang, _CLASS)
            + clip(" ".join(carried), _WORDS),
        ]
    sure = sum(a.domains[first].decision == "accept" for a in answers)
    if lang == "en":
        note = f"? review. {sure} of {len(answers)} sectors can stand alone."
    else:
        note = f"? 建议复核。{len(answers)} 条中有 {sure} 条的领域判定可直接采用。"
    lines += ["─" * WIDTH, f"{note}  {word('model', lang)} {classifier.versions.model}"]
    sys.stdout.write("\n".join(lines) + "\n")


def _cell(classifier: Classifier, scheme: str, found: Finding, lang: str, columns: int) -> str:
    mark = "" if found.decision == "accept" else " ?"
    if found.primary is None:
        label = f"— {word('none', lang)}"
    else:
        name = classifier.artefact.concepts[f"{scheme}:{found.primary}"][lang]
        label = f"{found.primary} {name}"
    return pad(clip(label, columns - 3) + mark, columns)
