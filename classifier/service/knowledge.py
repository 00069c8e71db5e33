"""What a worker knows: model, schemes and rules, loaded once, checked, and never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from classifier.domains.classifier import Classifier
from classifier.errors import ArtefactError
from classifier.evaluator.incentives import Incentives, shipped_incentives
from classifier.evaluator.lifecycle import LifeCycle, shipped_life_cycle
from classifier.evaluator.loading import Rulebook, shipped
from classifier.home import taxonomy_dir
from classifier.schemes.loader import load_schemes
from classifier.schemes.mappings import Mappings, load_mappings
from classifier.schemes.model import Scheme
from classifier.schemes.restricted import Restricted, load_restricted
from classifier.service.settings import Settings

WARM_CHARACTERS = 12_000
"""Two texts of so many make the segmenter take in its whole dictionary, once for all."""

MOST_WRONG = 0.1
"""Share of golden answers that a model may get wrong; a misfit gets nearly all wrong."""


@dataclass(frozen=True, slots=True)
class Versions:
    """Content hashes, 12 digits each, by which an answer can be given again."""

    model: str
    taxonomy: str
    rules: str

    def to_json(self) -> dict[str, str]:
        """Return the hashes."""
        return {"model": self.model, "taxonomy": self.taxonomy, "rules": self.rules}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Model, schemes and rules, with their versions."""

    classifier: Classifier
    schemes: dict[str, Scheme]
    mappings: Mappings
    restricted: tuple[Restricted, ...]
    rulebook: Rulebook
    incentives: Incentives
    cycle: LifeCycle
    versions: Versions


def load_knowledge(settings: Settings) -> Knowledge:
    """Load everything, hash-checked, and answer a few golden cases with it.

    Raises
    ------
    ArtefactError
        The model was changed, or does not give the answers that its manifest promises.
    TaxonomyError, RuleError
        A scheme or a rule set is refused.
    """
    classifier = Classifier.load(Path(settings.model) if settings.model else None)
    _warm(classifier)
    base = taxonomy_dir()
    schemes = load_schemes(base / "schemes")
    rulebook = shipped()
    found = classifier.versions
    return Knowledge(
        classifier=classifier,
        schemes=schemes,
        mappings=load_mappings(base / "mappings", schemes),
        restricted=load_restricted(base / "restricted.yaml"),
        rulebook=rulebook,
        incentives=shipped_incentives(),
        cycle=shipped_life_cycle(),
        versions=Versions(found.model, found.taxonomy, rules_version(rulebook)),
    )


def rules_version(book: Rulebook) -> str:
    """Return one hash over the hashes of all rule sets, provinces and sizes."""
    parts = [f"{n}={one.hash}" for n, one in sorted(book.rule_sets.items())]
    parts += [f"{n}={one.hash}" for n, one in sorted(book.provinces.items())]
    parts.append(f"{book.size.id}={book.size.hash}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _warm(classifier: Classifier) -> None:
    """Take in the segmenter's whole dictionary, answer the golden cases, and be proved by them."""
    golden = classifier.artefact.manifest["golden"]
    texts = [case["text"] for case in golden]
    once = "，".join(texts) + "。"
    classifier.classify([once * (WARM_CHARACTERS // len(once) + 1)] * 2)
    answers = classifier.classify(texts)
    wrong = [
        f"{case['id']} {scheme}"
        for case, answer in zip(golden, answers, strict=True)
        for scheme, allowed in case["expected"].items()
        if not _among(answer.domains[scheme].primary or "-", allowed)
    ]
    if len(wrong) > MOST_WRONG * len(golden) * len(classifier.schemes):
        raise ArtefactError(
            f"{classifier.artefact.folder}: the golden cases {', '.join(wrong[:8])} get other "
            "answers than the manifest expects; the program does not fit the model"
        )


def _among(found: str, allowed: list[str]) -> bool:
    return any(label == found or label.startswith(found + ".") for label in allowed)
