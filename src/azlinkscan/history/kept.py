"""What a history remembers of a scan beside its result: enough to list, to choose and to draw it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azlinkscan.model.result import ResultReader
from azlinkscan.model.verdict import Severity, Verdict


@dataclass(frozen=True)
class Kept:
    """One scan that was kept."""

    id: str
    """``20260401T000000Z-1a2b3c4d``: its clock and its content, so that the same result is kept once."""
    clock: str
    """UTC, ISO 8601: the moment that was judged at."""
    kept: str
    """UTC, ISO 8601: when it was put here."""
    tool: str
    subscriptions: tuple[str, ...]
    profiles: tuple[str, ...]
    counts: Mapping[Verdict, int]
    excepted: int
    """Of the failures, those that are accepted."""
    failures: Mapping[Severity, int]
    """Failures that nobody accepted."""
    criteria: Mapping[tuple[str, str], Verdict]
    """Profile and id to verdict, in the profiles' order."""
    cut_short: bool
    sha256: str
    """Of the result's file."""
    size: int
    """Bytes of the result's file."""

    @property
    def is_clean(self) -> bool:
        """Whether everything that applies passes, or is accepted: nothing unknown, nothing in error, nothing missing."""
        still = self.counts.get(Verdict.FAIL, 0) - self.excepted
        dark = self.counts.get(Verdict.UNKNOWN, 0) + self.counts.get(Verdict.ERROR, 0)
        return not (still or dark or self.cut_short)

    @property
    def order(self) -> tuple[str, str]:
        """Oldest first."""
        return (self.clock, self.id)

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "clock": self.clock,
            "kept": self.kept,
            "tool": self.tool,
            "subscriptions": list(self.subscriptions),
            "profiles": list(self.profiles),
            "counts": {verdict.value: count for verdict, count in self.counts.items()},
            "excepted": self.excepted,
            "failures": {severity.value: count for severity, count in self.failures.items()},
            "criteria": [[*key, verdict.value] for key, verdict in self.criteria.items()],
            "cut_short": self.cut_short,
            "sha256": self.sha256,
            "size": self.size,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Kept:
        """The inverse of :meth:`to_json`. Raises KeyError, TypeError or ValueError on a foreign shape."""
        return cls(
            id=row["id"],
            clock=row["clock"],
            kept=row["kept"],
            tool=row["tool"],
            subscriptions=tuple(row["subscriptions"]),
            profiles=tuple(row["profiles"]),
            counts={Verdict(name): int(count) for name, count in row["counts"].items()},
            excepted=int(row["excepted"]),
            failures={Severity(name): int(count) for name, count in row["failures"].items()},
            criteria={(profile, own): Verdict(verdict) for profile, own, verdict in row["criteria"]},
            cut_short=bool(row["cut_short"]),
            sha256=row["sha256"],
            size=int(row["size"]),
        )


def summarised(result: ResultReader, *, kept: str, sha256: str, size: int) -> Kept:
    """What is remembered of a result whose file has this digest and size."""
    header = result.header
    failures = Counter(finding.severity for finding in result.findings() if finding.fails)
    compact = header.clock.partition("+")[0].partition(".")[0].replace("-", "").replace(":", "").rstrip("Z")
    return Kept(
        id=f"{compact}Z-{sha256[:8]}",
        clock=header.clock,
        kept=kept,
        tool=header.tool,
        subscriptions=tuple(one.id for one in header.subscriptions),
        profiles=header.profiles,
        counts={verdict: count for verdict, count in result.counts().items() if count},
        excepted=result.excepted(),
        failures={severity: failures[severity] for severity in Severity if failures[severity]},
        criteria={(one.profile, one.id): one.verdict for one in result.criteria()},
        cut_short=header.cut_short,
        sha256=sha256,
        size=size,
    )
