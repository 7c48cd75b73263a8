"""A snapshot many times over: each copy in resource groups of its own, and in as many subscriptions as are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from azlinkscan.snapshot.facts_file import (
    Snapshot,
    SubscriptionFacts,
    SubscriptionSegment,
    segment_name,
    write_snapshot,
)

_GROUP = re.compile(r"(/resource[gG]roups/)")


def multiplied(source: Path, folder: Path, subscriptions: int, copies: int) -> Path:
    """A snapshot of ``subscriptions`` subscriptions, each ``copies`` times the first one of ``source``."""
    with Snapshot(source) as snapshot:
        own, name = snapshot.header.subscriptions[0]
        facts = snapshot.subscription(own)
        header = snapshot.header
    segments: dict[str, Path] = {}
    names = []
    for number in range(1, subscriptions + 1):
        guid = f"00000000-0000-0000-0000-{number:012}"
        other = f"/subscriptions/{guid}"
        segments[other] = folder / f"{guid}.jsonl"
        names.append((other, f"{name} {number}"))
        _write(facts, other, f"{name} {number}", copies, segments[other])
    out = folder / "snapshot.zip"
    write_snapshot(out, replace(header, subscriptions=tuple(names)), segments)
    for path in segments.values():
        path.unlink()
    return out


def _write(facts: SubscriptionFacts, other: str, name: str, copies: int, path: Path) -> None:
    segment = SubscriptionSegment(path)
    segment.subscription(other, name)
    for asked in facts.asked:
        segment.asked(asked)
    for copy in range(copies):
        moved = _mover(segment_name(facts.id), segment_name(other), copy)
        for fact in facts.facts:
            if copy == 0 or "/resourcegroups/" in fact.id:
                raw = moved(fact.raw.decode()).encode()
                segment.fact(replace(fact, id=moved(fact.id), scope=moved(fact.scope), raw=raw))
        for listing in facts.listings:
            if copy == 0 or "/resourcegroups/" in listing.scope:
                segment.listing(replace(listing, scope=moved(listing.scope)))
        for gap in facts.gaps:
            if copy == 0 or "/resourcegroups/" in gap.scope:
                segment.gap(replace(gap, scope=moved(gap.scope)))
    segment.ended()
    segment.close()


def _mover(here: str, there: str, copy: int) -> Callable[[str], str]:
    def moved(text: str) -> str:
        text = text.replace(here, there)
        return _GROUP.sub(rf"\1c{copy}-", text) if copy else text

    return moved
