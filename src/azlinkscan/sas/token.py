"""One text to what it says as a shared access signature, or why it is none.

Whatever comes in is hostile until it has the documented form: see :mod:`azlinkscan.sas.fields`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, unquote_plus, urlsplit

from azlinkscan.sas.fields import FIELDS, SIGNATURE, SILENT, Value

LONGEST = 16_384
"""Characters. Azure refuses URLs far shorter than this."""
_MOST_FIELDS = 100
_HOST = re.compile(
    r"(?P<account>[a-z0-9]{3,24})(?:-secondary)?(?:\.z\d{1,2})?\.(?P<service>blob|file|queue|table|dfs|web)\."
    r"(?P<suffix>[a-z0-9.-]{3,60})",
    re.ASCII,
)
_FIRST = re.compile(r"/(?P<name>[a-z0-9$][a-z0-9-]{0,62})(?:/|$)", re.ASCII)
_SIGNATURE_BYTES = 32
_ENCODED_AGAIN = {True: re.compile("%[0-9a-fA-F]{2}"), False: re.compile("%3[aA]|%2[cC]")}
"""What is left of an encoding after one decoding: in a signature (True), and in any other field."""
_DIGESTS = re.compile(r"[0-9a-f-]*", re.ASCII)


class Kind(StrEnum):
    """Who signed it, and for what."""

    ACCOUNT = "account"
    """With an account key, for whole services."""
    SERVICE = "service"
    """With an account key, for one resource."""
    USER_DELEGATION = "user-delegation"
    """With a key that Microsoft Entra ID gave to somebody."""


class Flaw(StrEnum):
    """What is wrong with a text that should be a SAS."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_TEXT = "not-text"
    """Control characters: not something that anybody would copy."""
    NO_SIGNATURE = "no-signature"
    """Fields of a SAS without a signature: cut off before it, or never signed."""
    TRUNCATED = "truncated"
    """The signature is shorter than any that Azure makes."""
    BAD_SIGNATURE = "bad-signature"
    """What stands there is no signature."""
    TWICE = "twice"
    """A field stands twice: Azure takes one of them, and which is not for us to say."""
    NOT_A_SAS = "not-a-sas"
    """No field of a SAS at all."""


@dataclass(frozen=True)
class NotASas:
    """A text that is not a SAS that could be used."""

    flaw: Flaw
    fields: tuple[str, ...] = ()
    """Names of the fields that were found."""


@dataclass(frozen=True)
class Sas:
    """A shared access signature without its signature."""

    kind: Kind
    account: str | None
    """The storage account of a URL; None of a bare token."""
    service: str | None
    """The service whose endpoint the URL names."""
    container: str | None
    """The container, share or the like that the URL names first; None where it has no ordinary name."""
    values: Mapping[str, Value]
    """By our name of the field; a field that is there in another form than Azure's is left out."""
    malformed: tuple[str, ...] = ()
    """Parameters whose values have not the documented form."""
    unknown: int = 0
    """Parameters that no version documents."""
    double_encoded: bool = False
    """Percent signs were encoded once more; whoever decodes it has it (Azurite even takes it as it is)."""

    def properties(self) -> dict[str, Value | bool | None]:
        """The fact's properties."""
        return {
            "kind": self.kind.value,
            "account": self.account,
            "service": self.service,
            "container": self.container,
            **self.values,
            "malformed": list(self.malformed),
            "doubleEncoded": self.double_encoded,
        }


@dataclass
class _Query:
    pairs: list[tuple[str, str]] = field(default_factory=list)
    double_encoded: bool = False


def read(text: str) -> Sas | NotASas:
    """What a SAS URL or token says.

    >>> read("?sv=2022-11-02&sr=c&sp=rl&se=2026-04-08T00:00Z&sig=" + "A" * 43 + "%3D").kind
    <Kind.SERVICE: 'service'>
    >>> read("sv=2022-11-02&sp=r&se=2026-04-08").flaw
    <Flaw.NO_SIGNATURE: 'no-signature'>
    """
    text = text.strip().strip("\"'")
    if not text:
        return NotASas(Flaw.EMPTY)
    if len(text) > LONGEST:
        return NotASas(Flaw.TOO_LONG)
    if not text.isprintable():
        return NotASas(Flaw.NOT_TEXT)
    account, service, container, query = _parts(text)
    found = _query(query)
    fields = tuple(sorted({name for name, _ in found.pairs if name in FIELDS or name == SIGNATURE}))
    if not fields or fields == (SIGNATURE,):
        return NotASas(Flaw.NOT_A_SAS)
    names = [name for name, _ in found.pairs]
    if any(names.count(name) > 1 for name in fields):
        return NotASas(Flaw.TWICE, fields)
    values = dict(found.pairs)
    if SIGNATURE not in values:
        return NotASas(Flaw.NO_SIGNATURE, fields)
    if (flaw := _flaw_of(values[SIGNATURE])) is not None:
        return NotASas(flaw, fields)
    read_values = {name: FIELDS[name].read(values[name]) for name in fields if name in FIELDS}
    known = {FIELDS[name].name: value for name, value in read_values.items() if value is not None}
    return Sas(
        _kind(values),
        account,
        service or _service_of(known),
        container,
        known,
        tuple(sorted(name for name, value in read_values.items() if value is None)),
        sum(1 for name in names if name not in FIELDS and name not in SILENT),
        found.double_encoded,
    )


def _parts(text: str) -> tuple[str | None, str | None, str | None, str]:
    """Account, service, first name in the path, and the query."""
    if "://" not in text[:12]:
        return None, None, None, text[text.find("?") + 1 :]
    try:
        url = urlsplit(text)
        host = (url.hostname or "").lower()
    except ValueError:
        return None, None, None, text[text.find("?") + 1 :]
    named = _HOST.fullmatch(host)
    first = _FIRST.match(url.path)
    container = first["name"] if named and first and not _could_be_a_signature(first["name"]) else None
    return (
        (named["account"], named["service"], container, url.query) if named else (None, None, None, url.query)
    )


def _could_be_a_signature(name: str) -> bool:
    return len(name) >= _SIGNATURE_BYTES and _DIGESTS.fullmatch(name) is not None


def _query(query: str) -> _Query:
    found = _Query()
    if "=" not in query and re.search("%3d", query, re.IGNORECASE):
        query, found.double_encoded = unquote(query), True
    for part in query.split("&")[:_MOST_FIELDS]:
        name, _, value = part.partition("=")
        once = unquote(value)
        if _ENCODED_AGAIN[name.lower() == SIGNATURE].search(once) and name.lower() in {*FIELDS, SIGNATURE}:
            found.double_encoded = True
            once = unquote(once)
        found.pairs.append((unquote_plus(name).lower(), once))
    return found


def _flaw_of(signature: str) -> Flaw | None:
    """HMAC-SHA256 in base64: 32 bytes, 44 characters. A plus may have become a space on the way."""
    text = signature.replace(" ", "+")
    try:
        size = len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError):
        return Flaw.BAD_SIGNATURE
    if size == _SIGNATURE_BYTES:
        return None
    return Flaw.TRUNCATED if size < _SIGNATURE_BYTES else Flaw.BAD_SIGNATURE


def _kind(values: Mapping[str, str]) -> Kind:
    if "skoid" in values or "ske" in values:
        return Kind.USER_DELEGATION
    return Kind.ACCOUNT if "ss" in values or "srt" in values else Kind.SERVICE


def _service_of(known: Mapping[str, Value]) -> str | None:
    """The service that the fields themselves imply."""
    if "table" in known:
        return "table"
    resource = known.get("resource")
    if resource in ("share",):
        return "file"
    return "blob" if resource in ("blob", "container", "blob-version", "blob-snapshot", "directory") else None
