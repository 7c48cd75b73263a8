"""Token buckets, as Azure Resource Manager counts requests.

https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """How many requests fit, and how fast they come back. The defaults are Azure's for reads."""

    size: int = 250
    per_second: float = 25.0
    retry_after: bool = True
    """Whether a refusal says when to come again."""


class Buckets:
    """A bucket per subscription, and one for what lies in none."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._filled: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> tuple[int, int]:
        """Take one: how many remain, and after how many seconds to come again (0 where one was had)."""
        with self._lock:
            now = self._clock()
            tokens = self._tokens(key, now)
            had = tokens >= 1
            self._filled[key] = (tokens - had, now)
            if had:
                return int(tokens - 1), 0
            return 0, max(1, math.ceil((1 - tokens) / self.limit.per_second))

    def remaining(self, key: str) -> int:
        """How many fit now."""
        with self._lock:
            return int(self._tokens(key, self._clock()))

    def _tokens(self, key: str, now: float) -> float:
        tokens, at = self._filled.get(key, (float(self.limit.size), now))
        return min(float(self.limit.size), tokens + (now - at) * self.limit.per_second)
