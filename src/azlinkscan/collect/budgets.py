"""What requests draw on: a bucket that refills, a window that moves on, and the gate of one provider.

Plain arithmetic on a clock that is handed in; nothing here waits, and nothing locks.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple, Protocol

from azlinkscan.collect.answer import Answer

KEPT_BACK = 5.0
"""Tokens that stay in a bucket: Azure's clock starts when the first request arrives, and requests overtake each other."""
POLL = 0.05
"""Seconds after which to ask again where a wait ends with somebody else's answer, not at a moment."""
_WIDE = 64.0
_NOTHING = 1e-6
"""Less of a token than this is no reason to wait."""
_FASTER = 1.02
"""With each answer, a bucket is trusted that much more again."""
_FRESH = 0.5
"""Seconds within which what an answer says is taken as of now."""


class Ticket(NamedTuple):
    """What one request took from a budget."""

    number: int
    at: float
    ahead: int
    """Requests that were on their way when it was sent."""


class Budget(Protocol):
    """Anything that limits how many requests may be sent."""

    def wait(self, now: float) -> float:
        """Seconds until one more may be sent."""
        ...

    def take(self, now: float) -> Ticket:
        """One is sent."""
        ...

    def done(self, ticket: Ticket) -> None:
        """It came to its end."""
        ...

    def give_back(self) -> None:
        """The last one is not sent after all."""
        ...

    def told(self, ticket: Ticket, remaining: int, now: float) -> None:
        """What its answer says is left."""
        ...

    def refused(self, ticket: Ticket, now: float, *, arms_own: bool) -> None:
        """It was refused, by Resource Manager itself or by the provider."""
        ...


class Bucket:
    """So many tokens, and so many that come back a second."""

    def __init__(self, size: float, rate: float, now: float, *, kept_back: float = KEPT_BACK) -> None:
        self._size = size
        self._rate = self._pace = rate
        self._kept_back = kept_back
        self._tokens = size
        self._at = self._slowed = now
        self._sent = self._out = 0

    def wait(self, now: float) -> float:
        """Seconds until one more may be sent."""
        self._refill(now)
        missing = 1 + self._kept_back - self._tokens
        return missing / self._pace if missing > _NOTHING else 0.0

    def take(self, now: float) -> Ticket:
        """One is sent."""
        self._refill(now)
        self._tokens -= 1
        ticket = Ticket(self._sent, now, self._out)
        self._sent += 1
        self._out += 1
        return ticket

    def done(self, ticket: Ticket) -> None:
        """It came to its end."""
        self._out -= 1

    def give_back(self) -> None:
        """The last one is not sent after all."""
        self._tokens += 1
        self._out -= 1

    def told(self, ticket: Ticket, remaining: int, now: float) -> None:
        """Keeps to what Azure counts: a neighbour may have drunk from the bucket, or it is larger than documented.

        Which requests Azure had counted when it wrote that down is not known: all that were sent later may be missing,
        and those ahead that came in later. Of a slow answer, what came back meanwhile is left to us.
        """
        self._refill(now)
        later = self._sent - ticket.number - 1
        least = max(0.0, remaining - later - ticket.ahead)
        most = max(0.0, remaining - later) + self._rate * max(0.0, now - ticket.at - _FRESH)
        self._tokens = min(max(self._tokens, least), most)
        self._pace = min(self._rate, self._pace * _FASTER)

    def refused(self, ticket: Ticket, now: float, *, arms_own: bool) -> None:
        """Resource Manager's bucket is empty, and fills more slowly than we thought; a provider has its own reasons."""
        if not arms_own:
            return
        self._refill(now)
        self._tokens = min(self._tokens, self._kept_back)
        if ticket.at >= self._slowed:
            self._slowed = now
            self._pace = max(self._pace / 2, self._rate / _WIDE)

    def _refill(self, now: float) -> None:
        more = min(self._size, self._tokens + (now - self._at) * self._pace)
        self._tokens = max(self._tokens, more)
        self._at = now


def allowance(now: float) -> Bucket:
    """A budget of which nothing is known but what the headers say; once used up, one a second asks how it stands."""
    return Bucket(math.inf, 1.0, now, kept_back=0)


class Window:
    """So many in any period of so many seconds.

    Where that is not certain, it is kept to only after the first refusal.
    """

    def __init__(self, limit: int, seconds: float, *, certain: bool = False) -> None:
        self._limit = limit
        self._seconds = seconds
        self._certain = certain
        self._sent: deque[float] = deque(maxlen=limit)
        self._count = 0

    def wait(self, now: float) -> float:
        """Seconds until one more may be sent."""
        if not self._certain or len(self._sent) < self._limit:
            return 0.0
        return max(0.0, self._sent[0] + self._seconds - now)

    def take(self, now: float) -> Ticket:
        """One is sent."""
        self._count = self._count + 1 if self._is_full(now) else len(self._sent) + 1
        self._sent.append(now)
        return Ticket(0, now, 0)

    def done(self, ticket: Ticket) -> None:
        """It came to its end: it counts as long as before."""

    def give_back(self) -> None:
        """The last one is not sent after all."""
        if self._sent:
            self._sent.pop()
            self._count -= 1

    def told(self, ticket: Ticket, remaining: int, now: float) -> None:
        """No header speaks of a window."""

    def refused(self, ticket: Ticket, now: float, *, arms_own: bool) -> None:
        """The provider keeps to its limit."""
        self._certain = self._certain or not arms_own

    @property
    def just_crossed(self) -> bool:
        """Whether the last one went beyond the limit, or beyond a multiple of it."""
        return self._count > self._limit and self._count % self._limit == 1

    def _is_full(self, now: float) -> bool:
        while self._sent and self._sent[0] + self._seconds <= now:
            self._sent.popleft()
        return len(self._sent) == self._limit


class Gate:
    """The way to one provider in one subscription: open, closed until a moment, or opening step by step."""

    def __init__(self) -> None:
        self._answer: Answer | None = None
        """The last refusal."""
        self._until = -math.inf
        self._since: float | None = None
        """The first of the refusals that no answer has followed."""
        self._fruitless = 0.0
        """Seconds from that to the last one."""
        self._inside = 0
        self._width = math.inf
        self._narrowed = 0
        """How often; answers to what passed before tell nothing of how it is now."""

    def wait(self, now: float) -> float:
        """Seconds until one more may pass."""
        if now < self._until:
            return self._until - now
        return POLL if self._inside >= self._width else 0.0

    def enter(self) -> int:
        """One passes; it hands in what it gets here when it leaves."""
        self._inside += 1
        return self._narrowed

    def leave(self, entered: int, *, answered: bool) -> None:
        """One is back, with an answer other than a refusal or not: each answer lets twice as many pass at once."""
        self._inside -= 1
        if answered:
            self.answers()
            if entered == self._narrowed:
                self._width = self._width * 2 if self._width < _WIDE else math.inf

    def answers(self) -> None:
        """Whoever is behind it does more than refuse."""
        self._since, self._fruitless = None, 0.0

    def narrow(self) -> None:
        """One at a time from now on, until answers come."""
        self._width = 1.0
        self._narrowed += 1

    def close(self, now: float, seconds: float) -> None:
        """Nobody passes for a while."""
        self._until = max(self._until, now + seconds)

    def refused(self, answer: Answer, now: float, seconds: float) -> None:
        """Closed by a refusal; opens for one at a time, so that those who wait do not all come at once."""
        self._answer = answer
        self._since = now if self._since is None else self._since
        self._fruitless = now - self._since
        self.close(now, seconds)
        self.narrow()

    def standing(self, patience: float, now: float) -> Answer | None:
        """The refusal that outlasts all patience, or the last of those that do."""
        return self._answer if max(self._until - now, self._fruitless) > patience else None
