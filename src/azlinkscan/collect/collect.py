"""The walk over one subscription: roots side by side, children as soon as their parent is there, then loose ids.

Requests run in the caller's pool; everything else, the sink included, runs in the calling thread. The order of the
records depends on the network, their content does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event
from typing import Protocol

from azlinkscan.collect.follow import Trail
from azlinkscan.collect.plan import Plan
from azlinkscan.collect.reader import Outcome, Reader
from azlinkscan.collect.source import Scope, Source
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Read

GRACE = 5.0
"""Seconds for which, after the end, answers to what was asked before are still taken."""
_LOOK = 0.25
"""Seconds after which to look whether the end has come."""

Progress = Callable[[str, int, int], None]
"""Kind, reads that are done, reads that are known of so far."""


class Sink(Protocol):
    """Where the records of one subscription go; called from one thread."""

    def subscription(self, id: str, name: str) -> None:
        """The canonical id and the display name (the id's last part where it could not be read); comes first."""
        ...

    def asked(self, asked: KindAsked) -> None:
        """A kind that is about to be read; all of them come before the first fact."""
        ...

    def read(self, read: Read) -> None:
        """A request that was made; comes before the facts that it gave."""
        ...

    def fact(self, fact: Fact) -> None:
        """A fact."""
        ...

    def listing(self, listing: Listing) -> None:
        """The witness of a complete list."""
        ...

    def gap(self, gap: Gap) -> None:
        """What could not be read."""
        ...


@dataclass
class _Listed:
    """A list whose items are read one by one: its witness waits until all of them are there."""

    listing: Listing | None
    waiting: int
    missed: bool = False


@dataclass(frozen=True)
class _Work:
    """One read."""

    row: Source
    scope: Scope
    read: Callable[[], Outcome]
    address: str | None
    """The path that is asked first; None where Resource Manager is not asked."""
    listed: _Listed | None = None
    """Of an item, the list that it stands in."""
    looked_up: bool = False


class Pool(Protocol):
    """Where reads are done: a thread pool, or one that knows what each may cost."""

    def submit(self, do: Callable[[_Work], Outcome | None], work: _Work, /) -> Future[Outcome | None]:
        """Does it in time."""
        ...


def quiet(kind: str, done: int, known: int) -> None:
    """Progress that nobody watches."""


def collect_subscription(
    subscription_id: str,
    plan: Plan,
    reader: Reader,
    pool: Pool,
    on_progress: Progress,
    sink: Sink,
    cancelled: Event | None = None,
    *,
    name: str | None = None,
) -> None:
    """Reads a subscription, by GUID or by id, as planned, and hands every record to the sink.

    What stops the reading is a gap in the sink. After ``cancelled`` is set, nothing new is begun, and what does not
    come back soon is left: what was not reached has neither a listing nor a gap. ``name`` is what the subscription is
    called where it does not say so itself. Must not itself run in ``pool``.
    """
    guid = arm.name_of(subscription_id)
    root = Scope.named(f"/subscriptions/{guid}")
    _Walk(root, name or guid, plan, reader, pool, on_progress, sink, cancelled or Event()).run()


class _Walk:
    def __init__(
        self,
        root: Scope,
        name: str,
        plan: Plan,
        reader: Reader,
        pool: Pool,
        on_progress: Progress,
        sink: Sink,
        cancelled: Event,
    ) -> None:
        self._root = root
        self._name = name
        self._plan = plan
        self._reader = reader
        self._pool = pool
        self._on_progress = on_progress
        self._sink = sink
        self._cancelled = cancelled
        self._back: SimpleQueue[tuple[_Work, Future[Outcome | None]]] = SimpleQueue()
        self._out = 0
        self._done: Counter[str] = Counter()
        self._known: Counter[str] = Counter()
        self._followed = {row.kind: row for row in plan.rows if row.follow}
        self._trail = Trail(self._followed)
        self._holed: set[str] = set()
        """Kinds of which some list is not complete."""

    def run(self) -> None:
        itself, *roots = self._plan.under(None)
        self._submit(self._work(itself, self._root))
        first, outcome = self._next() or (None, None)
        self._announce(outcome)
        if first is not None:
            self._settle(first, outcome)
        for row in roots:
            self._begin(row, self._root)
        self._drain()
        while not self._cancelled.is_set() and (loose := self._loose_ids()):
            for resource_id in loose:
                self._trail.settle(resource_id)
                self._look_up(resource_id)
            self._drain()

    def _announce(self, outcome: Outcome | None) -> None:
        name = self._name
        if outcome is not None and outcome.facts:
            shown = outcome.facts[0].body.get("displayName")
            name = shown if isinstance(shown, str) and shown else name
        self._sink.subscription(self._root.id, name)
        for asked in self._plan.asked():
            self._sink.asked(asked)

    # -- what is begun -----------------------------------------------------------------------------

    def _begin(self, row: Source, scope: Scope) -> None:
        if row.option is not None and row.option not in self._plan.options:
            self._holed.add(row.kind)
            self._sink.gap(row.not_asked(scope))
            return
        self._submit(self._work(row, scope))

    def _work(self, row: Source, scope: Scope) -> _Work:
        reads = row.service is None and row.method == "GET" and not row.items_of
        asks_arm = reads and not (row.skip and scope.fact and row.skip.applies(scope.fact))
        address = row.plain_path(scope) if asks_arm else None
        return _Work(row, scope, lambda: self._reader.read(row, scope), address)

    def _begin_item(self, row: Source, scope: Scope, item: Scope, listed: _Listed) -> None:
        self._submit(
            _Work(row, scope, lambda: self._reader.read_item(row, scope.id, item), item.path, listed)
        )

    def _look_up(self, resource_id: str) -> None:
        row = self._followed[arm.type_of(resource_id)]
        scope = Scope.named(resource_id)
        look = _Work(row, scope, lambda: self._reader.look_up(row, resource_id), scope.path, looked_up=True)
        self._submit(look)

    def _submit(self, work: _Work) -> None:
        self._out += 1
        self._known[work.row.kind] += 1
        future = self._pool.submit(self._do, work)
        future.add_done_callback(lambda done: self._back.put((work, done)))

    def _do(self, work: _Work) -> Outcome | None:
        """The read; None where the scan ended before it began."""
        return None if self._cancelled.is_set() else work.read()

    # -- what comes back ---------------------------------------------------------------------------

    def _drain(self) -> None:
        while self._out and (came := self._next()) is not None:
            self._settle(*came)

    def _next(self) -> tuple[_Work, Outcome | None] | None:
        """What comes back next; None where the end has come and nothing does."""
        patience = GRACE
        while patience > 0:
            try:
                work, future = self._back.get(timeout=_LOOK)
            except Empty:
                patience -= _LOOK if self._cancelled.is_set() else 0
                continue
            self._out -= 1
            return work, None if future.cancelled() else future.result()
        self._out = 0
        return None

    def _settle(self, work: _Work, outcome: Outcome | None) -> None:
        kind = work.row.kind
        self._done[kind] += 1
        if not work.looked_up and (outcome is None or outcome.gaps):
            self._holed.add(kind)
        if outcome is not None:
            self._take(work, outcome)
        if work.listed is not None:
            work.listed.waiting -= 1
            work.listed.missed |= outcome is None
            self._witness(work.listed)
        self._on_progress(kind, self._done[kind], self._known[kind])

    def _take(self, work: _Work, outcome: Outcome) -> None:
        for read in outcome.reads:
            if read.attempts:
                self._sink.read(read)
        for fact in outcome.facts:
            self._sink.fact(fact)
            self._trail.see(fact)
        for gap in outcome.gaps:
            self._sink.gap(gap)
        listed = _Listed(outcome.listing, len(outcome.again))
        for item in outcome.again:
            self._begin_item(work.row, work.scope, item, listed)
        self._witness(listed)
        if work.looked_up:
            return
        for fact in outcome.facts:
            for row in self._plan.under(fact.kind):
                self._begin(row, Scope.of(fact, work.scope))

    def _witness(self, listed: _Listed) -> None:
        """Says that a list is complete, once every item of it was read or has its own gap."""
        if listed.listing is not None and not listed.waiting and not listed.missed:
            self._sink.listing(listed.listing)

    def _loose_ids(self) -> tuple[str, ...]:
        complete = {kind for kind in self._followed if not self._has_holes(kind)}
        return self._trail.open_ends(self._root.id, complete)

    def _has_holes(self, kind: str) -> bool:
        if kind in self._holed:
            return True
        return any(
            row.under is not None and self._has_holes(row.under)
            for row in self._plan.rows
            if row.kind == kind
        )
