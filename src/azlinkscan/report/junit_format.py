"""Findings as JUnit XML, for the test tab of a CI service: a suite a check, a case a resource.

The form that Jenkins, GitHub actions, GitLab and Azure Pipelines read: https://github.com/testmoapp/junitxml.
What could not be assessed is an ``error``: nothing that is unknown may look like a pass, and ``skipped`` does.
"""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from azlinkscan.model.result import Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.format import Format, View
from azlinkscan.report.names import SubscriptionNames
from azlinkscan.report.phrases import message_of
from azlinkscan.report.plain import plain
from azlinkscan.report.record import record

_ERRORS = frozenset({Verdict.UNKNOWN, Verdict.ERROR})


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the suites; a suite a subscription and check, since a result is in that order."""
    counts = _count(reader)
    total: Counter[str] = sum(counts.values(), Counter())
    cards, names = reader.checks(), SubscriptionNames(reader.header.subscriptions)
    write = _Writer(out)
    write.line('<?xml version="1.0" encoding="UTF-8"?>')
    write.line(
        f'<testsuites name="azlinkscan" {_numbers(total)} timestamp={_attribute(reader.header.clock)}>'
    )
    open_suite: tuple[str, str] | None = None
    for finding in reader.findings():
        suite = (finding.subscription, finding.check)
        if suite != open_suite:
            if open_suite is not None:
                write.line("  </testsuite>")
            name = f"{names[finding.subscription]}: {view.said(cards[finding.check].title)}"
            write.line(f"  <testsuite name={_attribute(name)} {_numbers(counts[suite])}>")
            open_suite = suite
        values = record(finding, cards[finding.check], names, view)
        place = f"classname={_attribute(finding.check)} name={_attribute(values['resource_id'])}"
        inside = _inside(finding, values, view)
        write.line(
            f"    <testcase {place}/>" if inside is None else f"    <testcase {place}>{inside}</testcase>"
        )
    if open_suite is not None:
        write.line("  </testsuite>")
    write.line("</testsuites>")


def _inside(finding: Finding, values: dict[str, str], view: View) -> str | None:
    message = _attribute(view.said(message_of(finding, Text(values["title"], values["title"]))))
    if finding.verdict is Verdict.PASS:
        return None
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return f"<skipped message={message}/>"
    if finding.excepted is not None:
        accepted = _attribute(f"{values['accepted']} ({values['accepted_until']})")
        return f"<skipped message={accepted}/>"
    text = _text("\n".join((values["message"], values["fix"], values["key"])))
    word = "error" if finding.verdict in _ERRORS else "failure"
    return f"<{word} type={_attribute(finding.severity.value)} message={message}>{text}</{word}>"


def _count(reader: ResultReader) -> dict[tuple[str, str], Counter[str]]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for finding in reader.findings():
        own = counts.setdefault((finding.subscription, finding.check), Counter())
        own["tests"] += 1
        own["failures"] += finding.fails
        own["errors"] += finding.verdict in _ERRORS
        own["skipped"] += finding.verdict is Verdict.NOT_APPLICABLE or finding.excepted is not None
    return counts


def _numbers(counts: Counter[str]) -> str:
    return " ".join(f'{name}="{counts[name]}"' for name in ("tests", "failures", "errors", "skipped"))


def _attribute(text: str) -> str:
    return quoteattr(plain(text))


def _text(text: str) -> str:
    return escape("\n".join(plain(line) for line in text.split("\n")))


class _Writer:
    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def line(self, text: str) -> None:
        self._out.write(text.encode("utf-8", "replace") + b"\n")


FORMAT = Format(
    name="junit",
    suffixes=(".junit.xml", ".xml"),
    description=Text(
        "CI のテスト結果として表示する JUnit XML", "JUnit XML, for the test tab of a CI service"
    ),
    render=render,
)
