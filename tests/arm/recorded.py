"""A world of Azure's own recorded answers, for runs of the collector against what Azure really sends.

The recordings lie beside the repository and are no part of it: where they are absent, tests that want them skip.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from azlinkscan.model import arm
from tests.arm.asked import Asked
from tests.arm.registry import TYPES
from tests.arm.world import Body, World
from tests.support.beside import RECORDED


def recorded_world(types: Iterable[str] = TYPES) -> World:
    """Every recorded resource of some types, once each, with its id as it was sent.

    Of several recordings of one resource, the newest api-version counts, and a GET before a list's item. The
    subscriptions that resources lie in are made up where none was recorded.
    """
    wanted = frozenset(types)
    best: dict[str, tuple[tuple[str, bool], Body]] = {}
    for row in _rows(wanted):
        for place, body in _resources(row):
            rank = (row["api_version"] or "", row["kind"] == "get")
            if arm.type_of(place) in wanted and (place not in best or rank > best[place][0]):
                best[place] = (rank, body)
    bodies = {place: body for place, (_, body) in sorted(best.items())}
    return World({**bodies, **_subscriptions(bodies)})


def _rows(types: frozenset[str]) -> Iterator[dict[str, Any]]:
    for kind in sorted(types | {"microsoft.web/sites/config/web", "microsoft.web/sites/slots/config/web",
                                "microsoft.web/sites/config/authsettingsv2"}):  # fmt: skip
        path = RECORDED / f"{kind.replace('/', '-')}.jsonl"
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                yield from (row for row in map(json.loads, lines) if row["method"] == "GET")


def _resources(row: dict[str, Any]) -> Iterator[tuple[str, Body]]:
    body = row["body"]
    if not isinstance(body, dict) or row["status"] != 200:
        return
    items = body.get("value") if row["kind"] == "list" else [body]
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            yield _place(row, item), item


def _place(row: dict[str, Any], item: Body) -> str:
    """Where a resource is read: what was asked for, if it was asked for itself, else what its id says."""
    asked = Asked.of("GET", row["path"])
    own = arm.canonical(item["id"])
    if not asked.is_list:
        return asked.place
    # Some items carry their parent's id: transparentDataEncryption that of its database.
    carries_own = (
        arm.type_of(own) == asked.type or asked.type.endswith("/backupprotecteditems") or row["kind"] == "get"
    )
    return own if carries_own else f"{asked.place}/{str(item.get('name')).lower()}"


def _subscriptions(places: Iterable[str]) -> dict[str, Body]:
    known = set(places)
    made: dict[str, Body] = {}
    for own in {arm.subscription_of(place) for place in known} - known - {""}:
        name = arm.name_of(own)
        made[own] = {
            "id": own,
            "subscriptionId": name,
            "tenantId": "00000000-0000-0000-0000-0000000000aa",
            "displayName": f"recorded {name}",
            "state": "Enabled",
        }
    return dict(sorted(made.items()))
