"""An estate's folder of YAML files to the world that it describes and the faults that stand in its way.

A file::

    under: /subscriptions/…/providers/Microsoft.Storage/storageAccounts   # every path below continues this one
    patterns:
      account: {location: japaneast, properties: {…}}
    resources:
      kakuuarchive: {like: account, properties: {allowSharedKeyAccess: null}}
      kakuuarchive/blobServices/default: {properties: {…}}
    cannot:                                # what Azure truthfully says that a resource cannot have
      kakuuarchive/fileServices: {status: 400, code: FeatureNotSupportedForAccount, message: …}

``id``, ``name`` and ``type`` follow from the path and stand in a body only where Azure writes them otherwise;
``like`` names a pattern that lies beneath the body, mapping by mapping; ``without`` takes dotted paths away again.
What a body holds of its children (a network's subnets, a group's rules) can also be read by itself, as in Azure.
``refusals.yaml`` is a list of ``{matches: GLOB, answer: NAME}``; see :mod:`tests.arm.faults`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from azlinkscan.model import arm
from azlinkscan.written import yaml_tree
from tests.arm.faults import BY_NAME, Fault
from tests.arm.reply import Reply, error
from tests.arm.world import Body, World

FOLDER = Path(__file__).parent / "estate"
KAKUU_CITY = FOLDER / "kakuu_city"
PLANTED = "planted-secret"
"""Stands in every secret that the city's estate sends: it must never be found in a snapshot, a report or a log."""
_REFUSALS = "refusals.yaml"


def world_of(folder: Path) -> World:
    """The world of every file in an estate's folder."""
    bodies: dict[str, Body] = {}
    cannot: dict[str, Reply] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == _REFUSALS:
            continue
        document = yaml_tree.read(path).plain()
        under = document["under"]
        for own, body in _bodies(under, document):
            for place, one in ((own, body), *_held(own, body)):
                if place in bodies:
                    raise ValueError(f"{path.name}: {place} stands twice")
                bodies[place] = one
        for place, said in document.get("cannot", {}).items():
            cannot[arm.canonical(f"{under}/{place}")] = error(said["status"], said["code"], said["message"])
    return World(bodies, cannot)


def refusals_of(folder: Path) -> tuple[Fault, ...]:
    """The faults that belong to an estate's demonstration."""
    path = folder / _REFUSALS
    rules = yaml_tree.read(path).plain() if path.exists() else []
    return tuple(Fault(rule["matches"], BY_NAME[rule["answer"]]) for rule in rules)


def _bodies(under: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Body]]:
    patterns = document.get("patterns", {})
    for place, written in document["resources"].items():
        resource_id = f"{under}/{place}" if place else under
        body = dict(written or {})
        pattern, without = body.pop("like", None), body.pop("without", ())
        if pattern:
            body = _laid_over(patterns[pattern], body)
        for path in without:
            body = _taken_away(body, path.split("."))
        yield arm.canonical(resource_id), {**_named(resource_id), **body}


def _held(own: str, value: Any) -> Iterator[tuple[str, Body]]:
    """The resources that stand in full inside another's body."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(inner, dict) and "properties" in inner and arm.is_id(inner.get("id")):
            place = arm.canonical(inner["id"])
            if place.startswith(own + "/"):
                yield place, {**_named(inner["id"]), **inner}
        yield from _held(own, inner)


def _laid_over(pattern: Mapping[str, Any], body: Mapping[str, Any]) -> Body:
    merged = dict(pattern)
    for name, value in body.items():
        beneath = merged.get(name)
        if isinstance(value, dict) and isinstance(beneath, dict):
            merged[name] = _laid_over(beneath, value)
        else:
            merged[name] = value
    return merged


def _taken_away(body: Mapping[str, Any], steps: list[str]) -> Body:
    first, *rest = steps
    if rest:
        return {**body, first: _taken_away(body[first], rest)}
    return {name: value for name, value in body.items() if name != first}


def _named(resource_id: str) -> Body:
    name = arm.name_of(resource_id)
    match arm.type_of(arm.canonical(resource_id)):
        case arm.SUBSCRIPTION:
            return {"id": resource_id, "subscriptionId": name}
        case arm.RESOURCE_GROUP:
            return {"id": resource_id, "name": name, "type": "Microsoft.Resources/resourceGroups"}
    namespace, *segments = resource_id.rpartition("/providers/")[2].split("/")
    return {"id": resource_id, "name": name, "type": "/".join([namespace, *segments[0::2]])}
