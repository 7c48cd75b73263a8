"""What was read from Azure, and what could not be read and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from azlinkscan.model import arm
from azlinkscan.model.text import Text

Json = Any
"""A JSON value as Azure sent it."""


class Reason(StrEnum):
    """Why something is not known."""

    REFUSED = "refused"
    """Azure said no: 401, 403, a lock, a policy."""
    MISSING = "missing"
    """It should be there and is not: a property without a documented default, a resource gone in mid-scan."""
    UNAVAILABLE = "unavailable"
    """Azure or the network failed: 5xx, 429 beyond our patience, a reset, an answer that is no JSON."""
    CUT_SHORT = "cut-short"
    """A list broke off or went round in circles."""
    OUT_OF_SCOPE = "out-of-scope"
    """An id points to where the scan did not look and could not follow."""
    UNRECOGNISED_VALUE = "unrecognised-value"
    """Azure sent a word or a shape that the check does not know."""
    NOT_ASKED = "not-asked"
    """It takes an option that was not given, or the kind was not collected at all."""
    NOT_REACHED = "not-reached"
    """The scan ended before this was read."""

    @property
    def label(self) -> Text:
        """The words that a report prints."""
        return _REASONS[self]


class Remedy(StrEnum):
    """What would close the gap."""

    RIGHT = "right"
    """Grant ``action``; said only of AuthorizationFailed and of the storage services' word for it."""
    NETWORK = "network"
    LOCK = "lock"
    REGISTRATION = "registration"
    OPTION = "option"
    RETRY = "retry"
    NONE = "none"


_REASONS = {
    Reason.REFUSED: Text("読み取りが拒否された", "reading was refused"),
    Reason.MISSING: Text("あるべき情報がなかった", "expected information was missing"),
    Reason.UNAVAILABLE: Text("Azure から正常な応答がなかった", "Azure gave no usable answer"),
    Reason.CUT_SHORT: Text("一覧が途中で切れた", "the list was cut short"),
    Reason.OUT_OF_SCOPE: Text("走査範囲の外にある", "it lies outside what was scanned"),
    Reason.UNRECOGNISED_VALUE: Text("未知の値が返された", "Azure sent a value that is not known"),
    Reason.NOT_ASKED: Text("読み取りの対象にしていない", "it was not asked for"),
    Reason.NOT_REACHED: Text("時間内に読み取れなかった", "it was not reached in time"),
}


@dataclass(frozen=True)
class Gap:
    """One thing that is not known. Two gaps with equal fields are the same gap."""

    scope: str
    """Canonical id: what the read was about, or, of a list, what it was a list under."""
    kind: str
    """The kind of fact that is missing."""
    reason: Reason
    status: int | None = None
    """HTTP status."""
    code: str | None = None
    """Azure's error code."""
    action: str | None = None
    """The RBAC action that the read takes."""
    correlation_id: str | None = None
    remedy: Remedy = Remedy.NONE
    detail: str | None = None
    """A property's path and value, an option's name: what a person needs to find the place."""

    def to_json(self) -> dict[str, Json]:
        """The gap with its empty fields left out."""
        row: dict[str, Json] = {"scope": self.scope, "kind": self.kind, "reason": self.reason.value}
        for name in ("status", "code", "action", "correlation_id", "detail"):
            if (value := getattr(self, name)) is not None:
                row[name] = value
        row["remedy"] = self.remedy.value
        return row

    @classmethod
    def from_json(cls, row: dict[str, Json]) -> Gap:
        """The inverse of :meth:`to_json`. Raises KeyError or ValueError on a foreign shape."""
        return cls(
            scope=row["scope"],
            kind=row["kind"],
            reason=Reason(row["reason"]),
            status=row.get("status"),
            code=row.get("code"),
            action=row.get("action"),
            correlation_id=row.get("correlation_id"),
            remedy=Remedy(row["remedy"]),
            detail=row.get("detail"),
        )

    @property
    def order(self) -> tuple[str, ...]:
        """A key that sorts gaps the same way in every run (the correlation id differs from run to run)."""
        return (
            self.kind,
            self.scope,
            self.reason.value,
            str(self.status),
            self.code or "",
            self.detail or "",
        )


@dataclass(frozen=True)
class Fact:
    """One resource or setting, as Azure's REST API sent it."""

    kind: str
    """Lower-case ARM type; set by the source that read it, since the answer's own ``type`` may differ."""
    id: str
    """Canonical ARM id."""
    scope: str
    """Canonical id under which it was listed or read: a subscription or a parent resource."""
    raw: bytes = field(repr=False)
    """The REST JSON, secrets already redacted."""
    api_version: str = "9999-99-99"
    """The api-version that gave the answer: the meaning of an absent property depends on it."""
    read: int = 0
    """Number of the read in its segment."""

    @cached_property
    def body(self) -> dict[str, Json]:
        """The parsed JSON; parsed when it is first judged."""
        value = json.loads(self.raw)
        return value if isinstance(value, dict) else {}

    @cached_property
    def shown_id(self) -> str:
        """The id in the letter case that Azure sent."""
        sent = self.body.get("id")
        return "/" + sent.strip("/") if isinstance(sent, str) and arm.canonical(sent) == self.id else self.id

    @classmethod
    def of(
        cls,
        kind: str,
        body: dict[str, Json],
        *,
        resource_id: str | None = None,
        scope: str | None = None,
        api_version: str = "9999-99-99",
        read: int = 0,
    ) -> Fact:
        """A fact from parsed JSON. ``resource_id`` and ``scope`` default to what the body's id says."""
        own = arm.canonical(resource_id if resource_id is not None else str(body["id"]))
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(kind, own, scope or arm.parent(own) or own, raw, api_version, read)


@dataclass(frozen=True)
class Listing:
    """The witness that a list is complete: without one, "there is none" cannot be said."""

    kind: str
    scope: str
    count: int
    because: str | None = None
    """Azure's error code where it truthfully said that this one cannot have any."""


@dataclass(frozen=True)
class KindAsked:
    """A kind that the scan set out to read in this subscription, and what it hangs under."""

    kind: str
    under: str | None
    """The parent kind, or None where the subscription itself is asked."""


@dataclass(frozen=True)
class Read:
    """One request that was made: evidence, not judged."""

    number: int
    at: str
    """UTC, ISO 8601."""
    method: str
    url: str
    """Path and query, secrets redacted; no host, but where a storage account was asked at its own."""
    status: int | None
    api_version: str
    digest: str | None
    """SHA-256 of the stored bytes."""
    attempts: int = 1
    redacted: tuple[str, ...] = ()
    """Paths of what was redacted."""
