"""A snapshot judged: pure but for the files it reads and writes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from azlinkscan.assess.criteria import Tally, judge_criteria
from azlinkscan.assess.tasks import plan
from azlinkscan.assess.words import Words
from azlinkscan.model.check import Check
from azlinkscan.model.result import CheckCard, ResultHeader, SubscriptionSummary
from azlinkscan.scan.catalogue import Catalogue
from azlinkscan.scan.judging import Assessment as Assessment
from azlinkscan.scan.judging import Judging
from azlinkscan.scan.processes import in_processes
from azlinkscan.snapshot.facts_file import Snapshot
from azlinkscan.snapshot.result_file import ResultWriter


def assess(
    snapshot: Snapshot,
    given: Assessment,
    out: Path,
    on_progress: Callable[[str, int, int], None] | None = None,
    *,
    workers: int = 1,
) -> None:
    """Judge a snapshot and write the result to ``out``: the same bytes, however many ``workers`` share the work.

    Raises CatalogError where an expression is wrong, UsageError where a setting is or the place cannot be
    written, ForeignFileError where the snapshot is damaged.
    """
    judging = Judging(given)
    checks = given.catalogue.checks
    tally = Tally()
    summaries: list[SubscriptionSummary] = []
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        writer = ResultWriter(Path(folder))
        try:
            known = tuple(own for own, _ in snapshot.header.subscriptions)
            for number, judged in enumerate(
                in_processes(snapshot, given, judging, writer, Path(folder), workers)
            ):
                if on_progress:
                    on_progress(known[number], number, len(known))
                tally.merge(judged.tally)
                summaries.append(judged.summary)
            header = ResultHeader(
                tool=given.tool,
                clock=given.clock.isoformat().replace("+00:00", "Z"),
                snapshot=snapshot.digest,
                catalog=given.catalogue.digest,
                cloud=snapshot.header.cloud,
                profiles=tuple(given.catalogue.profiles),
                checks=tuple(checks),
                scope=given.scope.to_json(),
                cut_short=snapshot.cut_short,
                subscriptions=tuple(summaries),
                decisions=given.decisions.digests,
                baseline=given.decisions.scan,
            )
            profiles = tuple(given.catalogue.profiles.values())
            criteria = judge_criteria(
                profiles, judging.plan, tally, given.decisions.attested(given.clock.date())
            )
            writer.finish(out, header, criteria, (card(check) for check in checks.values()), profiles)
        finally:
            writer.close()


def sound(catalogue: Catalogue, settings: Mapping[str, Mapping[str, Any]], clock: datetime) -> None:
    """Raises CatalogError where an expression is wrong, UsageError where a setting is: as :func:`assess` would."""
    plan(catalogue.checks, catalogue.profiles.values(), settings, Words(clock))


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
