"""What is shown of a text without a claim: the concept that the model would choose first."""

from __future__ import annotations

from classifier.domains.answer import Finding
from classifier.domains.artefact import Head
from classifier.schemes.labels import NONE


def candidate(finding: Finding, head: Head) -> str:
    """Return the concept that is shown in a claim's place: the likeliest one that is none."""
    if finding.primary is not None:
        return finding.primary
    labels = [one.notation for one in finding.labels if one.notation is not None]
    return labels[0] if labels else next(c for c in head.columns if c != NONE)
