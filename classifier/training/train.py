"""``keyfield train``: corpus, lexicon and labels in, artefact out.

The same bytes each time, on one kind of processor: another kind may add up in another order.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.errors import CorpusError, Problem
from classifier.schemes.labels import NONE
from classifier.training.fit import fit_model
from classifier.training.ground import own_ground, shipped_ground
from classifier.training.heldout import FOLDS, Assessment, assess, hold_out
from classifier.training.labels import LabelSet, Provenance, read_labels
from classifier.training.material import EXAMPLE_WEIGHT, design, dictionary, gather
from classifier.training.pack import write_artefact
from classifier.training.pairs import disagreements
from classifier.training.record import HELD_OUT
from classifier.training.recording import write_record
from classifier.training.settle import Settled, settle
from classifier.training.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from classifier.training.corpus import Example
    from classifier.training.ground import Ground
    from classifier.training.material import Design, Material
    from classifier.training.settle import Prefer

LEAST_EXAMPLES = 10

_SHARES = {"begin": 0.04, "fold": 0.12, "calibration": 0.16, "all rows": 0.15, "writing": 0.05}
"""Shares of the time that the parts take, measured on the shipped corpus."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What an analyst trains with beside the shipped taxonomy.

    Parameters
    ----------
    labels
        Label files.
    schemes
        Folder of schemes (see ``own_ground``); with ``keep``, beside the shipped ones.
    prefer
        Whose label stands where label files and corpus disagree (see ``settle``).
    weight
        What a labelled text counts against one term of the lexicon; a text of the corpus
        counts ``EXAMPLE_WEIGHT``.
    default
        Who, when and guide of label rows that do not say it.
    """

    labels: tuple[Path, ...] = ()
    schemes: Path | None = None
    keep: bool = False
    prefer: Prefer = "neither"
    weight: float = EXAMPLE_WEIGHT
    default: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Sources:
    """What is learned from, read and settled."""

    ground: Ground
    given: LabelSet
    settled: Settled

    @property
    def examples(self) -> tuple[Example, ...]:
        """Return corpus and labelled texts."""
        return self.settled.examples

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return all rows that were left out."""
        return (*self.ground.problems, *self.given.problems)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave: where it lies, its held-out figures, the rows left out."""

    folder: Path
    assessment: Assessment
    examples: int
    terms: int
    problems: tuple[Problem, ...]
    sources: Sources


def read_sources(taxonomy_folder: Path, extra: Extra | None = None) -> Sources:
    """Read schemes, corpus and label files, and settle them into one set.

    Raises
    ------
    TaxonomyError
        The taxonomy is refused.
    InputError
        A label file cannot be read at all.
    """
    extra = extra or Extra()
    if extra.schemes is None:
        ground = shipped_ground(taxonomy_folder)
    else:
        ground = own_ground(taxonomy_folder, extra.schemes, keep=extra.keep)
    given = read_labels(extra.labels, ground.taxonomy.schemes, extra.default)
    return Sources(ground, given, settle(given.rows, ground.examples, extra.prefer))


@one_thread()
def train(
    taxonomy_folder: Path,
    folder: Path,
    *,
    extra: Extra | None = None,
    name: str | None = None,
    jobs: int | None = None,
    progress: Callable[[float, str], None] = lambda _share, _words: None,
) -> Trained:
    """Train on ``taxonomy/`` and what an analyst adds, and write an artefact.

    Parameters
    ----------
    taxonomy_folder
        Holds schemes, terms, mappings, examples and ``golden.tsv``.
    folder
        Where the artefact goes; what lies there is replaced in one step at the end.
    extra
        Label files and schemes beside it.
    name
        What the model calls itself; the folder's name if not given.
    jobs
        Processes that fit columns side by side; the result does not hang on it.
    progress
        Called with the share of the work that is done, 0 to 1, and what comes next.

    Raises
    ------
    TaxonomyError, InputError
        As ``read_sources``.
    CorpusError
        Fewer than ten good examples in a scheme. Bad rows stop nothing: they are in
        ``problems``.
    """
    extra = extra or Extra()
    sources = read_sources(taxonomy_folder, extra)
    taxonomy = sources.ground.taxonomy
    prepared = _prepare(sources, extra, progress)
    assessment = _assess(sources, prepared, jobs, progress)
    progress(1 - _SHARES["all rows"] - _SHARES["writing"], "all rows")
    rows = np.arange(len(prepared.material.masked))
    model = fit_model(
        taxonomy.schemes, prepared.design.matrix, prepared.material, rows, jobs or _cores()
    )
    progress(1 - _SHARES["writing"], "writing")
    hashes = dict(sources.ground.hashes)
    if sources.given.files:
        joined = "".join(f.sha256 for f in sources.given.files)
        hashes["labels"] = hashlib.sha256(joined.encode()).hexdigest()
    write_artefact(
        folder,
        name=name or folder.name,
        design=prepared.design,
        words=prepared.words,
        model=model,
        assessment=assessment,
        taxonomy=taxonomy,
        hashes=hashes,
        golden=list(sources.ground.golden),
        counts=_counts(sources, extra),
        records={HELD_OUT: write_record(sources.examples, assessment)},
    )
    progress(1.0, "done")
    terms, examples = len(taxonomy.lexicon.terms), len(sources.examples)
    return Trained(folder, assessment, examples, terms, sources.problems, sources)


@one_thread()
def held_out(
    sources: Sources,
    extra: Extra,
    *,
    jobs: int | None = None,
    progress: Callable[[float, str], None] = lambda _share, _words: None,
) -> Assessment:
    """Return out-of-fold answers and figures without a model (parameters as ``train``)."""
    return _assess(sources, _prepare(sources, extra, progress), jobs, progress)


def _cores() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Prepared:
    material: Material
    words: dict[str, int]
    design: Design


def _prepare(sources: Sources, extra: Extra, progress: Callable[[float, str], None]) -> _Prepared:
    lexicon = sources.ground.taxonomy.lexicon
    _enough(sources)
    progress(0.0, f"{len(lexicon.terms)} terms, {len(sources.examples)} examples")
    material = gather(lexicon, sources.examples)
    weights = material.weights.copy()
    for row in sources.settled.labelled:
        weights[material.terms + row] = extra.weight
    material = replace(material, weights=weights)
    words = dictionary(material, lexicon)
    made = design(material, words, sources.ground.taxonomy.schemes)
    progress(_SHARES["begin"], f"{len(made.vocabulary)} features, {len(words)} words")
    return _Prepared(material, words, made)


def _assess(
    sources: Sources,
    prepared: _Prepared,
    jobs: int | None,
    progress: Callable[[float, str], None],
) -> Assessment:
    begun = 0

    def fold_begins(words: str) -> None:
        nonlocal begun
        progress(_SHARES["begin"] + begun * _SHARES["fold"], words)
        begun += 1

    schemes, matrix = sources.ground.taxonomy.schemes, prepared.design.matrix
    held = hold_out(schemes, matrix, prepared.material, jobs or _cores(), fold_begins)
    progress(_SHARES["begin"] + FOLDS * _SHARES["fold"], "calibration")
    barred = disagreements(sources.ground.taxonomy)
    return assess(held, sources.examples, barred, jobs or _cores())


def _enough(sources: Sources) -> None:
    for scheme in sources.ground.taxonomy.schemes:
        count = sum(e.label(scheme).known for e in sources.examples)
        if count < LEAST_EXAMPLES:
            words = f"{count} good examples, at least {LEAST_EXAMPLES} are needed"
            raise CorpusError([Problem("examples", 0, scheme, words), *sources.problems])


def _counts(sources: Sources, extra: Extra) -> dict[str, Any]:
    examples, settled = sources.examples, sources.settled
    out: dict[str, Any] = {
        "terms": len(sources.ground.taxonomy.lexicon.terms),
        "examples": len(examples),
        "kinds": dict(sorted(Counter(e.kind for e in examples).items())),
        "concepts": {
            scheme: _by_concept(examples, scheme) for scheme in sources.ground.taxonomy.schemes
        },
        "weights": {"term": 1.0, "example": EXAMPLE_WEIGHT},
    }
    rows = sources.given.rows
    days = [r.source.when for r in rows if r.source.when]
    if sources.given.files:
        out["weights"]["label"] = extra.weight
        out["labels"] = {
            "files": [
                {"name": f.name, "sha256": f.sha256, "rows": f.rows, "bad": f.bad}
                for f in sources.given.files
            ],
            "added": settled.added,
            "folded": settled.folded,
            "merged": settled.merged,
            "conflicts": len(settled.conflicts),
            "prefer": extra.prefer,
            "who": dict(sorted(Counter(r.source.who or "?" for r in rows).items())),
            "guide": dict(sorted(Counter(r.source.guide or "?" for r in rows).items())),
            "when": [min(days), max(days)] if days else [],
        }
    return out


def _by_concept(examples: Sequence[Example], scheme: str) -> dict[str, int]:
    found = Counter(e.label(scheme).primary for e in examples if e.label(scheme).known)
    return dict(sorted(found.items(), key=lambda item: (item[0] != NONE, item[0])))
