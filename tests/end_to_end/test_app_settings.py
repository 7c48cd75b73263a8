"""`--app-settings`: apps' settings are read by POST, reduced on the spot, and what stands in them is judged."""

from __future__ import annotations

import pytest

from azlinkscan.model import arm
from azlinkscan.model.facts import Reason
from azlinkscan.snapshot.facts_file import Snapshot
from tests.end_to_end.machine import FIRST
from tests.sas.test_token import SIGNATURE, TOKEN, URL

APP = f"/subscriptions/{FIRST}/resourceGroups/rg-points-app/providers/Microsoft.Web/sites/points-merchant"
KEY = "bm90IGEgcmVhbCBrZXkgYnV0IGxvbmcgZW5vdWdo"
SECRETS = (SIGNATURE, TOKEN.rpartition("sig=")[2], KEY, "hunter2-hunter2")
JUDGED = ("--check", "sas/*", "--check", "appservice/settings-*")
RIGHT = "Microsoft.Web/sites/config/list/action"


def settings(name, **values):
    """What Azure lists for an app."""
    return {
        "id": f"{APP}/config/{name}",
        "name": name,
        "type": "Microsoft.Web/sites/config",
        "properties": values,
    }


@pytest.fixture
def world(world):
    """The city, one app of which holds secrets of every kind."""
    return world.plus(
        settings(
            "appsettings",
            BLOB=URL,
            STORE=f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY};EndpointSuffix=core.windows.net",
            VAULT="@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x)",
            MODE="plain",
        ),
        settings(
            "connectionstrings",
            Points={"value": "Server=tcp:s.example;Password=hunter2-hunter2;", "type": "SQLAzure"},
        ),
    )


def test_what_stands_in_the_settings_is_judged_and_no_value_is_kept(machine, city):
    server = city()
    ended = machine.scan(
        server,
        "--app-settings",
        *JUDGED,
        "--snapshot",
        "facts.zip",
        "--result",
        "result.zip",
        "--format",
        "json",
        "--debug",
        "log",
    )
    found = {
        (one["check"], one["resource"].removeprefix(arm.canonical(APP))): one["verdict"]
        for one in ended.document["findings"]
    }
    token = "/config/appsettings/sastokens/BLOB"
    own = {check: verdict for (check, place), verdict in found.items() if place == token.lower()}
    assert own["sas/https-only"] == "pass"
    assert own["sas/addresses-limited"] == "fail"
    assert found["appservice/settings-hold-no-account-key", "/config/appsettings"] == "fail"
    assert found["appservice/settings-hold-no-password", "/config/connectionstrings"] == "fail"
    assert server.writes == []
    with Snapshot(machine.here / "facts.zip") as snapshot:
        kept = b"".join(
            fact.raw for own, _ in snapshot.header.subscriptions for fact in snapshot.subscription(own).facts
        )
    everything = ended.out + ended.err.encode() + kept
    everything += b"".join(path.read_bytes() for path in machine.here.iterdir() if path.is_file())
    for secret in SECRETS:
        assert secret.encode() not in everything


def test_without_the_option_they_are_unknown_and_name_it(machine, city):
    ended = machine.scan(city(), *JUDGED, "--format", "json")
    assert ended.code == 3
    for finding in ended.document["findings"]:
        assert finding["verdict"] == "unknown"
        assert {gap["reason"] for gap in finding["gaps"]} == {Reason.NOT_ASKED.value}
        assert {gap["detail"] for gap in finding["gaps"]} == {"--app-settings"}


def test_without_the_right_they_are_unknown_and_name_it(machine, city):
    ended = machine.scan(city(allowed_actions=["*/read"]), "--app-settings", *JUDGED, "--format", "json")
    named = {gap["action"] for finding in ended.document["findings"] for gap in finding["gaps"]}
    assert RIGHT in named
    assert {finding["verdict"] for finding in ended.document["findings"]} == {"unknown"}


def test_the_role_for_it_is_enough(machine, city):
    role = machine.run("permissions", "--app-settings", *JUDGED, "--format", "json").document["Actions"]
    assert RIGHT in role
    ended = machine.scan(city(allowed_actions=role), "--app-settings", *JUDGED, "--format", "json")
    assert ended.document["gaps"] == []
