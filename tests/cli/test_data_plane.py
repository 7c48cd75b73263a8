"""``--data-plane`` on the command line: what the plan says of it, and a cloud that does not know its storage."""

from __future__ import annotations

import json

import pytest

GET_ACL = "Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action"
CHECK = ("--check", "storage/container-policies-expire")


@pytest.mark.parametrize("command", ["scan", "collect"])
def test_help_says_that_it_is_beyond_the_reader_role(desk, command):
    told = " ".join(desk.run(command, "--help").out.replace("│", " ").split())
    assert "Beyond the Reader role: takes containers/getAcl/action" in told


def test_the_plan_sets_the_right_apart_and_says_what_is_not_read(desk):
    told = desk.run("scan", "--plan", *CHECK).out
    reader, beyond = told.split("Azure's built-in role Reader holds all of them")
    assert f"{GET_ACL}  (not read without --data-plane)" in reader
    assert f"\n  {GET_ACL}\n" not in reader
    assert f"Beyond Reader, with --data-plane:\n  {GET_ACL}\n" in beyond
    assert "Storage Blob Data Owner" in beyond


@pytest.mark.parametrize("given", ["flag", "file"])
def test_the_plan_counts_it_where_it_is_asked_for(desk, given):
    if given == "file":
        desk.write("azlinkscan.toml", "data-plane = true\n")
    flag = ["--data-plane"] if given == "flag" else []
    told = desk.run("scan", "--plan", *CHECK, *flag)
    assert f"{GET_ACL}  (1 per blob container)" in told.out
    assert "--data-plane を指定した場合に" in desk.run("scan", "--plan", *CHECK, *flag, language="ja").out


def test_nothing_is_said_of_it_where_no_check_has_a_use_for_it(desk):
    assert "--data-plane" not in desk.run("scan", "--plan", "--check", "storage/https-only").out


def test_a_cloud_that_does_not_say_where_its_storage_answers_is_told_before_the_sign_in(desk):
    at = "https://arm.kakuu.example"
    desk.write("cloud.json", json.dumps({"resource_manager": at, "authority": at}))
    ended = desk.run("scan", "--cloud", "cloud.json", "--data-plane")
    assert ended.code == 2
    assert ended.err == (
        "error: --data-plane: it is not known where this cloud's storage answers\n"
        '  next: add storage_suffix = "…", what stands behind "ACCOUNT.blob.", to cloud.json\n'
    )
