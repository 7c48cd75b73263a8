"""Which alerts look at a resource, and whom they come to.

A metric alert rule may stand on the resource itself, or on a group or subscription above it; then it watches only
the resource type and the region that it names (https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types).
Between a fired alert and its action groups stand alert processing rules: they take all groups away or add some
(https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-processing-rules). Shapes that the API does not
document raise ValueError or TypeError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from azlinkscan.model import arm
from azlinkscan.model.facts import Json

T = TypeVar("T", bool, str, list[Json], dict[str, Json])

METRIC_ALERT = "microsoft.insights/metricalerts"


def watches(alert: Json, subject: str, location: str) -> bool:
    """Whether a metric alert rule is on and looks at a resource in a location."""
    if not _at(alert, "properties.enabled", False):
        return False
    for scope in _at(alert, "properties.scopes", []):
        own = arm.canonical(str(scope))
        if own == subject:
            return True
        if subject.startswith(own + "/") and _fits(alert, subject, location):
            return True
    return False


def _fits(alert: Json, subject: str, location: str) -> bool:
    """Whether a rule on a scope above names the resource's type and region: then the API asks for both."""
    kind = _at(alert, "properties.targetResourceType", "").lower()
    region = _at(alert, "properties.targetResourceRegion", "")
    return kind == arm.type_of(subject) and (not region or _plain(region) == _plain(location))


def _plain(location: str) -> str:
    """``Japan East`` and ``japaneast`` are one region; services differ in how they write it."""
    return location.replace(" ", "").lower()


def groups(alert: Json) -> list[str]:
    """The ids of the action groups that a metric alert or an activity log alert names itself."""
    actions = _typed(_get(alert, "properties.actions"), "properties.actions", list, dict)
    named = actions if isinstance(actions, list) else _at(actions, "actionGroups", [])
    return [_at(action, "actionGroupId", "") for action in named]


def added(rule: Json) -> list[str]:
    """The ids of the action groups that an alert processing rule adds."""
    return [
        str(group)
        for action in _at(rule, "properties.actions", [])
        if _action(action) == "addactiongroups"
        for group in _at(action, "actionGroupIds", [])
    ]


def silences(rule: Json) -> bool:
    """Whether an alert processing rule takes every action group away; that outranks rules that add some."""
    return any(_action(action) == "removeallactiongroups" for action in _at(rule, "properties.actions", []))


def _action(action: Json) -> str:
    kind = _at(action, "actionType", "").lower()
    if kind not in ("addactiongroups", "removeallactiongroups"):
        raise ValueError(f"actionType = {kind!r}")
    return kind


def applies(rule: Json, alert: Json, subject: str, days_until: Callable[[str], float]) -> bool:
    """Whether an alert processing rule holds now for every alert that a rule fires about a resource.

    One that recurs, or filters by what only a fired alert has, holds for some alerts: it neither silences nor
    reaches anybody for certain, so it does not count. A window's time zone is not looked at.
    """
    if not _at(rule, "properties.enabled", True):
        return False
    scopes = [arm.canonical(str(scope)) for scope in _at(rule, "properties.scopes", [])]
    if not any(subject == scope or subject.startswith(scope + "/") for scope in scopes):
        return False
    known = _traits(alert, subject)
    conditions = _at(rule, "properties.conditions", [])
    return all(_holds(condition, known) for condition in conditions) and _is_open(rule, days_until)


def _is_open(rule: Json, days_until: Callable[[str], float]) -> bool:
    schedule = _at(rule, "properties.schedule", {})
    start, end = _at(schedule, "effectiveFrom", ""), _at(schedule, "effectiveUntil", "")
    started = not start or days_until(start) <= 0
    ended = bool(end) and days_until(end) <= 0
    return started and not ended and not _at(schedule, "recurrences", [])


def _traits(alert: Json, subject: str) -> Mapping[str, str]:
    """What is known of an alert before it fires, by the names that a processing rule's filters use."""
    own = arm.canonical(_at(alert, "id", ""))
    known = {
        "alertruleid": own,
        "alertrulename": arm.name_of(own),
        "description": _at(alert, "properties.description", "").lower(),
        "monitorcondition": "fired",
    }
    if arm.type_of(subject) != arm.SUBSCRIPTION:
        known |= {"targetresource": subject, "targetresourcetype": arm.type_of(subject)}
    if arm.type_of(own) == METRIC_ALERT:
        known |= {
            "severity": f"sev{_get(alert, 'properties.severity')}",
            "monitorservice": "platform",
            "signaltype": "metric",
        }
    return known


def _holds(condition: Json, known: Mapping[str, str]) -> bool:
    name, operator = _at(condition, "field", "").lower(), _at(condition, "operator", "").lower()
    values = [str(value).lower() for value in _at(condition, "values", [])]
    if operator not in ("equals", "notequals", "contains", "doesnotcontain"):
        raise ValueError(f"operator = {operator!r}")
    if name not in known:
        return False
    trait = known[name]
    matched = any(value in trait if "contain" in operator else value == trait for value in values)
    return matched is (operator in ("equals", "contains"))


def _get(value: Json, path: str) -> Json:
    for step in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise TypeError(f"{path}: {step} is looked for in a {type(value).__name__}")
        value = value.get(step)
    return value


def _typed(value: Json, path: str, *kinds: type) -> Json:
    if value is not None and not (isinstance(value, kinds) and isinstance(value, bool) == (bool in kinds)):
        raise TypeError(f"{path} is a {type(value).__name__}")
    return value


def _at(value: Json, path: str, absent: T) -> T:
    """A property of the type of ``absent``, which stands for it where it is absent or null."""
    found: T | None = _typed(_get(value, path), path, type(absent))
    return absent if found is None else found
