"""What a worker knows: model, schemes and rules, checked when loaded, and never changed.

Another model is another ``Knowledge``; see ``following``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from classifier.domains.artefact import load_artefact
from classifier.domains.classifier import Classifier
from classifier.errors import ArtefactError
from classifier.evaluator.incentives import Incentives, shipped_incentives
from classifier.evaluator.lifecycle import LifeCycle, shipped_life_cycle
from classifier.evaluator.loading import Rulebook, shipped
from classifier.home import Pointer, models_dir, read_pointer, taxonomy_dir
from classifier.schemes.labels import NONE
from classifier.schemes.loader import load_schemes
from classifier.schemes.mappings import Mappings, load_mappings
from classifier.schemes.model import Scheme
from classifier.schemes.restricted import Restricted, load_restricted
from classifier.service.settings import Settings

WARM_CHARACTERS = 12_000
"""Two texts of so many make a classifier build its look-up tables, once for all."""

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
    """Model, schemes and rules, with their versions.

    ``pointer`` is the registry's as it stood when the model was loaded; None for a model from
    a folder of its own.
    """

    classifier: Classifier
    schemes: dict[str, Scheme]
    mappings: Mappings
    restricted: tuple[Restricted, ...]
    rulebook: Rulebook
    incentives: Incentives
    cycle: LifeCycle
    versions: Versions
    pointer: Pointer | None = None


def load_knowledge(settings: Settings) -> Knowledge:
    """Load everything, hash-checked, and answer a few golden cases with it.

    Raises
    ------
    ArtefactError
        The model was changed, or does not give the answers that its manifest promises.
    TaxonomyError, RuleError
        A scheme or a rule set is refused.
    """
    pointer, classifier = load_classifier(settings)
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
        pointer=pointer,
    )


def registry_of(settings: Settings) -> Path | None:
    """Return the folder of the models whose pointer is followed; None where a model is fixed."""
    if settings.model:
        return None
    return Path(settings.registry) if settings.registry else models_dir()


def load_classifier(settings: Settings) -> tuple[Pointer | None, Classifier]:
    """Load the model of the settings, hash-checked; with the pointer that named it.

    Raises
    ------
    ArtefactError
        The model is missing, or was changed.
    HomeError
        The pointer cannot be read.
    """
    models = registry_of(settings)
    if models is None:
        return None, Classifier(load_artefact(Path(settings.model)))
    pointer = read_pointer(models)
    return pointer, _named(models, pointer)


def _named(models: Path, pointer: Pointer) -> Classifier:
    return Classifier(load_artefact(models / pointer.current.ref, pointer.current.model))


def with_model(known: Knowledge, models: Path, pointer: Pointer) -> Knowledge:
    """Return the same knowledge with the model that a pointer names, checked and warm.

    Raises
    ------
    ArtefactError
        The model is missing, was changed, does not give the answers that its manifest
        promises, or does not fit the schemes.
    """
    classifier = _named(models, pointer)
    schemes, mappings, restricted = known.schemes, known.mappings, known.restricted
    if _strange(classifier, schemes):  # schemes may have come with the model: read them again
        base = taxonomy_dir()
        schemes = load_schemes(base / "schemes")
        mappings = load_mappings(base / "mappings", schemes)
        restricted = load_restricted(base / "restricted.yaml")
    strange = _strange(classifier, schemes)
    lost = sorted(set(known.classifier.schemes) - set(classifier.schemes))
    if strange or lost:
        words = [f"{one} is no concept of the schemes here" for one in strange[:3]]
        words += [f"it does not know the scheme {one}" for one in lost]
        raise ArtefactError(
            f"{classifier.artefact.folder}: {'; '.join(words)}; restart the service to use it"
        )
    _warm(classifier)
    found = classifier.versions
    return replace(
        known,
        classifier=classifier,
        schemes=schemes,
        mappings=mappings,
        restricted=restricted,
        versions=Versions(found.model, found.taxonomy, known.versions.rules),
        pointer=pointer,
    )


def _strange(classifier: Classifier, schemes: dict[str, Scheme]) -> list[str]:
    """Return what a model answers and no scheme holds."""
    return [
        f"{name}:{column}"
        for name, head in classifier.artefact.heads.items()
        for column in head.columns
        if column != NONE and (name not in schemes or column not in schemes[name])
    ]


def rules_version(book: Rulebook) -> str:
    """Return one hash over the hashes of all rule sets, provinces and sizes."""
    parts = [f"{n}={one.hash}" for n, one in sorted(book.rule_sets.items())]
    parts += [f"{n}={one.hash}" for n, one in sorted(book.provinces.items())]
    parts.append(f"{book.size.id}={book.size.hash}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _warm(classifier: Classifier) -> None:
    """Build what answers and evidence look up, answer the golden cases, and be proved by them."""
    golden = classifier.artefact.manifest["golden"]
    texts = [case["text"] for case in golden]
    once = "，".join(texts) + "。"
    classifier.classify([once * (WARM_CHARACTERS // len(once) + 1)] * 2)
    classifier.warm()
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
