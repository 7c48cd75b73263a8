"""Estates of any size: the fictional city's resources copied with names of their own, in a city's proportions."""

from __future__ import annotations

import json
from typing import Any

from tests.arm.estates import KAKUU_CITY, world_of
from tests.arm.world import World

from azlinkscan.model import arm

_SOURCE = "/subscriptions/00000000-0000-0000-0000-000000000001"
# Type, how many of 120, and the names of the originals that are copied in turn.
_MIX: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (
        "microsoft.web/sites",
        10,
        ("points-portal", "points-admin", "points-link", "points-batch", "points-image"),
    ),
    (
        "microsoft.storage/storageaccounts",
        10,
        ("kakuuptsweb", "kakuuptsfiles", "kakuuptslog", "kakuuptsexch"),
    ),
    ("microsoft.sql/servers", 2, ("sql-points", "sql-report", "sql-partner")),
    ("microsoft.recoveryservices/vaults", 1, ("rsv-points",)),
    ("microsoft.web/serverfarms", 4, ()),
    ("microsoft.network/networksecuritygroups", 12, ()),
    ("microsoft.network/virtualnetworks", 6, ()),
    ("microsoft.network/privateendpoints", 17, ()),
    ("microsoft.network/publicipaddresses", 10, ()),
    ("microsoft.insights/metricalerts", 24, ()),
    ("microsoft.insights/activitylogalerts", 8, ()),
    ("microsoft.insights/actiongroups", 4, ()),
    ("microsoft.insights/components", 5, ()),
    ("microsoft.insights/webtests", 4, ()),
    ("microsoft.operationalinsights/workspaces", 4, ()),
    ("microsoft.dbforpostgresql/flexibleservers", 1, ()),
    ("microsoft.dbformysql/flexibleservers", 1, ()),
)
_ONCE = (
    "microsoft.web/hostingenvironments",
    "microsoft.authorization/locks",
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/roledefinitions",
    "microsoft.security/pricings",
    "microsoft.alertsmanagement/actionrules",
    "microsoft.resources/resourcegroups",
)


def subscription_id(number: int) -> str:
    """The id of one of the estate's subscriptions, from 1."""
    return f"/subscriptions/00000000-0000-0000-0000-{number:012}"


def estate(resources: int, subscriptions: int = 1) -> World:
    """A world of ``subscriptions`` subscriptions with ``resources`` top-level resources each."""
    source = world_of(KAKUU_CITY)
    bodies: dict[str, dict[str, Any]] = {}
    cannot = {}
    for number in range(1, subscriptions + 1):
        for own, body in _subscription(source, resources, number):
            bodies[own] = body
        for own, reply in source.cannot.items():
            cannot[own.replace(_SOURCE, subscription_id(number))] = reply
    return World(bodies, cannot)


def _subscription(source: World, resources: int, number: int) -> list[tuple[str, dict[str, Any]]]:
    copied = [_copy(source, _SOURCE, "", "", number)[0]]
    for kind in _ONCE:
        for own in source.bodies:
            if arm.type_of(own) == kind and own.startswith(_SOURCE + "/"):
                copied.extend(_copy(source, own, "", "", number, beneath=True))
    for kind, share, names in _MIX:
        originals = [
            own for own in source.bodies if arm.type_of(own) == kind and own.startswith(_SOURCE + "/")
        ]
        chosen = [own for own in originals if not names or arm.name_of(own) in names]
        for index in range(max(1, round(share * resources / 120))):
            original = chosen[index % len(chosen)]
            turn = index // len(chosen)
            name = arm.name_of(original)
            copied.extend(
                _copy(source, original, name, f"{name}{turn}" if turn else name, number, beneath=True)
            )
    return list(dict(copied).items())


def _copy(
    source: World, own: str, old: str, new: str, number: int, *, beneath: bool = False
) -> list[tuple[str, dict[str, Any]]]:
    """A resource, and what lies beneath it, under another name in another subscription."""
    wanted = [one for one in source.bodies if one == own or (beneath and one.startswith(own + "/"))]
    made = []
    for one in wanted:
        text = json.dumps([one, source.bodies[one]], ensure_ascii=False).replace(
            _SOURCE.rpartition("/")[2], subscription_id(number).rpartition("/")[2]
        )
        if old != new:
            text = (
                text.replace(f"/{old}/", f"/{new}/")
                .replace(f'/{old}"', f'/{new}"')
                .replace(f'"{old}"', f'"{new}"')
            )
        place, body = json.loads(text)
        made.append((place, body))
    return made
