"""keyfield: which official key fields a Chinese product description belongs to, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifier.domains.answer import Answer, Evidence, Finding, Verification
    from classifier.domains.classifier import Classifier

__version__ = "0.1.0"

__all__ = ["Answer", "Classifier", "Evidence", "Finding", "Verification", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: ``import classifier`` stays cheap."""
    if name == "Classifier":
        from classifier.domains.classifier import Classifier  # noqa: PLC0415

        return Classifier
    if name in __all__:
        from classifier.domains import answer  # noqa: PLC0415

        return getattr(answer, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
