"""As fast as Azure allows and not faster: what each request draws on, what the answers tell, and what was spent.

Resource Manager gives each principal a bucket of 250 reads a subscription (and one for what lies in none), refilled at
25 a second; all principals together have fifteen times as much. Resource providers count for themselves, and a few say
how. Documented limits are where we start; what the headers and the refusals say takes their place.
https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests

One lock, and no waiting inside it: whoever asks is told how long to wait.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from azlinkscan.collect.answer import Answer, Broken
from azlinkscan.collect.budgets import Bucket, Budget, Gate, Ticket, Window, allowance
from azlinkscan.model.facts import Json

ARM_READS = (250, 25.0)
"""Reads that fit, and how many come back a second, for one principal."""
ARM_WRITES = (200, 10.0)
"""The same of what Resource Manager counts as writes: every POST, also one that reads."""
ALL_PRINCIPALS = 15
STORAGE = "microsoft.storage"
STORAGE_WINDOW = 300.0
STORAGE_READS, STORAGE_LISTS = 800, 100
"""In five minutes, each region of a subscription for itself: https://aka.ms/srpthrottlinglimits. Where they are is a
place for caution rather than a wall: which calls count as lists is written nowhere, so beyond it we go one by one until
Azure refuses, and keep to it from then on."""
RESOURCE_GRAPH = "microsoft.resourcegraph"
RESOURCE_GRAPH_WINDOW = (15, 5.0)

_ARMS_OWN = frozenset({"subscriptionrequeststhrottled", "tenantrequeststhrottled"})
_REMAINING = "x-ms-ratelimit-remaining-"


class Lane(NamedTuple):
    """Requests that draw on the same budgets."""

    subscription: str
    """Its GUID; empty where the request lies in none."""
    provider: str
    """Lower case; empty for Resource Manager itself."""
    type: str
    """The whole resource type, lower case; empty where another host than Resource Manager is asked."""
    lists: bool
    region: str = ""
    """Where a provider counts by region and the region is known."""


class Turn(NamedTuple):
    """Leave to send one request."""

    lane: Lane
    tickets: tuple[tuple[Budget, Ticket], ...]
    gate: Gate
    entered: int


class Refusal(NamedTuple):
    """No leave: a refusal that outlasts all patience stands, and is the answer to this request too."""

    answer: Answer


@dataclass(frozen=True)
class Spent:
    """What reading took."""

    requests: int
    by_provider: Mapping[str, int]
    """Resource Manager itself is ``microsoft.resources``."""
    throttled: int
    """Answers 429."""
    waited: float
    """Seconds in which something waited for a limit."""

    def to_json(self) -> dict[str, Any]:
        """As the snapshot's closing record keeps it."""
        return {
            "requests": self.requests,
            "by_provider": dict(sorted(self.by_provider.items())),
            "throttled": self.throttled,
            "waited_seconds": round(self.waited, 1),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Spent:
        """The inverse of :meth:`to_json`."""
        return cls(row["requests"], row["by_provider"], row["throttled"], row["waited_seconds"])


def total(*parts: Spent) -> Spent:
    """What several readings took together."""
    providers: Counter[str] = Counter()
    for one in parts:
        providers.update(one.by_provider)
    return Spent(
        sum(one.requests for one in parts),
        providers,
        sum(one.throttled for one in parts),
        sum(one.waited for one in parts),
    )


class Clock:
    """Seconds, and waiting for them: real ones, or those that a sleep which takes no time moves on.

    A wait ends at once where the scan is stopped.
    """

    def __init__(self, stop: threading.Event, sleep: Callable[[float], None] | None = None) -> None:
        self._stop = stop
        self._sleep = sleep
        self._skipped = 0.0
        self._lock = threading.Lock()

    @property
    def is_real(self) -> bool:
        """Whether a wait takes the time that it says."""
        return self._sleep is None

    @property
    def is_stopped(self) -> bool:
        """Whether the scan is."""
        return self._stop.is_set()

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        """Waits."""
        if self._sleep is None:
            self._stop.wait(seconds)
            return
        began = time.monotonic()
        self._sleep(seconds)
        with self._lock:
            self._skipped += max(0.0, seconds - (time.monotonic() - began))


class Pacing:
    """The budgets of one principal. Safe to share between threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        patience: float = 180,
        bucket: tuple[int, float] = ARM_READS,
    ) -> None:
        """``patience``: seconds after which a provider that does nothing but refuse is asked no more.

        ``bucket``: Resource Manager's own, of reads or of what it counts as writes.
        """
        self._bucket = bucket
        self._clock = clock
        self._patience = patience
        self._lock = threading.Lock()
        self._budgets: dict[tuple[str, ...], Budget] = {}
        self._gates: dict[tuple[str, ...], Gate] = {}
        self._regions: dict[str, str] = {}
        self._drawn: dict[Lane, tuple[Budget, ...]] = {}
        self._granted = threading.local()
        self._requests: Counter[str] = Counter()
        self._throttled = 0
        self._waited = 0.0
        self._held_until = clock()

    # -- before a request --------------------------------------------------------------------------

    def lane(self, address: str) -> Lane:
        """What a request is counted with; ``address`` is a path, or the URL of another host's, query or not."""
        path = unquote(address.partition("?")[0]).lower()
        if path.startswith("https://"):
            return Lane("", path.split("/")[2], "", False)
        parts = path.strip("/").split("/")
        subscription = parts[1] if len(parts) > 1 and parts[0] == "subscriptions" else ""
        _, provider, rest = path.rpartition("/providers/")
        if not provider:
            return Lane(subscription, "", parts[-1] if len(parts) % 2 else parts[-2], len(parts) % 2 == 1)
        names = rest.split("/")
        region = self._regions.get("/".join(parts[:8]), "") if names[0] == STORAGE else ""
        return Lane(subscription, names[0], "/".join([names[0], *names[1::2]]), len(names) % 2 == 0, region)

    def grant(self, lane: Lane) -> float:
        """Sets a turn aside for this thread's next request of a lane; or the seconds after which to ask again.

        Also 0 where a refusal that stands will be the answer: that is worth no wait.
        """
        with self._lock:
            now = self._clock()
            if self._standing(lane, now) is not None:
                return 0.0
            wait = self._wait(lane, now)
            if wait <= 0:
                self._granted.turn = self._take(lane, now)
            return wait

    def withdraw(self) -> None:
        """Takes back what was set aside for this thread and not used."""
        turn: Turn | None = getattr(self._granted, "turn", None)
        if turn is None:
            return
        self._granted.turn = None
        with self._lock:
            turn.gate.leave(turn.entered, answered=False)
            for budget, _ in turn.tickets:
                budget.give_back()
            self._requests[turn.lane.provider] -= 1

    def turn(self, address: str) -> Turn | Refusal | float:
        """Leave to send a request, or the seconds after which to ask again."""
        lane = self.lane(address)
        granted: Turn | None = getattr(self._granted, "turn", None)
        if granted is not None and granted.lane == lane:
            self._granted.turn = None
            return granted
        with self._lock:
            now = self._clock()
            standing = self._standing(lane, now)
            if standing is not None:
                return Refusal(standing)
            wait = self._wait(lane, now)
            return wait if wait > 0 else self._take(lane, now)

    # -- after it ----------------------------------------------------------------------------------

    def heard(self, turn: Turn, outcome: Answer | Broken | None, body: Json = None) -> None:
        """What came of a turn, other than 429; None where nothing did. ``body`` is the answer's JSON."""
        answered = isinstance(outcome, Answer)
        with self._lock:
            self._end(turn, answered=answered)
            if not isinstance(outcome, Answer):
                return
            self._learn(turn, outcome.headers, self._clock())
            self._gates_of(turn.lane)[0].answers()
            if turn.lane.type == f"{STORAGE}/storageaccounts" and isinstance(body, dict):
                self._locate(body.get("value"))

    def refused(self, turn: Turn, answer: Answer, code: str | None, seconds: float) -> None:
        """A turn ended in 429: whoever refused is left alone for so long, and everybody else is not."""
        lane = turn.lane
        arms_own = (
            not lane.provider
            or (code or "").lower() in _ARMS_OWN
            or answer.headers.get(f"{_REMAINING}subscription-reads") == "0"
        )
        with self._lock:
            now = self._clock()
            self._throttled += 1
            self._end(turn, answered=False)
            self._learn(turn, answer.headers, now)
            (self._gate(lane.subscription) if arms_own else turn.gate).refused(answer, now, seconds)
            for budget, ticket in turn.tickets:
                budget.refused(ticket, now, arms_own=arms_own)
            self._hold(now, seconds)

    def spent(self) -> Spent:
        """What was spent so far."""
        with self._lock:
            named: Counter[str] = Counter()
            for name, count in self._requests.items():
                named[name or "microsoft.resources"] += count
            return Spent(named.total(), +named, self._throttled, self._waited)

    # -- inside the lock ---------------------------------------------------------------------------

    def _wait(self, lane: Lane, now: float) -> float:
        wait = max(
            *(gate.wait(now) for gate in self._gates_of(lane)),
            *(budget.wait(now) for budget in self._drawn_on(lane)),
        )
        if wait > 0:
            self._hold(now, wait)
        return wait

    def _take(self, lane: Lane, now: float) -> Turn:
        self._requests[lane.provider] += 1
        _, gate = self._gates_of(lane)
        entered = gate.enter()
        tickets = tuple((budget, budget.take(now)) for budget in self._drawn_on(lane))
        if any(isinstance(budget, Window) and budget.just_crossed for budget, _ in tickets):
            gate.narrow()
        return Turn(lane, tickets, gate, entered)

    def _end(self, turn: Turn, *, answered: bool) -> None:
        turn.gate.leave(turn.entered, answered=answered)
        for budget, ticket in turn.tickets:
            budget.done(ticket)

    def _standing(self, lane: Lane, now: float) -> Answer | None:
        arms, providers = self._gates_of(lane)
        return arms.standing(self._patience, now) or providers.standing(self._patience, now)

    def _gates_of(self, lane: Lane) -> tuple[Gate, Gate]:
        """Resource Manager's own, and the provider's; of another host, its own only."""
        providers = self._gate(lane.subscription, lane.provider, lane.region)
        return (self._gate(lane.subscription) if lane.type else providers), providers

    def _gate(self, *key: str) -> Gate:
        found = self._gates.get(key)
        if found is None:
            found = self._gates[key] = Gate()
        return found

    def _drawn_on(self, lane: Lane) -> tuple[Budget, ...]:
        found = self._drawn.get(lane) if lane.type else ()
        if found is None:
            self._budget(Bucket(*self._bucket, self._clock()), "reads", lane.subscription)
            keys = [("reads", lane.subscription), ("all", lane.subscription), ("type", *lane[:3:2])]
            if lane.provider in (STORAGE, RESOURCE_GRAPH):
                keys.append(("provider", lane.subscription, lane.provider, lane.region, str(lane.lists)))
                self._budget(_of_provider(lane), *keys[-1])
            found = tuple(self._budgets[key] for key in keys if key in self._budgets)
            self._drawn[lane] = found
        return found

    def _budget(self, new: Budget, *key: str) -> Budget:
        """The budget that there is, or else the new one."""
        if key not in self._budgets:
            self._budgets[key] = new
            self._drawn.clear()
        return self._budgets[key]

    def _learn(self, turn: Turn, headers: Mapping[str, str], now: float) -> None:
        for name, value in headers.items():
            if name.startswith(_REMAINING) and value.isascii() and value.isdecimal():
                budget = self._named(name.removeprefix(_REMAINING), turn.lane, now)
                if budget is not None:
                    drawn = dict(turn.tickets)
                    budget.told(drawn.get(budget, Ticket(-1, now, 0)), int(value[:9]), now)
        if headers.get("x-ms-user-quota-remaining") == "0":
            turn.gate.close(now, _seconds(headers.get("x-ms-user-quota-resets-after", "")))

    def _named(self, what: str, lane: Lane, now: float) -> Budget | None:
        """The budget that a header speaks of; known from now on where it was not."""
        match what:
            case "subscription-reads" | "tenant-reads":
                return self._budget(Bucket(*ARM_READS, now), "reads", lane.subscription)
            case "subscription-global-reads" | "tenant-global-reads":
                size, rate = ARM_READS
                everybody = Bucket(size * ALL_PRINCIPALS, rate * ALL_PRINCIPALS, now)
                return self._budget(everybody, "all", lane.subscription)
            case "subscription-resource-requests" | "tenant-resource-requests":
                return self._budget(allowance(now), "type", *lane[:3:2])
        return None

    def _locate(self, accounts: Json) -> None:
        for account in accounts if isinstance(accounts, list) else ():
            own, region = (
                (account.get("id"), account.get("location")) if isinstance(account, dict) else (None, None)
            )
            if isinstance(own, str) and isinstance(region, str):
                self._regions[own.strip("/").lower()] = region.replace(" ", "").lower()

    def _hold(self, now: float, seconds: float) -> None:
        """Counts the time in which something waits, once however many wait."""
        until = now + seconds
        self._waited += max(0.0, until - max(now, self._held_until))
        self._held_until = max(self._held_until, until)


def _of_provider(lane: Lane) -> Window:
    if lane.provider == RESOURCE_GRAPH:
        return Window(*RESOURCE_GRAPH_WINDOW, certain=True)
    return Window(STORAGE_LISTS if lane.lists else STORAGE_READS, STORAGE_WINDOW)


def _seconds(text: str) -> float:
    """``hh:mm:ss``; a second where it is something else."""
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return 1.0
    hours, minutes, seconds = (int(part[:4]) for part in parts)
    return float(hours * 3600 + minutes * 60 + seconds)
