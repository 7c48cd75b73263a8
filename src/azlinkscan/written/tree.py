"""What a YAML file says, as a tree that remembers where each value stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

Scalar = str | int | float | bool | None


Value = Scalar | tuple["Tree", ...] | dict[str, "Tree"]
Row = Sequence[Any]
"""``(line, column, key line, key column, value)``; a list's value is rows, a mapping's is rows by key."""


class _Unseen:
    """Nobody has asked for the value yet."""


_UNSEEN = _Unseen()


class Tree:
    """A value and its place: a view of a row, so that what nobody looks at takes no time."""

    __slots__ = ("_source", "_value", "row")

    def __init__(self, row: Row, source: str) -> None:
        self.row = row
        self._source = source
        self._value: Value | _Unseen = _UNSEEN

    @property
    def value(self) -> Value:
        """What stands there."""
        if isinstance(self._value, _Unseen):
            self._value = self._seen()
        return self._value

    def _seen(self) -> Value:
        value: Any = self.row[4]
        if isinstance(value, dict):
            return {key: Tree(child, self._source) for key, child in value.items()}
        if isinstance(value, list):
            return tuple(Tree(child, self._source) for child in value)
        scalar: Scalar = value
        return scalar

    def standing_for(self, value: tuple[Tree, ...] | dict[str, Tree]) -> Tree:
        """The same place with another value, of which each part keeps its own place."""
        other = Tree((*self.row[:4], _rows(value)), self._source)
        other._value = value
        return other

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self._source, self.row[0], self.row[1])

    @property
    def key_place(self) -> Place | None:
        """Where the key stands, if the value is an entry of a mapping."""
        return None if self.row[2] is None else Place(self._source, self.row[2], self.row[3])

    def plain(self) -> Any:
        """The value without its places."""
        return _plain(self.row[4])


def _rows(value: tuple[Tree, ...] | dict[str, Tree]) -> Any:
    if isinstance(value, dict):
        return {key: child.row for key, child in value.items()}
    return [child.row for child in value]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(child[4]) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child[4]) for child in value]
    return value


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
