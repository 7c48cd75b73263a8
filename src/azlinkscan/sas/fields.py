"""The fields of a shared access signature: what each may hold, and what it says.

A value leaves here only in the form that Azure documents for its field. Anything else is dropped and named, so that
neither a signature in the wrong place nor somebody's joke can be echoed.

https://learn.microsoft.com/rest/api/storageservices/create-account-sas
https://learn.microsoft.com/rest/api/storageservices/create-service-sas
https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address

Value = str | list[str] | int

RIGHTS: Mapping[str, str] = {
    "r": "read",
    "a": "add",
    "c": "create",
    "w": "write",
    "d": "delete",
    "x": "delete-version",
    "y": "permanent-delete",
    "l": "list",
    "t": "tags",
    "f": "filter",
    "m": "move",
    "e": "execute",
    "o": "ownership",
    "p": "permissions",
    "i": "immutability",
    "u": "update",
}
"""What a letter of ``sp`` allows; a few mean something else for queues, see :func:`rights`."""
SERVICES: Mapping[str, str] = {"b": "blob", "q": "queue", "t": "table", "f": "file"}
RESOURCE_TYPES: Mapping[str, str] = {"s": "service", "c": "container", "o": "object"}
RESOURCES: Mapping[str, str] = {
    "b": "blob",
    "bv": "blob-version",
    "bs": "blob-snapshot",
    "c": "container",
    "d": "directory",
    "f": "file",
    "s": "share",
}
"""What ``sr`` names; a queue's or a table's SAS has none."""

_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}", re.ASCII)
_POLICY = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)
"""Azure allows 64 characters of any kind; what is longer than a name could be a signature, and is not shown."""


@dataclass(frozen=True)
class FieldOf:
    """One field."""

    name: str
    """As the fact calls it."""
    read: Callable[[str], Value | None]
    """The value, or None where it is not of the documented form."""


def _letters(known: Mapping[str, str]) -> Callable[[str], list[str] | None]:
    def read(text: str) -> list[str] | None:
        return [known[letter] for letter in text] if text and set(text) <= known.keys() else None

    return read


def _of(known: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: known.get(text)


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def moment(text: str) -> str | None:
    """An ISO 8601 time as Azure takes it, in UTC and to the second; one without a zone is UTC.

    >>> moment("2026-04-01T09:00+09:00"), moment("2026-04-01"), moment("soon")
    ('2026-04-01T00:00:00Z', '2026-04-01T00:00:00Z', None)
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        parsed = datetime.fromisoformat(text)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def addresses(text: str) -> str | None:
    """One address, or ``first-last``: the only forms that ``sip`` has.

    >>> addresses("203.0.113.5"), addresses("203.0.113.0-203.0.113.255"), addresses("203.0.113.0/24")
    ('203.0.113.5', '203.0.113.0-203.0.113.255', None)
    """
    ends: list[IPv4Address | IPv6Address] = []
    for part in text.split("-"):
        try:
            ends.append(ip_address(part))
        except ValueError:
            return None
    if len(ends) > 2 or len({end.version for end in ends}) > 1 or int(ends[0]) > int(ends[-1]):
        return None
    return "-".join(str(end) for end in ends)


def _protocol(text: str) -> str | None:
    return {"https": "https", "https,http": "http-too", "http,https": "http-too"}.get(text.lower())


def _depth(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None


FIELDS: Mapping[str, FieldOf] = {
    "sv": FieldOf("version", _matching(_VERSION)),
    "ss": FieldOf("services", _letters(SERVICES)),
    "srt": FieldOf("resourceTypes", _letters(RESOURCE_TYPES)),
    "sr": FieldOf("resource", _of(RESOURCES)),
    "st": FieldOf("start", moment),
    "se": FieldOf("expiry", moment),
    "sp": FieldOf("rights", _letters(RIGHTS)),
    "sip": FieldOf("addresses", addresses),
    "spr": FieldOf("protocol", _protocol),
    "si": FieldOf("storedPolicy", _matching(_POLICY)),
    "ses": FieldOf("encryptionScope", _matching(_NAME)),
    "sdd": FieldOf("directoryDepth", _depth),
    "tn": FieldOf("table", _matching(_NAME)),
    "skoid": FieldOf("keyObject", _matching(_GUID)),
    "sktid": FieldOf("keyTenant", _matching(_GUID)),
    "skt": FieldOf("keyStart", moment),
    "ske": FieldOf("keyExpiry", moment),
    "sks": FieldOf("keyService", _of(SERVICES)),
    "skv": FieldOf("keyVersion", _matching(_VERSION)),
    "saoid": FieldOf("authorizedObject", _matching(_GUID)),
    "suoid": FieldOf("unauthorizedObject", _matching(_GUID)),
    "scid": FieldOf("correlation", _matching(_GUID)),
    "sduoid": FieldOf("delegatedUser", _matching(_GUID)),
    "skdutid": FieldOf("delegatedUserTenant", _matching(_GUID)),
}
"""By the query parameter's name."""
SILENT = frozenset(
    "sig rscc rscd rsce rscl rsct spk srk epk erk srh srq snapshot versionid restype comp timeout prefix delimiter".split()
)
"""Parameters that belong to a SAS or its request and whose values are never shown: the signature, response headers,
key ranges of tables, and what a request itself asks."""
SIGNATURE = "sig"
