"""One scan in this process: the real collector, reader, patience, world, judge and criteria, on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from azlinkscan.assess.criteria import Tally, judge_criteria
from azlinkscan.assess.judge import Judge
from azlinkscan.assess.world import World
from azlinkscan.collect.answer import Asker
from azlinkscan.collect.collect import Pool, Progress, collect_subscription, quiet
from azlinkscan.collect.pacing import Pacing
from azlinkscan.collect.plan import Plan
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.collect.subscriptions import visible_subscriptions
from azlinkscan.errors import CannotRunError
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Read
from azlinkscan.model.result import Finding
from azlinkscan.model.verdict import Verdict
from tests.collect.azure import AtOnce
from tests.law.catalogue import CLOCK, PROFILES, TASKS, WORDS
from tests.law.estate import PLAN

PAGE_LIMIT = 12
"""A list without end is cut here, so that it does not take five thousand requests to see it."""


class VirtualClock:
    """Time that passes only when somebody sleeps or waits for an answer."""

    def __init__(self) -> None:
        self.passed = 0.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, f"nobody can sleep {seconds} seconds"
        self.passed += seconds

    def now(self) -> datetime:
        return CLOCK + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed


class Records:
    """A sink that keeps what an assessment takes."""

    def __init__(self) -> None:
        self.id = self.name = ""
        self.kinds: list[KindAsked] = []
        self.facts: list[Fact] = []
        self.listings: list[Listing] = []
        self.gaps: list[Gap] = []

    def subscription(self, id: str, name: str) -> None:
        self.id, self.name = id, name

    def asked(self, asked: KindAsked) -> None:
        self.kinds.append(asked)

    def read(self, read: Read) -> None:
        """Evidence, not judged."""

    def fact(self, fact: Fact) -> None:
        self.facts.append(fact)

    def listing(self, listing: Listing) -> None:
        self.listings.append(listing)

    def gap(self, gap: Gap) -> None:
        self.gaps.append(gap)


@dataclass(frozen=True)
class Scan:
    """What came of a scan."""

    findings: Mapping[str, tuple[Finding, ...]]
    """By subscription, in the order in which they were judged."""
    criteria: Mapping[tuple[str, str], Verdict]
    """By profile and criterion."""
    gaps: tuple[Gap, ...]
    seen: frozenset[str] | None
    """The subscriptions that the list of them gave; None where it was not whole."""


@dataclass(frozen=True)
class Scanner:
    """How a scan is made; a planted defect takes the place of one of these."""

    reader: Callable[..., Reader] = Reader
    judge: Callable[..., Judge] = Judge
    patience: Patience = field(default_factory=Patience)
    plan: Plan = PLAN
    pool: Callable[[], Pool] = AtOnce
    progress: Callable[[Any], Progress] = field(default=lambda pool: quiet)

    def scan(
        self,
        asker: Asker,
        subscriptions: tuple[str, ...],
        clock: VirtualClock | None = None,
        cancelled: Event | None = None,
    ) -> Scan:
        """Every subscription, collected and judged by the whole catalogue."""
        clock = clock or VirtualClock()
        patient = PatientAsker(
            asker,
            self.patience,
            sleep=clock.sleep,
            now=clock.now,
            cancelled=cancelled,
            pacing=Pacing(clock.seconds, patience=self.patience.seconds),
        )
        reader = self.reader(patient, page_limit=PAGE_LIMIT)
        tally = Tally()
        findings: dict[str, tuple[Finding, ...]] = {}
        gaps: list[Gap] = []
        seen = _seen(reader)
        for guid in subscriptions:
            records = self.collect(reader, guid, cancelled)
            findings[records.id] = self.judged(records)
            gaps += records.gaps
            for finding in findings[records.id]:
                tally.add(finding)
        criteria = judge_criteria(PROFILES.values(), TASKS, tally)
        return Scan(findings, {(one.profile, one.id): one.verdict for one in criteria}, tuple(gaps), seen)

    def collect(self, reader: Reader, guid: str, cancelled: Event | None = None) -> Records:
        """The records of one subscription."""
        records, pool = Records(), self.pool()
        collect_subscription(guid, self.plan, reader, pool, self.progress(pool), records, cancelled)
        return records

    def judged(self, records: Records) -> tuple[Finding, ...]:
        """Every finding on one subscription."""
        world = World(records.id, records.facts, records.gaps, records.listings, records.kinds)
        judge = self.judge(WORDS, world)
        return tuple(finding for task in TASKS.tasks for finding in judge.findings(task))


def _seen(reader: Reader) -> frozenset[str] | None:
    try:
        return frozenset(one.guid for one in visible_subscriptions(reader))
    except CannotRunError:
        return None
