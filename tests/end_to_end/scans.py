"""A scan of a running server in this process: the real collector over TLS, the catalogue compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from azlinkscan.assess.judge import Judge
from azlinkscan.assess.world import World
from azlinkscan.collect.plan import plan_for
from azlinkscan.collect.retry import Patience
from azlinkscan.collect.source import Source
from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Reason
from azlinkscan.model.result import Finding
from azlinkscan.scan.scanning import Access, Surroundings, collect_snapshot
from azlinkscan.snapshot.facts_file import Snapshot, SubscriptionFacts
from tests.arm.server import ArmServer
from tests.law.catalogue import CHECKS, CLOCK, TASKS, WORDS

IMPATIENT = Patience(attempts=3)
"""Three tries, so that a fault that stays is soon believed."""
KINDS = frozenset(kind for check in CHECKS.values() for kind in check.kinds)
ROWS: tuple[Source, ...] = tuple(row for row in plan_for({*KINDS, arm.INVENTORY}).rows if row.option is None)
"""What a scan by the whole catalogue reads without being given an option."""


@dataclass(frozen=True)
class Scan:
    """What a scan knew and what it said."""

    subscriptions: tuple[SubscriptionFacts, ...]
    findings: Mapping[str, Finding]
    """By key."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Everything that could not be read."""
        # What takes an option that no scan here gives is not asked in any of them: it is no cost of a fault.
        every = (gap for one in self.subscriptions for gap in one.gaps)
        return tuple(gap for gap in every if gap.reason is not Reason.NOT_ASKED)

    @cached_property
    def places(self) -> Mapping[str, frozenset[str]]:
        """Under what each kind was found."""
        found: dict[str, set[str]] = {}
        for one in self.subscriptions:
            for fact in one.facts:
                found.setdefault(fact.kind, set()).add(fact.scope)
        return {kind: frozenset(scopes) for kind, scopes in found.items()}


def no_wait(seconds: float) -> None:
    """A wait that takes no time."""


def scan_of(
    server: ArmServer,
    *,
    patience: Patience = IMPATIENT,
    sleep: Callable[[float], None] = no_wait,
    read_timeout: float = 60,
) -> Scan:
    """Every subscription of a server; its ``environment`` must be this process's."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "snapshot.zip"
        access = Access(
            auth="environment",
            cloud=str(server.cloud_file),
            environ=server.environment,
            home=Path(folder),
            every_subscription=True,
        )
        around = Surroundings(
            lambda: CLOCK, Path(folder) / "state", patience=patience, sleep=sleep, read_timeout=read_timeout
        )
        collect_snapshot(access, KINDS, out, around)
        with Snapshot(out) as snapshot:
            found = tuple(snapshot.subscription(own) for own, _ in snapshot.header.subscriptions)
    return Scan(found, {finding.key: finding for one in found for finding in judged(one)})


def judged(found: SubscriptionFacts) -> tuple[Finding, ...]:
    """Every finding on one subscription."""
    judge = Judge(WORDS, World(found.id, found.facts, found.gaps, found.listings, found.asked))
    return tuple(finding for task in TASKS.tasks for finding in judge.findings(task))
