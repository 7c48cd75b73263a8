"""Findings as JSON Lines: one object a line, for a log store or ``jq``. Words of machines, never of a language."""

from __future__ import annotations

import json
from typing import BinaryIO

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.report.format import Format, View
from azlinkscan.report.record import records


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the lines."""
    header = reader.header
    for finding, values in records(reader, view):
        line = {
            **values,
            "verdict": finding.verdict.value,
            "severity": finding.severity.value,
            "accepted": finding.excepted is not None,
            "accepted_because": values["accepted"],
            "clock": header.clock,
            "tool": f"azlinkscan {header.tool}",
        }
        out.write(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        )


FORMAT = Format(
    name="jsonl",
    suffixes=(".jsonl", ".ndjson"),
    description=Text("JSON Lines（判定結果 1 件につき 1 行）", "JSON Lines, a finding a line"),
    render=render,
)
