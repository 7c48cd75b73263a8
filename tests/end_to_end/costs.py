"""What a fault cost: a clean scan and a scan of the same world through the fault, finding by finding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from azlinkscan.collect.source import Source
from azlinkscan.collect.sources import SOURCES
from azlinkscan.model import arm
from azlinkscan.model.check import Check
from azlinkscan.model.result import Finding
from azlinkscan.model.verdict import Verdict
from azlinkscan.snapshot.result_file import finding_json
from tests.end_to_end.scans import Scan
from tests.law.catalogue import CHECKS


def nothing_flips(clean: Scan, faulty: Scan) -> None:
    """Every clean finding is there again, as it was or unknown, or an unknown of its check stands above it."""
    unknown = {
        _place(one, one.resource) for one in faulty.findings.values() if one.verdict is Verdict.UNKNOWN
    }
    for key, finding in clean.findings.items():
        again = faulty.findings.get(key)
        if again is None:
            above = [_place(finding, scope) for scope in arm.scopes(finding.resource)]
            assert unknown.intersection(above), f"{key}: {finding.verdict} vanished"
        else:
            assert again.verdict in (finding.verdict, Verdict.UNKNOWN), f"{key} became {again.verdict}"
    for key, finding in faulty.findings.items():
        assert finding.verdict is not Verdict.ERROR, f"{key}: {finding.problem}"
        assert key in clean.findings or finding.verdict is Verdict.UNKNOWN, f"{key} came of nothing"


def newly_unknown(clean: Scan, faulty: Scan) -> tuple[Finding, ...]:
    """The findings that are unknown now and were not."""
    before = {key for key, finding in clean.findings.items() if finding.verdict is Verdict.UNKNOWN}
    return tuple(
        finding
        for key, finding in faulty.findings.items()
        if finding.verdict is Verdict.UNKNOWN and key not in before
    )


def differing(clean: Scan, faulty: Scan) -> set[str]:
    """The checks of which any finding is other than it was, in any byte but a correlation id."""
    before, after = ({_bytes(one) for one in scan.findings.values()} for scan in (clean, faulty))
    return {check for check, _ in before ^ after}


def independent_of(kinds: Iterable[str]) -> set[str]:
    """The checks that need none of some kinds, nor anything that hangs under one."""
    lost = set(kinds)
    return {check.id for check in CHECKS.values() if not lost & set(_all_above(check))}


def reads_directly(check: Check, row: Source) -> bool:
    """Whether a check judges facts of a row or takes fields of them, each for its own resource only."""
    fields = {f"{kind}/{spec.child}" for kind in check.resource for spec in check.read if spec.child}
    return row.kind not in check.needs and row.kind in {*check.resource, *fields}


def _all_above(check: Check) -> Iterator[str]:
    """A check's kinds and every kind that those hang under."""
    waiting, seen = list(check.kinds), set[str]()
    while waiting:
        kind = waiting.pop()
        if kind not in seen:
            seen.add(kind)
            yield kind
            waiting += [row.under for row in SOURCES if row.kind == kind and row.under]


def _place(finding: Finding, resource: str) -> tuple[str, str | None, str]:
    return finding.check, finding.settings_digest, resource


def _bytes(finding: Finding) -> tuple[str, str]:
    row: dict[str, Any] = finding_json(finding)
    for gap in row.get("gaps", ()):
        gap.pop("correlation_id", None)  # Azure gives each answer another one
    return finding.check, json.dumps(row, ensure_ascii=False)
