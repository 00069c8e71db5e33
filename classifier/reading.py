"""Strict reading of YAML: every key is known, and every complaint has a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from classifier.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path


class Node(dict[str, Any]):
    """A mapping that remembers the line it starts at (1 is the first)."""

    line: int = 0
    repeated: tuple[str, ...] = ()


class _Loader(yaml.SafeLoader):
    """A safe loader whose mappings know their lines and their repeated keys."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Node:
    out = Node()
    out.line = node.start_mark.line + 1
    repeated = []
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in out:
            repeated.append(key)
        out[key] = loader.construct_object(value_node, deep=True)
    out.repeated = tuple(repeated)
    return out


# YAML 1.1 reads the bare words on, off, yes and no as truths; here only true and false are,
# so that a key may be called "on" (the day of something).
_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path, name: str, problems: list[Problem]) -> Any:
    """Read one YAML file; what cannot be parsed becomes a problem and None."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  (a SafeLoader)
    except UnicodeDecodeError as error:
        problems.append(Problem(name, 0, "", f"not UTF-8 at byte {error.start}; save it as UTF-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problems.append(Problem(name, line, "", f"not YAML: {getattr(error, 'problem', error)}"))
    return None


class Reader:
    """Takes values out of nodes and writes down what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def complain(self, line: int, field: str, message: str) -> None:
        """Write down one problem."""
        self.problems.append(Problem(self.file, line, field, message))

    def check_keys(self, node: Node, allowed: set[str], what: str) -> None:
        """Complain of keys that are unknown or stand twice."""
        for key in node:
            if key not in allowed:
                known = ", ".join(sorted(allowed))
                self.complain(node.line, key, f"unknown key in {what}; allowed: {known}")
        for key in node.repeated:
            self.complain(node.line, key, f"stands twice in {what}; keep one")

    def mapping(self, node: Node, key: str) -> Node:
        """Return the mapping under a key, or an empty one with a complaint."""
        value = node.get(key)
        if isinstance(value, Node):
            return value
        self.complain(node.line, key, f"found {value!r}, expected a mapping")
        empty = Node()
        empty.line = node.line
        return empty

    def sequence(self, node: Node, key: str, *, required: bool = True) -> list[Any]:
        """Return the list under a key; a missing optional one is empty."""
        value = node.get(key)
        if value is None and not required:
            return []
        if isinstance(value, list):
            return value
        self.complain(node.line, key, f"found {value!r}, expected a list")
        return []

    def text(self, node: Node, key: str, *, required: bool = True) -> str:
        """Return the text under a key, stripped; empty with a complaint if required."""
        value = node.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.complain(node.line, key, f"found {value!r}, expected a text that is not empty")
            return ""
        return value.strip()

    def choice(self, node: Node, key: str, allowed: tuple[str, ...]) -> str:
        """Return one of the allowed texts."""
        value = self.text(node, key)
        if value and value not in allowed:
            self.complain(node.line, key, f"found {value!r}, allowed: {', '.join(allowed)}")
        return value
