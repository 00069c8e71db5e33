"""Where the data folders are: a checkout, an installed wheel, or ``KEYFIELD_HOME``."""

from __future__ import annotations

import os
from pathlib import Path

from classifier.errors import HomeError

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


def default_model_dir() -> Path:
    """Return the folder of the artefact that ships."""
    return home() / "models" / "default"
