"""A summary in Markdown: for the summary of a CI job, a pull request or a chat. Criteria, counts, the worst failures."""

from __future__ import annotations

import re
from collections import Counter
from typing import BinaryIO

from azlinkscan.model.profile import Profile
from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report.criteria import Results, results_of, rows, verdict_counts
from azlinkscan.report.format import Format, View
from azlinkscan.report.phrases import CUT_SHORT, NOT_LAW, STATUS, tallied
from azlinkscan.report.plain import plain
from azlinkscan.report.record import records

MOST = 30
"""Failures that are listed; a job summary is no report."""
_MARKS = {
    Verdict.PASS: "✅",
    Verdict.FAIL: "❌",
    Verdict.UNKNOWN: "❓",
    Verdict.NOT_APPLICABLE: "➖",
    Verdict.ERROR: "⚠️",
    Verdict.BY_HAND: "👁",
    Verdict.NOT_COVERED: "⬜",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$@:-])")


def inert(text: str) -> str:
    r"""Text in which no character means anything to Markdown or HTML, and no name notifies anybody.

    >>> inert("<b>[x](y)|@z")
    '\\<b\\>\\[x\\]\\(y\\)\\|\\@z'
    """
    return _SPECIAL.sub(r"\\\1", plain(text))


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the document."""
    say = _Lines(out, view)
    header = reader.header
    say.line(f"## azlinkscan — {view.moment(header.clock)}")
    say.line()
    if header.cut_short:
        say.line(f"> **{inert(view.said(CUT_SHORT))}**")
        say.line()
    say.line(inert(tallied(reader.counts(), view.language)))
    results = results_of(reader)
    for profile in reader.profiles():
        _profile(profile, results, say, view)
    _failures(reader, say, view)
    say.line()
    say.line(inert(view.said(NOT_LAW)))


def _profile(profile: Profile, results: Results, say: _Lines, view: View) -> None:
    say.line()
    say.line(f"### {inert(view.said(profile.title))}")
    say.line()
    status = view.said(STATUS[profile.source.status])
    counts = tallied(verdict_counts(profile, results), view.language)
    say.line(
        inert(view.said(Text(f"効力：{status}　判定：{counts}", f"Status: {status}. Criteria: {counts}")))
    )
    say.line()
    say.row(
        view.said(Text("項目", "criterion")),
        view.said(Text("判定", "verdict")),
        view.said(Text("確認した件数", "findings")),
    )
    say.row("---", "---", "---")
    for row in rows(profile, results):
        if row.result is None:
            continue
        verdict = row.result.verdict
        text = view.said(row.criterion.text)
        label = f"{row.criterion.label} " if row.criterion.label else ""
        say.row(
            inert(label + text),
            f"{_MARKS[verdict]} {view.said(verdict.label)}",
            inert(tallied(row.counts, view.language)),
        )


def _failures(reader: ResultReader, say: _Lines, view: View) -> None:
    counts: Counter[Severity] = Counter()
    for finding in reader.findings():
        counts[finding.severity] += finding.fails
    if not counts.total():
        return
    say.line()
    say.line(f"### {view.said(Text('不適合', 'Failures'))} ({counts.total()})")
    say.line()
    told = 0
    for severity in Severity:
        if not counts[severity] or told >= MOST:
            continue
        for finding, values in records(reader, view):
            if finding.fails and finding.severity is severity and told < MOST:
                told += 1
                say.line(
                    f"- **{inert(values['severity'])}** {inert(values['title'])} — {inert(values['resource'])}"
                    f" ({inert(values['subscription'])}): {inert(values['message'])} `{values['check']}`"
                )
    if counts.total() > told:
        more = counts.total() - told
        say.line(f"- {view.said(Text(f'ほか {more} 件', f'and {more} more'))}")


class _Lines:
    def __init__(self, out: BinaryIO, view: View) -> None:
        self._out, self._view = out, view

    def line(self, text: str = "") -> None:
        self._out.write(text.encode("utf-8", "replace") + b"\n")

    def row(self, *cells: str) -> None:
        self.line(f"| {' | '.join(cells)} |")


FORMAT = Format(
    name="markdown",
    suffixes=(".md",),
    description=Text(
        "CI の要約、プルリクエスト等に掲載する Markdown", "Markdown, for a job summary or a pull request"
    ),
    render=render,
)
