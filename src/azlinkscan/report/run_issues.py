"""What a CI service shows beside a run: failures first, then what is unknown, each on one line.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report.format import View
from azlinkscan.report.record import records

MOST = 50
"""A check of GitHub shows ten of each kind a step and fifty a job; the line behind the last says how many there are."""


class Issue(NamedTuple):
    """One line."""

    level: str
    """``error`` or ``warning``."""
    title: str
    message: str


def issues_of(reader: ResultReader, view: View) -> Iterator[Issue]:
    """The failures that nobody accepted, most severe first, and how much could not be judged."""
    told = 0
    totals: Counter[Verdict] = Counter()
    by_severity: Counter[Severity] = Counter()
    for finding in reader.findings():
        totals[finding.verdict] += 1
        by_severity[finding.severity] += finding.fails
    for severity in Severity:
        if not by_severity[severity] or told >= MOST:
            continue
        for finding, values in records(reader, view):
            if not finding.fails or finding.severity is not severity or told >= MOST:
                continue
            told += 1
            level = "error" if severity.rank <= Severity.HIGH.rank else "warning"
            yield Issue(
                level,
                f"{finding.check} ({values['severity']})",
                f"{values['resource']} ({values['subscription']}): {values['message']}",
            )
    left = by_severity.total() - told
    if left:
        yield Issue(
            "warning", "azlinkscan", view.said(Text(f"ほか不適合 {left} 件", f"{left} more failures"))
        )
    for verdict in (Verdict.UNKNOWN, Verdict.ERROR):
        if totals[verdict]:
            yield Issue(
                "warning",
                "azlinkscan",
                view.said(
                    Text(
                        f"{verdict.label.ja} {totals[verdict]} 件",
                        f"{verdict.label.en}: {totals[verdict]} findings",
                    )
                ),
            )
