"""JSON written piece by piece, so that a long list never lies in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Members:
    """An object whose members are written one a line, in this order."""

    of: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Items:
    """A list whose items are made one by one and written one a line."""

    of: Iterable[Any]


def write(value: Any, out: BinaryIO) -> None:
    """A document of Members, Items and plain JSON values, as UTF-8 with a final line end."""
    for piece in _pieces(value):
        # Azure may send half of a surrogate pair, which UTF-8 cannot hold but JSON can: as \udXXX.
        out.write(piece.encode("utf-8", "backslashreplace"))
    out.write(b"\n")


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Members):
        for lead, (name, member) in zip(_leads("{\n"), value.of, strict=False):
            yield f"{lead}{_dumped(name)}: "
            yield from _pieces(member)
        yield "\n}" if value.of else "{}"
    elif isinstance(value, Items):
        empty = True
        for lead, item in zip(_leads("[\n"), value.of, strict=False):
            empty = False
            yield lead
            yield from _pieces(item)
        yield "[]" if empty else "\n]"
    else:
        yield _dumped(value)


def _leads(first: str) -> Iterator[str]:
    yield first
    while True:
        yield ",\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
