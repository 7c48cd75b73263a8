"""Which subscriptions are scanned: those named, all, or the one that the sign-in means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.arm import faults
from tests.end_to_end.machine import FIRST, QUICK, SECOND, Ended, Machine

NOBODYS = "00000000-0000-0000-0000-000000000099"


def scanned(ended: Ended) -> list[str]:
    """The subscriptions of a printed JSON document."""
    return [one["id"].rpartition("/")[2] for one in ended.document["subscriptions"]]


def profile_of_az(folder: Path, *subscriptions: str) -> None:
    """What ``az account set`` keeps: the first is the default."""
    rows = [{"id": one, "name": one, "isDefault": one == subscriptions[0]} for one in subscriptions]
    folder.mkdir(parents=True)
    (folder / "azureProfile.json").write_text(json.dumps({"subscriptions": rows}), "utf-8-sig")


def quick(machine: Machine, arm, *arguments: object, auth: str = "environment") -> Ended:
    """A scan that does not say which subscriptions, unless the arguments do."""
    machine.sign_in(arm)
    return machine.run(
        "scan", "--auth", auth, "--cloud", arm.cloud_file, *QUICK, "--format", "json", *arguments
    )


@pytest.mark.parametrize("given", [SECOND, SECOND.upper(), f"/subscriptions/{SECOND}"])
def test_the_one_that_is_named_is_scanned(machine, city, given):
    arm = city()
    assert scanned(quick(machine, arm, "--subscription", given)) == [SECOND]
    assert not [one.path for one in arm.requests if FIRST in one.path], "the other was not even asked"


def test_those_that_are_named_are_scanned_once_each(machine, city):
    ended = quick(machine, city(), *(f"--subscription={one}" for one in (SECOND, FIRST, SECOND.upper())))
    assert sorted(scanned(ended)) == [FIRST, SECOND]


def test_all_of_them_are_scanned(machine, city):
    assert sorted(scanned(quick(machine, city(), "--all-subscriptions"))) == [FIRST, SECOND]


def test_a_disabled_one_is_not_scanned_with_all(machine, arm_server, world):
    body = world.bodies[f"/subscriptions/{SECOND}"]
    arm = arm_server(world.plus({**body, "state": "Disabled"}))
    assert scanned(quick(machine, arm, "--all-subscriptions")) == [FIRST]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_one_that_is_not_there_is_told_with_what_to_do(machine, city, lang):
    ended = quick(machine, city(), "--subscription", NOBODYS, "--lang", lang)
    ended.is_refused(5, NOBODYS, "az account list --output table", "az login --tenant TENANT")


def test_what_is_no_id_is_a_mistake_of_usage(machine, city):
    quick(machine, city(), "--subscription", "production").is_refused(2, "--subscription", "'production'")


def test_a_sign_in_that_sees_one_means_it(machine, arm_server, world):
    arm = arm_server(world.without(f"/subscriptions/{SECOND}"))
    assert scanned(quick(machine, arm)) == [FIRST]


def test_of_several_the_environment_says_which(machine, city):
    machine.set(AZURE_SUBSCRIPTION_ID=SECOND.upper())
    assert scanned(quick(machine, city())) == [SECOND]


def test_of_several_the_azure_cli_says_which(machine, city):
    profile_of_az(machine.home / ".azure", SECOND, FIRST)
    assert scanned(quick(machine, city(), auth="auto")) == [SECOND]


def test_the_azure_cli_may_keep_its_files_elsewhere(machine, city):
    profile_of_az(machine.home / ".azure", FIRST)
    profile_of_az(machine.home / "elsewhere", SECOND)
    machine.set(AZURE_CONFIG_DIR=str(machine.home / "elsewhere"))
    assert scanned(quick(machine, city(), auth="auto")) == [SECOND]


def test_the_environment_goes_before_the_azure_cli(machine, city):
    profile_of_az(machine.home / ".azure", FIRST)
    machine.set(AZURE_SUBSCRIPTION_ID=SECOND)
    assert scanned(quick(machine, city(), auth="auto")) == [SECOND]


def test_the_configuration_says_which(machine, city):
    machine.write("azlinkscan.toml", f'[scope]\nsubscriptions = ["{SECOND}"]\n')
    assert scanned(quick(machine, city())) == [SECOND]
    assert scanned(quick(machine, city(), "--subscription", FIRST)) == [FIRST], "the command line goes first"
    assert sorted(scanned(quick(machine, city(), "--all-subscriptions"))) == [FIRST, SECOND]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_of_several_without_a_word_none_is_guessed(machine, city, lang):
    profile_of_az(machine.home / ".azure", SECOND)  # not the one that signs in by itself
    arm = city()
    ended = quick(machine, arm, "--lang", lang)
    ended.is_refused(2, "--subscription", FIRST, SECOND, "--all-subscriptions")
    assert len(arm.requests) == 1, "nothing but the list was read"


def test_a_default_that_is_not_visible_is_not_replaced_by_another(machine, city):
    machine.set(AZURE_SUBSCRIPTION_ID=NOBODYS)
    quick(machine, city()).is_refused(2, FIRST, SECOND)


def test_a_list_that_is_cut_short_does_not_pass_for_all(machine, city):
    arm = city()
    arm.fault("/subscriptions", faults.looped)
    quick(machine, arm, "--all-subscriptions").is_refused(5, "--subscription ID")


def test_a_sign_in_that_sees_nothing_is_told_what_to_do(machine, arm_server, world):
    arm = arm_server(world.without(*world.subscriptions()))
    quick(machine, arm, "--all-subscriptions").is_refused(5, "Reader", "az login --tenant TENANT")
