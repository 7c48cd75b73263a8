"""The law itself: what must hold between a clean scan and a scan of the same world through faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from azlinkscan.model import arm
from azlinkscan.model.facts import Remedy
from azlinkscan.model.result import Finding
from azlinkscan.model.verdict import Verdict
from tests.law.catalogue import TASKS
from tests.law.scan import Scan

Task = tuple[str, str | None]
"""A check and the digest of its settings."""
_TASKS: frozenset[Task] = frozenset((task.check.id, task.settings_digest) for task in TASKS.tasks)


def keeps_the_law(clean: Scan, faulty: Scan) -> None:
    """Raises AssertionError where something flipped, vanished or was made up."""
    is_sound(faulty)
    assert faulty.seen is None or faulty.seen == clean.seen, "half a list of subscriptions passed for all"
    assert faulty.findings.keys() == clean.findings.keys(), "a subscription vanished"
    for subscription, found in clean.findings.items():
        before, after = _by_task(found), _by_task(faulty.findings[subscription])
        for task in before:
            _kept(task, before[task], after[task])
    for criterion, verdict in clean.criteria.items():
        again = faulty.criteria[criterion]
        assert again in (verdict, Verdict.UNKNOWN), f"{criterion}: {verdict} became {again}"


def is_sound(scan: Scan) -> None:
    """What holds of every scan, whatever Azure says: nothing is our error, nothing unknown is without its reason."""
    for subscription, found in scan.findings.items():
        assert {(finding.check, finding.settings_digest) for finding in found} == _TASKS, (
            f"{subscription}: a check has no finding"
        )
        for finding in found:
            assert finding.verdict is not Verdict.ERROR, f"{finding.key}: {finding.problem}"
            assert finding.gaps or finding.verdict is not Verdict.UNKNOWN, f"{finding.key}: unknown, no gap"
            assert finding.verdict is Verdict.UNKNOWN or not finding.gaps, f"{finding.key}: gaps, not unknown"
        keys = [finding.key for finding in found]
        assert len(set(keys)) == len(keys), f"{subscription}: a finding stands twice"
    assert Verdict.ERROR not in scan.criteria.values(), "a criterion is our error"
    for gap in scan.gaps:
        if gap.remedy is Remedy.RIGHT:
            assert (gap.code or "").lower() == "authorizationfailed", f"a right is asked for {gap}"


def _by_task(found: tuple[Finding, ...]) -> Mapping[Task, Mapping[str, Verdict]]:
    grouped: dict[Task, dict[str, Verdict]] = defaultdict(dict)
    for finding in found:
        grouped[finding.check, finding.settings_digest][finding.resource] = finding.verdict
    return grouped


def _kept(task: Task, clean: Mapping[str, Verdict], faulty: Mapping[str, Verdict]) -> None:
    if clean == faulty:
        return
    for resource, verdict in clean.items():
        again = faulty.get(resource)
        if again is None:
            above = any(faulty.get(scope) is Verdict.UNKNOWN for scope in arm.scopes(resource))
            assert above, f"{task[0]}: {verdict} on {resource} vanished; left are {dict(faulty)}"
        else:
            assert again in (verdict, Verdict.UNKNOWN), f"{task[0]}: {verdict} on {resource} became {again}"
    for resource in faulty.keys() - clean.keys():
        assert faulty[resource] is Verdict.UNKNOWN, (
            f"{task[0]}: {faulty[resource]} on {resource} came of nothing"
        )
