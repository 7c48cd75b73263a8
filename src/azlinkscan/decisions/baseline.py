"""A baseline: what failed in an earlier result is accepted, and what fails anew is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from azlinkscan.model.decision import BaselineScan, BaselineState, Excepted, Excepting
from azlinkscan.model.result import Finding, ResultReader
from azlinkscan.model.verdict import Verdict


@dataclass(frozen=True)
class Kept:
    """What the baseline says of a finding."""

    verdict: Verdict
    first: Excepted | None = None
    """Of a failure that the baseline accepts: with the scan that it was first accepted from."""


class Baseline:
    """The findings of an earlier result, by key.

    A failure that an exception accepted there is not accepted by having been there: the exception's end would
    otherwise never come.
    """

    def __init__(self, scan: BaselineScan, kept: Mapping[str, Kept]) -> None:
        self.scan = scan
        self.kept = kept

    @classmethod
    def of(cls, result: ResultReader, name: str) -> Baseline:
        """The baseline that a result makes; ``name`` is its file's."""
        scan = BaselineScan(name, result.header.clock, result.header.snapshot)
        own = Excepted(Excepting.BASELINE, name, scan=scan.clock, snapshot=scan.snapshot)
        return cls(scan, dict(_kept(result.findings(), own)))

    def state(self, finding: Finding) -> BaselineState:
        """The finding beside the baseline's."""
        before = self.kept.get(finding.key)
        if before is None:
            return BaselineState.NEW
        return BaselineState.UNCHANGED if before.verdict is finding.verdict else BaselineState.UPDATED

    def accepts(self, finding: Finding) -> Excepted | None:
        """What accepts a failure."""
        before = self.kept.get(finding.key)
        return before.first if before is not None and finding.verdict is Verdict.FAIL else None

    def to_json(self) -> dict[str, Any]:
        """What is needed to decide by it again."""
        rows = {}
        for key in sorted(self.kept):
            one = self.kept[key]
            rows[key] = [
                one.verdict.value,
                *((one.first.source, one.first.scan, one.first.snapshot) if one.first else ()),
            ]
        scan = {"source": self.scan.source, "clock": self.scan.clock, "snapshot": self.scan.snapshot}
        return {"scan": scan, "findings": rows}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Baseline:
        """The inverse of :meth:`to_json`. Raises KeyError, TypeError or ValueError on a foreign shape."""
        kept = {}
        for key, (verdict, *accepted) in row["findings"].items():
            first = None
            if accepted:
                source, clock, snapshot = accepted
                first = Excepted(Excepting.BASELINE, source, scan=clock, snapshot=snapshot)
            kept[str(key)] = Kept(Verdict(verdict), first)
        return cls(BaselineScan(**row["scan"]), kept)


def _kept(findings: Iterable[Finding], own: Excepted) -> Iterable[tuple[str, Kept]]:
    for finding in findings:
        first = None
        if finding.verdict is Verdict.FAIL:
            before = finding.excepted
            if before is None:
                first = own
            elif before.by is Excepting.BASELINE:
                first = before
        yield finding.key, Kept(finding.verdict, first)
