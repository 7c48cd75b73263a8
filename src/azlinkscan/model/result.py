"""What an assessment says: findings, criteria, gaps and coverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from azlinkscan.model.decision import Attested, BaselineScan, BaselineState, Excepted, Lapsed
from azlinkscan.model.facts import Gap
from azlinkscan.model.profile import Profile
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict

LIST_LIMIT = 10
"""A list in a message or an observation is cut here, and says how many there are."""


@dataclass(frozen=True)
class ClauseOutcome:
    """One clause that was not true."""

    number: int
    """1-based, in the check's ``expect`` (or ``when`` where the verdict is not-applicable)."""
    truth: bool | None
    """None where it could not be decided."""
    message: Text
    """What is said of it, with the values filled in."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's verdict on one resource, or on a scope where no resource could be judged."""

    check: str
    resource: str
    """Canonical ARM id."""
    shown_id: str
    """The id in the letter case that Azure sent."""
    kind: str
    subscription: str
    """Canonical id of the subscription."""
    verdict: Verdict
    severity: Severity
    settings_digest: str | None = None
    """None where the effective settings are the check's own defaults."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The effective settings, where they are not the default."""
    clauses: tuple[ClauseOutcome, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """Of an unknown: everything that its answer depends on and that is not known."""
    observed: Mapping[str, Any] = field(default_factory=dict)
    """The check's ``read`` names and what was found, lists cut at LIST_LIMIT."""
    problem: str | None = None
    """Of an error: what went wrong in us."""
    excepted: Excepted | None = None
    """Of a failure: why it is accepted for now. It is still a failure, and does not fail the run."""
    lapsed: tuple[Lapsed, ...] = ()
    """Of a failure: the exceptions that name it and do not hold."""
    baseline: BaselineState | None = None
    """Beside the baseline; None where none was given."""

    @property
    def fails(self) -> bool:
        """Whether it is a failure that nobody accepted."""
        return self.verdict is Verdict.FAIL and self.excepted is None

    @property
    def key(self) -> str:
        """The finding's identity from scan to scan."""
        settings = f"#{self.settings_digest}" if self.settings_digest else ""
        return f"{self.check}{settings}@{self.resource}"

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Subscription, check, resource."""
        return (self.subscription, self.check, self.resource, self.settings_digest or "")


@dataclass(frozen=True)
class CheckTally:
    """How many findings of one check (under one setting) have each verdict."""

    check: str
    settings_digest: str | None
    verdict: Verdict
    """The check's findings folded together."""
    counts: Mapping[Verdict, int]
    deciding: bool = True
    """False where the check only supports the criterion."""
    excepted: int = 0
    """Of the failures, those that are accepted."""


@dataclass(frozen=True)
class CriterionResult:
    """One criterion's verdict and what it rests on."""

    profile: str
    id: str
    verdict: Verdict
    tallies: tuple[CheckTally, ...] = ()
    by_hand: tuple[Text, ...] = ()
    """What a person has to look at before the criterion is settled."""
    attested: tuple[Attested, ...] = ()
    """What people said of it, whether it holds or not."""

    @property
    def excepted(self) -> int:
        """Of the failures that decide it, those that are accepted. A criterion with one of them is not met."""
        return sum(tally.excepted for tally in self.tallies if tally.deciding)


@dataclass(frozen=True)
class CoverageRow:
    """The ledger of one kind in one subscription."""

    subscription: str
    kind: str
    read: int
    """Facts that were read."""
    judged: int
    """Facts that were the subject of at least one check."""
    complete: bool
    """Whether every list of this kind is complete."""
    gaps: int
    because: str | None = None
    listed: int | None = None
    """How many Resource Manager's own list has; None where it does not list this kind, or could not be read."""
    refused: int = 0
    """Of the gaps, those that Azure refused."""
    not_reached: int = 0
    """Of the gaps, those that the scan did not come to."""


@dataclass(frozen=True)
class SubscriptionSummary:
    """One subscription of the scan."""

    id: str
    name: str
    facts: int
    gaps: int
    """What could not be read; what only a check could not tell is on its finding."""
    complete: bool
    """False where the scan was cut short here."""


@dataclass(frozen=True)
class ResultHeader:
    """What the result was made from."""

    tool: str
    """Our version."""
    clock: str
    """The moment that was judged at: UTC, ISO 8601."""
    snapshot: str
    """SHA-256 over the snapshot's segments."""
    catalog: str
    """SHA-256 over the checks that were used."""
    cloud: str
    profiles: tuple[str, ...]
    """Ids of the profiles, in order."""
    checks: tuple[str, ...]
    """Ids of the checks that were judged, in order."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    """The filters that limited what was judged."""
    cut_short: bool = False
    subscriptions: tuple[SubscriptionSummary, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    """What was decided by people, by kind (exceptions, attestations): SHA-256 of what its file means."""
    baseline: BaselineScan | None = None
    """The result that today's failures are held against."""


@dataclass(frozen=True)
class CheckCard:
    """What a report says of a check: taken into the result, so that it can be read without the catalogue."""

    id: str
    title: Text
    why: Text
    severity: Severity
    fix: Text
    cli: str | None
    refs: tuple[str, ...]
    resource: tuple[str, ...]
    digest: str


class ResultReader(Protocol):
    """A result that is read as a stream; what every format renders."""

    @property
    def header(self) -> ResultHeader:
        """What the result was made from."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Every finding, by subscription, check, resource."""
        ...

    def criteria(self) -> Iterator[CriterionResult]:
        """Every criterion of every profile, in the profile's order."""
        ...

    def gaps(self) -> Iterator[Gap]:
        """Everything that could not be read, in a fixed order."""
        ...

    def coverage(self) -> Iterator[CoverageRow]:
        """The ledger, by subscription and kind."""
        ...

    def counts(self) -> Mapping[Verdict, int]:
        """How many findings have each verdict; accepted failures are failures."""
        ...

    def excepted(self) -> int:
        """How many failures are accepted."""
        ...

    def checks(self) -> Mapping[str, CheckCard]:
        """The checks that were judged, by id."""
        ...

    def profiles(self) -> tuple[Profile, ...]:
        """The profiles that were mapped to, with the standard's own words."""
        ...
