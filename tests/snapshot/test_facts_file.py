"""A snapshot on disk: what goes in comes out, and what is not ours is told."""

from __future__ import annotations

import json
import stat
import zipfile

import pytest

from azlinkscan.errors import ForeignFileError, UsageError
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Read, Reason, Remedy
from azlinkscan.snapshot.facts_file import Snapshot, SnapshotHeader, SubscriptionSegment, write_snapshot

SUB = "/subscriptions/00000000-0000-0000-0000-000000000001"
ACCOUNT = f"{SUB}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/Points"
KIND = "microsoft.storage/storageaccounts"
HEADER = SnapshotHeader("0.1.0", "2026-04-01T00:00:00Z", "public", ((SUB, "架空市"),))


@pytest.fixture
def segment(tmp_path):
    path = tmp_path / "state" / "one.jsonl"
    out = SubscriptionSegment(path)
    out.subscription(SUB.upper(), "架空市")
    out.asked(KindAsked(KIND, None))
    out.read(Read(1, "2026-04-01T00:00:00Z", "GET", "/x", 200, "2025-01-01", "ab", redacted=("a.b",)))
    out.fact(Fact.of(KIND, {"id": ACCOUNT, "tags": {"名前": '","body":'}, "n": 1.50}, scope=SUB, read=1))
    out.listing(Listing(KIND, SUB, 1, "FeatureNotSupported"))
    out.gap(
        Gap(
            SUB,
            "microsoft.web/sites",
            Reason.REFUSED,
            403,
            "AuthorizationFailed",
            "a/read",
            "c",
            Remedy.RIGHT,
        )
    )
    out.ended()
    out.close()
    return path


def test_what_goes_in_comes_out(segment, tmp_path):
    packed = tmp_path / "snapshot.zip"
    write_snapshot(packed, HEADER, {SUB: segment})
    with Snapshot(packed) as snapshot:
        assert snapshot.header == HEADER
        facts = snapshot.subscription(SUB)
    assert (facts.id, facts.name, facts.ended) == (SUB, "架空市", True)
    [fact] = facts.facts
    assert fact.body == {"id": ACCOUNT, "tags": {"名前": '","body":'}, "n": 1.5}
    assert (fact.id, fact.shown_id) == (ACCOUNT.lower(), ACCOUNT)
    assert facts.listings == [Listing(KIND, SUB, 1, "FeatureNotSupported")]
    assert facts.gaps[0].action == "a/read"
    assert facts.reads[0].redacted == ("a.b",)
    assert facts.asked == [KindAsked(KIND, None)]


def test_a_segment_is_readable_by_its_owner_only(segment):
    assert stat.S_IMODE(segment.stat().st_mode) == 0o600


def test_equal_content_gives_equal_bytes(segment, tmp_path):
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    write_snapshot(first, HEADER, {SUB: segment})
    write_snapshot(second, HEADER, {SUB: segment})
    assert first.read_bytes() == second.read_bytes()


def rewritten(path, **changed):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in list(parts):
        for wanted, value in changed.items():
            if wanted in name:
                if value is None:
                    del parts[name]
                else:
                    parts[name] = value(parts[name])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def other_schema(content):
    return json.dumps({**json.loads(content), "schema": "azlinkscan-result/1"}).encode()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.unlink(), "no such file"),
        (lambda path: path.write_bytes(b"PK nothing"), "is no snapshot, or was cut off"),
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "is no snapshot, or was cut off"),
        (lambda path: rewritten(path, closing=None), "has no closing record"),
        (lambda path: rewritten(path, header=other_schema), "the file says 'azlinkscan-result/1'"),
        (lambda path: rewritten(path, header=lambda content: b"[]"), "is no mapping"),
        (
            lambda path: rewritten(path, segments=lambda content: content.replace(b"Points", b"Paints")),
            "was altered",
        ),
        (lambda path: rewritten(path, segments=None), "is missing"),
    ],
)
def test_a_file_that_is_not_ours_is_told_with_the_next_step(segment, tmp_path, damage, says):
    packed = tmp_path / "snapshot.zip"
    write_snapshot(packed, HEADER, {SUB: segment})
    damage(packed)
    with pytest.raises(ForeignFileError) as caught:
        Snapshot(packed)
    assert says in str(caught.value.title)
    assert str(packed) in str(caught.value.place)
    assert caught.value.hint


def test_a_place_that_cannot_be_written_is_told(segment, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write_snapshot(tmp_path / "no" / "such" / "folder.zip", HEADER, {SUB: segment})
    assert not list(tmp_path.glob("**/*.part"))
