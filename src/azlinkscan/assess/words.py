"""The words that a clause may call beyond standard CEL.

Each either gives a value or, where it cannot be told, raises Unreadable: the gap is kept for the finding and the
expression becomes undecided just there. A malformed value in a fact is a gap too, never an exception of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property, wraps
from typing import Any

from azlinkscan.assess import alerting, ranges, security_rules
from azlinkscan.assess import expression as cel
from azlinkscan.assess.world import UNREAD, Unreadable, World
from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Json, Reason
from azlinkscan.model.path import split

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_TIMESPAN = re.compile(
    r"(?:(?P<days>\d+)\.)?(?P<hours>\d{1,2}):(?P<minutes>\d{2}):(?P<seconds>\d{2})(?:\.\d+)?"
)
_RECEIVERS = {
    "emailReceivers": "status",
    "smsReceivers": "status",
    "voiceReceivers": None,
    "webhookReceivers": None,
    "itsmReceivers": None,
    "azureAppPushReceivers": None,
    "automationRunbookReceivers": None,
    "logicAppReceivers": None,
    "azureFunctionReceivers": None,
    "armRoleReceivers": None,
    "eventHubReceivers": None,
    "incidentReceivers": None,
}


def iso_days(duration: str) -> float:
    """An ISO 8601 duration in days; a month counts 30 and a year 365. Raises ValueError.

    >>> iso_days("P1M"), iso_days("PT12H")
    (30.0, 0.5)
    """
    match = _DURATION.fullmatch(duration)
    if match is None or duration.endswith(("P", "T")):
        raise ValueError(f"{duration!r} is not an ISO 8601 duration")
    part = {name: float(value or 0) for name, value in match.groupdict().items()}
    days = part["years"] * 365 + part["months"] * 30 + part["weeks"] * 7 + part["days"]
    return days + part["hours"] / 24 + part["minutes"] / 1440 + part["seconds"] / 86400


def timespan_days(text: str) -> float:
    """A .NET time span (``1.23:59:59``), in days. Raises ValueError.

    The form of ``sasPolicy.sasExpirationPeriod``.
    """
    match = _TIMESPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time span")
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    return part["days"] + part["hours"] / 24 + part["minutes"] / 1440 + part["seconds"] / 86400


def moment(text: str) -> datetime:
    """A date or a time as Azure writes it; UTC where it says no zone. Raises ValueError."""
    cleaned = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    parsed = datetime.fromisoformat(cleaned)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


_HANDLE = UNREAD[0]


class _Whole(dict[str, Json]):
    """A whole fact, which goes to the engine as a handle."""


class Words:
    """The words, bound to what they look at: a world, a clock and the resource that is judged."""

    def __init__(self, clock: datetime) -> None:
        self.clock = clock
        self.world: World | None = None
        self.subject = ""
        self.kind = ""
        self.gaps: list[Gap] = []
        """The gaps met since the last evaluation began."""
        self._held: list[Json] = []

    @cached_property
    def declared(self) -> cel.Declared:
        """The words as the engine knows them."""
        return cel.Declared(vocabulary(self))

    # -- what every word goes through -------------------------------------------------------------

    def _gap(self, detail: str) -> Gap:
        return Gap(self.subject, self.kind, Reason.UNRECOGNISED_VALUE, detail=detail)

    def guarded(self, name: str, does: Callable[..., Any], opened: frozenset[int]) -> Callable[..., Any]:
        """The word, with every way in which it cannot tell turned into a kept gap.

        ``opened`` holds the positions in which a handle may stand.
        """
        inward = self.inward

        @wraps(does)
        def word(*given: Any) -> Any:
            try:
                arguments = [inward(one) if at in opened else one for at, one in enumerate(given)]
                said = self.outward(does(*arguments))
                if not _is_held(said):
                    raise ValueError("a whole number beyond 64 bits, which the engine cannot hold")
                return said
            except Unreadable as unread:
                self.gaps.extend(unread.gaps)
                raise
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
                gap = self._gap(f"{name}: {str(error)[:200]}")
                self.gaps.append(gap)
                raise Unreadable(gap) from None

        return word

    # -- what crosses into the engine ---------------------------------------------------------------

    def begin(self, subject: str, kind: str) -> None:
        """Look at another resource."""
        self.subject, self.kind = subject, kind
        self.gaps.clear()
        self._held.clear()

    def outward(self, value: Any) -> Any:
        """A value for the engine: a mapping in a list, and a whole fact, go as a handle.

        The engine copies what it is given, all the way down and back again for every word; a handle costs nothing.
        """
        if isinstance(value, list):
            return [self._handle(item) if isinstance(item, dict) else item for item in value]
        return self._handle(value) if isinstance(value, _Whole) else value

    def _handle(self, body: Json) -> str:
        self._held.append(body)
        return f"{_HANDLE}{len(self._held) - 1}"

    def inward(self, value: Any) -> Any:
        """The value that a handle stands for; anything else as it is. Raises Unreadable for what was not read."""
        if isinstance(value, str) and value.startswith(_HANDLE):
            if value == UNREAD:
                raise Unreadable()  # the list that it stands in has left its gaps already
            return self._held[int(value[len(_HANDLE) :])]
        if isinstance(value, list):
            return [self.inward(item) for item in value]
        return value

    # -- relations --------------------------------------------------------------------------------

    def _bodies(self, found: Iterable[Any]) -> list[Json]:
        return [fact.body for fact in found]

    def _world(self) -> World:
        assert self.world is not None
        return self.world

    def about(self, kind: str) -> list[Json]:
        """The facts of a kind that name the judged resource or a scope above it: all of them, or a gap."""
        found, holes = self._world().about(kind, self.subject)
        if holes:
            raise Unreadable(*holes)
        return self._bodies(found)

    def seen(self, kind: str) -> list[Json]:
        """As ``about``, for ``.exists(…)``: what was found counts even where the list is not complete."""
        found, holes = self._world().about(kind, self.subject)
        return self._so_far(found, holes)

    def children(self, kind: str) -> list[Json]:
        """The facts of a kind beneath the judged resource: all of them, or a gap."""
        found, holes = self._world().children(kind, self.subject)
        if holes:
            raise Unreadable(*holes)
        return self._bodies(found)

    def seen_children(self, kind: str) -> list[Json]:
        """As ``children``, for ``.exists(…)``."""
        found, holes = self._world().children(kind, self.subject)
        return self._so_far(found, holes)

    def _so_far(self, found: Iterable[Any], holes: tuple[Gap, ...]) -> list[Json]:
        bodies = self._bodies(found)
        if holes:
            self.gaps.extend(holes)
            bodies.append(UNREAD)
        return bodies

    def fact(self, resource_id: Any) -> Json:
        """What an id names: its JSON, or null where it truly names nothing."""
        if resource_id is None:
            return None
        if not arm.is_id(resource_id):
            raise ValueError(f"{resource_id!r} is not an ARM id")
        found = self._world().fact(resource_id)
        return _Whole(found.body) if found else None

    # -- inside a value ---------------------------------------------------------------------------

    def field(self, value: Any, path: str, *absent: Any) -> Json:
        """A property inside a value; null is absence. Without a third argument, absence is a gap."""
        here = value
        for step in split(path):
            if here is None:
                break
            if isinstance(step, int):
                if not isinstance(here, list):
                    raise TypeError(f"{path}: [{step}] is looked for in a {type(here).__name__}")
                here = here[step] if step < len(here) else None
                continue
            if not isinstance(here, dict):
                raise TypeError(f"{path}: {step} is looked for in a {type(here).__name__}")
            here = here.get(step)
        if here is not None:
            if absent and not _same_shape(here, absent[0]):
                raise TypeError(f"{path} is a {type(here).__name__}")
            return here
        if absent:
            return absent[0]
        raise Unreadable(Gap(self.subject, self.kind, Reason.MISSING, detail=path))

    def word(self, value: Any, path: str, known: list[str], *absent: str) -> str:
        """A text property out of a known set, compared without case; any other text is a gap."""
        found = self.field(value, path, *absent)
        if isinstance(found, str):
            for one in [*known, *absent]:
                if one.lower() == found.lower():
                    return one
        raise ValueError(f"{path} = {found!r}")

    def listed(self, text: str, known: list[str]) -> list[str]:
        """The words of a list that is written as one text (``SMB3.0;SMB3.1.1;``, ``TLSv1.2,TLSv1.3``), as the known ones
        are spelt; a word that is none of them is a gap."""
        spelt = {one.lower(): one for one in known}
        parts = [part.strip() for part in re.split("[;,]", text)]
        strange = [part for part in parts if part and part.lower() not in spelt]
        if strange:
            raise ValueError(f"{text!r} names {strange[0]!r}")
        return [spelt[part.lower()] for part in parts if part]

    def lower(self, text: str) -> str:
        """Lower case: names in Azure compare without case."""
        return text.lower()

    def within(self, resource_id: Any, scope: Any) -> bool:
        """Whether an id is a scope or lies beneath it."""
        inner, outer = arm.canonical(str(resource_id)), arm.canonical(str(scope))
        return inner == outer or inner.startswith(outer + "/")

    def above(self, resource_id: str) -> str:
        """The id one step above: of a subnet its network, of a resource its group. Empty above a subscription."""
        return arm.parent(arm.canonical(resource_id)) or ""

    def type_of(self, resource_id: str) -> str:
        """The ARM type that an id names, lower case."""
        return arm.type_of(arm.canonical(resource_id))

    def receivers(self, group: Any) -> list[Json]:
        """The receivers of an action group that are enabled; none where the group is null or off.

        E-mail and SMS receivers have a status of their own: one that unsubscribed is Disabled.
        """
        if group is None:
            return []
        if not self.field(group, "properties.enabled", True):
            return []
        reached: list[Json] = []
        for name, status in _RECEIVERS.items():
            for receiver in self.field(group, f"properties.{name}", []):
                if status is None or self.word(
                    receiver, status, ["Enabled", "Disabled", "NotSpecified"], "Enabled"
                ) != ("Disabled"):
                    reached.append({"kind": name, "name": self.field(receiver, "name", "")})
        return reached

    def fires(self, alert: Json, *on: Any) -> list[float] | bool:
        """When an alert fires about the judged resource.

        ``fires(alert, location, metrics, "above")`` (or ``"below"``, or ``"often"`` for what is counted): the threshold
        of a metric alert, as a list of one, or an empty list; see :func:`alerting.thresholds`.
        ``fires(alert, event)``: whether an activity log alert fires on the event; see :func:`alerting.fires_on`.
        ``fires(alert, operation)``: the same, once somebody has done what the operation names.
        """
        if len(on) == 1:
            event = alerting.done(on[0]) if isinstance(on[0], str) else on[0]
            return alerting.fires_on(alert, self.subject, event)
        location, metrics, direction = on
        return alerting.thresholds(alert, self.subject, location, metrics, direction)

    def reached(self, alert: Json, rules: list[Json]) -> list[Json]:
        """The enabled receivers that an alert about the judged resource comes to, after the processing rules.

        One receiver that can be seen counts, also where another action group cannot be read.
        """
        active = [rule for rule in rules if alerting.applies(rule, alert, self.subject, self.days_until)]
        if any(alerting.silences(rule) for rule in active):
            return []
        found: list[Json] = []
        unread: list[Gap] = []
        for group in [*alerting.groups(alert), *(group for rule in active for group in alerting.added(rule))]:
            try:
                found.extend(self.receivers(self.fact(group)))
            except Unreadable as gap:
                unread.extend(gap.gaps)
        if unread and not found:
            raise Unreadable(*unread)
        return found

    # -- addresses --------------------------------------------------------------------------------

    def prefix_length(self, text: str) -> int:
        """The prefix length of one rule: an address, a CIDR prefix or ``first-last``."""
        return ranges.parse(text).prefix

    def widest(self, texts: list[str]) -> int:
        """The prefix length of all that the rules admit together; see :func:`ranges.widest`."""
        return ranges.widest(texts)

    def addresses(self, texts: list[str]) -> float:
        """How many addresses the rules admit together."""
        return float(ranges.count(texts))

    def covers(self, outer: list[str], inner: list[str]) -> bool:
        """Whether everything that ``inner`` admits is admitted by ``outer``."""
        return ranges.covers(outer, inner)

    def open_ports(self, rules: list[Json], protocol: str, ports: list[int], widest_prefix: int) -> list[str]:
        """The ports that the Internet reaches through security rules; see :func:`security_rules.open_ports`."""
        return security_rules.open_ports(rules, protocol, ports, widest_prefix)

    # -- time -------------------------------------------------------------------------------------

    def days_until(self, text: str) -> float:
        """Days from the scan's clock to a time; negative where it has passed."""
        return (moment(text) - self.clock) / timedelta(days=1)

    def days_since(self, text: str) -> float:
        """Days from a time to the scan's clock."""
        return -self.days_until(text)


def _is_held(value: Any) -> bool:
    """Whether the engine can hold every whole number in a value: a word's answer that it cannot is no ERROR value."""
    if type(value) is int:
        return -(2**63) <= value < 2**63
    if isinstance(value, list):
        return all(map(_is_held, value))
    return not isinstance(value, dict) or all(map(_is_held, value.values()))


def _same_shape(value: Any, like: Any) -> bool:
    if isinstance(like, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(like, bool)
    if isinstance(like, int | float):
        return isinstance(value, int | float)
    return like is None or isinstance(value, type(like))


def vocabulary(words: Words) -> tuple[cel.Word, ...]:
    """Every word with its types: the one table that the checker, the documentation and the tests read."""
    table: tuple[tuple[str, tuple[tuple[tuple[Any, ...], Any], ...], Callable[..., Any]], ...] = (
        ("about", (((cel.TEXT,), cel.LIST),), words.about),
        ("seen", (((cel.TEXT,), cel.LIST),), words.seen),
        ("children", (((cel.TEXT,), cel.LIST),), words.children),
        ("seen_children", (((cel.TEXT,), cel.LIST),), words.seen_children),
        ("fact", (((cel.ANY,), cel.OPEN),), words.fact),
        (
            "field",
            (((cel.ANY, cel.TEXT), cel.OPEN), ((cel.ANY, cel.TEXT, cel.ANY), cel.OPEN)),
            words.field,
        ),
        (
            "word",
            (
                ((cel.ANY, cel.TEXT, cel.TEXTS), cel.TEXT),
                ((cel.ANY, cel.TEXT, cel.TEXTS, cel.TEXT), cel.TEXT),
            ),
            words.word,
        ),
        ("listed", (((cel.TEXT, cel.TEXTS), cel.LIST),), words.listed),
        ("lower", (((cel.TEXT,), cel.TEXT),), words.lower),
        ("within", (((cel.ANY, cel.ANY), cel.BOOLEAN),), words.within),
        ("above", (((cel.TEXT,), cel.TEXT),), words.above),
        ("type_of", (((cel.TEXT,), cel.TEXT),), words.type_of),
        ("receivers", (((cel.ANY,), cel.LIST),), words.receivers),
        (
            "fires",
            (((cel.ANY, cel.TEXT, cel.TEXTS, cel.TEXT), cel.LIST), ((cel.ANY, cel.ANY), cel.BOOLEAN)),
            words.fires,
        ),
        ("reached", (((cel.ANY, cel.LIST), cel.LIST),), words.reached),
        ("prefix_length", (((cel.TEXT,), cel.INTEGER),), words.prefix_length),
        ("widest", (((cel.LIST,), cel.INTEGER),), words.widest),
        ("addresses", (((cel.LIST,), cel.NUMBER),), words.addresses),
        ("covers", (((cel.LIST, cel.LIST), cel.BOOLEAN),), words.covers),
        ("open_ports", (((cel.LIST, cel.TEXT, cel.LIST, cel.ANY), cel.LIST),), words.open_ports),
        ("iso_days", (((cel.TEXT,), cel.NUMBER),), iso_days),
        ("timespan_days", (((cel.TEXT,), cel.NUMBER),), timespan_days),
        ("days_until", (((cel.TEXT,), cel.NUMBER),), words.days_until),
        ("days_since", (((cel.TEXT,), cel.NUMBER),), words.days_since),
    )
    return tuple(
        cel.Word(name, overloads, words.guarded(name, does, _opened(overloads)))
        for name, overloads, does in table
    )


def _opened(overloads: tuple[tuple[tuple[Any, ...], Any], ...]) -> frozenset[int]:
    closed = (cel.TEXT, cel.TEXTS)
    return frozenset(at for takes, _ in overloads for at, kind in enumerate(takes) if kind not in closed)
