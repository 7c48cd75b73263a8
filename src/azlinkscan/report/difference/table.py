"""A difference for a person at a terminal."""

from __future__ import annotations

from typing import BinaryIO

from azlinkscan.model.difference import Difference
from azlinkscan.model.text import Text
from azlinkscan.report.difference import told
from azlinkscan.report.difference.form import DifferenceFormat
from azlinkscan.report.format import View
from azlinkscan.report.page import Page
from azlinkscan.report.table import SEVERITY_STYLES


def render(difference: Difference, out: BinaryIO, view: View) -> None:
    """Write the page."""
    page = Page(out, view.width, view.colour)
    page.line(view.said(told.TITLE), "bold")
    for side in told.sides(difference, view):
        page.line(side, "bright_black", indent=2)
    counted = told.counted(difference, view)
    if counted or difference.is_empty:
        page.line(counted or view.said(told.NOTHING), indent=2)
    for section in told.sections(difference, view):
        page.blank()
        page.line(f"{section.heading} ({len(section.changes)})", "bold")
        for change in section.changes:
            severity = f"[{view.said(change.severity.label)}]" if change.severity else ""
            style = SEVERITY_STYLES[change.severity] if change.severity else ""
            words = (severity, change.what, change.where, change.verdicts)
            page.line("  ".join(word for word in words if word), style, indent=2)
            if change.title:
                page.line(change.title, indent=4)
            if len(change.causes) > 1:
                page.line(view.said(Text("、", ", ")).join(change.causes), "bright_black", indent=4)
            for detail in change.details:
                page.item(detail, indent=4)


FORMAT = DifferenceFormat(
    name="table",
    suffixes=(".txt",),
    description=Text("端末で読むための表示", "for a person at a terminal"),
    render=render,
)
