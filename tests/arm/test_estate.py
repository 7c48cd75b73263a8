"""The fictional city's estate is whole, fictional, and served in full."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from azlinkscan.model import arm
from tests.arm import estates
from tests.arm.asked import Asked
from tests.arm.client import Client
from tests.arm.registry import TYPES

FOREIGN = {
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.maintenance/publicmaintenanceconfigurations",
    # the firewall of kakuuptsexch names a subnet that was deleted
    "microsoft.network/virtualnetworks/subnets",
}
REFUSALS = estates.refusals_of(estates.KAKUU_CITY)
FICTIONAL_ADDRESS = re.compile(r"(0|10|127|128|255)\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.")


def texts(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_every_id_leads_somewhere(kakuu_city):
    standing = {one for own in kakuu_city.bodies for one in arm.scopes(own)}
    named = {name for body in kakuu_city.bodies.values() for name in arm.ids_in(json.dumps(body))}
    assert {arm.type_of(name) for name in named - standing} == FOREIGN


def test_every_body_says_who_it_is(kakuu_city):
    for own, body in kakuu_city.bodies.items():
        assert arm.canonical(body["id"]) == own
        assert arm.type_of(own) in (arm.SUBSCRIPTION, arm.RESOURCE_GROUP) or body["type"]


def test_every_kind_of_fact_has_an_example(kakuu_city):
    shown = {arm.type_of(own) for own in kakuu_city.bodies}
    listed_only = {
        "microsoft.recoveryservices/vaults/backupprotecteditems",
        "microsoft.authorization/permissions",
    }
    assert TYPES - shown == listed_only


def test_addresses_and_names_are_fictional(kakuu_city):
    for own, body in kakuu_city.bodies.items():
        for text in texts(body):
            for address in re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text):
                assert FICTIONAL_ADDRESS.match(address), f"{own}: {address}"
            for mail in re.findall(r"[\w.]+@[\w.]+", text):
                assert mail.endswith("example.jp"), f"{own}: {mail}"


def test_secrets_are_planted_where_azure_sends_some(kakuu_city):
    holders = {
        arm.type_of(own) for own, body in kakuu_city.bodies.items() if estates.PLANTED in json.dumps(body)
    }
    assert holders == {
        "microsoft.insights/components",
        "microsoft.insights/webtests",
        "microsoft.insights/actiongroups",
        "microsoft.network/connections",
        "microsoft.network/expressroutecircuits",
    }


@pytest.mark.parametrize("rule", REFUSALS, ids=[str(rule.matches) for rule in REFUSALS])
def test_every_refusal_stands_in_somebodys_way(kakuu_city, rule):
    lists = {own.rpartition("/")[0] for own in kakuu_city.bodies}
    lists |= {f"{arm.subscription_of(own)}/providers/{arm.type_of(own)}" for own in kakuu_city.bodies}
    assert any(rule.takes(Asked.of("GET", path)) for path in {*kakuu_city.bodies, *lists})


def test_the_estate_is_served_by_a_process_of_its_own():
    command = [sys.executable, "-m", "tests.arm.serve", "kakuu_city"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(4)]
        finally:
            process.terminate()
    assert [line.partition("=")[0] for line in lines[:3]] == [
        "export AZURE_TENANT_ID",
        "export AZURE_CLIENT_ID",
        "export AZURE_CLIENT_SECRET",
    ]
    assert "--cloud" in lines[3]
    assert process.returncode == 0


def test_production_is_served_in_full(arm_server, kakuu_city):
    with Client(arm_server(kakuu_city, page_size=3)) as client:
        account = (
            "/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Storage/storageAccounts"
        )
        listed = [item["name"] for page in client.pages(account) for item in page]
    assert len(listed) == 9
    assert len(set(listed)) == 9
