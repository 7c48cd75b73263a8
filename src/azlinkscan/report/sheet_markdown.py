"""The sheet in Markdown: the document's own form as a table, then each standard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.report.format import Format, View
from azlinkscan.report.markdown_format import inert
from azlinkscan.report.sheet import Line, sheet_of


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the document."""
    sheet = sheet_of(reader, view)

    def line(text: str = "") -> None:
        out.write(text.encode("utf-8", "replace") + b"\n")

    def table(heads: Iterable[str], body: Iterable[Iterable[str]]) -> None:
        named = list(heads)
        line(f"| {' | '.join(named)} |")
        line("|" + " --- |" * len(named))
        for row in body:
            line(f"| {' | '.join(row)} |")
        line()

    line(f"# {inert(sheet.title)}")
    line()
    table(("", ""), ((inert(name), inert(value)) for name, value in sheet.facts))
    for remark in sheet.remarks:
        line(inert(remark))
        line()
    if sheet.items:
        table(
            sheet.columns,
            ((inert(item.title), *(_cell(lines, view) for lines in item.cells)) for item in sheet.items),
        )
    for one in sheet.standards:
        line(f"## {inert(one.title)}")
        line()
        line(inert(f"{one.source} / {one.status} / {one.counts}"))
        line()
        line(inert(one.status_note))
        line()
        heads = (
            Text("基準の文言", "criterion"),
            Text("判定", "verdict"),
            Text("確認した内容", "what was verified"),
        )
        table((view.said(head) for head in heads), (_row(each, view) for each in one.lines))


def _cell(lines: Iterable[Line], view: View) -> str:
    return "<br>".join(
        (f"**{view.said(line.verdict.label)}** " if line.verdict else "") + _text(f"{line.label} {line.text}")
        for line in lines
    )


def _row(line: Line, view: View) -> tuple[str, str, str]:
    verdict = view.said(line.verdict.label) if line.verdict else ""
    told = (*line.figures, *line.by_hand, *line.decided, *line.unread, *line.notes)
    return _text(f"{line.label} {line.text}"), verdict, "<br>".join(_text(one) for one in told)


def _text(text: str) -> str:
    return "<br>".join(inert(part) for part in text.strip().split("\n"))


FORMAT = Format(
    name="sheet-markdown",
    suffixes=(".sheet.md",),
    description=Text("資料の様式による確認表（Markdown）", "the document's own form, filled in (Markdown)"),
    render=render,
)
