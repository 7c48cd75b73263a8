"""Two results to what became otherwise between them, and why. Pure.

Both sides come in the same order, so that they are walked side by side; a finding that was written with the same bytes
is the same and is not even parsed. What stands on one side only is explained at the end: a resource is *gone* only
where the newer scan has a complete list without it, and *new* only where the older one had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Protocol

from azlinkscan.history.criteria_diff import criteria_changes
from azlinkscan.history.verdict_causes import verdict_causes
from azlinkscan.model import arm
from azlinkscan.model.decision import Lapse
from azlinkscan.model.difference import Cause, CheckChange, Difference, FindingChange, Side, ValueChange
from azlinkscan.model.result import CoverageRow, Finding, ResultReader
from azlinkscan.model.verdict import Verdict


class WrittenResult(ResultReader, Protocol):
    """A result whose findings can be had as they were written."""

    def finding_lines(self) -> Iterator[bytes]:
        """Every finding by subscription, check, resource; equal bytes are equal findings."""
        ...

    def finding_of(self, line: bytes) -> Finding:
        """One of these lines as a finding."""
        ...

    def finding_places(self) -> Iterator[tuple[str, str]]:
        """Check and resource of every finding."""
        ...


def difference(old: WrittenResult, new: WrittenResult, old_name: str, new_name: str) -> Difference:
    """What became otherwise from ``old`` to ``new``."""
    checks = tuple(_check_changes(old, new))
    explain = _Explain(_Seen(old), _Seen(new), frozenset(change.id for change in checks))
    changes: list[FindingChange] = []
    for olds, news in _groups(old, new):
        changes.extend(explain.group(olds, news))
    return Difference(
        old=_side(old, old_name),
        new=_side(new, new_name),
        findings=tuple(sorted(changes, key=lambda change: change.order)),
        criteria=tuple(criteria_changes(old, new)),
        checks=checks,
        titles={card.id: card.title for card in (*old.checks().values(), *new.checks().values())},
    )


def _side(result: ResultReader, name: str) -> Side:
    header = result.header
    return Side(name, header.clock, header.snapshot, header.tool, sum(result.counts().values()))


def _check_changes(old: ResultReader, new: ResultReader) -> Iterator[CheckChange]:
    before = {card.id: card.digest for card in old.checks().values()}
    after = {card.id: card.digest for card in new.checks().values()}
    for check in sorted(before.keys() | after.keys()):
        if before.get(check) != after.get(check):
            yield CheckChange(check, before.get(check), after.get(check))


Group = tuple[list[Finding], list[Finding]]
"""The findings of one check on one resource: more than one where it is judged under several settings."""


class _Lines:
    """The findings of one side, parsed where they are looked at."""

    def __init__(self, result: WrittenResult) -> None:
        self._lines = result.finding_lines()
        self._parse: Callable[[bytes], Finding] = result.finding_of
        self._finding: Finding | None = None
        self.line = next(self._lines, None)

    def advance(self) -> None:
        self.line, self._finding = next(self._lines, None), None

    @property
    def finding(self) -> Finding | None:
        if self._finding is None and self.line is not None:
            self._finding = self._parse(self.line)
        return self._finding

    def take(self, group: tuple[str, str, str]) -> list[Finding]:
        taken = []
        while (one := self.finding) is not None and one.order[:3] == group:
            taken.append(one)
            self.advance()
        return taken


def _groups(old: WrittenResult, new: WrittenResult) -> Iterator[Group]:
    """Each check on each resource that was not written alike on both sides."""
    olds, news = _Lines(old), _Lines(new)
    while olds.line is not None or news.line is not None:
        if olds.line == news.line:
            olds.advance()
            news.advance()
            continue
        group = min(one.order[:3] for one in (olds.finding, news.finding) if one is not None)
        yield olds.take(group), news.take(group)


class _Seen:
    """What one side saw: asked only about what the other side has and it has not."""

    def __init__(self, result: WrittenResult) -> None:
        self._result = result
        self.header = result.header
        self.subscriptions = {one.id: one for one in self.header.subscriptions}
        self.checks = result.checks()

    @cached_property
    def _coverage(self) -> Mapping[tuple[str, str], CoverageRow]:
        return {(row.subscription, row.kind): row for row in self._result.coverage()}

    @cached_property
    def _judged(self) -> frozenset[tuple[str, str]]:
        """Check and resource of every finding."""
        return frozenset(self._result.finding_places())

    @cached_property
    def _resources(self) -> frozenset[str]:
        return frozenset(resource for _, resource in self._judged)

    def was_asked(self, finding: Finding, other: _Seen) -> bool:
        """Whether a finding of the other side would be this side's, too, if it had seen the same."""
        return (
            finding.subscription in self.subscriptions
            and finding.check in self.checks
            and self.header.scope == other.header.scope
        )

    def judged(self, finding: Finding) -> bool:
        """Whether the same check was judged on the same resource, under whatever settings."""
        return (finding.check, finding.resource) in self._judged

    def knows(self, resource: str) -> bool:
        """Whether any check was judged on it."""
        return resource in self._resources

    def leaves_out(self, finding: Finding) -> bool:
        """Whether the filters left resources of this kind out: what is not there may be one of them."""
        row = self._coverage.get((finding.subscription, finding.kind))
        return row is not None and row.judged < row.read

    def proves_absence(self, finding: Finding) -> bool:
        """Whether a complete list shows that the resource, or what it hangs under, is not there."""
        if self.header.cut_short or not self.subscriptions[finding.subscription].complete:
            return False
        kind = finding.kind
        for scope in arm.scopes(finding.resource):
            if self.knows(scope):
                return False
            row = self._coverage.get((finding.subscription, kind))
            if row is not None:
                return row.complete
            above = arm.parent(scope)
            if above is None:
                return False
            kind = arm.type_of(above)
        return False


@dataclass(frozen=True)
class _Explain:
    old: _Seen
    new: _Seen
    changed_checks: frozenset[str]

    def group(self, olds: list[Finding], news: list[Finding]) -> Iterator[FindingChange]:
        """The changes among the findings of one check on one resource."""
        before = {one.settings_digest: one for one in olds}
        after = {one.settings_digest: one for one in news}
        for digest in before.keys() & after.keys():
            yield from self._pair(before.pop(digest), after.pop(digest), ())
        for one, other in zip_longest(before.values(), after.values()):
            if one is not None and other is not None:
                yield from self._pair(one, other, (Cause.SETTINGS_CHANGED,))
            elif one is not None:
                yield from self._only_old(one)
            else:
                yield from self._only_new(other)

    def _pair(self, old: Finding, new: Finding, known: tuple[Cause, ...]) -> Iterator[FindingChange]:
        values = tuple(_values(old, new))
        causes = [*known, *verdict_causes(old.verdict, new.verdict), *_exception_causes(old, new)]
        if values:
            causes.append(Cause.VALUE_CHANGED)
        if causes and new.check in self.changed_checks:
            causes.append(Cause.CHECK_CHANGED)
        if causes:
            yield FindingChange(old, new, _told(causes), values)

    def _only_old(self, old: Finding) -> Iterator[FindingChange]:
        if not self.new.was_asked(old, self.old) or self.new.judged(old):
            yield FindingChange(old, None, (Cause.SCOPE_CHANGED,))
        elif _is_of_no_resource(old):
            if old.verdict is Verdict.UNKNOWN:
                yield FindingChange(old, None, (Cause.EVIDENCE_REGAINED,))
            # "there is none" gives way to what is new.
        elif self.new.leaves_out(old):
            yield FindingChange(old, None, (Cause.SCOPE_CHANGED,))
        elif self.new.proves_absence(old):
            yield FindingChange(old, None, (Cause.RESOURCE_GONE,))
        elif old.check in self.changed_checks and self.new.knows(old.resource):
            yield FindingChange(old, None, (Cause.CHECK_CHANGED,))
        else:
            yield FindingChange(old, None, (Cause.EVIDENCE_LOST,))

    def _only_new(self, new: Finding) -> Iterator[FindingChange]:
        failing = [Cause.NEWLY_FAILING] if new.fails else []
        if not self.old.was_asked(new, self.new) or self.old.judged(new):
            yield FindingChange(None, new, _told([*failing, Cause.SCOPE_CHANGED]))
        elif _is_of_no_resource(new):
            if new.verdict is Verdict.UNKNOWN:
                yield FindingChange(None, new, (Cause.EVIDENCE_LOST,))
            # "there is none" is told by what is gone.
        elif self.old.leaves_out(new):
            yield FindingChange(None, new, _told([*failing, Cause.SCOPE_CHANGED]))
        elif self.old.proves_absence(new):
            yield FindingChange(None, new, _told([*failing, Cause.RESOURCE_NEW]))
        elif new.check in self.changed_checks and self.old.knows(new.resource):
            yield FindingChange(None, new, _told([*failing, Cause.CHECK_CHANGED]))
        else:
            yield FindingChange(None, new, _told([*failing, Cause.EVIDENCE_REGAINED]))


def _told(causes: list[Cause]) -> tuple[Cause, ...]:
    return tuple(sorted(set(causes), key=lambda cause: cause.rank))


def _is_of_no_resource(finding: Finding) -> bool:
    """Whether it stands for a scope whose resources of the kind are none, or could not be listed."""
    return (
        not finding.observed
        and finding.verdict in (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
        and arm.type_of(finding.resource) != finding.kind
    )


def _values(old: Finding, new: Finding) -> Iterator[ValueChange]:
    if old.observed == new.observed:
        return
    for name in dict.fromkeys((*old.observed, *new.observed)):
        before, after = old.observed.get(name), new.observed.get(name)
        if before != after:
            yield ValueChange(name, before, after)


def _exception_causes(old: Finding, new: Finding) -> Iterator[Cause]:
    if new.verdict is not Verdict.FAIL:
        return
    if new.excepted and not old.excepted:
        yield Cause.EXCEPTION_ADDED
    elif old.excepted and not new.excepted:
        expired = any(one.why is Lapse.EXPIRED for one in new.lapsed)
        yield Cause.EXCEPTION_EXPIRED if expired else Cause.EXCEPTION_ENDED
