"""When two texts are the same: by their letters and digits in canonical form."""

from __future__ import annotations

import hashlib

from classifier.text.normalise import canonical


def letters(text: str) -> str:
    """Return the letters and digits of a text in canonical form."""
    return "".join(c for c in canonical(text) if c.isalnum())


def text_key(text: str) -> str:
    """Return 16 hex digits that are the same for texts of the same letters and digits."""
    return hashlib.sha256(letters(text).encode()).hexdigest()[:16]
