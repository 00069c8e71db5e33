"""Which answers of two schemes cannot stand together, worked out from the mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.domains.agreement import PIVOT
from classifier.schemes.mappings import contradicts
from classifier.training.fit import depth_of

if TYPE_CHECKING:
    from classifier.domains.agreement import Disagreements
    from classifier.schemes.taxonomy import Taxonomy


def disagreements(taxonomy: Taxonomy) -> Disagreements:
    """Return what the mappings do not let stand together, on the levels that decide."""

    def deciding(scheme: str) -> list[str]:
        found = taxonomy.schemes[scheme]
        return [n for n in found.concepts if found.depth(n) == depth_of(scheme)]

    if PIVOT not in taxonomy.schemes:
        return {}
    out: Disagreements = {}
    for scheme in taxonomy.schemes:
        if scheme != PIVOT:
            allowed = taxonomy.mappings.allowed(scheme, PIVOT)
            barred = {
                notation: [n for n in deciding(PIVOT) if contradicts(allowed, notation, n)]
                for notation in deciding(scheme)
            }
            out[scheme] = {notation: others for notation, others in barred.items() if others}
    return out
