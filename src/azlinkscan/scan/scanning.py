"""The reading half of a scan: sign in, choose subscriptions, collect each into its segment, pack a snapshot.

Segments lie in the state folder while a scan runs, so that what was read outlives a crash.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from azlinkscan import __version__
from azlinkscan.collect.client import ArmClient
from azlinkscan.collect.collect import collect_subscription
from azlinkscan.collect.plan import plan_for
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.collect.subscriptions import Subscription, subscription_by_id, visible_subscriptions
from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.identity.az_profile import default_subscription
from azlinkscan.identity.clouds import cloud_of
from azlinkscan.identity.credential import Prompt, credential_for
from azlinkscan.model import arm
from azlinkscan.model.text import Text
from azlinkscan.snapshot.facts_file import SnapshotHeader, SubscriptionSegment, segment_name, write_snapshot

WORKERS = 16
"""Requests in flight at once."""
_READABLE = frozenset({"Enabled", "Warned", "PastDue", ""})
"""States of a subscription in which it can be read (https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states)."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Access:
    """How Azure is reached, and which subscriptions."""

    auth: str
    cloud: str
    environ: Mapping[str, str]
    home: Path
    subscriptions: tuple[str, ...] = ()
    every_subscription: bool = False
    prompt: Prompt | None = None


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


def collect_snapshot(access: Access, kinds: Iterable[str], out: Path, around: Surroundings) -> None:
    """Read everything that the kinds need from every chosen subscription into a snapshot at ``out``.

    What cannot be read is a gap in the snapshot. Raises UsageError for a wrong option, CannotRunError where the sign-in
    fails or no subscription can be chosen.
    """
    started = around.clock().replace(microsecond=0)
    cloud = cloud_of(access.cloud)
    credential = credential_for(access.auth, cloud, environ=access.environ, prompt=access.prompt)
    plan = plan_for({*kinds, arm.INVENTORY})
    folder = around.state / "scans" / started.strftime("%Y%m%dT%H%M%SZ")
    with (
        ArmClient(
            cloud.resource_manager,
            credential,
            cloud.scope,
            workers=WORKERS,
            ca_file=cloud.ca_file,
            read_timeout=around.read_timeout,
        ) as client,
        ThreadPoolExecutor(WORKERS, thread_name_prefix="read") as pool,
    ):
        asker = PatientAsker(
            client, around.patience, sleep=around.sleep, now=around.clock, cancelled=around.stop
        )
        reader = Reader(asker)
        chosen = choose(reader, access)
        segments: dict[str, Path] = {}
        for one in chosen:
            segments[one.id] = folder / f"{segment_name(one.id)}.jsonl"
            segment = SubscriptionSegment(segments[one.id])
            try:
                collect_subscription(one.id, plan, reader, pool, around.progress, segment, around.stop)
                if not around.stop.is_set():
                    segment.ended()
            finally:
                segment.close()
    header = SnapshotHeader(
        tool=__version__,
        started=started.isoformat().replace("+00:00", "Z"),
        cloud=access.cloud if access.cloud in ("public", "usgov", "china") else "custom",
        subscriptions=tuple((one.id, one.name) for one in chosen),
        options=tuple(sorted(plan.options)),
    )
    write_snapshot(out, header, segments, cut_short=around.stop.is_set())
    shutil.rmtree(folder, ignore_errors=True)


def choose(reader: Reader, access: Access) -> tuple[Subscription, ...]:
    """The subscriptions to scan: those named, every readable one, or the one that the sign-in is set to.

    Raises UsageError or CannotRunError, each naming what to do next.
    """
    if access.subscriptions:
        named = [subscription_by_id(reader, text) for text in access.subscriptions]
        return tuple({one.id: one for one in named}.values())
    readable = tuple(one for one in visible_subscriptions(reader) if one.state in _READABLE)
    if not readable:
        raise CannotRunError(
            Text(
                en="every subscription that the sign-in sees is disabled",
                ja="サインインした者から見えるサブスクリプションは、全て無効である",
            ),
            hint=Text(en="name one: --subscription ID", ja="--subscription ID で指定する"),
        )
    if access.every_subscription or len(readable) == 1:
        return readable
    default = access.environ.get("AZURE_SUBSCRIPTION_ID") or (
        default_subscription(access.environ, access.home) if access.auth in ("auto", "cli") else None
    )
    for one in readable:
        if default and one.guid == default.lower():
            return (one,)
    listed = ", ".join(one.guid for one in readable[:5])
    raise UsageError(
        Text(
            en=f"the sign-in sees {len(readable)} subscriptions, and none of them is its default",
            ja=f"サブスクリプションが {len(readable)} 件見えるが、既定のものが定まっていない",
        ),
        hint=Text(
            en=f"name one (--subscription {listed} …) or take all: --all-subscriptions",
            ja=f"--subscription で指定する（{listed} …）か、--all-subscriptions で全てを走査する",
        ),
        place=Place("--subscription"),
    )
