"""What a format is: a name, the suffixes of its files, and a pure function from a result to bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import BinaryIO

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Language, Text


@dataclass(frozen=True)
class View:
    """For whom a document is written; nothing else of the surroundings reaches a format."""

    language: Language
    zone: tzinfo
    """The zone of the times that a person reads; what a machine reads stays UTC."""
    width: int
    """Columns of the terminal."""
    colour: bool

    def said(self, text: Text) -> str:
        """A text in the reader's language."""
        return text.in_(self.language)

    def moment(self, utc: str) -> str:
        """A time of the result (UTC, ISO 8601) in the reader's zone, with its offset."""
        local = datetime.fromisoformat(utc).astimezone(self.zone)
        offset = local.strftime("%z")
        return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:5]})"


@dataclass(frozen=True)
class Format:
    """One way to write a result down. A module of this package that has a ``FORMAT`` is one."""

    name: str
    suffixes: tuple[str, ...]
    """File name endings that mean this format, in lower case with their dot; none where it must be named."""
    description: Text
    render: Callable[[ResultReader, BinaryIO, View], None]
    """Writes the result as a stream and leaves the file open; holds no more findings than it has to group."""
