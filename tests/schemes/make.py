"""A taxonomy of two small schemes, written to a folder and broken on purpose."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SCHEME = """\
id: {id}
title: {{zh: 标题, en: Title}}
source: {{document: 文件, number: 一号, issuer: 机关, date: "2020-01-01", confidence: secondary}}
levels: [类]
concepts:
  - notation: A
    label: {{zh: 甲, en: First}}
    scope: 甲类产品
    excludes: [{{what: 乙类产品, see: B}}]
    confidence: secondary
  - notation: B
    label: {{zh: 乙, en: Second}}
    scope: 乙类产品
    excludes: [{{what: 其他, see: "-"}}]
    confidence: secondary
  - notation: A.1
    broader: A
    label: {{zh: 甲一, en: First of the first}}
    scope: 甲一类产品
    excludes: [{{what: 其他, see: "-"}}]
    confidence: secondary
"""


def write(folder: Path, name: str, text: str) -> Path:
    """Write one file and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def scheme_text(scheme_id: str = "mp10") -> str:
    """Return a good scheme file."""
    return SCHEME.format(id=scheme_id)
