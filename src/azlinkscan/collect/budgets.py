"""What requests draw on: a bucket that refills, a window that moves on, and the gate of one provider.

Plain arithmetic on a clock that is handed in; nothing here waits, and nothing locks.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Protocol

from azlinkscan.collect.answer import Answer

KEPT_BACK = 5.0
"""Tokens that stay in a bucket: Azure's clock starts when the first request arrives, and requests overtake each other."""
POLL = 0.05
"""Seconds after which to ask again where a wait ends with somebody else's answer, not at a moment."""
_WIDE = 64.0
_FRESH = 0.5
"""Seconds within which what an answer says is taken as of now."""


class Budget(Protocol):
    """Anything that limits how many requests may be sent."""

    def wait(self, now: float) -> float:
        """Seconds until one more may be sent."""
        ...

    def take(self, now: float) -> None:
        """One is sent."""
        ...

    def give_back(self) -> None:
        """One that was taken is not sent after all."""
        ...

    def told(self, remaining: int, since: int, at: float, now: float) -> None:
        """What an answer says is left; its request was sent at ``at``, and ``since`` others after it."""
        ...

    def refused(self, now: float, *, arms_own: bool) -> None:
        """A request that draws on this was refused, by Resource Manager itself or by the provider."""
        ...


class Bucket:
    """So many tokens, and so many that come back a second."""

    def __init__(self, size: float, rate: float, now: float, *, kept_back: float = KEPT_BACK) -> None:
        self._size = size
        self._rate = rate
        self._kept_back = kept_back
        self._tokens = size
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until one more may be sent."""
        self._refill(now)
        return max(0.0, (1 + self._kept_back - self._tokens) / self._rate)

    def take(self, now: float) -> None:
        """One is sent."""
        self._refill(now)
        self._tokens -= 1

    def give_back(self) -> None:
        """One that was taken is not sent after all."""
        self._tokens += 1

    def told(self, remaining: int, since: int, at: float, now: float) -> None:
        """Keeps to what Azure counts: a neighbour may have drunk from the bucket, or it is larger than documented.

        When in between Azure counted is not known; of a slow answer, what came back meanwhile is left to us.
        """
        self._refill(now)
        least = float(remaining - since)
        most = least + self._rate * max(0.0, now - at - _FRESH)
        self._tokens = min(max(self._tokens, least), most)

    def refused(self, now: float, *, arms_own: bool) -> None:
        """Resource Manager's bucket is empty; a provider refuses for reasons of its own."""
        self._refill(now)
        if arms_own:
            self._tokens = min(self._tokens, 0.0)

    def _refill(self, now: float) -> None:
        more = min(self._size, self._tokens + (now - self._at) * self._rate)
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

    def take(self, now: float) -> None:
        """One is sent."""
        self._count = self._count + 1 if self._is_full(now) else len(self._sent) + 1
        self._sent.append(now)

    def give_back(self) -> None:
        """One that was taken is not sent after all."""
        if self._sent:
            self._sent.pop()
            self._count -= 1

    def told(self, remaining: int, since: int, at: float, now: float) -> None:
        """No header speaks of a window."""

    def refused(self, now: float, *, arms_own: bool) -> None:
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
        self.answer: Answer | None = None
        """The last refusal."""
        self._until = -math.inf
        self._since: float | None = None
        """When it began to do nothing but refuse."""
        self._inside = 0
        self._width = math.inf

    def wait(self, now: float) -> float:
        """Seconds until one more may pass."""
        if now < self._until:
            return self._until - now
        return POLL if self._inside >= self._width else 0.0

    def entered(self) -> None:
        """One passes."""
        self._inside += 1

    def left(self, *, answered: bool) -> None:
        """One is back, with an answer other than a refusal or not."""
        self._inside -= 1
        if answered:
            self.recovered()

    def recovered(self) -> None:
        """It answers: twice as many may pass at once."""
        self._since = None
        self._width = self._width * 2 if self._width < _WIDE else math.inf

    def narrow(self) -> None:
        """One at a time from now on, until answers come."""
        self._width = 1.0

    def close(self, now: float, seconds: float) -> None:
        """Nobody passes for a while."""
        self._until = max(self._until, now + seconds)

    def refused(self, answer: Answer, now: float, seconds: float) -> None:
        """Closed by a refusal; opens for one at a time, so that those who wait do not all come at once."""
        self.answer = answer
        self._since = now if self._since is None else self._since
        self.close(now, seconds)
        self.narrow()

    def standing(self, patience: float, now: float) -> Answer | None:
        """The refusal that outlasts all patience, or that nothing but refusals has followed for so long."""
        lasting = self._until - now > patience
        fruitless = self._since is not None and now - self._since > patience
        return self.answer if lasting or fruitless else None
