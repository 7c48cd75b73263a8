"""What became otherwise between two results, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from azlinkscan.model.result import CriterionResult, Finding
from azlinkscan.model.text import Text


class Cause(StrEnum):
    """What happened to a finding or a criterion, and why. The order is that in which they are told."""

    NEWLY_FAILING = "newly-failing"
    FIXED = "fixed"
    RESOURCE_NEW = "resource-new"
    RESOURCE_GONE = "resource-gone"
    """It was judged, and a complete list no longer has it."""
    EVIDENCE_LOST = "evidence-lost"
    """It was judged, and now cannot be: never a fix."""
    EVIDENCE_REGAINED = "evidence-regained"
    EXCEPTION_ADDED = "exception-added"
    EXCEPTION_EXPIRED = "exception-expired"
    EXCEPTION_ENDED = "exception-ended"
    """It was taken back, or no longer holds for another reason than its date."""
    ATTESTATION_ADDED = "attestation-added"
    ATTESTATION_ENDED = "attestation-ended"
    ERROR_NEW = "error-new"
    ERROR_GONE = "error-gone"
    APPLIES_NOW = "applies-now"
    NO_LONGER_APPLIES = "no-longer-applies"
    SCOPE_CHANGED = "scope-changed"
    """One of the two scans was not asked: another choice of subscriptions, checks, profiles or filters."""
    VALUE_CHANGED = "value-changed"
    CHECK_CHANGED = "check-changed"
    """The check's file says something else: its digest differs."""
    SETTINGS_CHANGED = "settings-changed"
    CRITERIA_CHANGED = "criteria-changed"
    """The profile says something else of how the criterion is met."""

    @property
    def label(self) -> Text:
        """The words that a report prints."""
        return _LABELS[self]

    @property
    def rank(self) -> int:
        """0 for what is told first."""
        return _RANKS[self]


_LABELS = {
    Cause.NEWLY_FAILING: Text("新たな不適合", "newly failing"),
    Cause.FIXED: Text("是正済み", "fixed"),
    Cause.RESOURCE_NEW: Text("リソースの追加", "resource new"),
    Cause.RESOURCE_GONE: Text("リソースの削除", "resource gone"),
    Cause.EVIDENCE_LOST: Text("確認不能", "evidence lost"),
    Cause.EVIDENCE_REGAINED: Text("確認再開", "evidence regained"),
    Cause.EXCEPTION_ADDED: Text("例外の追加", "exception added"),
    Cause.EXCEPTION_EXPIRED: Text("例外の期限切れ", "exception expired"),
    Cause.EXCEPTION_ENDED: Text("例外の終了", "exception ended"),
    Cause.ATTESTATION_ADDED: Text("確認記録の追加", "attestation added"),
    Cause.ATTESTATION_ENDED: Text("確認記録の失効", "attestation ended"),
    Cause.ERROR_NEW: Text("判定エラーの発生", "judging failed"),
    Cause.ERROR_GONE: Text("判定エラーの解消", "judging works again"),
    Cause.APPLIES_NOW: Text("対象への追加", "applies now"),
    Cause.NO_LONGER_APPLIES: Text("対象外への変更", "no longer applies"),
    Cause.SCOPE_CHANGED: Text("判定範囲の変更", "scope changed"),
    Cause.VALUE_CHANGED: Text("値の変更", "value changed"),
    Cause.CHECK_CHANGED: Text("チェックの改訂", "check changed"),
    Cause.SETTINGS_CHANGED: Text("チェック設定の変更", "settings changed"),
    Cause.CRITERIA_CHANGED: Text("基準の対応付けの変更", "criteria changed"),
}
_RANKS = {cause: rank for rank, cause in enumerate(Cause)}


@dataclass(frozen=True)
class ValueChange:
    """One value that a check read, before and after."""

    name: str
    old: Any
    """None also where the name was not read."""
    new: Any


@dataclass(frozen=True)
class FindingChange:
    """One finding that became otherwise."""

    old: Finding | None
    new: Finding | None
    causes: tuple[Cause, ...]
    """At least one, in the order in which they are told."""
    values: tuple[ValueChange, ...] = ()

    @property
    def shown(self) -> Finding:
        """The newer of the two."""
        one = self.new or self.old
        assert one is not None
        return one

    @property
    def order(self) -> tuple[Any, ...]:
        """What is told first: the cause, then the severity, then the finding's own order."""
        shown = self.shown
        return (self.causes[0].rank, shown.severity.rank, *shown.order)

    @property
    def is_new_failure(self) -> bool:
        """Whether something fails, and nobody accepts it, that did not before."""
        return self.new is not None and self.new.fails and not (self.old is not None and self.old.fails)


@dataclass(frozen=True)
class CriterionChange:
    """One criterion that became otherwise."""

    profile: str
    id: str
    old: CriterionResult | None
    new: CriterionResult | None
    causes: tuple[Cause, ...]
    checks: tuple[str, ...] = ()
    """The deciding checks whose verdict became otherwise."""
    label: str | None = None
    """The mark as the standard prints it."""
    text: Text | None = None
    """The standard's own words."""


@dataclass(frozen=True)
class CheckChange:
    """A check that one side does not have, or has with another digest."""

    id: str
    old: str | None
    """Digest; None where the check was not judged."""
    new: str | None


@dataclass(frozen=True)
class Side:
    """Which scan one side of a difference is."""

    name: str
    """As it was asked for: a file, the id of a scan."""
    clock: str
    """UTC, ISO 8601."""
    snapshot: str
    tool: str
    findings: int


@dataclass(frozen=True)
class Difference:
    """Everything that became otherwise between two results."""

    old: Side
    new: Side
    findings: tuple[FindingChange, ...]
    """By cause, severity, subscription, check, resource."""
    criteria: tuple[CriterionChange, ...]
    """In the profiles' order."""
    checks: tuple[CheckChange, ...]
    """By id."""
    titles: Mapping[str, Text] = field(default_factory=dict)
    """Check id to title."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing became otherwise."""
        return not (self.findings or self.criteria or self.checks)

    def of(self, cause: Cause) -> Iterator[FindingChange]:
        """The findings with this cause among theirs."""
        return (change for change in self.findings if cause in change.causes)

    def new_failures(self) -> Iterator[FindingChange]:
        """The findings that fail, and did not."""
        return (change for change in self.findings if change.is_new_failure)
