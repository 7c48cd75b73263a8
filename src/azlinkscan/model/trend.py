"""What many scans show together: where criteria and severities went, how long a fix takes, what flaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azlinkscan.model.verdict import Severity, Verdict

FLAPS = 3
"""So often a verdict must have turned between pass and fail: failed, fixed, failed again."""


@dataclass(frozen=True)
class Point:
    """One scan."""

    id: str
    clock: str
    """UTC, ISO 8601."""
    findings: Mapping[Verdict, int]
    failures: Mapping[Severity, int]
    """Failures that nobody accepted."""
    criteria: Mapping[Verdict, int]


@dataclass(frozen=True)
class CriterionLine:
    """One criterion through all scans."""

    profile: str
    id: str
    verdicts: tuple[Verdict | None, ...]
    """One a point; None where that scan did not map to the profile."""


@dataclass(frozen=True)
class Fix:
    """A failure that came and went in the time that is looked at."""

    key: str
    check: str
    shown_id: str
    severity: Severity
    failed: str
    """The clock of the first scan that saw it fail."""
    fixed: str
    """The clock of the first scan that saw it pass."""
    seconds: float


@dataclass(frozen=True)
class Flap:
    """A finding that does not stay what it is."""

    key: str
    check: str
    shown_id: str
    severity: Severity
    turns: int
    """How often it turned between pass and fail."""


@dataclass(frozen=True)
class Trend:
    """The whole of it; every chart is drawn from this."""

    points: tuple[Point, ...]
    """Oldest first."""
    criteria: tuple[CriterionLine, ...]
    fixes: tuple[Fix, ...]
    """In the order in which they were fixed."""
    fixed_of_unknown_start: int
    """Failures that were fixed, and had begun before the time that is looked at: they do not enter the mean."""
    flaps: tuple[Flap, ...]
    """The worst first."""

    @property
    def mean_seconds_to_fix(self) -> float | None:
        """From the scan that first saw a failure to the one that first saw it fixed; None where there is no such pair."""
        return sum(one.seconds for one in self.fixes) / len(self.fixes) if self.fixes else None

    def to_json(self) -> dict[str, Any]:
        """As JSON, for programs and for the charts of a page."""
        return {
            "schema": "azlinkscan-trend/1",
            "points": [
                {
                    "id": one.id,
                    "clock": one.clock,
                    "findings": {verdict.value: count for verdict, count in one.findings.items()},
                    "failures": {severity.value: count for severity, count in one.failures.items()},
                    "criteria": {verdict.value: count for verdict, count in one.criteria.items()},
                }
                for one in self.points
            ],
            "criteria": [
                {
                    "profile": one.profile,
                    "id": one.id,
                    "verdicts": [verdict.value if verdict else None for verdict in one.verdicts],
                }
                for one in self.criteria
            ],
            "mean_seconds_to_fix": self.mean_seconds_to_fix,
            "fixes": [
                {
                    "key": one.key,
                    "check": one.check,
                    "shown_id": one.shown_id,
                    "severity": one.severity.value,
                    "failed": one.failed,
                    "fixed": one.fixed,
                    "seconds": one.seconds,
                }
                for one in self.fixes
            ],
            "fixed_of_unknown_start": self.fixed_of_unknown_start,
            "flaps": [
                {
                    "key": one.key,
                    "check": one.check,
                    "shown_id": one.shown_id,
                    "severity": one.severity.value,
                    "turns": one.turns,
                }
                for one in self.flaps
            ],
        }
