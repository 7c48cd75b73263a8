"""What Azure says of the caller before a scan: rights, registrations of providers, and the time.

https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource-group (the same at a subscription),
https://learn.microsoft.com/rest/api/resources/providers/list
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from azlinkscan.collect.address import path_at
from azlinkscan.collect.answer import Answer
from azlinkscan.collect.gaps import gap_of
from azlinkscan.collect.retry import PatientAsker, Reply
from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Json
from azlinkscan.model.permission import Permission, permissions_of

PERMISSIONS_API = "2022-04-01"
PERMISSIONS_RIGHT = "Microsoft.Authorization/permissions/read"
_PROVIDERS_API = "2021-04-01"
_PROVIDERS_RIGHT = "Microsoft.Resources/subscriptions/providers/read"
_MOST_PAGES = 100


@dataclass(frozen=True)
class Caller:
    """The caller in one subscription."""

    subscription: str
    """Canonical id."""
    permissions: tuple[Permission, ...] | None
    """None where they could not be read to their end."""
    registered: frozenset[str] | None
    """Namespaces of the registered resource providers, lower case; None where the list did not come whole."""
    gaps: tuple[Gap, ...] = ()
    """What could not be read, and why."""
    ahead: timedelta | None = None
    """How far this machine's clock is ahead of Azure's; None where no answer said what time it is."""


def caller_at(asker: PatientAsker, subscription: str) -> Caller:
    """Asks Azure for all of it; what cannot be read is a gap."""
    scope = arm.canonical(subscription)
    permissions = _List(asker, scope, "microsoft.authorization/permissions", PERMISSIONS_RIGHT)
    held = permissions.read(
        f"{scope}/providers/Microsoft.Authorization/permissions?api-version={PERMISSIONS_API}"
    )
    providers = _List(asker, scope, "microsoft.resources/providers", _PROVIDERS_RIGHT)
    known = providers.read(f"{scope}/providers?api-version={_PROVIDERS_API}")
    return Caller(
        scope,
        None if held is None else permissions_of(held),
        None if known is None else frozenset(_registered(known)),
        tuple(gap for gap in (permissions.gap, providers.gap) if gap is not None),
        permissions.ahead or providers.ahead,
    )


def _registered(items: list[Json]) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict) and str(item.get("registrationState", "")).lower() == "registered":
            yield str(item.get("namespace", "")).lower()


class _List:
    """One list, read to its end or not at all."""

    def __init__(self, asker: PatientAsker, scope: str, kind: str, right: str) -> None:
        self._asker, self._scope, self._kind, self._right = asker, scope, kind, right
        self.gap: Gap | None = None
        self.ahead: timedelta | None = None

    def read(self, address: str) -> list[Json] | None:
        """The items of all pages; None, and a gap, where one of them did not come."""
        items: list[Json] = []
        asked: set[str] = set()
        here: str | None = address
        while here is not None and here not in asked and len(asked) < _MOST_PAGES:
            asked.add(here)
            before = self._asker.now()
            reply = self._asker.ask(here)
            self.ahead = self.ahead or _ahead(before, reply)
            body = reply.body
            if not isinstance(body, dict) or not isinstance(body.get("value"), list) or _status(reply) != 200:
                self.gap = gap_of(self._kind, self._scope, self._right, reply)
                return None
            items += body["value"]
            link = body.get("nextLink")
            if not link:
                return items
            here = path_at(self._asker.host, link) if isinstance(link, str) else None
        self.gap = gap_of(self._kind, self._scope, self._right, reply, detail="nextLink")
        return None


def _status(reply: Reply) -> int | None:
    return reply.outcome.status if isinstance(reply.outcome, Answer) else None


def _ahead(here: datetime, reply: Reply) -> timedelta | None:
    if not isinstance(reply.outcome, Answer):
        return None
    try:
        there = parsedate_to_datetime(reply.outcome.headers["date"])
        return here - there
    except (KeyError, TypeError, ValueError):
        return None
