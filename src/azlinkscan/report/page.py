"""Lines on a terminal: wrapped by cells, so that wide characters align, and safe whatever a name contains.

Rich knows the width of a character and the codes of a style. Its layout is left aside: it wraps at spaces only, which
Japanese does not write, and takes a tenth of a millisecond a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from rich.cells import cell_len, chop_cells
from rich.color import ColorSystem
from rich.style import Style

from azlinkscan.report.plain import plain

_NARROWEST_TEXT = 20
_NOT_AT_START = frozenset(
    "、。，．・：；！？）」』】〕］｝〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;!?)]}%…"
)
_NOT_AT_END = frozenset("（「『【〔［｛〈《([{")

Piece = tuple[str, str]
"""A text and its style: ``("不適合", "bold red")``, or an empty style."""


class Page:
    """Writes lines; every text that goes through it is made plain."""

    def __init__(self, out: BinaryIO, width: int, colour: bool) -> None:
        self._out = out
        self._width = width
        self._colour = colour

    def blank(self) -> None:
        """An empty line."""
        self._out.write(b"\n")

    def line(self, text: str, style: str = "", *, indent: int = 0) -> None:
        """A text; where it is too long, it goes on at the same indent."""
        self._write(" " * indent, indent, text, style)

    def item(self, text: str, *, indent: int) -> None:
        """A text behind a dash."""
        self._write(" " * indent + "- ", indent + 2, text, "")

    def row(
        self, lead: tuple[tuple[Piece, int], ...], text: str, style: str = "", *, indent: int = 0
    ) -> None:
        """Cells of fixed width, two blanks apart, then a text that is wrapped beside them."""
        before = " " * indent + "".join(self._cell(piece, width) + "  " for piece, width in lead)
        self._write(before, indent + sum(width + 2 for _, width in lead), text, style)

    def _write(self, before: str, start: int, text: str, style: str) -> None:
        for part in wrapped(plain(text), max(self._width - start, _NARROWEST_TEXT)):
            self._out.write((before + self._styled(part, style)).rstrip(" ").encode() + b"\n")
            before = " " * start

    def _cell(self, piece: Piece, width: int) -> str:
        text, style = plain(piece[0]), piece[1]
        return self._styled(text, style) + " " * (width - cell_len(text))

    def _styled(self, text: str, style: str) -> str:
        if not (self._colour and style and text):
            return text
        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)


def wrapped(text: str, cells: int) -> Iterator[str]:
    """The lines of a text: broken at blanks and between wide characters, with Japanese marks kept off the edges."""
    if cell_len(text) <= cells:
        yield text
        return
    line, used = "", 0
    for unit in _units(text):
        for part in chop_cells(unit, cells) if cell_len(unit) > cells else (unit,):
            if used and used + cell_len(part.rstrip()) > cells:
                yield line.rstrip()
                line, used = "", 0
            line, used = line + part, used + cell_len(part)
    if line:
        yield line.rstrip()


def _units(text: str) -> Iterator[str]:
    """The pieces of a text that stay together."""
    unit = ""
    for char in text:
        if unit and _may_break(unit[-1], char):
            yield unit
            unit = char
        else:
            unit += char
    if unit:
        yield unit


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NOT_AT_START or before in _NOT_AT_END or cell_len(after) == 0:
        return False
    return before == " " or 2 in (cell_len(before), cell_len(after))
