"""Rendering the sample, and comparing with what was agreed on."""

from __future__ import annotations

import difflib
import io
import os
from datetime import timedelta, timezone
from pathlib import Path

import openpyxl

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Language
from azlinkscan.report import View, format_for

GOLDEN = Path(__file__).parent / "golden"
JAPAN = timezone(timedelta(hours=9))


def view(language: Language = "ja", *, width: int = 100, colour: bool = False) -> View:
    return View(language, JAPAN, width, colour)


def rendered(name: str, reader: ResultReader, seen: View | None = None) -> bytes:
    out = io.BytesIO()
    format_for(name).render(reader, out, seen or view())
    assert not out.closed, "a format leaves the file open"
    return out.getvalue()


def shown(workbook: bytes) -> bytes:
    """What stands in a workbook's cells, a row a line."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    lines = []
    for page in book:
        lines.append(f"== {page.title}")
        for row in page.iter_rows(values_only=True):
            lines.append(" | ".join(str(cell or "").replace("\n", " / ") for cell in row))
    return "\n".join(lines).encode() + b"\n"


def assert_golden(name: str, made: bytes) -> None:
    """The bytes are those in ``golden/``; UPDATE_GOLDENS=1 writes them there instead."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDENS") == "1":
        path.write_bytes(made)
        return
    agreed = path.read_bytes() if path.exists() else b""
    if made == agreed:
        return
    difference = difflib.unified_diff(
        agreed.decode().splitlines(), made.decode().splitlines(), "agreed", "made", lineterm="", n=1
    )
    shown = "\n".join(line[:300] for line in difference)
    raise AssertionError(f"{name} has changed; if it is meant, run again with UPDATE_GOLDENS=1\n{shown}")
