"""A snapshot: for each subscription what was asked, read, found, and what could not be read and why."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from azlinkscan.errors import ForeignFileError
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Read
from azlinkscan.model.text import Text
from azlinkscan.snapshot.archive import Archive, SegmentFile, dumps, pack

SCHEMA = "azlinkscan-snapshot/1"
_SNAPSHOT = Text(en="snapshot", ja="記録（snapshot）")
_BODY = b',"body":'


@dataclass(frozen=True)
class SnapshotHeader:
    """What a snapshot is of."""

    tool: str
    started: str
    """UTC, ISO 8601: the clock of every assessment of this snapshot."""
    cloud: str
    subscriptions: tuple[tuple[str, str], ...]
    """(canonical id, name), in order."""
    options: tuple[str, ...] = ()
    """Options that let the scan read beyond the Reader role."""


@dataclass
class SubscriptionFacts:
    """Everything that one segment holds."""

    id: str
    name: str
    facts: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    asked: list[KindAsked] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    ended: bool = False
    """Whether the collection of this subscription came to its end."""
    content: str | None = None
    """SHA-256 over what was found, where it did."""


class _Content:
    """What a segment says of the world: the same however often, when and in what order that was read."""

    def __init__(self) -> None:
        self._digests: list[bytes] = []

    def subscription(self, subscription_id: str, name: str) -> None:
        self._add("subscription", subscription_id, name)

    def asked(self, kind: KindAsked) -> None:
        self._add("asked", kind.kind, kind.under or "")

    def fact(self, fact: Fact) -> None:
        self._add("fact", fact.kind, fact.id, fact.scope, fact.api_version, raw=fact.raw)

    def listing(self, listing: Listing) -> None:
        self._add("listing", listing.kind, listing.scope, str(listing.count), listing.because or "")

    def gap(self, gap: Gap) -> None:
        self._add("gap", dumps(replace(gap, correlation_id=None).to_json()))

    def _add(self, *parts: str, raw: bytes = b"") -> None:
        self._digests.append(hashlib.sha256("\n".join(parts).encode() + b"\n" + raw).digest())

    @property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        return hashlib.sha256(b"".join(sorted(self._digests))).hexdigest()


class SubscriptionSegment:
    """A subscription's segment while it is collected; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._file = SegmentFile(path)
        self._lock = threading.Lock()
        self._content = _Content()

    def _record(self, **row: Any) -> None:
        text = dumps(row)
        with self._lock:
            self._file.line(text)

    def subscription(self, subscription_id: str, name: str) -> None:
        """Whose segment this is."""
        self._content.subscription(arm.canonical(subscription_id), name)
        self._record(**{"is": "subscription", "id": arm.canonical(subscription_id), "name": name})

    def asked(self, kind: KindAsked) -> None:
        """A kind that will be read."""
        self._content.asked(kind)
        self._record(**{"is": "asked", "kind": kind.kind, "under": kind.under})

    def read(self, read: Read) -> None:
        """A request that was made."""
        row: dict[str, Any] = {
            "is": "read",
            "n": read.number,
            "at": read.at,
            "method": read.method,
            "url": read.url,
            "status": read.status,
            "api": read.api_version,
            "sha256": read.digest,
            "attempts": read.attempts,
        }
        if read.redacted:
            row["redacted"] = list(read.redacted)
        self._record(**row)

    def fact(self, fact: Fact) -> None:
        """A fact; its JSON stays as it is."""
        self._content.fact(fact)
        head = dumps(
            {
                "is": "fact",
                "kind": fact.kind,
                "id": fact.id,
                "scope": fact.scope,
                "api": fact.api_version,
                "read": fact.read,
            }
        )
        line = head[:-1].encode() + _BODY + fact.raw + b"}"
        with self._lock:
            self._file.raw_line(line)

    def listing(self, listing: Listing) -> None:
        """The witness of a complete list."""
        self._content.listing(listing)
        row = {"is": "listing", "kind": listing.kind, "scope": listing.scope, "count": listing.count}
        self._record(**row, **({"because": listing.because} if listing.because else {}))

    def gap(self, gap: Gap) -> None:
        """Something that could not be read."""
        self._content.gap(gap)
        self._record(**{"is": "gap"}, **gap.to_json())

    def ended(self) -> None:
        """The collection came to its end."""
        self._record(**{"is": "end", "content": self._content.digest})

    def close(self) -> None:
        """Bring it to the disk."""
        self._file.close()


def _header_json(header: SnapshotHeader) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": header.tool,
        "started": header.started,
        "cloud": header.cloud,
        "options": list(header.options),
        "subscriptions": [{"id": own, "name": name} for own, name in header.subscriptions],
    }


def segment_name(subscription_id: str) -> str:
    """The name of a subscription's segment."""
    return arm.canonical(subscription_id).rpartition("/")[2]


def write_snapshot(
    path: Path,
    header: SnapshotHeader,
    segments: Mapping[str, Path],
    *,
    cut_short: bool = False,
    spent: Mapping[str, Any] | None = None,
) -> None:
    """Pack the subscriptions' segments (by canonical id) into one file. ``spent`` is what the reading took."""
    named = [(segment_name(own), segments[own]) for own, _ in header.subscriptions]
    closing: dict[str, Any] = {"cut_short": cut_short}
    contents = {name: _content_of(source) for name, source in named}
    if all(contents.values()):
        closing["contents"] = contents
    if spent is not None:
        closing["spent"] = spent
    pack(path, _header_json(header), named, closing)


def _content_of(segment: Path) -> str | None:
    """What a segment's last line says of its content; None where the collection did not come to its end."""
    with segment.open("rb") as given:
        given.seek(max(0, segment.stat().st_size - 200))
        last = given.read().rstrip(b"\n").rpartition(b"\n")[2]
    if not last.startswith(b'{"is":"end"'):
        return None
    content = json.loads(last).get("content")
    return content if isinstance(content, str) else None


class Snapshot:
    """A snapshot that is read one subscription at a time."""

    def __init__(self, path: Path, *, verified: bool = False) -> None:
        """Open and verify, unless another process of ours just has. Raises ForeignFileError."""
        self.path = path
        self._archive = Archive(path, SCHEMA, _SNAPSHOT, verified=verified)
        row = self._archive.header
        try:
            self.header = SnapshotHeader(
                tool=str(row["tool"]),
                started=str(row["started"]),
                cloud=str(row["cloud"]),
                subscriptions=tuple((str(one["id"]), str(one["name"])) for one in row["subscriptions"]),
                options=tuple(str(option) for option in row.get("options", ())),
            )
            datetime.fromisoformat(self.header.started)
        except (KeyError, TypeError, ValueError) as error:
            self._archive.close()
            raise self._damaged(f"header: {error}") from None
        self.cut_short = bool(self._archive.closing.get("cut_short"))
        contents = self._archive.closing.get("contents")
        self._contents: Mapping[str, Any] = contents if isinstance(contents, dict) else {}

    def _damaged(self, why: str) -> ForeignFileError:
        return ForeignFileError(
            self._archive.path,
            Text(en=f"the snapshot is damaged: {why}", ja=f"記録（snapshot）が壊れている：{why}"),
            hint=Text(en="collect again with `azlinkscan collect`", ja="`azlinkscan collect` で読み取り直す"),
        )

    @property
    def digest(self) -> str:
        """SHA-256 over what was found: two scans that found the same have the same.

        Of a scan that was cut short, over the segments, which also say when each read happened.
        """
        if not self._contents:
            return self._archive.digest
        text = "\n".join(f"{name} {self._contents[name]}" for name in sorted(self._contents))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all subscriptions' records."""
        return self._archive.size

    @property
    def spent(self) -> Mapping[str, Any]:
        """What the reading took; empty where the snapshot does not say."""
        spent = self._archive.closing.get("spent")
        return spent if isinstance(spent, dict) else {}

    def unpack(self, subscription_id: str, path: Path) -> None:
        """A subscription's segment as it was while it was collected."""
        segment = SegmentFile(path)
        try:
            for line in self._archive.lines(segment_name(subscription_id)):
                segment.raw_line(line)
        finally:
            segment.close()

    def subscription(self, subscription_id: str) -> SubscriptionFacts:
        """Everything of one subscription. Raises ForeignFileError where a line is none of ours."""
        name = segment_name(subscription_id)
        try:
            found = read_segment(self._archive.lines(name))
            if self._contents and self._contents[name] != found.content:
                raise ValueError("it says something else than the closing record")
            return found
        except (KeyError, ValueError, TypeError) as error:
            raise self._damaged(f"segment {name}: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_segment(lines: Iterator[bytes]) -> SubscriptionFacts:
    """A segment's records. Raises KeyError, ValueError or TypeError on a foreign line."""
    found = SubscriptionFacts("", "")
    for line in lines:
        head, mark, body = line.partition(_BODY)
        if mark and head.startswith(b'{"is":"fact"'):
            row = json.loads(head + b"}")
            found.facts.append(
                Fact(row["kind"], row["id"], row["scope"], body[:-1], row["api"], int(row["read"]))
            )
            continue
        row = json.loads(line)
        match row["is"]:
            case "subscription":
                found.id, found.name = row["id"], row["name"]
            case "asked":
                found.asked.append(KindAsked(row["kind"], row["under"]))
            case "listing":
                found.listings.append(
                    Listing(row["kind"], row["scope"], int(row["count"]), row.get("because"))
                )
            case "gap":
                found.gaps.append(Gap.from_json(row))
            case "read":
                found.reads.append(_read(row))
            case "end":
                found.ended = True
                found.content = row.get("content")
            case other:
                raise ValueError(f"a line of the kind {other!r}")
    if not found.id:
        raise ValueError("it does not say whose it is")
    if found.content is not None and found.content != _content(found):
        raise ValueError("it says something else than when it was closed")
    return found


def _content(found: SubscriptionFacts) -> str:
    content = _Content()
    content.subscription(found.id, found.name)
    for kind in found.asked:
        content.asked(kind)
    for fact in found.facts:
        content.fact(fact)
    for listing in found.listings:
        content.listing(listing)
    for gap in found.gaps:
        content.gap(gap)
    return content.digest


def _read(row: dict[str, Any]) -> Read:
    return Read(
        number=int(row["n"]),
        at=row["at"],
        method=row["method"],
        url=row["url"],
        status=row["status"],
        api_version=row["api"],
        digest=row["sha256"],
        attempts=int(row["attempts"]),
        redacted=tuple(row.get("redacted", ())),
    )
