"""The sheet as one HTML page that prints well on A4; ``chromium --headless --print-to-pdf`` makes a PDF of it."""

from __future__ import annotations

from typing import BinaryIO

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.report.format import Format, View
from azlinkscan.report.sheet import FAILURE_COLUMNS, failures, sheet_of
from azlinkscan.report.templates import template


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the page."""
    page = template("sheet.html.j2", view).stream(
        sheet=sheet_of(reader, view),
        failures=failures(reader, view),
        failure_columns=[view.said(column) for column in FAILURE_COLUMNS],
    )
    page.enable_buffering(64)
    for part in page:
        out.write(part.encode("utf-8", "replace"))


FORMAT = Format(
    name="sheet-html",
    suffixes=(".sheet.html",),
    description=Text(
        "資料の様式による確認表（印刷用の HTML）", "the document's own form, filled in (HTML to print)"
    ),
    render=render,
)
