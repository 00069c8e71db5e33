"""The whole taxonomy in one object: schemes, lexicon, mappings, restricted list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import Problem, TaxonomyError
from classifier.home import taxonomy_dir
from classifier.schemes.labels import SCHEME_IDS
from classifier.schemes.lexicon import Lexicon, load_lexicon
from classifier.schemes.loader import load_schemes
from classifier.schemes.mappings import Mappings, load_mappings
from classifier.schemes.restricted import Restricted, load_restricted

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """What ``taxonomy/`` holds, loaded and checked."""

    schemes: dict[str, Scheme]
    lexicon: Lexicon
    mappings: Mappings
    restricted: tuple[Restricted, ...]


def load_taxonomy(folder: Path | None = None) -> Taxonomy:
    """Load and check everything under ``taxonomy/`` but the examples.

    Raises
    ------
    TaxonomyError
        Any part is refused; the message names file, line and field.
    """
    base = folder or taxonomy_dir()
    schemes = load_schemes(base / "schemes")
    missing = [s for s in SCHEME_IDS if s not in schemes]
    if missing:
        raise TaxonomyError(
            [Problem(str(base / "schemes"), 0, "id", f"missing schemes: {', '.join(missing)}")]
        )
    return Taxonomy(
        schemes=schemes,
        lexicon=load_lexicon(base / "terms", schemes),
        mappings=load_mappings(base / "mappings", schemes),
        restricted=load_restricted(base / "restricted.yaml"),
    )


def content_hash(folder: Path, *patterns: str) -> str:
    """Return the sha256 over the names and bytes of the matching files, in name order."""
    digest = hashlib.sha256()
    for path in sorted({p for pattern in patterns for p in folder.glob(pattern)}):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
