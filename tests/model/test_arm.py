"""ARM ids in every spelling that Azure sends."""

from __future__ import annotations

import pytest

from azlinkscan.model import arm

RG = "/subscriptions/s/resourcegroups/rg"
SERVER = f"{RG}/providers/microsoft.sql/servers/a"


@pytest.mark.parametrize(
    "sent",
    [
        "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Sql/servers/A",
        "subscriptions/s/resourcegroups/rg/providers/microsoft.sql/servers/a",
        "/subscriptions/s//resourcegroups/rg/providers/microsoft.sql/servers/a/",
    ],
)
def test_one_resource_has_one_canonical_id(sent):
    assert arm.canonical(sent) == SERVER


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ("/subscriptions/s", "microsoft.resources/subscriptions"),
        (RG, "microsoft.resources/resourcegroups"),
        (SERVER, "microsoft.sql/servers"),
        (f"{SERVER}/databases/d", "microsoft.sql/servers/databases"),
        (
            f"{SERVER}/providers/microsoft.insights/diagnosticsettings/x",
            "microsoft.insights/diagnosticsettings",
        ),
        ("/subscriptions/s/providers/microsoft.authorization/locks/l", "microsoft.authorization/locks"),
    ],
)
def test_the_type_follows_from_the_id(own, kind):
    assert arm.type_of(own) == kind


def test_scopes_climb_from_the_resource_to_the_subscription():
    setting = f"{SERVER}/databases/d/providers/microsoft.insights/diagnosticsettings/x"
    assert list(arm.scopes(setting)) == [setting, f"{SERVER}/databases/d", SERVER, RG, "/subscriptions/s"]
    assert arm.parent("/subscriptions/s/providers/microsoft.authorization/locks/l") == "/subscriptions/s"


def test_ids_are_found_wherever_they_stand_as_a_whole_string():
    text = '{"a":"/subscriptions/S/resourceGroups/rg","b":["subscriptions/s"],"c":"see /subscriptions/x/y"}'
    assert arm.ids_in(text) == {RG, "/subscriptions/s"}


def test_what_lies_in_no_group_or_subscription_says_so():
    assert arm.resource_group_of("/subscriptions/s/providers/a/b/c") == ""
    assert arm.subscription_of("/providers/microsoft.management/managementgroups/m") == ""
    assert arm.subscription_of(SERVER) == "/subscriptions/s"
