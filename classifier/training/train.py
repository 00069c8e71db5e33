"""``keyfield train``: corpus and lexicon in, artefact out, the same bytes for the same input."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.errors import CorpusError, Problem
from classifier.schemes.labels import NONE
from classifier.schemes.taxonomy import content_hash, load_taxonomy
from classifier.training.corpus import load_examples, read_examples
from classifier.training.fit import fit_model
from classifier.training.heldout import Assessment, assess, hold_out
from classifier.training.material import design, dictionary, gather
from classifier.training.pack import write_artefact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from classifier.schemes.model import Scheme
    from classifier.training.corpus import Example

LEAST_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave: where it lies, its held-out figures, the rows left out."""

    folder: Path
    assessment: Assessment
    examples: int
    terms: int
    problems: tuple[Problem, ...]


def train(
    taxonomy_folder: Path,
    folder: Path,
    *,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Train on ``taxonomy/`` and write an artefact.

    Parameters
    ----------
    taxonomy_folder
        Holds schemes, terms, mappings, examples and ``golden.tsv``.
    folder
        Where the artefact goes; what lies there is replaced in one step at the end.
    jobs
        Processes that fit columns side by side; the result does not hang on it.

    Raises
    ------
    TaxonomyError
        The taxonomy is refused.
    CorpusError
        Fewer than ten good examples. Bad rows stop nothing: they are in ``problems``.
    """
    taxonomy = load_taxonomy(taxonomy_folder)
    examples, problems = load_examples(taxonomy_folder / "examples", taxonomy.schemes)
    if len(examples) < LEAST_EXAMPLES:
        place = Problem(
            str(taxonomy_folder / "examples"),
            0,
            "",
            f"{len(examples)} good examples, at least {LEAST_EXAMPLES} are needed",
        )
        raise CorpusError([place, *problems])
    jobs = jobs or os.cpu_count() or 1
    progress(f"{len(taxonomy.lexicon.terms)} terms, {len(examples)} examples")
    material = gather(taxonomy.lexicon, examples)
    words = dictionary(material, taxonomy.lexicon)
    made = design(material, words)
    progress(f"{len(made.vocabulary)} features, {len(words)} words in the dictionary")
    held = hold_out(taxonomy.schemes, made.matrix, material, jobs, progress)
    progress("calibration")
    assessment = assess(held, examples, jobs)
    progress("all rows")
    rows = np.arange(len(material.masked))
    model = fit_model(taxonomy.schemes, made.matrix, material, rows, jobs)
    write_artefact(
        folder,
        name=folder.name,
        design=made,
        words=words,
        model=model,
        assessment=assessment,
        taxonomy=taxonomy,
        hashes={
            "taxonomy": content_hash(taxonomy_folder, "schemes/*.yaml", "mappings/*.csv"),
            "lexicon": content_hash(taxonomy_folder, "terms/*.txt"),
            "corpus": content_hash(taxonomy_folder, "examples/*.tsv"),
        },
        golden=golden_cases(taxonomy_folder / "golden.tsv", taxonomy.schemes),
        counts={
            "terms": len(taxonomy.lexicon.terms),
            "examples": len(examples),
            "kinds": dict(sorted(Counter(e.kind for e in examples).items())),
            "concepts": _counts(examples, taxonomy.schemes),
        },
    )
    return Trained(folder, assessment, len(examples), len(taxonomy.lexicon.terms), tuple(problems))


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
            "expected": {scheme: list(cell.notations) for scheme, cell in case.labels.items()},
        }
        for case in cases
    ]


def _counts(
    examples: Sequence[Example], schemes: Mapping[str, Scheme]
) -> dict[str, dict[str, int]]:
    out = {}
    for scheme in schemes:
        found = Counter(e.labels[scheme].primary for e in examples if scheme in e.labels)
        out[scheme] = dict(sorted(found.items(), key=lambda item: (item[0] != NONE, item[0])))
    return out
