"""A scan is its three steps in one, and what steers the judging steers it in both."""

from __future__ import annotations

import zipfile

import pytest

from azlinkscan.snapshot.facts_file import Snapshot
from azlinkscan.snapshot.result_file import ResultFile
from tests.end_to_end.machine import QUICK, Machine

OWN_CHECK = """\
title: {en: Storage account carries its own title, ja: ストレージアカウントは独自の条件を満たす}
severity: info
since: "0.1"
resource: microsoft.storage/storageaccounts
why: {en: We say so., ja: 独自の基準である。}
read:
  location: {field: location, type: text}
expect:
  - that: location == "japaneast"
    else: {en: "it lies in {location}", ja: "{location} にある"}
fix: {en: Move it., ja: 移動する。}
refs: [https://learn.microsoft.com/azure/storage/common/storage-account-overview]
scene:
  subject: account
  account: {id: /subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/points, location: japaneast}
examples:
  - {it: here, verdict: pass}
  - {it: elsewhere, change: {account.location: westeurope}, verdict: fail}
  - {it: unread, change: {account: {gap: refused}}, verdict: unknown}
"""
WITHIN = ("--check", "sql/firewall-within-own-networks")
ROTATED = ("--check", "storage/keys-rotated")


def test_a_scan_is_collect_assess_and_report(machine, city):
    arm = city()
    scanned = machine.scan(
        arm, "--snapshot", "a.zip", "--result", "a-result.zip", "--output", "a.json", "--output", "a.sarif"
    )
    machine.run("collect", *machine.to(arm), "-o", "b.zip")
    assessed = machine.run("assess", "a.zip", "--result", "b-result.zip")
    reported = machine.run("report", "b-result.zip", "--output", "b.json", "--output", "b.sarif")
    assert {scanned.code, assessed.code, reported.code} == {1}
    for name in ("-result.zip", ".json", ".sarif"):
        assert (machine.here / f"a{name}").read_bytes() == (machine.here / f"b{name}").read_bytes(), name
    again = machine.run("assess", "b.zip", "--format", "json")
    whole = machine.run("report", "a-result.zip", "--format", "json")
    assert again.verdicts == whole.verdicts, "another reading of the same city"


def test_a_snapshot_holds_what_was_asked_read_and_found(machine, city):
    arm = city()
    machine.run("collect", *machine.to(arm), *QUICK, "-o", "facts.zip")
    with Snapshot(machine.here / "facts.zip") as snapshot:
        assert not snapshot.cut_short
        one, two = (snapshot.subscription(own) for own, _ in snapshot.header.subscriptions)
    assert one.ended
    assert two.ended
    reads = [read for found in (one, two) for read in found.reads]
    asked = [request for request in arm.requests if request.path != "/subscriptions"]
    assert len(reads) == len(asked)
    assert {read.method for read in reads} == {"GET"}
    assert len({fact.id for found in (one, two) for fact in found.facts}) > 10


def test_the_same_scan_gives_the_same_result(machine, city):
    arm = city()
    machine.scan(arm, *QUICK, "--result", "a.zip", "--snapshot", "facts.zip")
    machine.run("assess", *QUICK, "facts.zip", "--result", "b.zip")
    assert (machine.here / "a.zip").read_bytes() == (machine.here / "b.zip").read_bytes()


def test_a_snapshot_may_be_judged_at_another_time(machine, city):
    # The keys were renewed within 90 days of the scan; a year later they were not.
    machine.run("collect", *machine.to(city()), *ROTATED, "-o", "facts.zip")
    then = machine.run("assess", "facts.zip", *ROTATED, "--format", "json")
    later = machine.run(
        "assess", "facts.zip", *ROTATED, "--format", "json", "--at", "2027-04-01T09:00:00+09:00"
    )
    assert later.document["header"]["clock"] == "2027-04-01T00:00:00Z"
    assert "pass" in then.verdicts.values()
    assert "pass" not in later.verdicts.values()
    assert {key for key, verdict in then.verdicts.items() if verdict == "fail"} < {
        key for key, verdict in later.verdicts.items() if verdict == "fail"
    }
    machine.run("assess", "facts.zip", *ROTATED, "--at", "tomorrow").is_refused(2, "--at", "tomorrow")


def test_a_setting_may_be_changed(machine, city):
    arm = city()
    strict = machine.scan(arm, *ROTATED, "--format", "json")
    lenient = machine.scan(arm, *ROTATED, "--format", "json", "--set", "storage/keys-rotated:max_days=36500")
    assert "fail" in strict.verdicts.values()
    settings = [one["settings"] for one in lenient.document["findings"]]
    assert all(one == {"max_days": 36500} for one in settings)
    fewer = list(lenient.verdicts.values()).count("fail") < list(strict.verdicts.values()).count("fail")
    assert fewer


def test_a_setting_of_the_configuration_yields_to_the_command_line(machine, city):
    machine.write("azlinkscan.toml", '[settings."storage/keys-rotated"]\nmax_days = 30\n')
    arm = city()
    configured = machine.scan(arm, *ROTATED, "--format", "json")
    assert {one["settings"]["max_days"] for one in configured.document["findings"]} == {30}
    given = machine.scan(arm, *ROTATED, "--format", "json", "--set", "storage/keys-rotated:max_days=45")
    assert {one["settings"]["max_days"] for one in given.document["findings"]} == {45}


@pytest.mark.parametrize(
    "wrong",
    [
        "storage/keys-rotated",
        "storage/keys-rotated:most_days=3",
        "storage/keys-rotated:max_days=soon",
        "nothing:x=1",
    ],
)
def test_a_setting_that_is_none_is_told(machine, city, wrong):
    machine.scan(city(), *ROTATED, "--set", wrong).is_refused(2)


def own_checks(machine: Machine, text: str) -> str:
    machine.write("checks/storage/https-only.yaml", text)
    return "checks"


def test_a_check_of_ones_own_takes_the_place_of_ours(machine, city):
    folder = own_checks(machine, "replaces: true\n" + OWN_CHECK)
    ended = machine.scan(city(), *QUICK, "--checks", folder, "--format", "json")
    (card,) = ended.document["checks"]
    assert card["title"]["ja"] == "ストレージアカウントは独自の条件を満たす"
    assert card["severity"] == "info"
    assert {one["observed"]["location"] for one in ended.document["findings"]} == {"japaneast"}
    assert ended.code == 0


def test_a_check_of_ones_own_does_not_take_it_unasked(machine, city):
    arm = city()
    machine.scan(arm, "--checks", own_checks(machine, OWN_CHECK)).is_refused(
        2, "https-only.yaml", "storage/https-only", "replaces"
    )
    assert arm.requests == []


def test_a_check_of_ones_own_stands_beside_ours(machine, city):
    machine.write("checks/city/lies-in-japan.yaml", OWN_CHECK)
    machine.write(
        "azlinkscan.toml", 'checks-folders = ["checks"]\nchecks = ["city/*", "storage/https-only"]\n'
    )
    ended = machine.scan(city(), "--format", "json")
    assert ended.document["header"]["checks"] == ["city/lies-in-japan", "storage/https-only"]
    assert {key.partition("@")[0] for key, verdict in ended.verdicts.items() if verdict == "pass"} == {
        "city/lies-in-japan", "storage/https-only",
    }  # fmt: skip


def test_networks_of_ones_own_are_known_to_the_check_that_asks(machine, city):
    arm = city()
    without = machine.scan(arm, *WITHIN, "--format", "json")
    machine.write(
        "azlinkscan.toml",
        '[[networks]]\nrange = "203.0.113.0/24"\nowner = "架空市"\n'
        '[[networks]]\nrange = "198.51.100.0/24"\nowner = "旧委託先"\nuntil = 2026-03-31\n',
    )
    within = machine.scan(arm, *WITHIN, "--format", "json")
    assert without.verdicts != within.verdicts
    networks = [one["settings"]["own_networks"] for one in within.document["findings"]]
    assert all(one == ["203.0.113.0/24"] for one in networks), "the other's contract has ended"
    told = [one["clauses"] for one in within.document["findings"] if one["verdict"] == "fail"]
    assert told, "the city lets others in, too"


def test_kept_files_are_zip_files_of_lines(machine, city):
    machine.scan(city(), *QUICK, "--snapshot", "facts.zip", "--result", "result.zip")
    for name in ("facts.zip", "result.zip"):
        with zipfile.ZipFile(machine.here / name) as archive:
            assert {"header.json", "closing.json"} < set(archive.namelist())
    with ResultFile(machine.here / "result.zip") as result:
        assert not result.header.cut_short
