"""What it means that a verdict became another: one table for findings and criteria."""

from __future__ import annotations

from collections.abc import Iterator

from azlinkscan.model.difference import Cause
from azlinkscan.model.verdict import Verdict

_JUDGED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE})
_NO_CLAIM = frozenset({Verdict.NOT_APPLICABLE, Verdict.NOT_COVERED, Verdict.BY_HAND})


def verdict_causes(old: Verdict, new: Verdict) -> Iterator[Cause]:
    """What happened; nothing where the verdict is the same. A failure that is now unknown is not fixed."""
    if old is new:
        return
    if new is Verdict.FAIL:
        yield Cause.NEWLY_FAILING
    if old is Verdict.FAIL and new is Verdict.PASS:
        yield Cause.FIXED
    if new is Verdict.UNKNOWN:
        yield Cause.EVIDENCE_LOST
    if old is Verdict.UNKNOWN and new in _JUDGED:
        yield Cause.EVIDENCE_REGAINED
    if new is Verdict.ERROR:
        yield Cause.ERROR_NEW
    if old is Verdict.ERROR and new in _JUDGED:
        yield Cause.ERROR_GONE
    if old in (Verdict.PASS, Verdict.FAIL) and new in _NO_CLAIM:
        yield Cause.NO_LONGER_APPLIES
    if old in _NO_CLAIM and new is Verdict.PASS:
        yield Cause.APPLIES_NOW
