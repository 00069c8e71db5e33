"""Re-exports ``classifier.reading``, where the strict YAML reader lives."""

from __future__ import annotations

from classifier.reading import Node, Reader, read_yaml

__all__ = ["Node", "Reader", "read_yaml"]
