"""Two models side by side: on the same folds, on a benchmark file, on the golden cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from classifier.errors import InputError, Problem
from classifier.schemes.labels import NONE, LabelCell, ancestors, parse_label, roll_up
from classifier.training.fit import depth_of
from classifier.training.keys import text_key
from classifier.training.record import read_record
from classifier.training.sheets import read_sheet
from classifier.training.significance import Given, Measure, holm, mcnemar, measures, right

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.domains.answer import Answer
    from classifier.domains.classifier import Classifier
    from classifier.training.record import HeldRow

On = Literal["folds", "benchmark"]

NOISE = 0.05
"""Adjusted p below which a difference is beyond noise."""


@dataclass(frozen=True, slots=True)
class SchemeComparison:
    """One scheme of two models on the same texts.

    ``only_first`` and ``only_second`` count texts that one of them alone got right; ``p`` is
    McNemar's, adjusted (Holm) for the number of schemes.
    """

    scheme: str
    on: On
    texts: int
    measures: Mapping[str, Measure]
    only_first: int
    only_second: int
    p: float

    @property
    def worse(self) -> bool:
        """Tell whether the second is worse beyond noise."""
        return self.p < NOISE and self.only_first > self.only_second

    @property
    def better(self) -> bool:
        """Tell whether the second is better beyond noise."""
        return self.p < NOISE and self.only_second > self.only_first


@dataclass(frozen=True, slots=True)
class Changed:
    """A text whose decision changed; ``text`` is empty where only its hash is known."""

    on: On
    id: str
    key: str
    text: str
    scheme: str
    truth: str
    first: str
    second: str
    gain: int


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A golden case in one scheme: what both models answer, and whether that is right."""

    id: str
    text: str
    scheme: str
    expected: tuple[str, ...]
    first: str
    second: str
    first_right: bool
    second_right: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it.

    ``folds`` tells whether both models recorded what they held out; ``relabelled`` counts texts
    that the two were taught with different labels, where those of the second hold.
    """

    first: str
    second: str
    schemes: tuple[SchemeComparison, ...]
    changed: tuple[Changed, ...]
    golden: tuple[GoldenCase, ...]
    folds: bool
    relabelled: int
    shared: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compare(
    first: Classifier,
    second: Classifier,
    benchmark: Path | None = None,
    texts: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare two models.

    Parameters
    ----------
    first, second
        The model in use, and the candidate.
    benchmark
        A label file that neither was trained on.
    texts
        Texts by their key, to show what changed on the folds.

    Raises
    ------
    InputError
        The benchmark cannot be read.
    ArtefactError
        A record of what was held out was changed.
    """
    shared = [s for s in second.schemes if s in first.schemes]
    records = [read_record(c.artefact.folder, c.artefact.manifest) for c in (first, second)]
    out: list[SchemeComparison] = []
    changed: list[Changed] = []
    relabelled = 0
    if records[0] is not None and records[1] is not None:
        rows = _common(records[0], records[1])
        relabelled = sum(
            any(a.answers[s].truth != b.answers[s].truth for s in a.answers if s in b.answers)
            for a, b in rows
        )
        out += _on_folds(rows, shared, texts or {}, changed)
    if benchmark is not None:
        out += _on_benchmark(first, second, benchmark, shared, changed)
    return Comparison(
        first=first.versions.model,
        second=second.versions.model,
        schemes=tuple(out),
        changed=tuple(changed),
        golden=tuple(golden(first, second)),
        folds=None not in records,
        relabelled=relabelled,
        shared=tuple(shared),
        only_first=tuple(s for s in first.schemes if s not in second.schemes),
        only_second=tuple(s for s in second.schemes if s not in first.schemes),
    )


def _common(first: Sequence[HeldRow], second: Sequence[HeldRow]) -> list[tuple[HeldRow, HeldRow]]:
    by_key = {row.key: row for row in first}
    return [(by_key[row.key], row) for row in second if row.key in by_key]


def _on_folds(
    rows: Sequence[tuple[HeldRow, HeldRow]],
    schemes: Sequence[str],
    texts: Mapping[str, str],
    changed: list[Changed],
) -> list[SchemeComparison]:
    """Compare held-out answers; the truth is that of the second model's labels."""
    out = []
    for scheme in schemes:
        both = [(a, b) for a, b in rows if scheme in a.answers and scheme in b.answers]
        if not both:
            continue
        truth = [b.answers[scheme].truth for _, b in both]
        given = tuple(
            Given(
                tuple(pair[side].answers[scheme].answer for pair in both),
                tuple(pair[side].answers[scheme].accepted for pair in both),
            )
            for side in (0, 1)
        )
        heads = [(b.id, b.key, texts.get(b.key, "")) for _, b in both]
        groups = [b.group for _, b in both]
        out.append(_scheme("folds", scheme, truth, (given[0], given[1]), groups, heads, changed))
    return _adjusted(out)


def _on_benchmark(
    first: Classifier,
    second: Classifier,
    path: Path,
    schemes: Sequence[str],
    changed: list[Changed],
) -> list[SchemeComparison]:
    sheet = read_sheet(path)
    if "text" not in sheet.header:
        raise InputError([Problem(str(path), 1, "text", "评测文件没有 text 列")])
    rows = [row for _, row in sheet.rows]
    texts = [row["text"] for row in rows]
    answers = (first.classify(texts), second.classify(texts))
    out = []
    for scheme in schemes:
        labelled = [i for i, row in enumerate(rows) if row.get(scheme, "") not in {"", "?"}]
        if not labelled:
            continue
        try:
            truth = [parse_label(rows[i][scheme]) for i in labelled]
        except ValueError as error:
            raise InputError([Problem(str(path), 0, scheme, str(error))]) from None
        given = tuple(_given([side[i] for i in labelled], scheme) for side in answers)
        heads = [(rows[i].get("id", str(i)), text_key(texts[i]), texts[i]) for i in labelled]
        groups = [head[1] for head in heads]
        pair = (given[0], given[1])
        out.append(_scheme("benchmark", scheme, truth, pair, groups, heads, changed))
    return _adjusted(out)


def _given(answers: Sequence[Answer], scheme: str) -> Given:
    found = [answer.domains[scheme] for answer in answers]
    return Given(
        tuple(f.primary or NONE for f in found), tuple(f.decision == "accept" for f in found)
    )


def _scheme(
    on: On,
    scheme: str,
    truth: Sequence[LabelCell],
    given: tuple[Given, Given],
    groups: Sequence[str],
    heads: Sequence[tuple[str, str, str]],
    changed: list[Changed],
) -> SchemeComparison:
    depth = depth_of(scheme)
    fair = [right(truth, side, depth) for side in given]
    only_first, only_second, p = mcnemar(fair[0], fair[1])
    for row, (row_id, key, text) in enumerate(heads):
        before, after = (_decision(side, row, depth) for side in given)
        if before != after:
            gain = int(fair[1][row]) - int(fair[0][row])
            label = str(truth[row])
            changed.append(Changed(on, row_id, key, text, scheme, label, before, after, gain))
    found = measures(truth, given[0], given[1], groups, depth)
    return SchemeComparison(scheme, on, len(truth), found, only_first, only_second, p)


def _decision(given: Given, row: int, depth: int) -> str:
    return roll_up(given.answers[row], depth) + ("" if given.accepted[row] else " ?")


def _adjusted(found: Sequence[SchemeComparison]) -> list[SchemeComparison]:
    adjusted = holm({c.scheme: c.p for c in found})
    return [
        SchemeComparison(
            c.scheme, c.on, c.texts, c.measures, c.only_first, c.only_second, adjusted[c.scheme]
        )
        for c in found
    ]


def golden(first: Classifier, second: Classifier) -> list[GoldenCase]:
    """Return the golden cases of both models, each in every scheme that the second knows."""
    cases: dict[str, dict[str, Any]] = {}
    for classifier in (first, second):
        for case in classifier.artefact.manifest["golden"]:
            fresh = {"id": case["id"], "text": case["text"], "expected": {}}
            cases.setdefault(text_key(case["text"]), fresh)["expected"].update(case["expected"])
    texts = [case["text"] for case in cases.values()]
    out = []
    for case, before, after in zip(
        cases.values(), first.classify(texts), second.classify(texts), strict=True
    ):
        for scheme, expected in case["expected"].items():
            if scheme not in after.domains:
                continue
            given = after.domains[scheme].primary or NONE
            old = before.domains.get(scheme)
            was = "" if old is None else old.primary or NONE
            out.append(
                GoldenCase(
                    id=case["id"],
                    text=case["text"],
                    scheme=scheme,
                    expected=tuple(expected),
                    first=was,
                    second=given,
                    first_right=_agrees(was, expected),
                    second_right=_agrees(given, expected),
                )
            )
    return out


def _agrees(given: str, expected: Sequence[str]) -> bool:
    """Tell whether an answer is one of the expected, or lies above or below one."""
    return any(given in ancestors(n) or n in ancestors(given) for n in expected)
