"""How a scan ends: every exit code, and the order in which they are tried."""

from __future__ import annotations

import pytest

from azlinkscan.assess.judge import Judge
from azlinkscan.cli.app import run
from tests.arm import faults
from tests.end_to_end.machine import QUICK

PASSING = ("--check", "storage/encrypts-blobs")
"""Every account of the city passes it."""
ACCOUNTS = "microsoft.storage/storageaccounts"


def test_0_where_all_that_applies_passes(machine, city):
    ended = machine.scan(city(), *PASSING, "--format", "json")
    assert set(ended.verdicts.values()) == {"pass"}
    assert ended.code == 0


def test_1_where_something_fails(machine, city):
    ended = machine.scan(city(), *QUICK, "--format", "json")
    assert "fail" in ended.verdicts.values()
    assert ended.code == 1


@pytest.mark.parametrize(
    ("limit", "code"),
    [("critical", 0), ("high", 1), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)],
)
def test_a_failure_counts_from_a_severity_on(machine, city, limit, code):
    assert machine.scan(city(), *QUICK, "--fail-on", limit).code == code, (
        "storage/https-only is of severity high"
    )


def test_the_configuration_may_say_from_which(machine, city):
    machine.write("azlinkscan.toml", 'fail-on = "never"\n')
    arm = city()
    assert machine.scan(arm, *QUICK).code == 0
    assert machine.scan(arm, *QUICK, "--fail-on", "high").code == 1


def test_2_where_an_option_is_wrong(machine, city):
    machine.scan(city(), "--no-such-option").is_refused(2, "--no-such-option")


def test_2_where_the_configuration_is_wrong(machine, city):
    machine.write("azlinkscan.toml", 'fail_on = "high"\n')
    arm = city()
    machine.scan(arm).is_refused(2, "azlinkscan.toml:1", "fail-on")
    assert arm.requests == []


def test_3_where_something_is_unknown_and_nothing_fails(machine, city):
    arm = city()
    arm.fault(ACCOUNTS, faults.refused)
    ended = machine.scan(arm, *PASSING, "--format", "json")
    assert set(ended.verdicts.values()) == {"unknown"}
    assert ended.code == 3


def test_1_before_3(machine, city):
    arm = city()
    arm.fault(f"/subscriptions/*2/providers/{ACCOUNTS}", faults.refused)
    ended = machine.scan(arm, *QUICK, "--format", "json")
    assert set(ended.verdicts.values()) == {"pass", "fail", "unknown"}
    assert ended.code == 1
    assert machine.scan(arm, *QUICK, "--fail-on", "never").code == 3


def test_4_where_nothing_is_in_scope(machine, arm_server, world):
    accounts = [own for own in world.bodies if f"/providers/{ACCOUNTS}/" in own and own.count("/") == 8]
    arm = arm_server(world.without(*accounts))
    ended = machine.scan(arm, *PASSING, "--format", "json")
    assert set(ended.verdicts.values()) == {"not-applicable"}
    assert ended.code == 4


def test_5_where_the_sign_in_fails(machine, city):
    to = machine.to(city())
    machine.set(AZURE_CLIENT_SECRET="another one")
    machine.run("scan", *to).is_refused(5, "AADSTS7000215", "AZURE_CLIENT_SECRET")


def test_5_where_nobody_answers(machine, city):
    arm = city()
    cloud = machine.write(
        "cloud.json", arm.cloud_file.read_text("utf-8").replace(arm.url, "https://127.0.0.1:9")
    )
    machine.sign_in(arm)
    ended = machine.run("scan", "--auth", "environment", "--cloud", cloud)
    ended.is_refused(5, "https://127.0.0.1:9")


def test_5_where_the_certificate_is_nobodys(machine, city):
    arm = city()
    text = "\n".join(line for line in arm.cloud_file.read_text("utf-8").splitlines() if "ca_file" not in line)
    machine.sign_in(arm)
    machine.run("scan", "--auth", "environment", "--cloud", machine.write("cloud.json", text)).is_refused(5)


def test_5_where_a_check_ends_in_an_error_of_ours(machine, city, monkeypatch):
    decide = Judge.decide

    def undecided(self, clause, values, bound):
        decision = decide(self, clause, values, bound)
        return type(decision)(decision.clause, None, (), "a fault")

    monkeypatch.setattr(Judge, "decide", undecided)
    ended = machine.scan(city(), *QUICK, "--format", "json", "--fail-on", "never")
    assert "error" in ended.verdicts.values()
    assert ended.code == 5


def test_the_codes_are_those_of_a_process(machine, city):
    arm = city()
    arguments = ("scan", *machine.to(arm), *QUICK, "--fail-on", "never", "--format", "json")
    process = machine.start(*arguments)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in err) == (0, False)
    assert out.startswith(b"{")
    assert run(["scan", *arguments[1:-2], "--output", "report.json"]) == 0
