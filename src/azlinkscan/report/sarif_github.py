"""The failures as SARIF 2.1.0 for GitHub code scanning.

GitHub makes an alert of every result: it reads neither ``kind`` nor ``suppressions``. So only what fails is a result;
everything else is told in notifications, which GitHub keeps and does not show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from azlinkscan.model.result import Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report import sarif_parts as parts
from azlinkscan.report.criteria import Results, results_of
from azlinkscan.report.format import Format, View
from azlinkscan.report.json_stream import Items, Members, write

RESULT_LIMIT = 25_000
"""GitHub rejects a file with more results in a run."""
_LEVELS: Mapping[Verdict, str] = {Verdict.UNKNOWN: "warning", Verdict.ERROR: "error"}


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the document."""
    write(parts.log(run_of(reader, view, RESULT_LIMIT)), out)


def run_of(reader: ResultReader, view: View, limit: int) -> Members:
    """The run, with at most so many results: the most severe."""
    rules = parts.Rules(reader, view)
    survey = _Survey(reader, limit)
    notifications = _notifications(reader, results_of(reader), rules, survey, view)
    return Members(
        (
            ("tool", rules.tool(reader.header.tool, related=False)),
            ("language", parts.language(view)),
            ("columnKind", "unicodeCodePoints"),
            ("automationDetails", parts.automation(reader)),
            ("invocations", Items([parts.invocation(reader, notifications)])),
            ("results", Items(_result(finding, rules, view) for finding in survey.chosen())),
        )
    )


class _Survey:
    """One pass that counts, so that a second may choose."""

    def __init__(self, reader: ResultReader, limit: int) -> None:
        self._reader = reader
        self.others: Counter[tuple[str, Verdict]] = Counter()
        """What is no result, by check and verdict."""
        self.excepted: Counter[str] = Counter()
        """Failures that are accepted, by check: GitHub would show them as open."""
        failed: Counter[Severity] = Counter()
        for finding in reader.findings():
            if finding.fails:
                failed[finding.severity] += 1
            elif finding.excepted:
                self.excepted[finding.check] += 1
            else:
                self.others[finding.check, finding.verdict] += 1
        self._room: dict[Severity, int] = {}
        for severity in Severity:
            self._room[severity] = min(failed[severity], limit - sum(self._room.values()))
        self.left_out = failed.total() - sum(self._room.values())

    def chosen(self) -> Iterator[Finding]:
        """The failures that there is room for, in their order."""
        room = dict(self._room)
        for finding in self._reader.findings():
            if finding.fails and room[finding.severity]:
                room[finding.severity] -= 1
                yield finding


def _result(finding: Finding, rules: parts.Rules, view: View) -> parts.Row:
    return {
        **rules.reference(finding.check),
        "level": parts.LEVELS[finding.severity],
        "message": parts.result_message(finding, rules.title(finding.check), view),
        "locations": [parts.location(finding.resource, finding.shown_id)],
        **parts.identity(finding),
    }


def _notifications(
    reader: ResultReader, results: Results, rules: parts.Rules, survey: _Survey, view: View
) -> Iterator[parts.Row]:
    yield from parts.shared_notifications(reader, results, view)
    if survey.left_out:
        yield parts.notification(
            "other-results",
            "error",
            Text(
                f"GitHub の上限を超えるため、重大度の低い不適合 {survey.left_out} 件を含めていない",
                f"{survey.left_out} failures of lower severity are left out, since GitHub takes no more",
            ),
            view,
        )
    for check, count in sorted(survey.excepted.items()):
        title = rules.title(check)
        yield parts.notification(
            "other-results",
            "note",
            Text(f"承認済みの不適合 {count} 件：{title.ja}", f"excepted failures {count}: {title.en}"),
            view,
            **rules.association(check),
            properties={"verdict": Verdict.FAIL.value, "excepted": count},
        )
    for (check, verdict), count in sorted(survey.others.items()):
        title = rules.title(check)
        yield parts.notification(
            "not-assessed" if verdict in _LEVELS else "other-results",
            _LEVELS.get(verdict, "note"),
            Text(f"{verdict.label.ja} {count} 件：{title.ja}", f"{verdict.label.en} {count}: {title.en}"),
            view,
            **rules.association(check),
            properties={"verdict": verdict.value, "count": count},
        )


FORMAT = Format(
    name="sarif-github",
    suffixes=(),
    description=Text(
        "GitHub code scanning 用の SARIF 2.1.0（不適合のみ）",
        "SARIF 2.1.0 for GitHub code scanning: what fails",
    ),
    render=render,
)
