"""A whole scan with ``--data-plane``: Resource Manager from the tests' server, the containers from the emulator."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.storage.blob import AccessPolicy

from azlinkscan.cli.app import run
from azlinkscan.model import arm as ids
from azlinkscan.scan.exit_code import Exit
from tests.arm.server import ArmServer
from tests.arm.world import World
from tests.azurite.emulator import Azurite
from tests.azurite.gate import Gate

CHECK = "storage/container-policies-expire"
ACCOUNTS = "microsoft.storage/storageaccounts"
GET_ACL = "Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action"
SOON = datetime.now(UTC) + timedelta(days=30)


def pointing_at(world: World, gate: Gate, names: tuple[str, ...]) -> World:
    """The world, in which these accounts answer at the gate."""
    pointed = [
        {
            **body,
            "properties": {**body["properties"], "primaryEndpoints": {"blob": f"{gate.url}/{body['name']}"}},
        }
        for own, body in world.bodies.items()
        if ids.type_of(own) == ACCOUNTS and body["name"] in names
    ]
    assert len(pointed) == len(names)
    return world.plus(*pointed)


@pytest.fixture(scope="module")
def parsed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the catalogue is kept once it is parsed."""
    return Path(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def scan(arm_server, kakuu_city, gate, certificates, tmp_path, parsed_once, monkeypatch, capsysbinary):
    """Scans the city from the command line and gives the exit code, the result and the server."""

    def scanned(*arguments: str) -> tuple[int, dict, ArmServer]:
        arm = arm_server(pointing_at(kakuu_city, gate, ("kakuuptsexch", "kakuuptsold")))
        authorities = tmp_path / "authorities.pem"
        authorities.write_text(Path(arm.ca_file).read_text() + certificates.ca.read_text())
        cloud = json.loads(arm.cloud_file.read_text())
        cloud |= {"ca_file": str(authorities), "storage_suffix": "127.0.0.1"}
        (tmp_path / "cloud.json").write_text(json.dumps(cloud))
        for name, value in arm.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        monkeypatch.setenv("XDG_CACHE_HOME", str(parsed_once))
        monkeypatch.chdir(tmp_path)
        command = ["scan", "--all-subscriptions", "--auth", "environment", "--cloud", "cloud.json"]
        code = run([*command, "--check", CHECK, "--format", "json", "--lang", "en", *arguments])
        return code, json.loads(capsysbinary.readouterr().out), arm

    return scanned


@pytest.fixture(scope="module")
def stocked(azurite: Azurite) -> None:
    """The city's three containers whose accounts take a SAS with a stored policy."""
    azurite.put("kakuuptsexch", "outbound", {"monthly": AccessPolicy(permission="r", expiry=SOON)})
    azurite.put("kakuuptsexch", "inbound")
    azurite.put("kakuuptsold", "vhds", {"forever": AccessPolicy(permission="rwdl")})


def verdicts(result: dict) -> dict[str, str]:
    return {ids.name_of(one["resource"]): one["verdict"] for one in result["findings"]}


@pytest.mark.usefixtures("stocked")
def test_policies_of_containers_are_judged(gate, scan):
    code, result, arm = scan("--data-plane")
    found = verdicts(result)
    assert code == Exit.FAILED
    assert (found["kakuuptsexch"], found["kakuuptsold"]) == ("pass", "fail")
    (silent,) = [one for one in result["findings"] if one["verdict"] == "unknown"]
    assert ids.name_of(silent["resource"]) == "kakuuptstest"
    assert [gap["detail"] for gap in silent["gaps"]] == ["properties.primaryEndpoints.blob"]
    assert sorted(gate.asked) == [
        ("GET", f"/{place}?restype=container&comp=acl")
        for place in ("kakuuptsexch/inbound", "kakuuptsexch/outbound", "kakuuptsold/vhds")
    ]
    assert arm.writes == []


def test_without_the_option_nobody_asks_and_the_report_says_what_would_settle_it(gate, scan):
    code, result, _ = scan()
    found = verdicts(result)
    assert code == Exit.UNKNOWN
    assert (found["kakuuptsexch"], found["kakuuptsold"]) == ("unknown", "unknown")
    assert set(found.values()) == {"unknown", "not-applicable"}
    gaps = [gap for one in result["findings"] for gap in one.get("gaps", ())]
    assert {(gap["reason"], gap["remedy"], gap["detail"], gap["action"]) for gap in gaps} == {
        ("not-asked", "option", "--data-plane", GET_ACL)
    }
    assert gate.asked == []


@pytest.mark.usefixtures("stocked")
def test_the_configuration_may_ask_for_it(scan, tmp_path):
    (tmp_path / "azlinkscan.toml").write_text("data-plane = true\n")
    _, result, _ = scan()
    assert verdicts(result)["kakuuptsold"] == "fail"
