"""Threads that ask Azure: none of them waits for a limit while there is something else to read.

What is to be read stands in a queue for each lane (see :class:`azlinkscan.collect.pacing.Lane`), and work is begun only
where its first request may be sent at once. A subscription that came first goes first, so that it is done first. A
thread that has to wait in the middle of its work (another page, another try) steps aside meanwhile.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from types import TracebackType
from typing import Any, Protocol, TypeVar

from azlinkscan.collect.pacing import Clock, Lane, Pacing

T = TypeVar("T")
IN_FLIGHT = 32
"""Requests at once."""
_MOST_THREADS = 128
"""With those that stepped aside."""
_LONGEST_NAP = 0.25
"""Seconds after which somebody looks whether the scan was stopped."""


class Errand(Protocol):
    """Work that says which request it begins with."""

    @property
    def address(self) -> str | None:
        """The path of its first request; None where that draws on no budget."""
        ...


E = TypeVar("E", bound=Errand)
_Job = tuple["Future[Any]", Callable[[Any], Any], Any]
_Place = tuple[int, int, "Lane | None"]


class Pool:
    """Does what is submitted, as the pacing allows. A context manager: at its end everything is done.

    Once the scan is stopped, nothing that is submitted waits for its turn any more, and nobody waits for an answer.
    """

    def __init__(self, pacing: Pacing, clock: Clock, *, in_flight: int = IN_FLIGHT) -> None:
        self._pacing = pacing
        self._clock = clock
        self.in_flight = in_flight
        self._lock = threading.Lock()
        self._something_to_do = threading.Condition(self._lock)
        self._room = threading.Condition(self._lock)
        self._here = threading.local()
        self._queues: dict[Lane | None, deque[_Job]] = {}
        self._ready: list[_Place] = []
        """Lanes with work: by subscription in order of arrival, then in turn."""
        self._held: list[tuple[float, _Place]] = []
        """Lanes with work that have to wait, and until when."""
        self._arrived: dict[str, int] = {}
        self._turns = count()
        self._threads: list[threading.Thread] = []
        self._active = self._idle = self._aside = self._returning = 0
        self._somebody_watches = False
        self._closed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            self._something_to_do.notify_all()
        for thread in self._threads:
            while thread.is_alive() and kind is None and not self._clock.is_stopped:
                thread.join(_LONGEST_NAP)

    def submit(self, do: Callable[[E], T], errand: E, /) -> Future[T]:
        """Does something with an errand as soon as its first request may be sent."""
        future: Future[T] = Future()
        lane = None if errand.address is None else self._pacing.lane(errand.address)
        with self._lock:
            queue = self._queues.get(lane)
            if queue is None:
                queue = self._queues[lane] = deque()
                name = lane.subscription if lane else ""
                order = self._arrived.setdefault(name, len(self._arrived))
                heapq.heappush(self._ready, (order, next(self._turns), lane))
            queue.append((future, do, errand))
            self._somebody_comes()
        return future

    def sleep(self, seconds: float) -> None:
        """Waits, or until the scan is stopped; a thread of ours lets another one take its place."""
        if not getattr(self._here, "works", False):
            self._clock.sleep(seconds)
            return
        with self._lock:
            self._active -= 1
            self._aside += 1
            self._somebody_comes()
        try:
            self._clock.sleep(seconds)
        finally:
            with self._lock:
                self._aside -= 1
                self._returning += 1
                while self._active >= self.in_flight:
                    self._room.wait()
                self._returning -= 1
                self._active += 1

    # -- threads -----------------------------------------------------------------------------------

    def _somebody_comes(self) -> None:
        if self._idle:
            self._something_to_do.notify()
        elif len(self._threads) < min(self.in_flight + self._aside, _MOST_THREADS):
            thread = threading.Thread(target=self._work, name=f"read-{len(self._threads) + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        self._here.works = True
        while (job := self._next()) is not None:
            future, do, errand = job
            try:
                future.set_result(do(errand))
            except BaseException as error:  # noqa: BLE001 - it is the submitter's, as with every executor
                future.set_exception(error)
            finally:
                self._pacing.withdraw()
                with self._lock:
                    self._active -= 1
                    self._room.notify()

    def _next(self) -> _Job | None:
        with self._lock:
            while True:
                wait: float | None = None
                if self._active + self._returning < self.in_flight:
                    job, wait = self._pick()
                    if job is not None:
                        self._active += 1
                        if self._ready or self._held:
                            self._somebody_comes()
                        return job
                if self._closed and not self._queues:
                    self._something_to_do.notify_all()
                    return None
                self._rest(wait)

    def _rest(self, wait: float | None) -> None:
        """Until something changes. One of those who rest watches the time for all."""
        watches = wait is not None and not self._somebody_watches
        self._idle += 1
        self._somebody_watches |= watches
        try:
            if watches and not self._clock.is_real:
                self._lock.release()
                try:
                    self._clock.sleep(wait or 0)
                finally:
                    self._lock.acquire()
            else:
                self._something_to_do.wait(wait if watches else None)
        finally:
            self._idle -= 1
            if watches:
                self._somebody_watches = False

    # -- queues ------------------------------------------------------------------------------------

    def _pick(self) -> tuple[_Job | None, float | None]:
        """A job whose request may be sent now, with its turn set aside; else when to look again, if ever."""
        now = self._clock.now()
        while self._held and self._held[0][0] <= now:
            _, place = heapq.heappop(self._held)
            heapq.heappush(self._ready, place)
        while self._ready:
            place = heapq.heappop(self._ready)
            order, _, lane = place
            wait = 0.0 if lane is None or self._clock.is_stopped else self._pacing.grant(lane)
            if wait > 0:
                nap = min(wait, _LONGEST_NAP) if self._clock.is_real else wait
                heapq.heappush(self._held, (now + nap, place))
                continue
            queue = self._queues[lane]
            job = queue.popleft()
            if queue:
                heapq.heappush(self._ready, (order, next(self._turns), lane))
            else:
                del self._queues[lane]
            return job, None
        return None, max(0.0, self._held[0][0] - now) if self._held else None
