"""A world of resources that answers like Azure Resource Manager, from nothing but the resources' ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from azlinkscan.model import arm
from tests.arm import registry
from tests.arm.asked import RESOURCES, Asked
from tests.arm.reply import Reply, error, ok

Body = dict[str, Any]

LOCKS = "microsoft.authorization/locks"
ASSIGNMENTS = "microsoft.authorization/roleassignments"
_PROTECTED_ITEMS = "microsoft.recoveryservices/vaults/backupprotecteditems"
_PROTECTED_ITEM = "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems"
_TRACKED_CHILDREN = (
    "microsoft.web/sites/slots",
    "microsoft.sql/servers/databases",
    "microsoft.sql/servers/elasticpools",
)
_LONG_AGO = "2020-01-01T00:00:00.0000000Z"
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?")
_FILTER = re.compile(r"\s*(\w+)\s+eq\s+'([^']*)'\s*")


@dataclass(frozen=True)
class Listed:
    """What a list holds, before it is cut into pages."""

    bodies: tuple[Body, ...]


@dataclass(frozen=True)
class World:
    """Resource bodies by canonical id."""

    bodies: Mapping[str, Body]
    cannot: Mapping[str, Reply] = field(default_factory=dict)
    """What Azure says where a resource truthfully cannot have something, by canonical path."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """When a resource was last changed, by canonical id; long ago where nothing is said."""

    @classmethod
    def of(cls, *bodies: Body) -> World:
        """A world of bodies that carry their own ids."""
        return cls({arm.canonical(body["id"]): body for body in bodies})

    def plus(self, *bodies: Body) -> World:
        """The same world with further or other resources."""
        return replace(self, bodies={**self.bodies, **World.of(*bodies).bodies})

    def without(self, *ids: str) -> World:
        """The same world without some resources and all beneath them."""
        gone = tuple(arm.canonical(one) for one in ids)
        kept = {own: body for own, body in self.bodies.items() if not any(_beneath(own, one) for one in gone)}
        return replace(self, bodies=kept)

    def subscriptions(self) -> tuple[str, ...]:
        """The canonical ids of the subscriptions."""
        return self._collections.get("/subscriptions", ())

    # -- answers ----------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply | Listed:
        """What Azure would say to a GET by somebody who may read everything."""
        if said := self._unversioned(asked) or self._denial(asked.place) or self._absent(asked):
            return said
        if not asked.is_list:
            body = self.bodies.get(asked.place)
            return ok(_shown(asked, body)) if body is not None else _not_found(asked)
        chosen = [self.bodies[own] for own in self._collected(asked)]
        if asked.type == RESOURCES and "changedTime" in asked.query.get("$expand", ""):
            chosen = [self._with_times(body) for body in chosen]
        return _filtered(asked, chosen)

    def tracked(self) -> Iterator[tuple[str, Body]]:
        """What Resource Manager's inventory holds, in every subscription."""
        return ((own, body) for own, body in self.bodies.items() if self._is_tracked(own))

    def _with_times(self, body: Body) -> Body:
        changed = self.changed.get(arm.canonical(body["id"]), _LONG_AGO)
        return {**body, "createdTime": _LONG_AGO, "changedTime": changed}

    def _unversioned(self, asked: Asked) -> Reply | None:
        version = asked.query.get("api-version")
        if not version:
            return error(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            )
        if not _VERSION.fullmatch(version.lower()):
            return error(400, "InvalidApiVersionParameter", f"The api-version '{version}' is invalid.")
        namespace, types = asked.namespace, asked.action.removeprefix(asked.namespace).strip("/")
        if namespace.lower() not in self._namespaces:
            return error(404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")
        known = registry.versions(asked.type)
        if asked.type not in self._types or (known and version.lower() not in known):
            supported = f" The supported api-versions are '{','.join(known)}'." if known else ""
            return error(
                404,
                "InvalidResourceType",
                f"The resource type '{types.removesuffix('/read')}' could not be found in the namespace '{namespace}' "
                f"for api version '{version}'.{supported}",
            )
        return None

    def _absent(self, asked: Asked) -> Reply | None:
        """What is said where the request hangs under something that does not exist."""
        above = arm.canonical(asked.scope) if asked.is_list else arm.parent(asked.place)
        if above is None or not above.startswith("/subscriptions/"):
            return None
        missing = [one for one in arm.scopes(above) if one not in self._standing]
        if not missing:
            return None
        highest = missing[-1]
        name = arm.name_of(highest)
        match arm.type_of(highest):
            case arm.SUBSCRIPTION:
                return error(404, "SubscriptionNotFound", f"The subscription '{name}' could not be found.")
            case arm.RESOURCE_GROUP:
                return error(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
        return error(
            404,
            "ParentResourceNotFound",
            f"Can not perform requested operation on nested resource. Parent resource '{name}' not found.",
        )

    def _denial(self, place: str) -> Reply | None:
        return next((said for path, said in self.cannot.items() if _beneath(place, path)), None)

    # -- lists ------------------------------------------------------------------------------------

    def _collected(self, asked: Asked) -> Iterable[str]:
        scope, kind = arm.canonical(asked.scope), asked.type
        if kind == RESOURCES:
            return (own for own in self.bodies if _beneath(own, scope) and self._is_tracked(own))
        if kind == _PROTECTED_ITEMS:
            return (own for own in self._by_type.get(_PROTECTED_ITEM, ()) if _beneath(own, scope))
        if kind == LOCKS:
            return (own for own in self._by_type.get(LOCKS, ()) if _beneath(own, scope))
        if kind == ASSIGNMENTS:
            return (own for own in self._by_type.get(ASSIGNMENTS, ()) if _bears_on(own, scope))
        return self._collections.get(asked.place, ())

    @cached_property
    def _collections(self) -> Mapping[str, tuple[str, ...]]:
        """Every path that lists resources, with the ids of what it lists."""
        found: dict[str, list[str]] = defaultdict(list)
        for own in self.bodies:
            path = own.rpartition("/")[0]
            found[path].append(own)
            if own.count("/providers/") == 1 and "/resourcegroups/" in own and own.count("/") == 8:
                found[f"{arm.subscription_of(own)}/providers/{arm.type_of(own)}"].append(own)
        return {path: tuple(ids) for path, ids in found.items()}

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for own in self.bodies:
            found[arm.type_of(own)].append(own)
        return {kind: tuple(ids) for kind, ids in found.items()}

    @cached_property
    def _types(self) -> frozenset[str]:
        return registry.TYPES | {RESOURCES} | frozenset(self._by_type)

    @cached_property
    def _namespaces(self) -> frozenset[str]:
        return frozenset(kind.partition("/")[0] for kind in self._types)

    @cached_property
    def _standing(self) -> frozenset[str]:
        """Every id that exists: what is above an existing resource exists too."""
        return frozenset(one for own in self.bodies for one in arm.scopes(own))

    def _is_tracked(self, own: str) -> bool:
        kind = arm.type_of(own)
        return (
            own.count("/providers/") == 1
            and "/resourcegroups/" in own
            and "location" in self.bodies[own]
            and (kind.count("/") == 1 or kind in _TRACKED_CHILDREN)
        )


def _beneath(own: str, scope: str) -> bool:
    return own == scope or own.startswith(scope + "/")


def _bears_on(assignment: str, scope: str) -> bool:
    """Whether an assignment is at, above or beneath a scope."""
    at = arm.parent(assignment) or ""
    return not at.startswith("/subscriptions") or _beneath(at, scope) or _beneath(scope, at)


def _not_found(asked: Asked) -> Reply:
    group = arm.resource_group_of(asked.place)
    _, _, named = asked.path.rpartition("/providers/")
    match arm.type_of(asked.place):
        case arm.SUBSCRIPTION:
            name = arm.name_of(asked.place)
            return error(404, "SubscriptionNotFound", f"The subscription '{name}' could not be found.")
        case arm.RESOURCE_GROUP:
            return error(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
    return error(
        404,
        "ResourceNotFound",
        f"The Resource '{named.strip('/')}' under resource group '{group or '<null>'}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def _filtered(asked: Asked, bodies: list[Body]) -> Reply | Listed:
    for test in _tests(asked):
        if test is None:
            text = asked.query["$filter"]
            return error(400, "BadRequest", f"Invalid $filter '{text}' specified in the query string.")
        bodies = [body for body in bodies if test(body)]
    return Listed(tuple(_shown(asked, body) for body in bodies))


def _tests(asked: Asked) -> Iterator[Callable[[Body], bool] | None]:
    for clause in filter(None, re.split(r"\s+and\s+", asked.query.get("$filter", "").strip())):
        if clause.replace(" ", "") == "atScope()" and asked.type == ASSIGNMENTS:
            yield _at_or_above(arm.canonical(asked.scope))
        elif found := _FILTER.fullmatch(clause):
            name, value = found.groups()
            yield _equals("type" if name == "resourceType" else name, value)
        else:
            yield None


def _at_or_above(scope: str) -> Callable[[Body], bool]:
    def stands(body: Body) -> bool:
        at = arm.parent(arm.canonical(body["id"])) or ""
        return not at.startswith("/subscriptions") or _beneath(scope, at)

    return stands


def _equals(name: str, value: str) -> Callable[[Body], bool]:
    def held(body: Body) -> str:
        properties = body.get("properties")
        inner = properties.get(name, "") if isinstance(properties, dict) else ""
        return str(body.get(name, inner)).lower()

    # Of a job's times, eq bounds a period: https://learn.microsoft.com/rest/api/backup/backup-jobs/list
    if name == "startTime":
        return lambda body: held(body) >= _moment(value)
    if name == "endTime":
        return lambda body: held(body) <= _moment(value)
    return lambda body: held(body) == value.lower()


def _moment(text: str) -> str:
    """``2026-03-01 01:30:00 PM`` as the ISO text that a job carries; Azure also writes midnight as 00:00:00 AM."""
    day, clock, half = text.split()
    hour, rest = clock.split(":", 1)
    return f"{day}t{int(hour) % 12 + 12 * (half == 'PM'):02}:{rest}z"


def _shown(asked: Asked, body: Body) -> Body:
    """What Azure shows of a resource in this answer: a list's item says less, and some must be asked for.

    As in public recordings: a listed share has no stored access policies and a listed site no identity, a SQL
    server's administrators come for certain only with ``$expand=administrators/activedirectory``.
    """
    if asked.type == RESOURCES:
        shown = (
            "id", "name", "type", "kind", "managedBy", "location", "tags", "sku", "identity",
            "createdTime", "changedTime",
        )  # fmt: skip
        return {name: body[name] for name in shown if name in body}
    if asked.type == "microsoft.web/sites" and asked.is_list:
        return _less(body, "identity")
    hidden = {
        "microsoft.storage/storageaccounts/fileservices/shares": asked.is_list and "signedIdentifiers",
        "microsoft.sql/servers": "$expand" not in asked.query and "administrators",
    }.get(asked.type)
    properties = body.get("properties")
    if not hidden or not isinstance(properties, dict):
        return body
    return {**body, "properties": _less(properties, hidden)}


def _less(mapping: Body, name: str) -> Body:
    return {key: value for key, value in mapping.items() if key != name}
