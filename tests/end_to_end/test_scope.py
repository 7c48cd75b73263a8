"""What is judged: filters of resources and of checks, each including and leaving out."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.arm import faults
from tests.end_to_end.machine import FIRST, QUICK, Ended

VAULTS = ("--check", "backup/vault-soft-delete")


def names(ended: Ended) -> set[str]:
    """The names of the resources that were judged."""
    found = [one["resource"] for one in ended.document["findings"] if one["verdict"] != "not-applicable"]
    return {resource.rpartition("/")[2] for resource in found}


def checks(ended: Ended) -> set[str]:
    """The checks that were judged."""
    return set(ended.document["header"]["checks"])


def accounts(world, *, group: str = "", own: Iterable[str] = ()) -> set[str]:
    """The names of the production's storage accounts."""
    kind = f"/subscriptions/{FIRST}/resourcegroups/{group}"
    found = {one for one in world.bodies if one.startswith(kind) and one.count("/") == 8}
    return {one.rpartition("/")[2] for one in found if "/microsoft.storage/storageaccounts/" in one}


@pytest.fixture
def judged(machine, city):
    """The names of what a scan with some options judged."""

    def judge(*arguments: object, choice: tuple[str, ...] = QUICK) -> set[str]:
        ended = machine.scan(city(), *choice, "--format", "json", *arguments)
        return names(ended)

    return judge


# -- resources ------------------------------------------------------------------------------------


def test_a_resource_group(judged, world):
    assert judged("--resource-group", "rg-points-data") == accounts(world, group="rg-points-data/") != set()


def test_resource_groups_by_pattern_and_in_any_case(judged, world):
    assert judged("--resource-group", "RG-Points-D*") == accounts(world, group="rg-points-d")


def test_all_but_a_resource_group(judged, world):
    left = judged("--resource-group", "!rg-points-data")
    assert "kakuuptstest" in left
    assert not left & accounts(world, group="rg-points-data/")


def test_a_group_limits_what_is_judged_and_not_what_is_related(machine, city):
    # The databases are in another group than the alerts about them.
    arm, choice = city(), ("--check", "monitor/database-*-alert", "--format", "json")
    whole = machine.scan(arm, *choice).verdicts
    part = machine.scan(arm, *choice, "--resource-group", "rg-points-data").verdicts
    assert {key: verdict for key, verdict in whole.items() if "/rg-points-data/" in key} == {
        key: verdict for key, verdict in part.items() if "/rg-points-data/" in key
    }
    assert "pass" in part.values()


def test_a_tag_of_the_resource(judged):
    assert judged("--tag", "個人情報=無", "--check", "sql/minimum-tls-1-2", choice=()) == {"sql-report"}


def test_a_tag_of_the_group_counts_for_what_lies_in_it(judged):
    assert judged("--tag", "所管=情報政策課", choice=VAULTS) == {"rsv-points", "rsv-archive"}


def test_all_but_a_tag(judged):
    assert judged("--tag", "!名称=帳票の控え", choice=VAULTS) == {"rsv-points"}
    assert judged("--tag", "!所管=情報政策課", choice=VAULTS) == set()


def test_the_name_of_a_tag_is_enough_and_its_case_does_not_matter(judged):
    assert judged("--tag", "名称", choice=VAULTS) == {"rsv-points", "rsv-archive"}
    assert judged("--tag", "名称=本番の控え", choice=VAULTS) == {"rsv-points"}


def test_the_tags_of_a_group_that_may_not_be_read_leave_nothing_out(machine, city):
    arm = city()
    arm.fault("microsoft.resources/resourcegroups", faults.refused)
    ended = machine.scan(arm, *VAULTS, "--format", "json", "--tag", "所管=情報政策課")
    assert names(ended) >= {"rsv-points", "rsv-archive"}


def test_a_resource_by_its_name_and_by_its_id(judged):
    by_name = judged("--resource", "kakuuptsold")
    own = f"/Subscriptions/{FIRST}/resourceGroups/RG-points-data/providers/Microsoft.Storage/storageAccounts/kakuuptsold"
    assert by_name == judged("--resource", own) == {"kakuuptsold"}


def test_a_resource_brings_what_lies_beneath_it(judged):
    choice = ("--check", "storage/containers-private", "--check", "storage/stored-policies-expire")
    assert judged("--resource", "kakuuptsfiles", choice=choice) > {"jimukyoku"}


def test_all_but_a_resource(judged, world):
    left = judged("--resource", "!kakuuptsold", "--resource-group", "rg-points-data")
    assert left == accounts(world, group="rg-points-data/") - {"kakuuptsold"}


def test_filters_of_the_configuration_count_where_the_command_line_says_nothing(machine, city):
    machine.write("azlinkscan.toml", '[scope]\nresource-groups = ["rg-points-test"]\n')
    arm = city()
    assert names(machine.scan(arm, *QUICK, "--format", "json")) == {"kakuuptstest"}
    other = machine.scan(arm, *QUICK, "--format", "json", "--resource-group", "rg-points-data")
    assert "kakuuptstest" not in names(other)


def test_the_report_says_what_it_was_limited_to(machine, city):
    ended = machine.scan(
        city(), *QUICK, "--format", "json", "--resource-group", "rg-*", "--tag", "!環境=検証"
    )
    assert ended.document["header"]["scope"] == {"resource_groups": ["rg-*"], "tags": ["!環境=検証"]}


# -- checks ---------------------------------------------------------------------------------------


def test_checks_by_pattern(machine, city):
    ended = machine.scan(city(), "--check", "sql/*", "--check", "!sql/auditing-*", "--format", "json")
    assert {one.partition("/")[0] for one in checks(ended)} == {"sql"}
    assert not {one for one in checks(ended) if "auditing" in one}


def test_checks_are_read_for_only_where_they_are_chosen(machine, city):
    arm = city()
    machine.scan(arm, *QUICK)
    kinds = {one.kind for one in arm.requests} - {"microsoft.resources/subscriptions"}
    assert kinds == {
        "microsoft.storage/storageaccounts",
        "microsoft.resources/resourcegroups",
        "microsoft.resources/resources",
    }


def test_checks_by_severity(machine, city):
    arm = city()
    of_storage = ("--check", "storage/*", "--format", "json")
    high = machine.scan(arm, *of_storage, "--severity", "high")
    assert {one["severity"] for one in high.document["findings"]} == {"high"}
    others = machine.scan(arm, *of_storage, "--severity", "!high")
    assert "high" not in {one["severity"] for one in others.document["findings"]}
    assert not checks(high) & checks(others)


def test_checks_by_profile(machine, city):
    ended = machine.scan(city(), "--profile", "chiba-online-linkage", "--format", "json")
    assert [one["id"] for one in ended.document["profiles"]] == ["chiba-online-linkage"]
    everything = set(machine.run("checks", "list").out.decode().split())
    assert checks(ended) < everything
    assert {one["settings_digest"] for one in ended.document["findings"]} > {None}, (
        "the profile's own settings"
    )


@pytest.mark.parametrize(
    ("option", "wrong", "nearest"),
    [
        ("--check", "storage/https-onyl", "storage/https-only"),
        ("--severity", "hihg", "high"),
        ("--profile", "chiba-online-linkge", "chiba-online-linkage"),
        ("--fail-on", "hihg", "high"),
    ],
)
def test_a_misspelt_choice_is_told_before_anything_is_read(machine, city, option, wrong, nearest):
    arm = city()
    machine.scan(arm, option, wrong).is_refused(2, option, wrong, nearest)
    assert arm.requests == []
