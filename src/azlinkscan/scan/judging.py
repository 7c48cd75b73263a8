"""One subscription judged, by means that are made ready once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from azlinkscan import __version__
from azlinkscan.assess.criteria import Tally
from azlinkscan.assess.judge import Judge, Memory
from azlinkscan.assess.tasks import plan
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.config import OWN_NETWORKS
from azlinkscan.decisions.decisions import Decisions
from azlinkscan.model import arm
from azlinkscan.model.check import Check
from azlinkscan.model.facts import Reason
from azlinkscan.model.result import CoverageRow, SubscriptionSummary
from azlinkscan.scan.catalogue import Catalogue
from azlinkscan.scan.scope import Scope
from azlinkscan.snapshot.facts_file import Snapshot, SubscriptionFacts
from azlinkscan.snapshot.result_file import ResultWriter


@dataclass(frozen=True)
class Assessment:
    """What an assessment takes, beside the snapshot."""

    catalogue: Catalogue
    clock: datetime
    scope: Scope = field(default_factory=Scope)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Check id to settings, from the configuration and the command line."""
    own_networks: tuple[str, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    """What people decided: exceptions, a baseline, attestations."""
    tool: str = __version__
    """The version that the result names: where a result is made again, that of the first time."""


@dataclass(frozen=True)
class Judged:
    """What became of one subscription, beside what was written."""

    summary: SubscriptionSummary
    tally: Tally


class Judging:
    """The checks, compiled, and what they have said so far."""

    def __init__(self, given: Assessment) -> None:
        """Raises CatalogError where an expression is wrong, UsageError where a setting is."""
        self._given = given
        self._words = Words(given.clock)
        self._memory = Memory()
        catalogue = given.catalogue
        self.plan = plan(catalogue.checks, catalogue.profiles.values(), _configured(given), self._words)

    def subscription(self, snapshot: Snapshot, own: str, writer: ResultWriter) -> Judged:
        """Judge one. Raises ForeignFileError where the snapshot is damaged."""
        given = self._given
        facts = snapshot.subscription(own)
        world = World(own, facts.facts, facts.gaps, facts.listings, facts.asked)
        tally = self._judge(world, writer)
        writer.gaps(world.gaps)
        writer.coverage(_coverage(world, facts, given.catalogue.checks.values(), given.scope))
        found = sum(fact.kind != arm.INVENTORY for fact in facts.facts)
        complete = facts.ended and not snapshot.cut_short
        return Judged(SubscriptionSummary(own, facts.name, found, len(world.gaps), complete), tally)

    def _judge(self, world: World, writer: ResultWriter) -> Tally:
        tally = Tally()
        judge = Judge(self._words, world, self._memory)
        in_scope = self._given.scope.test(world.get)
        decisions, today = self._given.decisions, self._given.clock.date()
        for _, same in groupby(self.plan.tasks, key=lambda task: task.check.id):
            found = [finding for task in same for finding in judge.findings(task, in_scope)]
            for judged in sorted(found, key=lambda finding: finding.order):
                finding = decisions.on(judged, today)
                tally.add(finding)
                writer.finding(finding)
        return tally


def _configured(given: Assessment) -> Mapping[str, Mapping[str, Any]]:
    """The configured settings, with the operator's networks in every check that asks for them."""
    merged: dict[str, dict[str, Any]] = {check: dict(values) for check, values in given.settings.items()}
    if given.own_networks:
        for check in given.catalogue.checks.values():
            if OWN_NETWORKS in check.settings:
                merged.setdefault(check.id, {}).setdefault(OWN_NETWORKS, list(given.own_networks))
    return merged


def _coverage(
    world: World, facts: SubscriptionFacts, checks: Iterable[Check], scope: Scope
) -> Iterable[CoverageRow]:
    judged = {kind for check in checks for kind in check.resource}
    in_scope = scope.test(world.get)
    because = {listing.kind: listing.because for listing in facts.listings if listing.because}
    listed = world.listed() or {}
    for kind in world.kinds():
        if kind == arm.INVENTORY:
            continue
        here = world.of_kind(kind)
        holes = world.holes(kind)
        yield CoverageRow(
            subscription=world.subscription,
            kind=kind,
            read=len(here),
            judged=sum(1 for fact in here if in_scope(fact)) if kind in judged else 0,
            complete=not holes,
            gaps=len(holes),
            because=because.get(kind),
            listed=listed.get(kind),
            refused=sum(gap.reason is Reason.REFUSED for gap in holes),
            not_reached=sum(gap.reason is Reason.NOT_REACHED for gap in holes),
        )
