"""Findings as CSV, for a spreadsheet: UTF-8 with a byte order mark, since Excel takes it for the local encoding without.

RFC 4180. A cell that a spreadsheet would take for a formula is written behind an apostrophe:
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import BinaryIO

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.report.format import Format, View
from azlinkscan.report.plain import plain
from azlinkscan.report.record import HEADINGS, records

_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """A value that no spreadsheet calculates.

    >>> cell("=1+1"), cell("storage")
    ("'=1+1", 'storage')
    """
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_STARTS_A_FORMULA) else shown


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the table."""
    out.write(codecs.BOM_UTF8)
    _row(out, [view.said(heading) for heading in HEADINGS.values()])
    for _, values in records(reader, view):
        _row(out, [cell(values[name]) for name in HEADINGS])


def _row(out: BinaryIO, cells: list[str]) -> None:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    out.write(line.getvalue().encode("utf-8", "replace"))


FORMAT = Format(
    name="csv",
    suffixes=(".csv",),
    description=Text(
        "表計算ソフト用の CSV（判定結果 1 件につき 1 行）", "CSV for a spreadsheet, a finding a line"
    ),
    render=render,
)
