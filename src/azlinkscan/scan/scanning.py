"""The reading half of a scan: sign in, choose subscriptions, collect each into its segment, pack a snapshot.

Segments lie in the state folder while a scan runs, so that what was read outlives a crash: see ``unfinished``.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from azlinkscan import __version__
from azlinkscan.collect.answer import Asker
from azlinkscan.collect.client import ArmClient, Posts
from azlinkscan.collect.collect import collect_subscription
from azlinkscan.collect.data_plane import opened
from azlinkscan.collect.pacing import ARM_WRITES, Clock, Pacing, total
from azlinkscan.collect.pacing import Spent as Spent
from azlinkscan.collect.plan import BESIDE_CHECKS, Plan, plan_for
from azlinkscan.collect.pool import IN_FLIGHT, Pool
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.resource_graph import RESOURCE_GRAPH, Fields, GraphReader, ResourceGraph
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.collect.source import APP_SETTINGS
from azlinkscan.identity.clouds import cloud_of
from azlinkscan.identity.credential import credential_for
from azlinkscan.sas.settings import reduced
from azlinkscan.scan import unfinished
from azlinkscan.scan.choosing import Access as Access
from azlinkscan.scan.choosing import choose
from azlinkscan.scan.side_by_side import side_by_side
from azlinkscan.scan.spread import Asked, Spread, read_elsewhere
from azlinkscan.scan.telling import Progress, Progresses
from azlinkscan.scan.unfinished import Choice, Unfinished
from azlinkscan.snapshot.facts_file import SnapshotHeader, SubscriptionSegment, write_snapshot

AT_ONCE = 8
"""Subscriptions that are read side by side: memory is bounded by these."""
REDUCERS = {"app settings": reduced}
"""What an answer full of secrets goes through, by the name that a source gives it."""
MOST_IN_FLIGHT = 2 * IN_FLIGHT
"""Requests at once over all subscriptions."""


@dataclass(frozen=True)
class Surroundings:
    """What the command line hands in: the clock, the state folder, how to tell and how to stop."""

    clock: Callable[[], datetime]
    state: Path
    progress: Progress = lambda what, done, known: None
    stop: threading.Event = field(default_factory=threading.Event)
    patience: Patience = Patience()
    sleep: Callable[[float], None] | None = None
    """How a wait before another try is spent; None: until it is over or the scan is stopped."""
    read_timeout: float = 60
    """Seconds without a byte after which an answer no longer comes."""
    deadline: float | None = None
    """Seconds after which nothing new is begun."""
    spread: Spread | None = None
    """Other machines that read subscriptions; None: this one does."""


@dataclass(frozen=True)
class Collected:
    """What became of a reading."""

    spent: Spent
    cut_short: bool
    """Whether something was not reached: the scan was stopped, or came to its deadline."""
    unfinished: Unfinished
    """What was kept on the way, for ``--resume``."""


def collect_snapshot(
    access: Access,
    kinds: Iterable[str],
    out: Path,
    around: Surroundings,
    required: Mapping[str, Fields] | None = None,
    *,
    checks: Iterable[str] = (),
    resume: str | None = None,
    keep: bool = False,
    chosen: tuple[tuple[str, str], ...] = (),
) -> Collected:
    """Read everything that the kinds need from every chosen subscription into a snapshot at ``out``.

    ``required`` names, by kind, the fields without which an answer of Resource Graph is not whole. ``resume`` names an
    unfinished scan of the same choice to go on with, on its clock. What was kept on the way is let go once the
    snapshot is complete, unless the caller wants to ``keep`` it for longer. ``chosen`` are subscriptions (canonical id,
    name) that somebody has chosen by ``access`` already.

    What cannot be read is a gap in the snapshot. Raises UsageError for a wrong option, CannotRunError where the sign-in
    fails or no subscription can be chosen.
    """
    cloud = cloud_of(access.cloud)
    kinds = frozenset(kinds)
    plan = plan_for({*kinds, *BESIDE_CHECKS}, access.options)
    options = tuple(sorted(plan.options | _inventory_option(access)))
    choice = Choice(
        cloud.resource_manager, access.chosen_by, tuple(sorted(checks)), tuple(sorted(plan.kinds)), options
    )
    clock = Clock(around.stop, around.sleep)
    pacing = Pacing(clock.now, patience=around.patience.seconds)
    posting = Pacing(clock.now, patience=around.patience.seconds, bucket=ARM_WRITES)
    pool = Pool(pacing, clock)

    def patient(asker: Asker, budgets: Pacing = pacing) -> PatientAsker:
        """A client with the patience of this run."""
        return PatientAsker(
            asker, around.patience, sleep=pool.sleep, now=around.clock, cancelled=around.stop, pacing=budgets
        )

    def unpaced(asker: Asker) -> PatientAsker:
        """The same patience, for who does not draw on Resource Manager's budgets."""
        return PatientAsker(asker, around.patience, sleep=pool.sleep, now=around.clock, cancelled=around.stop)

    started = around.clock().replace(microsecond=0)
    unfinished.prune(around.state, started)
    with contextlib.ExitStack() as opened_here:
        going_on: Unfinished | None = None
        if resume is not None:
            going_on = opened_here.enter_context(unfinished.resumed(around.state, resume, choice))
        credential = credential_for(
            access.auth, cloud, environ=access.environ, tenant=access.tenant, prompt=access.prompt
        )
        client = opened_here.enter_context(
            ArmClient(
                cloud.resource_manager,
                credential,
                cloud.scope,
                workers=MOST_IN_FLIGHT + AT_ONCE,
                ca_file=cloud.ca_file,
                read_timeout=around.read_timeout,
            )
        )
        data_plane = opened_here.enter_context(
            opened(
                plan,
                credential,
                cloud.storage_suffixes,
                unpaced,
                workers=MOST_IN_FLIGHT,
                ca_file=cloud.ca_file,
                now=around.clock,
                read_timeout=around.read_timeout,
            )
        )
        opened_here.enter_context(_deadline(around))
        opened_here.enter_context(pool)
        posts = patient(Posts(client), posting) if APP_SETTINGS in plan.options else None
        reader = Reader(patient(client), data_plane=data_plane, posts=posts, reducers=REDUCERS)
        scan = going_on or opened_here.enter_context(
            unfinished.begun(
                around.state,
                started,
                choice,
                chosen or tuple((one.id, one.name) for one in choose(reader, access)),
            )
        )
        if access.inventory == RESOURCE_GRAPH:
            queries = ResourceGraph(
                client, around.patience, sleep=pool.sleep, now=around.clock, cancelled=around.stop
            )
            reader = GraphReader(
                patient(client),
                queries,
                plan,
                required or {},
                data_plane=data_plane,
                posts=posts,
                reducers=REDUCERS,
            )
        elsewhere: tuple[Spent, ...] = ()
        if around.spread is not None:
            asked = Asked(access, tuple(sorted(kinds)), required or {}, around)
            elsewhere = read_elsewhere(around.spread, scan, asked)
        _read(scan, plan, reader, pool, around)
    return _packed(scan, access, options, out, total(pacing.spent(), posting.spent(), *elsewhere), keep=keep)


def _read(scan: Unfinished, plan: Plan, reader: Reader, pool: Pool, around: Surroundings) -> None:
    """Each subscription that is not there yet, several at once; what is complete is kept at once."""
    missing = tuple(one for one in scan.subscriptions if not scan.is_kept(one[0]))
    pool.in_flight = min(IN_FLIGHT * max(1, len(missing)), MOST_IN_FLIGHT)
    progresses = Progresses(around.progress, len(missing))

    def read(one: tuple[str, str]) -> None:
        own, name = one
        segment = SubscriptionSegment(scan.draft(own))
        try:
            with progresses.of(name) as progress:
                collect_subscription(own, plan, reader, pool, progress, segment, around.stop, name=name)
            if whole := not around.stop.is_set():
                segment.ended()
        finally:
            segment.close()
        if whole:
            scan.keep(own)

    side_by_side(read, missing, min(AT_ONCE, len(missing)), "subscription")


def _packed(
    scan: Unfinished, access: Access, options: tuple[str, ...], out: Path, spent: Spent, *, keep: bool
) -> Collected:
    header = SnapshotHeader(
        tool=__version__,
        started=scan.started.isoformat().replace("+00:00", "Z"),
        cloud=access.cloud if access.cloud in ("public", "usgov", "china") else "custom",
        subscriptions=scan.subscriptions,
        options=options,
    )
    segments = {own: scan.written(own) for own, _ in scan.subscriptions}
    cut_short = not all(scan.is_kept(own) for own in segments)
    write_snapshot(out, header, segments, cut_short=cut_short, spent=spent.to_json())
    if not (cut_short or keep):
        scan.forget()
    return Collected(spent, cut_short, scan)


@contextlib.contextmanager
def _deadline(around: Surroundings) -> Iterator[None]:
    """Stops the scan after so many seconds."""
    if around.deadline is None:
        yield
        return
    timer = threading.Timer(around.deadline, around.stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _inventory_option(access: Access) -> frozenset[str]:
    """What a reader of the snapshot must know of where its lists came from."""
    return frozenset({f"--inventory {access.inventory}"} if access.inventory == RESOURCE_GRAPH else ())
