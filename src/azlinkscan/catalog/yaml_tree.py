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
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

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
            Text(
                en=f"this is not YAML: {error.problem or error.context}",
                ja=f"YAML として読み取れない（{error.problem or error.context}）",
            ),
            hint=Text(en="mend the line", ja="その行を直す"),
            place=place,
        ) from None
    except YAMLError as error:
        raise UsageError(
            Text(
                en=f"this is not YAML: {str(error).splitlines()[0]}",
                ja=f"YAML として読み取れない（{str(error).splitlines()[0]}）",
            ),
            hint=Text(en="mend the file", ja="ファイルを直す"),
            place=Place(source),
        ) from None
    if node is None:
        raise UsageError(
            Text(en="the file is empty", ja="ファイルが空である"),
            hint=Text(en="write it, or remove it", ja="内容を書くか、ファイルを削除する"),
            place=Place(source, 1, 1),
        )
    return _tree(node, source)


def text_of(path: Path) -> str:
    """A file's text. Raises UsageError where it cannot be read or is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageError(
            Text(
                en=f"the file cannot be read: {because(error).en}",
                ja=f"ファイルを読み取れない：{because(error).ja}",
            ),
            hint=Text(en="check the path and its rights", ja="ファイルの場所と権限を確認する"),
            place=Place(str(path)),
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(
            Text(
                en=f"the file is not UTF-8 (byte {error.start})",
                ja=f"ファイルが UTF-8 ではない（{error.start} バイト目）",
            ),
            hint=Text(en="save it as UTF-8", ja="UTF-8 で保存する"),
            place=Place(str(path), error.object.count(b"\n", 0, error.start) + 1),
        ) from None


def read(path: Path) -> Tree:
    """The tree of one file. Raises UsageError where it cannot be read or is no YAML."""
    return parse(text_of(path), str(path))


def _place(node: Node, source: str) -> Place:
    return Place(source, node.start_mark.line + 1, node.start_mark.column + 1)


def _tree(node: Node, source: str, key_place: Place | None = None) -> Tree:
    place = _place(node, source)
    if isinstance(node, MappingNode):
        entries: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            at = _place(key_node, source)
            if not isinstance(key_node, ScalarNode):
                raise UsageError(
                    Text(en="a key must be a word", ja="キーは一つの語でなければならない"),
                    hint=Text(en="write one word before the colon", ja="コロンの前に一つの語を書く"),
                    place=at,
                )
            key = str(key_node.value)
            if key in entries:
                raise UsageError(
                    Text(en=f"the key '{key}' stands twice", ja=f"キー「{key}」が重複している"),
                    hint=Text(en="keep one of them", ja="一方を削除する"),
                    place=at,
                )
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
                raise UsageError(
                    Text(en="not a number that JSON has", ja="JSON で表せない数値である"),
                    hint=Text(en="write a finite number", ja="有限の数値を書く"),
                    place=place,
                )
            return float(text.replace("_", ""))
        case _:
            return text
