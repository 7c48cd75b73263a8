"""What people decided, as a result carries it: failures accepted for a time, criteria attested by hand.

A decision never makes a verdict better than what was read: an accepted failure stays a failure, is shown and counted,
and only no longer fails the run. What a person attests settles the criteria that are met by hand, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from azlinkscan.model.text import Text

NEAR = 14
"""Days before its end from which an exception is announced."""


class Excepting(StrEnum):
    """What accepts a failure."""

    EXCEPTION = "exception"
    """An entry of ``exceptions.yaml``."""
    BASELINE = "baseline"
    """It failed in the result that was given as the baseline."""


@dataclass(frozen=True)
class Excepted:
    """Why a failure is accepted for the time being."""

    by: Excepting
    source: str
    """File name and line of the entry (``exceptions.yaml:12``); of a baseline, the name of its file."""
    reason: str = ""
    owner: str = ""
    approver: str = ""
    ticket: str = ""
    since: str | None = None
    """First day, ISO 8601."""
    until: str | None = None
    """Last day, ISO 8601; None of a baseline, which has no end of its own."""
    ends_in: int | None = None
    """Days that are left, where the end is near enough to be announced."""
    accepts: Mapping[str, Any] = field(default_factory=dict)
    """Read names and the values to which the acceptance is bound."""
    scan: str | None = None
    """Of a baseline: the clock of the scan that found it, UTC, ISO 8601."""
    snapshot: str | None = None
    """Of a baseline: the digest of what that scan read."""


class Lapse(StrEnum):
    """Why an exception that names a finding does not hold."""

    EXPIRED = "expired"
    NOT_YET = "not-yet"
    VALUE_CHANGED = "value-changed"
    VALUE_UNKNOWN = "value-unknown"
    """The value to which it is bound is not among what the check read."""
    UNREADABLE_DATE = "unreadable-date"

    @property
    def label(self) -> Text:
        """The words that a report prints."""
        return _LAPSES[self]


_LAPSES = {
    Lapse.EXPIRED: Text("期限が切れた", "it has expired"),
    Lapse.NOT_YET: Text("開始日前である", "it has not begun"),
    Lapse.VALUE_CHANGED: Text("承認時の値から変わった", "the value that it accepts has changed"),
    Lapse.VALUE_UNKNOWN: Text("承認した値を確認できない", "the value that it accepts was not read"),
    Lapse.UNREADABLE_DATE: Text("日付を読み取れない", "a date of it cannot be read"),
}


@dataclass(frozen=True)
class Lapsed:
    """An exception that names the finding and does not hold."""

    source: str
    """File name and line of the entry."""
    why: Lapse
    until: str | None = None
    """Its last day, as written."""


class BaselineState(StrEnum):
    """A finding beside the baseline's finding of the same key (SARIF 2.1.0, 3.27.24)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    """It was there with another verdict, or with another value."""


@dataclass(frozen=True)
class BaselineScan:
    """The result that today's is held against."""

    source: str
    """The name of its file."""
    clock: str
    """The moment it was judged at: UTC, ISO 8601."""
    snapshot: str
    """The digest of what it read."""


@dataclass(frozen=True)
class EvidenceFile:
    """A file that an attestation rests on."""

    path: str
    """As it is written, relative to the attestations' file."""
    sha256: str
    """What it was when it was attested."""
    found: str | None = None
    """What it is now; None where it cannot be read."""

    @property
    def as_attested(self) -> bool:
        """Whether it is still the file that was attested."""
        return self.found == self.sha256


class Standing(StrEnum):
    """Whether an attestation holds."""

    HOLDS = "holds"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    ALTERED = "altered"
    """An evidence file is another one than the one attested, or is not there."""
    UNREADABLE_DATE = "unreadable-date"

    @property
    def label(self) -> Text:
        """The words that a report prints."""
        return _STANDINGS[self]


_STANDINGS = {
    Standing.HOLDS: Text("有効", "holds"),
    Standing.EXPIRED: Text("期限切れ", "expired"),
    Standing.NOT_YET: Text("確認日前", "not yet made"),
    Standing.ALTERED: Text("証拠ファイルが確認時と異なる、又は存在しない", "evidence altered or missing"),
    Standing.UNREADABLE_DATE: Text("日付を読み取れない", "a date cannot be read"),
}


@dataclass(frozen=True)
class Attested:
    """What a person says of a criterion that is met by hand."""

    source: str
    """File name and line of the entry."""
    statement: str
    who: str
    when: str
    """The day, ISO 8601, as written."""
    until: str
    """The last day on which it holds, ISO 8601, as written."""
    evidence: tuple[EvidenceFile, ...]
    standing: Standing
