"""YAML 1.2 to a tree that remembers where each value stands.

Under YAML 1.2 ``Off``, ``On`` and ``no`` are strings, as Azure means them. A duplicate key is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from azlinkscan.errors import Place, UsageError

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Tree:
    """A value and its place."""

    value: Scalar | tuple[Tree, ...] | dict[str, Tree]
    place: Place
    key_place: Place | None = None
    """Where the key stands, if the value is an entry of a mapping."""

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [child.plain() for child in self.value]
        return self.value


def parse(text: str, source: str) -> Tree:
    """The tree of one document.

    Raises UsageError where the text is no YAML or repeats a key.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(source, mark.line + 1, mark.column + 1) if mark else Place(source)
        raise UsageError(
            f"this is not YAML: {error.problem or error.context}", hint="mend the line", place=place
        ) from None
    except YAMLError as error:
        raise UsageError(
            f"this is not YAML: {str(error).splitlines()[0]}", hint="mend the file", place=Place(source)
        ) from None
    if node is None:
        raise UsageError("the file is empty", hint="write it, or remove it", place=Place(source, 1, 1))
    return _tree(node, source)


def read(path: Path) -> Tree:
    """The tree of one file. Raises UsageError where it cannot be read or is no YAML."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {error.strerror}", hint="check the path and its rights", place=Place(str(path))
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the file is not UTF-8 (byte {error.start})", hint="save it as UTF-8", place=Place(str(path))
        ) from None
    return parse(text, str(path))


def _place(node: Node, source: str) -> Place:
    return Place(source, node.start_mark.line + 1, node.start_mark.column + 1)


def _tree(node: Node, source: str, key_place: Place | None = None) -> Tree:
    place = _place(node, source)
    if isinstance(node, MappingNode):
        entries: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            at = _place(key_node, source)
            if not isinstance(key_node, ScalarNode):
                raise UsageError("a key must be a word", hint="write one word before the colon", place=at)
            key = str(key_node.value)
            if key in entries:
                raise UsageError(f"the key '{key}' stands twice", hint="keep one of them", place=at)
            entries[key] = _tree(value_node, source, at)
        return Tree(entries, place, key_place)
    if isinstance(node, SequenceNode):
        return Tree(tuple(_tree(child, source) for child in node.value), place, key_place)
    assert isinstance(node, ScalarNode)
    return Tree(_scalar(node, place), place, key_place)


def _scalar(node: ScalarNode, place: Place) -> Scalar:
    text: str = node.value
    match str(node.tag).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            plain = text.replace("_", "")
            for mark, base in (("0x", 16), ("0o", 8)):
                if plain.lower().startswith(mark):
                    return int(plain[2:], base)
            return int(plain)
        case "float":
            special = {".inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan")}
            if text.lower() in special:
                raise UsageError("not a number that JSON has", hint="write a finite number", place=place)
            return float(text.replace("_", ""))
        case _:
            return text
