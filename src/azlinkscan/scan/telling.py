"""How far a scan is, told as one thing however many subscriptions are read at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from threading import Lock

Progress = Callable[[str, int, int], None]
"""What is read, how much of it is done, how much of it is known so far."""


class Progresses:
    """Tells of kinds where one subscription is read, and of subscriptions where several are."""

    def __init__(self, told: Progress, subscriptions: int) -> None:
        self._told = told
        self._subscriptions = subscriptions
        self._lock = Lock()

    @contextlib.contextmanager
    def of(self, name: str) -> Iterator[Progress]:
        """The progress of one subscription; it is done where this ends."""
        if self._subscriptions == 1:
            yield self._told
            return
        done = 0
        known: dict[str, int] = {}

        def told(kind: str, _: int, known_of_kind: int) -> None:
            nonlocal done
            done += 1
            known[kind] = known_of_kind
            # never all of it, as long as more may come
            self._tell(name, done, max(sum(known.values()), done + 1))

        yield told
        self._tell(name, done, done)

    def _tell(self, name: str, done: int, known: int) -> None:
        with self._lock:
            self._told(name, done, known)
