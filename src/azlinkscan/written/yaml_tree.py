"""YAML 1.2 to a tree that remembers where each value stands.

Under YAML 1.2 ``Off``, ``On`` and ``no`` are strings, as Azure means them. A duplicate key is an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text
from azlinkscan.written.tree import Row, Scalar, Tree, text_of

_MOST_NODES = 200_000
_DEEPEST = 200


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
    except RecursionError:
        raise _too_deep(source) from None
    if node is None:
        raise UsageError(
            Text(en="the file is empty", ja="ファイルが空である"),
            hint=Text(en="write it, or remove it", ja="内容を書くか、ファイルを削除する"),
            place=Place(source, 1, 1),
        )
    _bounded(node, source)
    return Tree(_row(node, source), source)


def _bounded(node: Node, source: str) -> None:
    """Raises UsageError where a few anchors stand for more than anybody would write, or where it is nested too deep."""
    count = 0
    waiting = [(node, 0)]
    while waiting:
        here, depth = waiting.pop()
        count += 1
        if count > _MOST_NODES or depth > _DEEPEST:
            raise _too_deep(source)
        if isinstance(here, MappingNode):
            waiting.extend((part, depth + 1) for pair in here.value for part in pair)
        elif isinstance(here, SequenceNode):
            waiting.extend((part, depth + 1) for part in here.value)


def _too_deep(source: str) -> UsageError:
    return UsageError(
        Text(
            en="the file is nested too deep, or its anchors stand for too much",
            ja="入れ子が深すぎるか、アンカーの展開が大きすぎる",
        ),
        hint=Text(en="write it out plainly", ja="アンカーを使わずに書く"),
        place=Place(source),
    )


def read(path: Path) -> Tree:
    """The tree of one file. Raises UsageError where it cannot be read or is no YAML."""
    return parse(text_of(path), str(path))


def _place(node: Node, source: str) -> Place:
    return Place(source, node.start_mark.line + 1, node.start_mark.column + 1)


def _row(node: Node, source: str, key: Place | None = None) -> Row:
    place = _place(node, source)
    value: Any
    if isinstance(node, MappingNode):
        value = {}
        for key_node, value_node in node.value:
            at = _place(key_node, source)
            if not isinstance(key_node, ScalarNode):
                raise UsageError(
                    Text(en="a key must be a word", ja="キーは一つの語でなければならない"),
                    hint=Text(en="write one word before the colon", ja="コロンの前に一つの語を書く"),
                    place=at,
                )
            name = str(key_node.value)
            if name in value:
                raise UsageError(
                    Text(en=f"the key '{name}' stands twice", ja=f"キー「{name}」が重複している"),
                    hint=Text(en="keep one of them", ja="一方を削除する"),
                    place=at,
                )
            value[name] = _row(value_node, source, at)
    elif isinstance(node, SequenceNode):
        value = [_row(child, source) for child in node.value]
    else:
        assert isinstance(node, ScalarNode)
        value = _scalar(node, place)
    return (place.line, place.column, key and key.line, key and key.column, value)


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
