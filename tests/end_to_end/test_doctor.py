"""`doctor` says before a scan what a scan would find unknown."""

from __future__ import annotations

from azlinkscan.assess.scene import DEFAULT_CLOCK as CLOCK
from tests.arm import faults
from tests.arm.registry import NAMESPACES
from tests.end_to_end.machine import FIRST

NOW = CLOCK.strftime("%a, %d %b %Y %H:%M:%S GMT")
ALERTS = "Microsoft.Insights/MetricAlerts/Read"


def examined(machine, arm, *arguments):
    """What doctor says of the first subscription, as JSON."""
    ended = machine.run(
        "doctor", *machine.to(arm, every=False), "--subscription", FIRST, "--format", "json", *arguments
    )
    assert ended.code in (0, 3), ended.err
    return ended.code, ended.document


def test_a_reader_is_told_that_nothing_is_missing(machine, city):
    arm = city(allowed_actions=["*/read"], date=NOW)
    ended = machine.run("doctor", *machine.to(arm), "--lang", "en")
    assert ended.code == 0, ended.err
    assert ended.out.decode().count("rights are held, and every provider is registered") == 2
    assert arm.writes == []


def test_a_missing_right_is_named_with_the_checks_that_wait_for_it(machine, city):
    role = machine.run("permissions", "--format", "json").document["Actions"]
    held = [action for action in role if action.lower() != ALERTS.lower()]
    arm = city(allowed_actions=[*held, "Microsoft.Resources/subscriptions/providers/read"], date=NOW)
    code, found = examined(machine, arm)
    assert code == 3
    (missing,) = found["subscriptions"][0]["missing"]
    assert missing["right"] == ALERTS
    scan = machine.scan(arm, "--format", "json", "--fail-on", "never").document
    unknown = {
        one["check"]
        for one in scan["findings"]
        if any((gap.get("action") or "").lower() == ALERTS.lower() for gap in one["gaps"])
    }
    assert unknown
    assert unknown <= set(missing["checks"])


def test_a_missing_right_is_told_with_the_next_thing_to_do(machine, city):
    arm = city(allowed_actions=["Microsoft.Resources/*/read"], date=NOW)
    ended = machine.run("doctor", *machine.to(arm), "--check", "storage/https-only", "--lang", "en")
    said = ended.out.decode()
    assert ended.code == 3
    assert "missing right: Microsoft.Storage/storageAccounts/read" in said
    assert "1 checks will be unknown: storage/https-only" in said
    assert "azlinkscan permissions" in said


def test_a_provider_that_is_not_registered_is_told(machine, city):
    arm = city(registered=NAMESPACES - {"microsoft.sql"}, date=NOW)
    code, found = examined(machine, arm)
    assert code == 3
    (unregistered,) = found["subscriptions"][0]["unregistered"]
    assert unregistered["namespace"] == "microsoft.sql"
    assert "sql/firewall-not-any-ip" in unregistered["checks"]


def test_a_clock_that_is_wrong_is_told(machine, city):
    late = "Wed, 01 Apr 2026 00:20:00 GMT"
    ended = machine.run(
        "doctor", *machine.to(city(date=late)), "--check", "storage/https-only", "--lang", "ja"
    )
    assert ended.code == 3
    assert "Azure より 20 分遅れている" in ended.out.decode()


def test_permissions_that_cannot_be_read_are_a_gap_and_no_all_clear(machine, city):
    arm = city(date=NOW)
    arm.fault("microsoft.authorization/permissions", faults.refused)
    code, found = examined(machine, arm)
    assert code == 3
    assert found["subscriptions"][0]["missing"] is None
    assert found["subscriptions"][0]["unread"][0]["kind"] == "microsoft.authorization/permissions"


def test_a_proxy_is_shown_without_its_password(machine, city):
    arm = city(date=NOW)
    machine.set(HTTPS_PROXY="http://somebody:hunter2@127.0.0.1:9", NO_PROXY="")
    ended = machine.run("doctor", *machine.to(arm), "--check", "storage/https-only")
    assert "hunter2" not in ended.err + ended.out.decode()


def test_a_sign_in_that_fails_is_told_as_by_a_scan(machine, city):
    arm = city(date=NOW)
    arguments = machine.to(arm)
    machine.set(AZURE_CLIENT_SECRET="wrong")
    machine.run("doctor", *arguments).is_refused(5, "--auth environment")


def test_a_wrong_form_is_a_mistake_of_usage(machine):
    machine.run("doctor", "--format", "jsn").is_refused(2, "--format", "json")
