"""Sets of IP addresses: what a list of rules admits when it is taken together.

A rule is a text in one of the forms that Azure uses: an address, a CIDR prefix, or ``first-last``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

BITS = {4: 32, 6: 128}


@dataclass(frozen=True, order=True)
class Range:
    """Consecutive addresses of one IP version, both ends included."""

    version: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many addresses."""
        return self.last - self.first + 1

    @property
    def prefix(self) -> int:
        """The length of the longest prefix that is as large as the range or larger.

        ``0.0.0.1-255.255.255.255`` is one address short of everything: 0, as of everything.
        """
        return BITS[self.version] - (self.size - 1).bit_length()


def parse(text: str) -> Range:
    """The range that a rule names. Raises ValueError where it names none."""
    written = text.strip()
    if "-" in written:
        start, _, end = written.partition("-")
        first, last = ipaddress.ip_address(start.strip()), ipaddress.ip_address(end.strip())
        if first.version != last.version or int(first) > int(last):
            raise ValueError(f"{text!r} does not run from a lower to a higher address")
        return Range(first.version, int(first), int(last))
    network = ipaddress.ip_network(written, strict=False)
    return Range(network.version, int(network.network_address), int(network.broadcast_address))


def union(texts: Iterable[str]) -> tuple[Range, ...]:
    """The rules merged: disjoint, not even touching, in order. Raises ValueError as :func:`parse`.

    App Service puts up to eight ranges into one rule, with commas between them
    (https://learn.microsoft.com/azure/app-service/overview-access-restrictions#multi-source-rules).
    """
    merged: list[Range] = []
    for item in sorted(parse(part) for text in texts for part in text.split(",")):
        previous = merged[-1] if merged else None
        if previous and previous.version == item.version and item.first <= previous.last + 1:
            merged[-1] = Range(item.version, previous.first, max(previous.last, item.last))
        else:
            merged.append(item)
    return tuple(merged)


def covers(outer: Iterable[str], inner: Iterable[str]) -> bool:
    """Whether every address that ``inner`` admits is admitted by ``outer``."""
    around = union(outer)
    return all(
        any(big.version == r.version and big.first <= r.first and r.last <= big.last for big in around)
        for r in union(inner)
    )


def widest(texts: Iterable[str]) -> int:
    """The prefix length of everything that the rules admit together, as if it lay in one block.

    300 rules that together open half the Internet count as half the Internet. IPv6 is measured by its
    first 64 bits against IPv4's 32, since a /64 is one network there (RFC 4291), so the answer is comparable: the
    smaller of both. 33 where the rules admit nothing.
    """
    shortest = 33
    merged = union(texts)
    for version in (4, 6):
        total = sum(item.size for item in merged if item.version == version)
        if total:
            length = BITS[version] - (total - 1).bit_length()
            shortest = min(shortest, length if version == 4 else min(length // 2, 32))
    return shortest


def count(texts: Iterable[str]) -> int:
    """How many addresses the rules admit together."""
    return sum(item.size for item in union(texts))
