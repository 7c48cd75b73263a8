"""What Azure really sent, in public recordings: all of it is collected and judged, and none of it is too much for us."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from azlinkscan.model import arm
from azlinkscan.snapshot.facts_file import Snapshot
from tests.end_to_end.scans import KINDS
from tests.law.catalogue import CHECKS

LISTED = {
    "microsoft.storage/storageaccounts": 500,
    "microsoft.web/sites": 80,
    "microsoft.sql/servers": 80,
    "microsoft.recoveryservices/vaults": 20,
    "microsoft.insights/metricalerts": 20,
    "microsoft.insights/activitylogalerts": 20,
    "microsoft.insights/actiongroups": 4,
    "microsoft.network/networksecuritygroups": 100,
    "microsoft.network/virtualnetworks": 300,
    "microsoft.dbforpostgresql/flexibleservers": 40,
    "microsoft.dbformysql/flexibleservers": 30,
}
"""What subscriptions list, and at least how many of each there are: the test must not become one of nothing."""


# One scan of some twenty seconds: in a group of its own, so that no worker repeats it.
@pytest.mark.xdist_group("recordings")
def test_everything_that_was_recorded_is_collected_and_judged(machine, arm_server, recordings):
    server = arm_server(recordings)
    ended = machine.scan(server, "--snapshot", "facts.zip", "--output", "report.json")
    assert ended.code == 1, ended.err
    assert server.writes == []
    report = json.loads((machine.here / "report.json").read_bytes())

    verdicts = Counter(one["verdict"] for one in report["findings"])
    assert verdicts["error"] == 0, [one for one in report["findings"] if one["verdict"] == "error"][:3]
    assert min(verdicts[verdict] for verdict in ("pass", "fail", "unknown", "not-applicable")) > 100

    facts: dict[str, set[str]] = defaultdict(set)
    with Snapshot(machine.here / "facts.zip") as snapshot:
        for own, _ in snapshot.header.subscriptions:
            for fact in snapshot.subscription(own).facts:
                facts[fact.kind].add(fact.id)
    # Of what the server can list (a few recorded ids are malformed), each once, however often it was recorded.
    in_a_group = (body["id"] for own, body in recordings.bodies.items() if own.count("/") == 8)
    recorded = Counter(arm.type_of(one) for one in {arm.canonical(one) for one in in_a_group})
    for kind, least in LISTED.items():
        assert len(facts[kind]) == recorded[kind] >= least, kind
    judged = {one["resource"] for one in report["findings"]}
    # One action group says that it lies in another subscription than the one that lists it.
    here = {arm.canonical(one["id"]) for one in report["subscriptions"]}
    for kind in {kind for check in CHECKS.values() for kind in check.resource}:
        assert {one for one in facts[kind] if arm.subscription_of(one) in here} <= judged, (
            f"{kind}: something was collected and not judged"
        )
    collected = {one for kind in facts.keys() - {arm.INVENTORY} for one in facts[kind]}
    beneath = [own for own in recordings.bodies if arm.type_of(own) in KINDS and arm.parent(own) in collected]
    assert len(beneath) > 1000
    for own in beneath:
        called = arm.canonical(recordings.bodies[own]["id"])
        assert {own, called} & collected, (
            f"{own} was recorded beneath what was collected, and was not collected"
        )
