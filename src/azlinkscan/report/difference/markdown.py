"""A difference for a pull request or a chat: a table a heading, every name shown as it is."""

from __future__ import annotations

import re
from typing import BinaryIO

from azlinkscan.model.difference import Difference
from azlinkscan.model.text import Text
from azlinkscan.report.difference import told
from azlinkscan.report.difference.form import DifferenceFormat
from azlinkscan.report.format import View
from azlinkscan.report.plain import plain

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#|~&@])")
MOST = 200
"""Rows of one table: what comes after is counted. Hosts cut comments at some 65,000 characters."""
_HEADS = (
    Text("重大度", "severity"),
    Text("項目", "what"),
    Text("対象", "where"),
    Text("判定", "verdict"),
    Text("要因と詳細", "causes and details"),
)


def render(difference: Difference, out: BinaryIO, view: View) -> None:
    """Write the document."""
    lines = [f"## {view.said(told.TITLE)}", ""]
    lines += [f"- {_escaped(side)}" for side in told.sides(difference, view)]
    counted = told.counted(difference, view)
    if counted or difference.is_empty:
        lines += ["", _escaped(counted or view.said(told.NOTHING))]
    for section in told.sections(difference, view):
        lines += ["", f"### {_escaped(section.heading)} ({len(section.changes)})", ""]
        lines += ["| " + " | ".join(view.said(head) for head in _HEADS) + " |", "| --- " * len(_HEADS) + "|"]
        lines += [_row(change, view) for change in section.changes[:MOST]]
        if len(section.changes) > MOST:
            more = len(section.changes) - MOST
            lines += ["", view.said(Text(f"ほか {more} 件", f"… and {more} more"))]
    out.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))


def _row(change: told.Told, view: View) -> str:
    severity = view.said(change.severity.label) if change.severity else ""
    what = "<br>".join(_escaped(part) for part in (change.what, change.title) if part)
    why = "<br>".join(_escaped(part) for part in (", ".join(change.causes), *change.details) if part)
    cells = (severity, what, _escaped(change.where), _escaped(change.verdicts), why)
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    return _MARKS.sub(_safe, plain(text))


def _safe(mark: re.Match[str]) -> str:
    """A mark that is not one: by its number where it could open HTML or name somebody, else behind a backslash."""
    char = mark[1]
    return f"&#{ord(char)};" if char in "<>&@" else f"\\{char}"


FORMAT = DifferenceFormat(
    name="markdown",
    suffixes=(".md",),
    description=Text("プルリクエストやチャットに貼るための Markdown", "for a pull request or a chat"),
    render=render,
)
