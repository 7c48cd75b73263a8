"""A snapshot judged: pure but for the files it reads and writes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from azlinkscan import __version__
from azlinkscan.assess.criteria import Tally, judge_criteria
from azlinkscan.assess.judge import Judge
from azlinkscan.assess.tasks import Plan, plan
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.config import OWN_NETWORKS
from azlinkscan.model import arm
from azlinkscan.model.check import Check
from azlinkscan.model.facts import Reason
from azlinkscan.model.result import CheckCard, CoverageRow, ResultHeader, SubscriptionSummary
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


def assess(
    snapshot: Snapshot,
    given: Assessment,
    out: Path,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Judge a snapshot and write the result to ``out``.

    Raises CatalogError where an expression is wrong, UsageError where a setting is or the place cannot be
    written, ForeignFileError where the snapshot is damaged.
    """
    words = Words(given.clock)
    checks = given.catalogue.checks
    tasks = plan(checks, given.catalogue.profiles.values(), _configured(given), words)
    tally = Tally()
    summaries: list[SubscriptionSummary] = []
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        writer = ResultWriter(Path(folder))
        try:
            known = snapshot.header.subscriptions
            for number, (own, _) in enumerate(known):
                if on_progress:
                    on_progress(own, number, len(known))
                facts = snapshot.subscription(own)
                world = World(own, facts.facts, facts.gaps, facts.listings, facts.asked)
                _judge(world, words, tasks, given.scope, tally, writer)
                summaries.append(
                    SubscriptionSummary(
                        own,
                        facts.name,
                        sum(fact.kind != arm.INVENTORY for fact in facts.facts),
                        len(world.gaps),
                        facts.ended and not snapshot.cut_short,
                    )
                )
                writer.gaps(world.gaps)
                writer.coverage(_coverage(world, facts, checks.values(), given.scope))
            header = ResultHeader(
                tool=__version__,
                clock=given.clock.isoformat().replace("+00:00", "Z"),
                snapshot=snapshot.digest,
                catalog=given.catalogue.digest,
                cloud=snapshot.header.cloud,
                profiles=tuple(given.catalogue.profiles),
                checks=tuple(checks),
                scope=given.scope.to_json(),
                cut_short=snapshot.cut_short,
                subscriptions=tuple(summaries),
            )
            profiles = tuple(given.catalogue.profiles.values())
            criteria = judge_criteria(profiles, tasks, tally)
            writer.finish(out, header, criteria, (card(check) for check in checks.values()), profiles)
        finally:
            writer.close()


def sound(catalogue: Catalogue, settings: Mapping[str, Mapping[str, Any]], clock: datetime) -> None:
    """Raises CatalogError where an expression is wrong, UsageError where a setting is: as :func:`assess` would."""
    plan(catalogue.checks, catalogue.profiles.values(), settings, Words(clock))


def _configured(given: Assessment) -> Mapping[str, Mapping[str, Any]]:
    """The configured settings, with the operator's networks in every check that asks for them."""
    merged: dict[str, dict[str, Any]] = {check: dict(values) for check, values in given.settings.items()}
    if given.own_networks:
        for check in given.catalogue.checks.values():
            if OWN_NETWORKS in check.settings:
                merged.setdefault(check.id, {}).setdefault(OWN_NETWORKS, list(given.own_networks))
    return merged


def _judge(world: World, words: Words, tasks: Plan, scope: Scope, tally: Tally, writer: ResultWriter) -> None:
    judge = Judge(words, world)
    in_scope = scope.test(world.get)
    for _, same in groupby(tasks.tasks, key=lambda task: task.check.id):
        found = [finding for task in same for finding in judge.findings(task, in_scope)]
        for finding in sorted(found, key=lambda finding: finding.order):
            tally.add(finding)
            writer.finding(finding)


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


def card(check: Check) -> CheckCard:
    """What a report says of a check."""
    return CheckCard(
        id=check.id,
        title=check.title,
        why=check.why,
        severity=check.severity,
        fix=check.fix.text,
        cli=check.fix.cli,
        refs=check.refs,
        resource=check.resource,
        digest=check.digest,
    )
