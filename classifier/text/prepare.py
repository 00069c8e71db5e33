"""From raw texts to the masked form that features are taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.text.boilerplate import mask
from classifier.text.normalise import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable


def prepare(texts: Iterable[str]) -> list[str]:
    """Return the masked canonical form of each text."""
    return [mask(canonical(text)) for text in texts]
