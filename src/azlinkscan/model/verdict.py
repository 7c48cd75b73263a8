"""The five verdicts of a check, the two more that only a criterion can have, and how they fold.

The fold is three-valued logic with the reasons kept apart: what is not known never becomes a pass, and our own
fault (``error``) is never shown as the customer's (``fail``).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from azlinkscan.model.text import Text


class Verdict(StrEnum):
    """What is said of one resource under one check, or of one criterion."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    """Something that the answer depends on could not be read; carries its gaps."""
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"
    """Our own fault, never the customer's."""
    BY_HAND = "by-hand"
    """Criteria only: a person has to look."""
    NOT_COVERED = "not-covered"
    """Criteria only: nothing that can be read from Azure shows it."""

    @property
    def label(self) -> Text:
        """The word that a report prints."""
        return _LABELS[self]


_LABELS = {
    Verdict.PASS: Text("適合", "pass"),
    Verdict.FAIL: Text("不適合", "fail"),
    Verdict.UNKNOWN: Text("未確認", "unknown"),
    Verdict.NOT_APPLICABLE: Text("対象外", "not applicable"),
    Verdict.ERROR: Text("判定エラー", "error"),
    Verdict.BY_HAND: Text("要目視", "by hand"),
    Verdict.NOT_COVERED: Text("検証対象外", "not covered"),
}

_ALL_OF = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    Verdict.NOT_COVERED,
    Verdict.BY_HAND,
    Verdict.PASS,
)
_ANY_OF = (
    Verdict.PASS,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    Verdict.NOT_COVERED,
    Verdict.BY_HAND,
    Verdict.FAIL,
)


def _first(order: tuple[Verdict, ...], members: Iterable[Verdict]) -> Verdict:
    present = set(members)
    return next((verdict for verdict in order if verdict in present), Verdict.NOT_APPLICABLE)


def all_of(members: Iterable[Verdict]) -> Verdict:
    """Every member must hold. Not-applicable members drop out; if all do, so does the group."""
    return _first(_ALL_OF, members)


def any_of(members: Iterable[Verdict]) -> Verdict:
    """One member is enough. Not-applicable members drop out; if all do, so does the group."""
    return _first(_ANY_OF, members)


class Severity(StrEnum):
    """How much a failure matters, most serious first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most serious."""
        return _SEVERITIES.index(self)

    @property
    def label(self) -> Text:
        """The word that a report prints."""
        return _SEVERITY_LABELS[self]


_SEVERITIES = tuple(Severity)
_SEVERITY_LABELS = {
    Severity.CRITICAL: Text("緊急", "critical"),
    Severity.HIGH: Text("高", "high"),
    Severity.MEDIUM: Text("中", "medium"),
    Severity.LOW: Text("低", "low"),
    Severity.INFO: Text("参考", "info"),
}
