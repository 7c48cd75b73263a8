"""What a format of a difference is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from azlinkscan.model.difference import Difference
from azlinkscan.model.text import Text
from azlinkscan.report.format import View


@dataclass(frozen=True)
class DifferenceFormat:
    """One way to write a difference down."""

    name: str
    suffixes: tuple[str, ...]
    """File name endings that mean this format."""
    description: Text
    render: Callable[[Difference, BinaryIO, View], None]
    """Writes the difference and leaves the file open."""
