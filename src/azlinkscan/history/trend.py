"""Kept scans and the differences between them to what they show together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from azlinkscan.history.kept import Kept
from azlinkscan.model.difference import Cause, Difference, FindingChange
from azlinkscan.model.result import Finding
from azlinkscan.model.trend import FLAPS, CriterionLine, Fix, Flap, Point, Trend
from azlinkscan.model.verdict import Severity, Verdict

_SETTLED = (Verdict.PASS, Verdict.FAIL)


def pairs(scans: Sequence[Kept]) -> Iterator[tuple[Kept, Kept]]:
    """Each scan with the one before it of the same subscriptions, in the order of the later ones."""
    last: dict[tuple[str, ...], Kept] = {}
    for one in scans:
        if (before := last.get(one.subscriptions)) is not None:
            yield before, one
        last[one.subscriptions] = one


def trend(scans: Sequence[Kept], differences: Iterable[Difference]) -> Trend:
    """What the scans show, oldest first; ``differences`` are those of :func:`pairs`, in its order."""
    lives = _Lives()
    for difference in differences:
        for change in difference.findings:
            lives.see(change, difference.new.clock)
    keys = dict.fromkeys(key for one in scans for key in one.criteria)
    return Trend(
        points=tuple(_point(one) for one in scans),
        criteria=tuple(CriterionLine(*key, tuple(one.criteria.get(key) for one in scans)) for key in keys),
        fixes=tuple(lives.fixes),
        fixed_of_unknown_start=lives.of_unknown_start,
        flaps=tuple(lives.flaps()),
    )


def _point(kept: Kept) -> Point:
    criteria = Counter(kept.criteria.values())
    return Point(
        id=kept.id,
        clock=kept.clock,
        findings=dict(kept.counts),
        failures={severity: kept.failures[severity] for severity in Severity if severity in kept.failures},
        criteria={verdict: criteria[verdict] for verdict in Verdict if criteria[verdict]},
    )


class _Lives:
    """What became of each finding that changed at least once."""

    def __init__(self) -> None:
        self.fixes: list[Fix] = []
        self.of_unknown_start = 0
        self._failing: dict[str, str | None] = {}
        """Key to the clock since when it is seen to fail; None where it did before."""
        self._settled: dict[str, Verdict] = {}
        self._turns: Counter[str] = Counter()
        self._shown: dict[str, Finding] = {}

    def see(self, change: FindingChange, clock: str) -> None:
        key = change.shown.key
        self._shown[key] = change.shown
        if change.old is not None and change.old.verdict in _SETTLED:
            self._settled.setdefault(key, change.old.verdict)
            if change.old.verdict is Verdict.FAIL:
                self._failing.setdefault(key, None)
        if change.new is None:
            if Cause.RESOURCE_GONE in change.causes:
                # It is no failure any more, and nobody fixed it.
                self._failing.pop(key, None)
            return
        if change.new.verdict not in _SETTLED:
            # What is unknown is still as it was last seen.
            return
        before = self._settled.get(key)
        self._settled[key] = change.new.verdict
        if before is not None and before is not change.new.verdict:
            self._turns[key] += 1
        if change.new.verdict is Verdict.FAIL:
            seen = before is Verdict.PASS or Cause.RESOURCE_NEW in change.causes
            self._failing.setdefault(key, clock if seen else None)
        elif key in self._failing:
            self._fixed(change.new, self._failing.pop(key), clock)

    def _fixed(self, finding: Finding, failed: str | None, clock: str) -> None:
        if failed is None:
            self.of_unknown_start += 1
            return
        spent = datetime.fromisoformat(clock) - datetime.fromisoformat(failed)
        self.fixes.append(
            Fix(
                finding.key,
                finding.check,
                finding.shown_id,
                finding.severity,
                failed,
                clock,
                spent.total_seconds(),
            )
        )

    def flaps(self) -> Iterator[Flap]:
        """What turned too often, the worst first."""
        for key, turns in sorted(self._turns.items(), key=lambda one: (-one[1], one[0])):
            if turns >= FLAPS:
                shown = self._shown[key]
                yield Flap(key, shown.check, shown.shown_id, shown.severity, turns)
