"""From raw texts to the masked form that features are taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.text.boilerplate import mask_codes
from classifier.text.codes import decoded
from classifier.text.normalise import canonical_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def prepare_codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the code points of the masked canonical texts, a line break behind each."""
    return mask_codes(*canonical_all(texts))


def prepare(texts: Sequence[str]) -> list[str]:
    """Return the masked canonical form of each text."""
    return decoded(prepare_codes(texts)).split("\n")[:-1]
