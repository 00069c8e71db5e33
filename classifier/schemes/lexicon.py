"""The lexicon: blocks of product terms that share one label set over all schemes.

A block opens with ``# mp10 sei14 sei2018 foundation cyber comp env`` (seven
tab-separated label cells) and goes on with terms separated by ``、``. A file for other
schemes names them, tab-separated, in a line ``## …`` before its first block.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import Problem, TaxonomyError
from classifier.schemes.labels import (
    NONE,
    NOT_LABELLED,
    SCHEME_IDS,
    UNLABELLED,
    LabelCell,
    in_order,
    parse_label,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.schemes.model import Scheme

LONGEST_TERM = 40  # characters; longer ones are sentences, not terms


@dataclass(frozen=True, slots=True)
class Term:
    """A product term with its label set: one cell for each scheme in which it is labelled."""

    text: str
    labels: Mapping[str, LabelCell]
    file: str
    line: int

    def label(self, scheme: str) -> LabelCell:
        """Return the cell of one scheme."""
        return self.labels.get(scheme, NOT_LABELLED)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms, each once."""

    terms: tuple[Term, ...]

    def of_concept(self, scheme: str, notation: str) -> list[Term]:
        """Return the terms whose primary label is this concept or lies below it."""
        below = notation + "."
        return [
            term
            for term in self.terms
            if (primary := term.label(scheme).primary) == notation or primary.startswith(below)
        ]


def term_key(text: str) -> str:
    """Return the form under which two terms are the same: NFKC, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def check_cells(
    cells: Mapping[str, str], schemes: Mapping[str, Scheme]
) -> tuple[dict[str, LabelCell], list[tuple[str, str]]]:
    """Read a label cell a scheme; return them with (scheme, complaint) pairs.

    A cell that cannot be read becomes ``-`` and a complaint; ``?`` (nobody labelled it)
    becomes nothing.
    """
    out: dict[str, LabelCell] = {}
    complaints: list[tuple[str, str]] = []
    for scheme, cell in cells.items():
        if cell.strip() == UNLABELLED:
            continue
        try:
            label = parse_label(cell)
        except ValueError as error:
            complaints.append((scheme, str(error)))
            label = LabelCell(NONE)
        complaints.extend(
            (scheme, f"unknown code {notation!r}; see 'keyfield taxonomy show {scheme}'")
            for notation in label.notations
            if notation != NONE and notation not in schemes[scheme]
        )
        out[scheme] = label
    return out, complaints


def load_lexicon(folder: Path, schemes: Mapping[str, Scheme]) -> Lexicon:
    """Read ``taxonomy/terms/*.txt``.

    Raises
    ------
    TaxonomyError
        A label line without seven cells, an unknown code, a term before any label
        line, an empty or over-long term, or a term that stands twice in the lexicon.
    """
    problems: list[Problem] = []
    terms: list[Term] = []
    first: dict[str, Term] = {}
    for path in sorted(folder.glob("*.txt")):
        _read_file(path, schemes, terms, first, problems)
    if not terms and not problems:
        problems.append(Problem(str(folder), 0, "", "no terms (*.txt) found here"))
    if problems:
        raise TaxonomyError(problems)
    return Lexicon(tuple(terms))


def _read_file(
    path: Path,
    schemes: Mapping[str, Scheme],
    terms: list[Term],
    first: dict[str, Term],
    problems: list[Problem],
) -> None:
    labels: Mapping[str, LabelCell] | None = None
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        problems.append(Problem(path.name, 0, "", f"not UTF-8 at byte {error.start}"))
        return
    columns = SCHEME_IDS if set(SCHEME_IDS) <= set(schemes) else in_order(schemes)
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            columns = tuple(line[3:].split("\t"))
            problems.extend(
                Problem(path.name, number, name, f"unknown scheme; known: {', '.join(schemes)}")
                for name in columns
                if name not in schemes
            )
            columns = tuple(name for name in columns if name in schemes)
        elif line.startswith("# "):
            cells = line[2:].split("\t")
            if len(cells) != len(columns):
                problems.append(
                    Problem(
                        path.name,
                        number,
                        "",
                        f"found {len(cells)} label cells, expected {len(columns)} separated "
                        f"by tabs: {' '.join(columns)}",
                    )
                )
                labels = {}
                continue
            labels, complaints = check_cells(dict(zip(columns, cells, strict=True)), schemes)
            problems.extend(Problem(path.name, number, s, message) for s, message in complaints)
        elif line.strip():
            if labels is None:
                problems.append(
                    Problem(path.name, number, "", "terms before any label line ('# …')")
                )
                labels = {}
            for text in line.split("、"):
                _add(Term(text.strip(), labels, path.name, number), terms, first, problems)


def _add(term: Term, terms: list[Term], first: dict[str, Term], problems: list[Problem]) -> None:
    key = term_key(term.text)
    if not key:
        problems.append(Problem(term.file, term.line, "term", "empty term (two 、 in a row?)"))
        return
    if len(term.text) > LONGEST_TERM:
        problems.append(
            Problem(
                term.file,
                term.line,
                "term",
                f"{term.text[:20]!r}… has {len(term.text)} characters, allowed: {LONGEST_TERM}",
            )
        )
        return
    if key in first:
        other = first[key]
        problems.append(
            Problem(
                term.file,
                term.line,
                "term",
                f"{term.text!r} stands already at {other.file}:{other.line}; keep one",
            )
        )
        return
    first[key] = term
    terms.append(term)


def write_terms(terms: Sequence[Term], schemes: Sequence[str] = SCHEME_IDS) -> str:
    """Return terms as lexicon blocks, one block a label set, 16 terms a line.

    Schemes other than the seven that ship are named in the first line.
    """
    blocks: dict[tuple[str, ...], list[str]] = {}
    for term in terms:
        cells = tuple(str(term.label(scheme)) for scheme in schemes)
        blocks.setdefault(cells, []).append(term.text)
    out = [] if tuple(schemes) == SCHEME_IDS else ["## " + "\t".join(schemes)]
    for cells, texts in blocks.items():
        out.append("# " + "\t".join(cells))
        out.extend("、".join(texts[i : i + 16]) for i in range(0, len(texts), 16))
        out.append("")
    return "\n".join(out)
