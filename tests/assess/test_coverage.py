"""The ledger: what Resource Manager lists, what was read, judged, refused and not reached."""

from __future__ import annotations

from azlinkscan.assess.scene import DEFAULT_CLOCK
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Reason
from azlinkscan.scan import catalogue
from azlinkscan.scan.assessing import Assessment, assess
from azlinkscan.scan.choice import Choice
from azlinkscan.snapshot.facts_file import Snapshot, SnapshotHeader, SubscriptionSegment, write_snapshot
from azlinkscan.snapshot.result_file import ResultFile

SUB = "/subscriptions/00000000-0000-0000-0000-000000000001"
ACCOUNTS, SITES = "microsoft.storage/storageaccounts", "microsoft.web/sites"


def ledger(tmp_path, *, inventory=True):
    segment = SubscriptionSegment(tmp_path / "one.jsonl")
    segment.subscription(SUB, "one")
    for kind in (arm.SUBSCRIPTION, arm.INVENTORY, ACCOUNTS, SITES):
        segment.asked(KindAsked(kind, None))
    ids = [f"{SUB}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/{name}" for name in "abc"]
    for own in ids:
        segment.fact(
            Fact.of(arm.INVENTORY, {"id": own, "type": "Microsoft.Storage/storageAccounts"}, scope=SUB)
        )
    for own in ids[:2]:
        segment.fact(Fact.of(ACCOUNTS, {"id": own, "properties": {}}, scope=SUB))
    segment.gap(Gap(SUB, SITES, Reason.REFUSED))
    if inventory:
        segment.listing(Listing(arm.INVENTORY, SUB, 3))
    segment.listing(Listing(ACCOUNTS, SUB, 2))
    segment.ended()
    segment.close()
    header = SnapshotHeader("0", "2026-04-01T00:00:00Z", "public", ((SUB, "one"),))
    write_snapshot(tmp_path / "s.zip", header, {SUB: tmp_path / "one.jsonl"})
    found = catalogue.load(Choice(checks=("storage/https-only", "appservice/https-only")))
    with Snapshot(tmp_path / "s.zip") as snapshot:
        assess(snapshot, Assessment(found, DEFAULT_CLOCK), tmp_path / "r.zip")
    with ResultFile(tmp_path / "r.zip") as result:
        return {row.kind: row for row in result.coverage()}, result.header


def test_a_kind_is_counted_beside_what_resource_manager_lists(tmp_path):
    rows, header = ledger(tmp_path)
    accounts = rows[ACCOUNTS]
    assert (accounts.listed, accounts.read, accounts.judged, accounts.complete) == (3, 2, 2, True)
    assert (rows[SITES].refused, rows[SITES].read, rows[SITES].complete) == (1, 0, False)
    assert header.subscriptions[0].facts == 2, "the inventory is a witness, not a fact"


def test_the_inventory_is_no_kind_of_its_own_in_the_ledger(tmp_path):
    rows, _ = ledger(tmp_path)
    assert arm.INVENTORY not in rows


def test_an_inventory_that_is_not_complete_counts_nothing(tmp_path):
    rows, _ = ledger(tmp_path, inventory=False)
    assert rows[ACCOUNTS].listed is None
    assert rows[arm.SUBSCRIPTION].not_reached == 1
