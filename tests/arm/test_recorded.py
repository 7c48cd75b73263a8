"""Azure's recorded answers make a world that can be served."""

from __future__ import annotations

from azlinkscan.model import arm
from tests.arm.client import Client


def test_recordings_keep_their_ids_as_sent(recordings):
    ids = [body["id"] for own, body in recordings.bodies.items() if arm.type_of(own) != arm.SUBSCRIPTION]
    assert any("/resourcegroups/" in one for one in ids)
    assert any("/resourceGroups/" in one for one in ids)
    assert any(one != "/" + one.strip("/") for one in ids), "some ids lack the leading slash"


def test_recordings_are_of_every_service(recordings):
    kinds = {arm.type_of(own) for own in recordings.bodies}
    assert {
        "microsoft.storage/storageaccounts",
        "microsoft.web/sites",
        "microsoft.sql/servers/databases",
        "microsoft.recoveryservices/vaults",
        "microsoft.insights/metricalerts",
        "microsoft.network/networksecuritygroups",
    } <= kinds


def test_every_recorded_subscription_lists_its_accounts(arm_server, recordings):
    with Client(arm_server(recordings, page_size=50)) as client:
        found = [
            arm.canonical(item["id"])
            for one in recordings.subscriptions()
            for page in client.pages(
                one.replace("<", "%3C").replace(">", "%3E") + "/providers/Microsoft.Storage/storageAccounts"
            )
            for item in page
        ]
    assert sorted(found) == sorted(
        own for own in recordings.bodies if arm.type_of(own) == "microsoft.storage/storageaccounts"
    )
