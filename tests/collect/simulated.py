"""A scan's requests on a clock that only the simulation moves: what Azure counts, and when each answer comes."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from azlinkscan.collect.answer import Answer
from azlinkscan.collect.pacing import Pacing, Turn
from tests.arm.throttle import Buckets, Limit

SUB = "/subscriptions/00000000-0000-0000-0000-00000000000{}"
ACCOUNTS = f"{SUB.format(1)}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts"
LATENCY = 0.06


def sites(number: int, subscription: int = 1) -> list[str]:
    """So many reads of sites."""
    under = f"{SUB.format(subscription)}/resourceGroups/g/providers/Microsoft.Web/sites"
    return [f"{under}/s{index}?api-version=1" for index in range(number)]


def containers(number: int, account: str = "a") -> list[str]:
    """So many lists of containers."""
    return [f"{ACCOUNTS}/{account}/blobServices/default/containers?api-version={i}" for i in range(number)]


def blob_services(number: int) -> list[str]:
    """So many reads of blob services."""
    return [f"{ACCOUNTS}/a{index}/blobServices/default?api-version=1" for index in range(number)]


@dataclass
class Time:
    """Now, and what happens next."""

    now: float = 0.0
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Any = field(default_factory=count)

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Something happens then."""
        heapq.heappush(self._events, (moment, next(self._numbers), event))

    def step(self) -> bool:
        """The next event; False where nothing happens any more."""
        if not self._events:
            return False
        self.now, _, event = heapq.heappop(self._events)
        event()
        return True


class Windows:
    """So many in any five minutes, for each key."""

    def __init__(self, limit: int, seconds: float = 300.0) -> None:
        self.limit, self.seconds = limit, seconds
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, key: str, now: float) -> float:
        """0 where one was had, else after how many seconds to come again."""
        sent = self._sent[key]
        while sent and sent[0] + self.seconds <= now:
            sent.popleft()
        if len(sent) >= self.limit:
            return sent[0] + self.seconds - now
        sent.append(now)
        return 0.0


class Azure:
    """Counts as Azure does, and says what is left."""

    def __init__(self, time: Time, limit: Limit | None = None, lists: Windows | None = None) -> None:
        self.time = time
        self.buckets = Buckets(limit or Limit(), lambda: time.now)
        self.lists = lists
        self.refusing: dict[str, float] = {}
        """Provider to the moment until which it refuses."""
        self.headers: dict[str, str] = {}
        self.arrived: list[tuple[float, str, int]] = []

    def answer(self, address: str) -> Answer:
        """What is said to a request that arrives now."""
        answer = self._said(address)
        self.arrived.append((self.time.now, address, answer.status))
        return answer

    def _said(self, address: str) -> Answer:
        subscription = "/".join(address.split("/")[:3])
        _, wait = self.buckets.take(subscription)
        left = {"x-ms-ratelimit-remaining-subscription-reads": str(self.buckets.remaining(subscription))}
        if wait:
            return refusal("SubscriptionRequestsThrottled", wait, **left)
        provider = address.rpartition("/providers/")[2].split("/")[0].lower()
        until = self.refusing.get(provider, 0.0)
        if until > self.time.now:
            return refusal("TooManyRequests", until - self.time.now, **left)
        if self.lists and "/containers?" in address:
            account = address.split("/")[8]
            wait_for_list = self.lists.take(account[0], self.time.now)
            if wait_for_list:
                return refusal("TooManyRequests", 30, **left)
        return Answer(200, {**left, **self.headers}, b"{}")

    @property
    def throttled(self) -> int:
        """How many were refused."""
        return sum(status == 429 for _, _, status in self.arrived)


def refusal(code: str, seconds: float, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"error": {"code": code, "message": ""}}).encode()
    return Answer(429, {**named, "retry-after": str(max(1, round(seconds + 0.5)))}, body)


class Scan:
    """Keeps so many requests in flight as the pacing lets it."""

    def __init__(self, azure: Azure, *, in_flight: int = 32, patience: float = 180) -> None:
        self.azure, self.time, self.in_flight = azure, azure.time, in_flight
        self.pacing = Pacing(lambda: self.time.now, patience=patience)
        self.waiting: dict[Any, deque[str]] = {}
        self.done: dict[str, float] = {}
        self.given_up: list[str] = []
        self.latency: Callable[[], float] = lambda: LATENCY
        self._out = 0
        self._looking = False

    def run(self, addresses: Iterable[str]) -> Scan:
        """All of it."""
        for address in addresses:
            self.waiting.setdefault(self.pacing.lane(address), deque()).append(address)
        self.look()
        while self.time.step():
            pass
        assert not any(self.waiting.values())
        return self

    def look(self) -> None:
        """Sends whatever may be sent; one queue for each lane, in turn."""
        held = []
        open_ = deque(queue for queue in self.waiting.values() if queue)
        while open_ and self._out < self.in_flight:
            queue = open_.popleft()
            turn = self.pacing.turn(queue[0])
            if isinstance(turn, float):
                held.append(turn)
                continue
            address = queue.popleft()
            if isinstance(turn, Turn):
                self._send(turn, address)
            else:
                self.given_up.append(address)
            if queue:
                open_.append(queue)
        if held and not self._looking:
            self._looking = True
            self.time.at(self.time.now + min(held), self._look_again)

    def _look_again(self) -> None:
        self._looking = False
        self.look()

    def _send(self, turn: Turn, address: str) -> None:
        self._out += 1
        sent, latency = self.time.now, self.latency()

        def arrive() -> None:
            answer = self.azure.answer(address)
            self.time.at(sent + latency, lambda: self._answered(turn, address, answer))

        self.time.at(sent + latency / 2, arrive)

    def _answered(self, turn: Turn, address: str, answer: Answer) -> None:
        self._out -= 1
        if answer.status == 429:
            code = json.loads(answer.body)["error"]["code"]
            self.pacing.refused(turn, answer, code, float(answer.headers["retry-after"]))
            self.waiting[turn.lane].appendleft(address)
        else:
            self.pacing.heard(turn, answer, json.loads(answer.body))
            self.done[address] = self.time.now
        self.look()
