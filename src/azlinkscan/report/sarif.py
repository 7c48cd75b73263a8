"""The complete result as SARIF 2.1.0: every finding of every verdict, the criteria as taxonomies.

GitHub would show a pass as an alert, since it reads neither ``kind`` nor ``suppressions``: for GitHub there is
``sarif-github``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from azlinkscan.model.decision import Excepted, Excepting
from azlinkscan.model.decision_json import excepted_to_json, lapsed_to_json
from azlinkscan.model.result import Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report import sarif_parts as parts
from azlinkscan.report.accepted import excepted_text
from azlinkscan.report.criteria import Results, results_of
from azlinkscan.report.format import Format, View
from azlinkscan.report.json_stream import Items, Members, write
from azlinkscan.report.names import resource_name
from azlinkscan.report.phrases import message_of

KINDS: Mapping[Verdict, str] = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.UNKNOWN: "open",
    Verdict.NOT_APPLICABLE: "notApplicable",
    Verdict.ERROR: "open",
}
"""SARIF has no word for our own fault: it is open, too, and a notification of level error says the rest."""


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the document."""
    results = results_of(reader)
    rules = parts.Rules(reader, view)
    run = Members(
        (
            ("tool", rules.tool(reader.header.tool, related=True)),
            ("language", parts.language(view)),
            ("columnKind", "unicodeCodePoints"),
            ("automationDetails", parts.automation(reader)),
            ("taxonomies", Items(parts.taxonomy(profile, view) for profile in reader.profiles())),
            ("invocations", Items([parts.invocation(reader, _notifications(reader, results, rules, view))])),
            ("results", Items(_result(finding, rules, view) for finding in reader.findings())),
            ("properties", _properties(reader, results)),
        )
    )
    write(parts.log(run), out)


def _result(finding: Finding, rules: parts.Rules, view: View) -> parts.Row:
    failed = finding.verdict is Verdict.FAIL
    row: parts.Row = {
        **rules.reference(finding.check),
        "kind": KINDS[finding.verdict],
        "level": parts.LEVELS[finding.severity] if failed else "none",
        "message": parts.result_message(finding, rules.title(finding.check), view),
        "locations": [parts.location(finding.resource, finding.shown_id)],
        **parts.identity(finding),
        # An empty list says that nobody excepted it; an absent one, that nobody asked (3.27.23).
        "suppressions": [_suppression(finding.excepted, view)] if _by_exception(finding) else [],
        "properties": {"verdict": finding.verdict.value},
    }
    if finding.baseline:
        row["baselineState"] = finding.baseline.value
    if finding.excepted:
        row["properties"]["excepted"] = excepted_to_json(finding.excepted)
    if finding.lapsed:
        row["properties"]["lapsed"] = [lapsed_to_json(one) for one in finding.lapsed]
    if finding.settings:
        row["properties"]["settings"] = dict(finding.settings)
    if finding.gaps:
        row["properties"]["gaps"] = [gap.to_json() for gap in finding.gaps]
    return row


def _by_exception(finding: Finding) -> bool:
    """What only the baseline accepts is told by its ``baselineState``."""
    return finding.excepted is not None and finding.excepted.by is Excepting.EXCEPTION


def _suppression(excepted: Excepted | None, view: View) -> parts.Row:
    assert excepted is not None
    return {
        "kind": "external",
        "status": "accepted",
        "justification": view.said(excepted_text(excepted)),
    }


def _notifications(
    reader: ResultReader, results: Results, rules: parts.Rules, view: View
) -> Iterator[parts.Row]:
    yield from parts.shared_notifications(reader, results, view)
    if not reader.counts().get(Verdict.ERROR):
        return
    for finding in reader.findings():
        if finding.verdict is Verdict.ERROR:
            told = message_of(finding, rules.title(finding.check))
            name = resource_name(finding.shown_id)
            yield parts.notification(
                "not-assessed",
                "error",
                Text(f"{name}：{told.ja}", f"{name}: {told.en}"),
                view,
                **rules.association(finding.check),
                locations=[{"logicalLocations": parts.logical(finding.shown_id)}],
            )


def _properties(reader: ResultReader, results: Results) -> parts.Row:
    header = reader.header
    return {
        "clock": header.clock,
        "snapshot": header.snapshot,
        "catalog": header.catalog,
        "scope": dict(header.scope),
        "counts": {verdict.value: count for verdict, count in reader.counts().items()},
        "criteria": [
            {"profile": one.profile, "id": one.id, "verdict": one.verdict.value} for one in results.values()
        ],
    }


FORMAT = Format(
    name="sarif",
    suffixes=(".sarif", ".sarif.json"),
    description=Text("全ての判定を含む SARIF 2.1.0", "SARIF 2.1.0 with every finding"),
    render=render,
)
