"""A difference as one HTML file: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import BinaryIO

from azlinkscan.model.difference import Difference
from azlinkscan.model.text import Text
from azlinkscan.report.difference import told
from azlinkscan.report.difference.form import DifferenceFormat
from azlinkscan.report.format import View
from azlinkscan.report.plain import plain

_STYLE = """
body { font-family: system-ui, sans-serif; line-height: 1.6; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: bold; padding: .5rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: start; vertical-align: top; }
th { background: #f0f0f0; }
td { overflow-wrap: anywhere; }
ul { margin: 0; padding-inline-start: 1.2rem; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HEADS = (
    Text("重大度", "severity"),
    Text("項目", "what"),
    Text("対象", "where"),
    Text("判定", "verdict"),
    Text("要因", "causes"),
    Text("詳細", "details"),
)


def render(difference: Difference, out: BinaryIO, view: View) -> None:
    """Write the document."""
    for piece in _pieces(difference, view):
        out.write(piece.encode("utf-8", "backslashreplace") + b"\n")


def _pieces(difference: Difference, view: View) -> Iterator[str]:
    title = _text(view.said(told.TITLE))
    yield f'<!doctype html>\n<html lang="{view.language}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    yield "<ul>" + "".join(f"<li>{_text(side)}</li>" for side in told.sides(difference, view)) + "</ul>"
    counted = told.counted(difference, view)
    if counted or difference.is_empty:
        yield f"<p>{_text(counted or view.said(told.NOTHING))}</p>"
    for section in told.sections(difference, view):
        yield f"<table>\n<caption>{_text(section.heading)} ({len(section.changes)})</caption>"
        heads = "".join(f'<th scope="col">{_text(view.said(head))}</th>' for head in _HEADS)
        yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
        for change in section.changes:
            yield _row(change, view)
        yield "</tbody>\n</table>"
    yield "</main>\n</body>\n</html>"


def _row(change: told.Told, view: View) -> str:
    details = "".join(f"<li>{_text(detail)}</li>" for detail in change.details)
    cells = (
        _text(view.said(change.severity.label)) if change.severity else "",
        f"{_text(change.what)}<br>{_text(change.title)}" if change.title else _text(change.what),
        _text(change.where),
        _text(change.verdicts),
        "<br>".join(_text(cause) for cause in change.causes),
        f"<ul>{details}</ul>" if details else "",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _text(text: str) -> str:
    return escape(plain(text))


FORMAT = DifferenceFormat(
    name="html",
    suffixes=(".html", ".htm"),
    description=Text("ブラウザーで読むための HTML", "for a browser"),
    render=render,
)
