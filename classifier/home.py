"""Where the data folders are: a checkout, an installed wheel, or ``KEYFIELD_HOME``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from classifier.errors import HomeError

POINTER = "current.json"
"""The file in ``models/`` that names the version in use; without it, ``models/default`` is."""

SHIPPED = "default"
"""Name of the model that ships: ``models/default``."""

_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """Return the folder that holds ``taxonomy/`` and ``models/``.

    ``KEYFIELD_HOME`` wins; then the checkout that this package stands in; then the
    copy inside an installed wheel.

    Raises
    ------
    HomeError
        No candidate holds a ``taxonomy`` folder.
    """
    named = os.environ.get("KEYFIELD_HOME")
    candidates = [Path(named)] if named else [_PACKAGE.parent, _PACKAGE / "_data"]
    for candidate in candidates:
        if (candidate / "taxonomy").is_dir():
            return candidate
    tried = ", ".join(str(c) for c in candidates)
    raise HomeError(
        f"no folder 'taxonomy' in {tried}; set KEYFIELD_HOME to the folder that holds it"
    )


def taxonomy_dir() -> Path:
    """Return the folder of schemes, terms, mappings and examples."""
    return home() / "taxonomy"


def models_dir() -> Path:
    """Return the folder of the models: ``default`` and ``<name>/<version>``."""
    return home() / "models"


class Step(NamedTuple):
    """A model that was put to use: its name, and its hash ("" for the one that ships)."""

    ref: str
    model: str


class Pointer(NamedTuple):
    """Which model is in use: the last of ``history``; ``serial`` counts the changes."""

    serial: int
    history: tuple[Step, ...]

    @property
    def current(self) -> Step:
        """Return the model in use."""
        return self.history[-1]


def read_pointer(models: Path) -> Pointer:
    """Read the pointer of a models folder; where there is none, the shipped model is in use.

    Raises
    ------
    HomeError
        The file is there and cannot be read.
    """
    path = models / POINTER
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Pointer(0, (Step(SHIPPED, ""),))
    try:
        found = json.loads(text)
        history = tuple(Step(str(ref), str(model)) for ref, model in found["history"])
        pointer = Pointer(int(found["serial"]), history)
    except (ValueError, KeyError, TypeError) as error:
        raise HomeError(
            f"{path} cannot be read ({error}); remove it to use the model that ships"
        ) from None
    if not history:
        raise HomeError(f"{path} names no model; remove it to use the model that ships")
    return pointer


def model_in_use() -> tuple[Path, str]:
    """Return the folder of the model in use, and the hash that it had when it was promoted."""
    models = models_dir()
    step = read_pointer(models).current
    return models / step.ref, step.model


def default_model_dir() -> Path:
    """Return the folder of the model in use: the promoted one, else the one that ships."""
    return model_in_use()[0]
