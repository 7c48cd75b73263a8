"""A custom role in the forms in which roles are made."""

from __future__ import annotations

import json
import re
import subprocess

from azlinkscan.permissions.role import FILE, PLACEHOLDER, as_bicep, as_commands, as_json, role_of

RIGHTS = ("Microsoft.Web/sites/read", "Microsoft.Sql/servers/read", "microsoft.web/Sites/Read")
HERE = "/subscriptions/00000000-0000-0000-0000-000000000001"


def test_each_right_stands_once_and_in_order():
    assert role_of(RIGHTS).actions == ("Microsoft.Sql/servers/read", "Microsoft.Web/sites/read")


def test_a_role_without_a_subscription_says_where_to_write_it():
    assert role_of(RIGHTS).scopes == (f"/subscriptions/{PLACEHOLDER}",)


def test_the_definition_has_what_azure_asks_for_and_nothing_that_writes():
    role = json.loads(as_json(role_of(RIGHTS, [HERE])))
    assert role["Actions"] == ["Microsoft.Sql/servers/read", "Microsoft.Web/sites/read"]
    assert role["AssignableScopes"] == [HERE]
    assert role["DataActions"] == role["NotActions"] == role["NotDataActions"] == []
    assert role["IsCustom"] is True


def test_the_commands_make_the_definition_and_give_it(tmp_path):
    role = role_of(RIGHTS, [HERE])
    called = tmp_path / "called"
    az = tmp_path / "az"
    az.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {called}\n', "utf-8")
    az.chmod(0o755)
    subprocess.run(
        ["sh", "-eu"],
        input=as_commands(role),
        text=True,
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=True,
    )
    assert json.loads((tmp_path / FILE).read_text("utf-8")) == json.loads(as_json(role))
    made, given = called.read_text("utf-8").splitlines()
    assert made == f"role definition create --role-definition @{FILE}"
    assert given == f"role assignment create --assignee OBJECT-ID --role azlinkscan reader --scope {HERE}"


def test_the_bicep_names_each_action_and_balances_its_braces():
    bicep = as_bicep(role_of(RIGHTS))
    (listed,) = re.findall(r"^var actions = \[\n(.*?)^\]", bicep, re.MULTILINE | re.DOTALL)
    assert re.findall(r"'([^']+)'", listed) == list(role_of(RIGHTS).actions)
    assert bicep.count("{") == bicep.count("}")
    assert "targetScope = 'subscription'" in bicep
