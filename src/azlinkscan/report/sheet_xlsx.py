"""The sheet as an Excel workbook: A4, headings repeated on every page, filters, no cell that calculates.

XlsxWriter writes row by row (``constant_memory``); a text is written as a text whatever it begins with:
https://xlsxwriter.readthedocs.io/worksheet.html#worksheet-write-string.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from rich.cells import cell_len

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.format import Format, View
from azlinkscan.report.plain import plain
from azlinkscan.report.sheet import FAILURE_COLUMNS, Item, Line, Sheet, Standard, failures, sheet_of
from azlinkscan.report.templates import lines

_A4 = 9
_LINE = 15.0
"""Points of a line of text at 10 points."""
_TALLEST = 400.0
"""Excel's own limit is 409 points: a taller text goes on in a further row."""
_LONGEST = 32_000
"""Excel keeps 32,767 characters in a cell."""
_COLOURS: Mapping[Verdict | None, tuple[str, str]] = {
    Verdict.PASS: ("#E2F0D9", "#1E4620"),
    Verdict.FAIL: ("#F8D7DA", "#7A1420"),
    Verdict.UNKNOWN: ("#FFF3CD", "#664D03"),
    Verdict.ERROR: ("#FFF3CD", "#664D03"),
    Verdict.BY_HAND: ("#DDEBF7", "#1F3864"),
    Verdict.NOT_COVERED: ("#EDEDED", "#333333"),
    Verdict.NOT_APPLICABLE: ("#EDEDED", "#333333"),
    None: ("#FFFFFF", "#000000"),
}
_NAMES = {
    "cover": Text("表紙", "Cover"),
    "form": Text("確認表", "Form"),
    "failures": Text("不適合及び未確認", "Failures and unknowns"),
}
_CRITERIA = (
    Text("項目", "item"),
    Text("基準の文言", "criterion"),
    Text("判定", "verdict"),
    Text("確認した内容", "what was verified"),
    Text("目視する内容", "to look at by hand"),
    Text("例外及び証明", "exceptions and attestations"),
    Text("読み取れなかったもの", "what could not be read"),
    Text("備考", "notes"),
)


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the workbook."""
    import xlsxwriter

    sheet = sheet_of(reader, view)
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        path = Path(folder) / "sheet.xlsx"
        book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "tmpdir": folder,
            },
        )
        # the workbook says when it was made: the result's own moment, so that the same result gives the same bytes
        made = datetime.fromisoformat(reader.header.clock).replace(tzinfo=None)
        book.set_properties({"title": sheet.title, "author": "azlinkscan", "created": made})
        pages = _Pages(book, view, sheet)
        pages.cover()
        if sheet.items:
            pages.form(sheet.items)
        for number, standard in enumerate(sheet.standards, 1):
            pages.standard(number, standard)
        pages.failures(failures(reader, view))
        book.close()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                out.write(block)


class _Pages:
    """The worksheets, one after the other."""

    def __init__(self, book: Any, view: View, sheet: Sheet) -> None:
        self._book, self._view, self._sheet = book, view, sheet
        plain_cell = {
            "text_wrap": True,
            "valign": "top",
            "border": 1,
            "border_color": "#BFBFBF",
            "font_size": 10,
        }
        self._cell = book.add_format(plain_cell)
        self._head = book.add_format({**plain_cell, "bold": True, "bg_color": "#D9E1F2", "align": "center"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._verdicts = {
            verdict: book.add_format(
                {**plain_cell, "bg_color": back, "font_color": ink, "bold": verdict is not None}
            )
            for verdict, (back, ink) in _COLOURS.items()
        }

    def cover(self) -> None:
        """What the sheet is made from."""
        page = self._page(self._view.said(_NAMES["cover"]), (28, 70), None)
        page.write_string(0, 0, plain(self._sheet.title), self._title)
        row = 2
        for name, value in self._sheet.facts:
            self._row(page, row, (name, value), (28, 70))
            row += 1
        for standard in self._sheet.standards:
            value = f"{standard.source}\n{standard.status}：{standard.status_note}\n{standard.counts}"
            self._row(page, row, (standard.title, value), (28, 70))
            row += 1
        for remark in self._sheet.remarks:
            row += 1
            page.write_string(row, 0, plain(remark))

    def form(self, items: Iterable[Item]) -> None:
        """The document's own form."""
        widths = (18, 42, 42, 42)
        page = self._page(self._view.said(_NAMES["form"]), widths, self._sheet.columns)
        row = 1
        for item in items:
            for number in range(max(len(cell) for cell in item.cells)):
                shown = [cell[number] if number < len(cell) else None for cell in item.cells]
                texts = (item.title if number == 0 else "", *(_form_text(line, self._view) for line in shown))
                formats = (self._cell, *(self._verdicts[line.verdict if line else None] for line in shown))
                self._row(page, row, texts, widths, formats)
                row += 1

    def standard(self, number: int, standard: Standard) -> None:
        """Every criterion with its figures."""
        widths = (8, 38, 10, 48, 34, 26, 30, 30)
        heads = tuple(self._view.said(head) for head in _CRITERIA)
        page = self._page(f"{number} {standard.id}"[:31], widths, heads)
        for row, line in enumerate(standard.lines, 1):
            verdict = self._view.said(line.verdict.label) if line.verdict else ""
            parts = (line.figures, line.by_hand, line.decided, line.unread, line.notes)
            texts = (line.label or line.id, line.text, verdict, *("\n".join(part) for part in parts))
            formats = (self._cell, self._cell, self._verdicts[line.verdict], *(self._cell,) * len(parts))
            self._row(page, row, texts, widths, formats)
        page.autofilter(0, 0, max(1, len(standard.lines)), len(widths) - 1)

    def failures(self, found: Iterator[tuple[str, ...]]) -> None:
        """What does not hold and what is unknown, each on a line."""
        widths = (8, 8, 36, 30, 46, 46, 22)
        heads = tuple(self._view.said(head) for head in FAILURE_COLUMNS)
        page = self._page(self._view.said(_NAMES["failures"]), widths, heads)
        last = 0
        for row, texts in enumerate(found, 1):
            self._row(page, row, texts, widths)
            last = row
        page.autofilter(0, 0, max(1, last), len(widths) - 1)

    def _page(self, name: str, widths: tuple[int, ...], heads: tuple[str, ...] | None) -> Any:
        page = self._book.add_worksheet(name)
        page.set_paper(_A4)
        if len(widths) > 2:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.set_footer("&L&A&R&P / &N")
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        if heads is not None:
            page.repeat_rows(0)
            page.freeze_panes(1, 0)
            self._row(page, 0, heads, widths, (self._head,) * len(heads))
        return page

    def _row(
        self,
        page: Any,
        row: int,
        texts: Iterable[str],
        widths: tuple[int, ...],
        formats: tuple[Any, ...] | None = None,
    ) -> None:
        cells = [lines(text)[:_LONGEST] for text in texts]
        height = max((_height(text, width) for text, width in zip(cells, widths, strict=True)), default=1)
        page.set_row(row, min(_TALLEST, _LINE * max(1, height)))
        for column, text in enumerate(cells):
            page.write_string(row, column, text, formats[column] if formats else self._cell)


def _form_text(line: Line | None, view: View) -> str:
    if line is None:
        return ""
    verdict = f"【{view.said(line.verdict.label)}】" if line.verdict else ""
    label = f"{line.label}　" if line.label else ""
    return "\n".join((f"{verdict}{label}{line.text}", *(f"・{figure}" for figure in line.figures)))


def _height(text: str, width: int) -> int:
    """Lines that a text takes in a column so wide: a wide character takes two of its units."""
    return sum(max(1, -(-cell_len(line) // max(1, width - 2))) for line in text.split("\n"))


FORMAT = Format(
    name="sheet",
    suffixes=(".xlsx",),
    description=Text("資料の様式による確認表（Excel）", "the document's own form, filled in (Excel)"),
    render=render,
)
