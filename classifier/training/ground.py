"""What a training stands on: schemes, terms, corpus and golden cases, for any set of schemes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from classifier.errors import CorpusError, Problem
from classifier.schemes.labels import LabelCell, in_order
from classifier.schemes.lexicon import Lexicon, Term, load_lexicon, term_key
from classifier.schemes.loader import load_schemes
from classifier.schemes.mappings import Mappings, load_mappings
from classifier.schemes.taxonomy import Taxonomy, content_hash, load_taxonomy
from classifier.schemes.versions import Change, carry, change
from classifier.training.corpus import Example, load_examples, read_examples
from classifier.training.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class Ground:
    """Schemes and texts to learn from.

    ``problems`` are rows that were left out; ``dropped`` counts, by scheme, cells of the
    shipped texts and terms that name a concept which the scheme has not.
    """

    taxonomy: Taxonomy
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    golden: tuple[dict[str, Any], ...]
    hashes: dict[str, str]
    dropped: dict[str, int]


def shipped_ground(folder: Path) -> Ground:
    """Return the ground of the schemes in ``taxonomy/``.

    Raises
    ------
    TaxonomyError
        The taxonomy is refused.
    CorpusError
        ``golden.tsv`` is not by the contract.
    """
    taxonomy = load_taxonomy(folder)
    examples, problems = load_examples(folder / "examples", taxonomy.schemes)
    hashes = {
        "taxonomy": content_hash(folder, "schemes/*.yaml", "mappings/*.csv"),
        "lexicon": content_hash(folder, "terms/*.txt"),
        "corpus": content_hash(folder, "examples/*.tsv"),
    }
    golden = golden_cases(folder / "golden.tsv", taxonomy.schemes)
    return Ground(taxonomy, tuple(examples), tuple(problems), tuple(golden), hashes, {})


def own_schemes(own: Path, shipped: Mapping[str, Scheme]) -> dict[str, Scheme]:
    """Return the schemes of ``own/schemes/*.yaml``, or of ``own/*.yaml``.

    Raises
    ------
    TaxonomyError
        There is none, or one is refused.
    """
    inner = own / "schemes"
    return load_schemes(inner if inner.is_dir() else own, beside=shipped)


def own_ground(base: Path, own: Path, *, keep: bool) -> Ground:
    """Return the ground of a folder of schemes that an analyst wrote.

    The folder holds scheme files, and may hold ``terms/``, ``examples/``, ``mappings/`` and
    ``golden.tsv`` by the same contracts. Shipped texts and terms lend their words, and their
    labels where the model has their scheme, and the scheme their concept under the same
    notation and name (see ``versions.change``; ``keyfield taxonomy migrate`` carries others).

    Parameters
    ----------
    base
        ``taxonomy/``.
    own
        The folder.
    keep
        Keep the shipped schemes too; one of the same id in the folder takes its place.

    Raises
    ------
    TaxonomyError, CorpusError
        As ``shipped_ground``.
    """
    shipped = shipped_ground(base)
    mine = own_schemes(own, shipped.taxonomy.schemes)
    every = {**shipped.taxonomy.schemes, **mine} if keep else mine
    schemes = {s: every[s] for s in in_order(every)}
    dropped: dict[str, int] = {}
    own_terms = own / "terms"
    found = {
        s: change(shipped.taxonomy.schemes[s], scheme)
        for s, scheme in schemes.items()
        if s in shipped.taxonomy.schemes
    }
    terms = [
        replace(t, labels=_within(t.labels, found, dropped)) for t in shipped.taxonomy.lexicon.terms
    ]
    if any(own_terms.glob("*.txt")):
        terms = _join(terms, load_lexicon(own_terms, schemes).terms)
    examples = [replace(e, labels=_within(e.labels, found, dropped)) for e in shipped.examples]
    more, problems = load_examples(own / "examples", schemes)
    golden = [
        {**case, "expected": expected}
        for case in shipped.golden
        if (expected := _expected(case["expected"], found))
    ]
    return Ground(
        taxonomy=Taxonomy(
            schemes,
            Lexicon(tuple(terms)),
            _mappings(shipped.taxonomy.mappings, own / "mappings", schemes),
            shipped.taxonomy.restricted,
        ),
        examples=tuple(_join_examples(examples, more)),
        problems=(*shipped.problems, *problems),
        golden=(*golden, *golden_cases(own / "golden.tsv", schemes)),
        hashes={
            "taxonomy": _joint(
                shipped.hashes["taxonomy"] if keep else "",
                content_hash(own, "*.yaml", "schemes/*.yaml", "mappings/*.csv"),
            ),
            "lexicon": _joint(shipped.hashes["lexicon"], content_hash(own, "terms/*.txt")),
            "corpus": _joint(shipped.hashes["corpus"], content_hash(own, "examples/*.tsv")),
        },
        dropped=dropped,
    )


def golden_cases(path: Path, schemes: Mapping[str, Scheme]) -> list[dict[str, Any]]:
    """Return the named cases whose answers a model must give; none where there is no file.

    Raises
    ------
    CorpusError
        The file is not by the contract.
    """
    if not path.is_file():
        return []
    problems: list[Problem] = []
    cases = read_examples(path, schemes, problems)
    if problems:
        raise CorpusError(problems)
    return [
        {
            "id": case.id,
            "text": case.text,
            "expected": {s: list(cell.notations) for s, cell in case.labels.items()},
        }
        for case in cases
    ]


def _within(
    labels: Mapping[str, LabelCell], found: Mapping[str, Change], dropped: dict[str, int]
) -> dict[str, LabelCell]:
    out = {}
    for scheme, cell in labels.items():
        if scheme not in found:
            continue
        carried = carry(cell, found[scheme]).cell
        if carried is not None:
            out[scheme] = carried
        else:
            dropped[scheme] = dropped.get(scheme, 0) + 1
    return out


def _expected(
    expected: Mapping[str, list[str]], found: Mapping[str, Change]
) -> dict[str, list[str]]:
    out = {}
    for scheme, (primary, *also) in expected.items():
        if scheme in found:
            carried = carry(LabelCell(primary, tuple(also)), found[scheme]).cell
            if carried is not None:
                out[scheme] = list(carried.notations)
    return out


def _join_examples(shipped: Sequence[Example], own: Sequence[Example]) -> list[Example]:
    """Return all examples, a text of both once with the cells of both; the own ones win."""
    mine = {text_key(e.text): e for e in own}
    out = []
    for example in shipped:
        other = mine.pop(text_key(example.text), None)
        labels = {**example.labels, **other.labels} if other else example.labels
        out.append(replace(example, labels=labels))
    left = {e.id for e in mine.values()}
    return [*out, *(e for e in own if e.id in left)]


def _join(shipped: list[Term], own: tuple[Term, ...]) -> list[Term]:
    """Return all terms, one of both lists once with the cells of both; the own ones win."""
    mine = {term_key(t.text): t for t in own}
    out = []
    for term in shipped:
        other = mine.pop(term_key(term.text), None)
        out.append(replace(term, labels={**term.labels, **other.labels}) if other else term)
    return [*out, *mine.values()]


def _mappings(shipped: Mappings, own: Path, schemes: Mapping[str, Scheme]) -> Mappings:
    def there(end: tuple[str, str]) -> bool:
        return end[0] == "gbt4754" or (end[0] in schemes and end[1] in schemes[end[0]])

    kept = [m for m in shipped.matches if there(m.subject) and there(m.object)]
    return Mappings((*kept, *load_mappings(own, schemes).matches))


def _joint(*hashes: str) -> str:
    return hashlib.sha256("\0".join(hashes).encode()).hexdigest()
