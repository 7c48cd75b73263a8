"""The whole way, over TLS and with a real sign-in: nothing but reads, nothing missed, no secret kept."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from azlinkscan.collect.client import ArmClient
from azlinkscan.collect.collect import collect_subscription, quiet
from azlinkscan.collect.plan import ALL_KINDS, plan_for
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.collect.subscriptions import visible_subscriptions
from azlinkscan.identity.clouds import cloud_of
from azlinkscan.identity.credential import credential_for
from azlinkscan.model import arm
from azlinkscan.model.facts import Reason, Remedy
from tests.arm import faults
from tests.arm.estates import PLANTED
from tests.collect.test_collect import Records

WORKERS = 8


def collected(server, monkeypatch, kinds=ALL_KINDS, read_timeout=30.0):
    """Every record of every visible subscription."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    cloud = cloud_of(str(server.cloud_file))
    credential = credential_for("environment", cloud, environ=server.environment)
    with (
        ArmClient(
            cloud.resource_manager,
            credential,
            cloud.scope,
            workers=WORKERS,
            ca_file=cloud.ca_file,
            read_timeout=read_timeout,
        ) as client,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        asker = PatientAsker(
            client, Patience(attempts=2, first=0.01), sleep=lambda seconds: time.sleep(min(seconds, 0.01))
        )
        reader = Reader(asker)
        found = {}
        for subscription in visible_subscriptions(reader):
            records = Records()
            collect_subscription(subscription.id, plan_for(kinds), reader, pool, quiet, records)
            found[subscription.id] = records
    return found


def test_a_city_is_read_whole_and_nothing_is_written(arm_server, kakuu_city, monkeypatch):
    with_pages = arm_server(kakuu_city, page_size=2)
    found = collected(with_pages, monkeypatch)
    assert set(found) == set(kakuu_city.subscriptions())
    assert with_pages.writes == []
    read = {fact.id for records in found.values() for fact in records.facts}
    wanted = {
        own
        for own in kakuu_city.bodies
        if arm.type_of(own) in ALL_KINDS and arm.subscription_of(own) in found
    }
    assert wanted - read == set()
    for own, records in found.items():
        asked = {(kind.kind, kind.under) for kind in records.kinds}
        for kind, under in asked:
            parents = (
                [own]
                if under is None
                else [f.id for f in records.facts if f.kind == under and f.id.startswith(own)]
            )
            for parent in parents:
                told = parent in records.listed(kind) or any(
                    g.scope == parent and g.kind == kind for g in records.gaps
                )
                assert told, f"nothing is said of {kind} under {parent}"


def test_no_planted_secret_is_kept(arm_server, kakuu_city, monkeypatch):
    found = collected(arm_server(kakuu_city), monkeypatch)
    for records in found.values():
        for fact in records.facts:
            assert PLANTED not in fact.raw.decode(), fact.id
        assert PLANTED not in repr((records.reads, records.gaps, records.listings))


def test_a_reader_without_a_right_is_told_which(arm_server, kakuu_city, monkeypatch):
    server = arm_server(kakuu_city)
    server.fault("microsoft.sql/servers/firewallrules", faults.refused)
    found = collected(server, monkeypatch, ["microsoft.sql/servers/firewallrules"])
    gaps = [gap for records in found.values() for gap in records.gaps]
    assert gaps
    assert {(gap.reason, gap.remedy) for gap in gaps} == {(Reason.REFUSED, Remedy.RIGHT)}
    assert {gap.action.lower() for gap in gaps} == {"microsoft.sql/servers/firewallrules/read"}


@pytest.mark.parametrize("name", sorted(faults.BY_NAME))
def test_a_fault_on_any_read_is_a_gap_or_is_overcome(arm_server, kakuu_city, monkeypatch, name):
    kinds = ["microsoft.storage/storageaccounts/encryptionscopes"]
    clean = collected(arm_server(kakuu_city, page_size=2), monkeypatch, kinds)
    server = arm_server(kakuu_city, page_size=2)
    server.fault("microsoft.storage/storageaccounts*", faults.BY_NAME[name])
    faulty = collected(server, monkeypatch, kinds, read_timeout=0.5 if name == "slow" else 30.0)
    for own, records in clean.items():
        again = faulty[own]
        bodies = {fact.id: replace(fact, read=0) for fact in records.facts}
        assert {replace(fact, read=0) for fact in again.facts} <= set(bodies.values()), (
            "a fact that is not true"
        )
        for kind in {fact.kind for fact in records.facts}:
            missing = set(records.ids(kind)) - set(again.ids(kind))
            if missing:
                assert [gap for gap in again.gaps if kind.startswith(gap.kind)], (
                    f"{kind}: what is missing has no gap"
                )
        for listing in again.listings:
            assert records.listed(listing.kind).get(listing.scope) == listing.count, (
                "a list is called complete and is not"
            )
