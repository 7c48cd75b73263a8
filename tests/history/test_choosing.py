"""A word means one kept scan, or nothing is done."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from azlinkscan.errors import Place, UsageError
from azlinkscan.history.choosing import before, chosen, outdated
from azlinkscan.history.kept import Kept
from azlinkscan.model.verdict import Verdict

HERE = Place("OLD")
TOKYO = ZoneInfo("Asia/Tokyo")


def kept(day, *, fail=0, unknown=0, hour=0, subscriptions=("/subscriptions/1",), accepted=0):
    counts = {Verdict.PASS: 1, Verdict.FAIL: fail, Verdict.UNKNOWN: unknown}
    return Kept(
        id=f"202604{day:02}T{hour:02}0000Z-abcdef{hour:02}",
        clock=f"2026-04-{day:02}T{hour:02}:00:00Z",
        kept="2026-04-30T00:00:00Z",
        tool="0.1.0",
        subscriptions=subscriptions,
        profiles=("kakuu",),
        counts=counts,
        excepted=accepted,
        failures={},
        criteria={("kakuu", "kakuu-1"): Verdict.PASS},
        cut_short=False,
        sha256="0" * 64,
        size=1,
    )


SCANS = [kept(1), kept(2, fail=1), kept(2, fail=1, hour=16), kept(3, unknown=1)]


@pytest.mark.parametrize(
    ("word", "zone", "meant"),
    [
        ("last", UTC, 3),
        ("last-clean", UTC, 0),
        ("2026-04-02", UTC, 2),
        ("2026-04-02", TOKYO, 1),
        ("2026-04-02T12:00:00", UTC, 1),
        ("2026-04-03T00:00:00+09:00", UTC, 1),
        ("20260402T16", UTC, 2),
        ("20260403T000000Z-abcdef00", UTC, 3),
    ],
)
def test_a_word_means_one_scan(word, zone, meant):
    assert chosen(SCANS, word, zone, HERE) is SCANS[meant]


@pytest.mark.parametrize("word", ["2026-03-31", "20260501", "nonsense", ""])
def test_a_word_that_means_none_is_told(word):
    with pytest.raises(UsageError, match=f"no kept scan is '{word}'"):
        chosen(SCANS, word, UTC, HERE)


def test_the_beginning_of_several_ids_is_told():
    with pytest.raises(UsageError, match="'20260402' begins several ids"):
        chosen(SCANS, "20260402", UTC, HERE)


def test_what_is_accepted_is_clean_and_what_is_unknown_is_not():
    assert kept(1, fail=2, accepted=2).is_clean
    assert not kept(1, fail=2, accepted=1).is_clean
    assert not kept(1, unknown=1).is_clean


def test_the_scan_before_is_of_the_same_subscriptions():
    other = kept(4, subscriptions=("/subscriptions/2",))
    last = kept(5)
    assert before([*SCANS, other, last], last, HERE) is SCANS[3]
    assert before([*SCANS, other], other, HERE) is SCANS[3]
    with pytest.raises(UsageError, match="no older scan"):
        before(SCANS, SCANS[0], HERE)


def test_what_is_old_is_what_was_asked():
    assert outdated(SCANS, 2, None, UTC) == SCANS[:2]
    assert outdated(SCANS, None, "2026-04-02", UTC) == SCANS[:1]
    assert outdated(SCANS, 3, "2026-04-03", UTC) == SCANS[:3]
    with pytest.raises(UsageError, match="nothing says which"):
        outdated(SCANS, None, None, UTC)
    with pytest.raises(UsageError, match="'yesterday' is no date"):
        outdated(SCANS, None, "yesterday", UTC)


def test_what_is_remembered_reads_back():
    assert Kept.from_json(SCANS[1].to_json()) == SCANS[1]
