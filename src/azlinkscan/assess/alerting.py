"""When an alert fires about a resource, and whom it comes to.

A metric alert rule may stand on the resource itself, or on a group or subscription above it; then it watches only
the resource type and the region that it names (https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types).
It fires when all its conditions hold at once (https://learn.microsoft.com/azure/templates/microsoft.insights/metricalerts),
and so does an activity log alert (https://learn.microsoft.com/azure/templates/microsoft.insights/activitylogalerts).
Between a fired alert and its action groups stand alert processing rules: they take all groups away or add some
(https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-processing-rules). Shapes and words that the API does
not document raise ValueError or TypeError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from azlinkscan.model import arm
from azlinkscan.model.facts import Json

T = TypeVar("T", bool, str, list[Json], dict[str, Json])

METRIC_ALERT = "microsoft.insights/metricalerts"


@dataclass(frozen=True)
class Direction:
    """Which way a metric has to go, and what a condition says that looks that way."""

    operators: tuple[str, ...]
    """With a fixed threshold."""
    learned: tuple[str, ...]
    """With a threshold that Azure learns from the metric's past."""
    aggregations: tuple[str, ...]
    """What may be compared with a limit: a sum or a count of percentages says nothing of a load, nor an average of errors
    how many there were."""
    strictest: float
    """What a learned threshold counts as: it has no number, and it adapts."""
    of_all: Callable[[list[float]], float]
    """Of several conditions on one metric, the one that holds last."""


DIRECTIONS = {
    "above": Direction(
        ("greaterthan", "greaterthanorequal"),
        ("greaterthan", "greaterorlessthan"),
        ("average", "maximum"),
        0.0,
        max,
    ),
    "below": Direction(
        ("lessthan", "lessthanorequal"),
        ("lessthan", "greaterorlessthan"),
        ("average", "minimum"),
        100.0,
        min,
    ),
    # What is counted (errors, deadlocks) adds up over the window.
    "often": Direction(
        ("greaterthan", "greaterthanorequal"),
        ("greaterthan", "greaterorlessthan"),
        ("total", "count"),
        0.0,
        max,
    ),
}
_OPERATORS = {
    "staticthresholdcriterion": (
        "equals",
        "greaterthan",
        "greaterthanorequal",
        "lessthan",
        "lessthanorequal",
    ),
    "dynamicthresholdcriterion": ("greaterthan", "lessthan", "greaterorlessthan"),
}
_AGGREGATIONS = ("average", "count", "maximum", "minimum", "total")


def thresholds(alert: Json, subject: str, location: str, metrics: list[str], direction: str) -> list[float]:
    """The threshold at which a metric alert rule fires about a resource in a location, as a list of one.

    Empty where it does not fire as soon as one of the metrics goes beyond a threshold in that direction: it is off,
    looks elsewhere, at some values of a dimension only, or waits for another metric as well.
    """
    if not watches(alert, subject, location):
        return []
    conditions = _at(alert, "properties.criteria.allOf", [])
    wanted = {metric.lower() for metric in metrics}
    if any(_at(condition, "metricName", "").lower() not in wanted for condition in conditions):
        return []
    found = [_threshold(condition, DIRECTIONS[direction]) for condition in conditions]
    numbers = [number for number in found if number is not None]
    return [DIRECTIONS[direction].of_all(numbers)] if numbers and len(numbers) == len(found) else []


def _threshold(condition: Json, direction: Direction) -> float | None:
    kind = _one_of(condition, "criterionType", tuple(_OPERATORS))
    operator = _one_of(condition, "operator", _OPERATORS[kind])
    if any("*" not in _at(dimension, "values", []) for dimension in _at(condition, "dimensions", [])):
        return None
    if _one_of(condition, "timeAggregation", _AGGREGATIONS) not in direction.aggregations:
        return None
    if kind == "dynamicthresholdcriterion":
        return direction.strictest if operator in direction.learned else None
    if operator not in direction.operators:
        return None
    number = _get(condition, "threshold")
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TypeError(f"threshold = {number!r}")
    return float(number)


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


def fires_on(alert: Json, subject: str, event: Mapping[str, Json]) -> bool:
    """Whether an activity log alert is on, covers all of a resource or subscription, and fires on an event.

    ``event`` gives, for each field that a condition may name, the value or values that the event has; ``*`` lets
    the alert ask for any. A condition on a field that it does not give narrows the alert to some such events: that
    is not the alert that was asked for. Texts compare without case, as Azure does.
    """
    if not _at(alert, "properties.enabled", True):
        return False
    scopes = [arm.canonical(str(scope)) for scope in _at(alert, "properties.scopes", [])]
    if not any(subject == scope or subject.startswith(scope + "/") for scope in scopes):
        return False
    known = {name.lower(): _texts(value) for name, value in event.items()}
    if "operationname" in known:
        known.setdefault(
            "resourcetype",
            {
                # "…/servers/write", but "…/storageAccounts/regenerateKey/action"
                name.removesuffix("/action").rpartition("/")[0]
                for name in known["operationname"]
            },
        )
    conditions = _at(alert, "properties.condition.allOf", [])
    return bool(conditions) and all(
        any(_matches(leaf, known) for leaf in _at(condition, "anyOf", [condition]))
        for condition in conditions
    )


def done(operation: str) -> Mapping[str, Json]:
    """The event that Azure writes when somebody has done what an operation names.

    Every create, update, delete and action through Resource Manager is of the category Administrative, whatever the
    service (https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema).
    """
    return {
        "category": "Administrative",
        "operationName": operation,
        "level": "Informational",
        "status": ["Started", "Accepted", "Succeeded"],
    }


def _matches(leaf: Json, known: Mapping[str, set[str]]) -> bool:
    values = known.get(_at(leaf, "field", "").lower(), set())
    asked = _texts([_at(leaf, "equals", ""), *_at(leaf, "containsAny", [])])
    return "*" in values or bool(values & asked)


def _texts(value: Json) -> set[str]:
    return {str(one).lower() for one in (value if isinstance(value, list) else [value])}


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
    return _one_of(action, "actionType", ("addactiongroups", "removeallactiongroups"))


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
    operator = _one_of(condition, "operator", ("equals", "notequals", "contains", "doesnotcontain"))
    values = [str(value).lower() for value in _at(condition, "values", [])]
    name = _at(condition, "field", "").lower()
    if name not in known:
        return False
    trait = known[name]
    matched = any(value in trait if "contain" in operator else value == trait for value in values)
    return matched is (operator in ("equals", "contains"))


def _get(value: Json, path: str) -> Json:
    for step in path.split("."):
        if value is None:
            return None
        if not isinstance(value, dict):
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


def _one_of(value: Json, path: str, known: tuple[str, ...]) -> str:
    """A word out of a known set, in lower case. Raises ValueError on any other, and on none."""
    found = _at(value, path, "").lower()
    if found not in known:
        raise ValueError(f"{path} = {found!r}")
    return found
