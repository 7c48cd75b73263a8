"""Which subscriptions there are; where that cannot be told, the error names the next command."""

from __future__ import annotations

import pytest

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.subscriptions import (
    subscription_by_id,
    subscriptions_in_group,
    visible_subscriptions,
)
from azlinkscan.errors import CannotRunError, UsageError
from tests.collect.azure import GUID, HOST, SUB, ScriptedAzure, error, ok, page, reader, refused


def subscription(number, name, **more):
    guid = f"00000000-0000-0000-0000-00000000000{number}"
    return {
        "id": f"/subscriptions/{guid}",
        "subscriptionId": guid,
        "displayName": name,
        "state": "Enabled",
        "tenantId": "t",
        **more,
    }


def all_of(*answers):
    return visible_subscriptions(reader(ScriptedAzure().says("/subscriptions", *answers)))


def one(answer, text=GUID):
    return subscription_by_id(reader(ScriptedAzure().says(SUB, answer)), text)


def test_every_page_of_subscriptions_is_listed_by_name():
    second = f"{HOST}/subscriptions?api-version=2021-01-01&$skiptoken=2"
    found = all_of(page(subscription(2, "b"), link=second), page(subscription(1, "a")))
    assert [(one.name, one.guid, one.state, one.tenant) for one in found] == [
        ("a", "00000000-0000-0000-0000-000000000001", "Enabled", "t"),
        ("b", "00000000-0000-0000-0000-000000000002", "Enabled", "t"),
    ]


def test_a_subscription_without_a_name_goes_by_its_id():
    (found,) = all_of(page({"id": SUB}))
    assert (found.name, found.state, found.tenant) == (GUID, "", "")


def test_no_subscription_is_an_error_with_a_way_out():
    with pytest.raises(CannotRunError, match=r"sees no subscription.*az login --tenant"):
        all_of(page())


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ((page(subscription(1, "a"), link=f"{HOST}/subscriptions?page=2"), error(500)), "--subscription ID"),
        ((page(subscription(1, "a"), link="https://evil.example/"),), "--subscription ID"),
        ((error(503),), "503.*--subscription ID"),
        ((refused("Microsoft.Resources/subscriptions/read"),), "Microsoft.Resources/subscriptions/read"),
        ((error(401, "InvalidAuthenticationToken"),), "az login"),
        ((Broken(Cause.SIGN_IN, "x"),), "az login"),
        ((Broken(Cause.CONNECTION, "x"),), "HTTPS_PROXY"),
        ((Broken(Cause.CERTIFICATE, "x"),), "ca_file"),
        ((Answer(200, {}, b"<html>proxy</html>"),), "not JSON"),
    ],
)
def test_half_a_list_does_not_pass_for_all(answers, says):
    with pytest.raises(CannotRunError, match=f"(?s)could not be read to its end.*{says}") as caught:
        all_of(*answers)
    assert caught.value.hint.ja
    assert caught.value.title.ja != caught.value.title.en


@pytest.mark.parametrize("text", [GUID, SUB, f"  {GUID.upper()} ", f"{SUB}/"])
def test_one_subscription_is_found_by_guid_or_id(text):
    found = one(ok(subscription(1, "架空市")), text)
    assert (found.id, found.name) == (SUB, "架空市")


@pytest.mark.parametrize("text", ["", "points", "00000000-0000-0000-0000", "../../x", f"{GUID}x"])
def test_what_is_no_id_is_a_usage_error_before_anything_is_asked(text):
    azure = ScriptedAzure()
    with pytest.raises(UsageError, match="az account list"):
        subscription_by_id(reader(azure), text)
    assert azure.asked == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (error(404, "SubscriptionNotFound"), "does not exist or is not visible.*az account list"),
        (error(400, "InvalidSubscriptionId"), "does not exist or is not visible"),
        (error(401, "InvalidAuthenticationToken"), "az login"),
        (Broken(Cause.CONNECTION, "x"), "HTTPS_PROXY"),
    ],
)
def test_a_subscription_that_nobody_can_begin_with_says_what_to_do(answer, says):
    with pytest.raises(CannotRunError, match=says) as caught:
        one(answer)
    assert GUID in caught.value.title.en


@pytest.mark.parametrize(
    "answer",
    [
        refused("Microsoft.Resources/subscriptions/read"),
        error(429, "SubscriptionRequestsThrottled"),
        error(500, "InternalServerError"),
        ok({}),
    ],
)
def test_a_subscription_that_refuses_is_scanned_under_its_id(answer):
    found = one(answer, f" {GUID.upper()} ")
    assert (found.id, found.name, found.state) == (SUB, GUID, "")


# -- management groups -----------------------------------------------------------------------------

GROUPS = "/providers/Microsoft.Management/managementGroups"


def beneath(number, name):
    guid = f"00000000-0000-0000-0000-00000000000{number}"
    return {
        "id": f"/subscriptions/{guid}",
        "type": "Microsoft.Management/managementGroups/subscriptions",
        "name": guid,
        "properties": {"displayName": name, "parent": {"id": f"{GROUPS}/kakuu"}},
    }


def in_group(*answers, text="kakuu"):
    azure = ScriptedAzure().says(f"{GROUPS}/kakuu/descendants", *answers)
    return subscriptions_in_group(reader(azure), text), azure.asked


@pytest.mark.parametrize("text", ["kakuu", " kakuu ", f"{GROUPS}/kakuu", f"{GROUPS}/kakuu/"])
def test_a_group_has_the_subscriptions_of_every_page_and_no_groups(text):
    child = {
        "id": f"{GROUPS}/kakuu-test",
        "type": "Microsoft.Management/managementGroups",
        "name": "kakuu-test",
    }
    second = f"{HOST}{GROUPS}/kakuu/descendants?api-version=2020-05-01&$skiptoken=2"
    found, asked = in_group(
        page(child, beneath(2, "検証"), link=second), page(beneath(1, "架空市")), text=text
    )
    assert [(one.name, one.guid[-1], one.state) for one in found] == [("架空市", "1", ""), ("検証", "2", "")]
    assert asked[0] == f"{GROUPS}/kakuu/descendants?api-version=2020-05-01"


def test_a_descendant_without_a_name_goes_by_its_id():
    found, _ = in_group(page({"id": SUB, "name": GUID, "properties": None}))
    assert [one.name for one in found] == [GUID]


@pytest.mark.parametrize("text", ["", "a/../b?x", "kakuu city", "x" * 91, "架空"])
def test_what_is_no_group_is_a_usage_error_before_anything_is_asked(text):
    azure = ScriptedAzure()
    with pytest.raises(UsageError, match="az account management-group list"):
        subscriptions_in_group(reader(azure), text)
    assert azure.asked == []


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ((error(404, "NotFound"),), "does not exist or is not visible.*management-group list"),
        (
            (refused("Microsoft.Management/managementGroups/descendants/read"),),
            "Microsoft.Management/managementGroups/descendants/read",
        ),
        (
            (page(link=f"{HOST}{GROUPS}/kakuu/descendants?page=2"), error(500)),
            "to their end.*--subscription ID",
        ),
        ((Broken(Cause.CONNECTION, "x"),), "HTTPS_PROXY"),
    ],
)
def test_half_a_group_does_not_pass_for_the_group(answers, says):
    with pytest.raises(CannotRunError, match=f"(?s){says}") as caught:
        in_group(*answers)
    assert caught.value.title.ja != caught.value.title.en
