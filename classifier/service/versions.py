"""The registry as the service shows it: every version, its figures, and who put it to use when.

Files are hashed once: a version counts as looked at while no file of its folder changes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.domains.artefact import Manifest, read_manifest
from classifier.errors import ArtefactError, KeyfieldError
from classifier.home import Pointer, read_pointer
from classifier.service.following import Mark, marks
from classifier.training.registry import log, refs

MEASURES = ("texts", "strict", "fair", "recall", "false_positive", "auto", "auto_ok")
LESS = ("false_positive",)
"""Measures of which less is better; the rest, but for the count of texts, are better when more."""


@dataclass(frozen=True, slots=True)
class Use:
    """A change of the pointer; ``overruled`` are the checks that a reason answers for."""

    serial: int
    at: str
    action: str
    before: str
    after: str
    who: str
    reason: str
    overruled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version; ``fault`` says why it cannot be loaded, and ``promoted`` when it was put to use.

    ``metrics`` are held-out figures by scheme and measure, ``labels`` counts one's own labels.
    """

    ref: str
    model: str
    current: bool
    schemes: tuple[str, ...]
    examples: int
    labels: int
    taxonomy: str
    metrics: Mapping[str, Mapping[str, float]]
    fault: str
    promoted: Use | None


@dataclass(frozen=True, slots=True)
class Registry:
    """All versions and all changes, the newest change first; ``fault`` is the pointer's."""

    current: str
    serial: int
    versions: tuple[Version, ...]
    changes: tuple[Use, ...]
    fault: str

    def version(self, ref: str) -> Version | None:
        """Return the version of a name."""
        return next((one for one in self.versions if one.ref == ref), None)


@dataclass(frozen=True, slots=True)
class Beside:
    """A measure of two versions in one scheme; ``better`` is None where neither is."""

    first: float | None
    second: float | None
    better: bool | None

    @property
    def difference(self) -> float | None:
        """Return the second less the first."""
        if self.first is None or self.second is None:
            return None
        return self.second - self.first


_held: dict[Path, tuple[Mark, Manifest, str]] = {}
_lock = threading.Lock()


def read_registry(models: Path) -> Registry:
    """Return the registry of a folder, as it is now."""
    fault = ""
    try:
        pointer = read_pointer(models)
        changes = tuple(_use(line) for line in reversed(log(models)))
    except (KeyfieldError, ValueError, KeyError, TypeError) as error:
        pointer, changes, fault = Pointer(0, ()), (), str(error)
    current = pointer.current.ref if pointer.history else ""
    found = tuple(_version(models, ref, pointer, changes) for ref in refs(models))
    return Registry(current, pointer.serial, found, changes, fault)


def beside(first: Version, second: Version) -> dict[str, dict[str, Beside]]:
    """Return the figures of two versions, by scheme and measure; schemes of both, in order."""
    schemes = dict.fromkeys((*first.metrics, *second.metrics))
    return {
        scheme: {
            name: _beside(
                name,
                first.metrics.get(scheme, {}).get(name),
                second.metrics.get(scheme, {}).get(name),
            )
            for name in MEASURES
        }
        for scheme in schemes
    }


def _beside(name: str, first: float | None, second: float | None) -> Beside:
    if first is None or second is None or first == second or name == "texts":
        return Beside(first, second, None)
    return Beside(first, second, (second < first) if name in LESS else (second > first))


def _version(models: Path, ref: str, pointer: Pointer, changes: tuple[Use, ...]) -> Version:
    manifest, fault = _manifest(models / ref)
    model = manifest.digest if manifest else ""
    then = [step.model for step in pointer.history if step.ref == ref and step.model]
    if not fault and then and model not in then:
        fault = f"{models / ref} was changed since it was promoted: it is {model[:12]}…"
    counts = manifest.get("counts", {})
    return Version(
        ref=ref,
        model=model[:12],
        current=bool(pointer.history) and ref == pointer.current.ref,
        schemes=tuple(head["scheme"] for head in manifest.get("heads", ())),
        examples=counts.get("examples", 0),
        labels=counts.get("labels", {}).get("added", 0),
        taxonomy=manifest.get("hashes", {}).get("taxonomy", "")[:12],
        metrics=manifest.get("metrics", {}),
        fault=fault,
        promoted=next((use for use in changes if use.after == ref), None),
    )


def _manifest(folder: Path) -> tuple[Manifest, str]:
    """Return a manifest of which every file was checked, or why not."""
    mark = marks(sorted(folder.iterdir()))
    with _lock:
        held = _held.get(folder)
        if held is None or held[0] != mark:
            try:
                held = (mark, read_manifest(folder), "")
            except ArtefactError as error:
                held = (mark, Manifest(), str(error))
            _held[folder] = held
    return held[1], held[2]


def _use(line: dict[str, Any]) -> Use:
    return Use(
        serial=line["serial"],
        at=line["at"],
        action=line["action"],
        before=line["from"],
        after=line["to"],
        who=line.get("who", ""),
        reason=line.get("reason", ""),
        overruled=tuple(line.get("overruled", ())),
    )
