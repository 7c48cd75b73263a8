"""Where a container's access policies are asked: at the endpoint of its account, if that is the cloud's storage."""

from __future__ import annotations

import pytest

from azlinkscan.collect.collect import collect_subscription, quiet
from azlinkscan.collect.data_plane import DataPlane
from azlinkscan.collect.plan import plan_for
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import PatientAsker
from azlinkscan.collect.source import DATA_PLANE, Scope
from azlinkscan.model.facts import Fact, Gap, Reason, Remedy
from tests.collect.azure import GROUP, GUID, NOW, SUB, AtOnce, ScriptedAzure, asker, ok, page, row
from tests.collect.test_collect import Records

ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/Points"
ACL = row("microsoft.storage/storageaccounts/blobservices/containers/accesspolicies")
PUBLIC = ("core.windows.net", "storage.azure.net")


def container(endpoints, name="members"):
    """The scope of a container whose account names these endpoints."""
    account = Scope.of(
        Fact.of(
            "microsoft.storage/storageaccounts",
            {"id": ACCOUNT, "properties": {"primaryEndpoints": endpoints}},
        )
    )
    blobs = Scope.of(
        Fact.of("microsoft.storage/storageaccounts/blobservices", {"id": f"{ACCOUNT}/blobServices/default"}),
        account,
    )
    found = {"id": f"{ACCOUNT}/blobServices/default/containers/{name}"}
    return Scope.of(Fact.of("microsoft.storage/storageaccounts/blobservices/containers", found), blobs)


def address(endpoint, suffixes=PUBLIC, name="members"):
    return DataPlane(asker(ScriptedAzure()), suffixes).address(ACL, container({"blob": endpoint}, name))


@pytest.mark.parametrize(
    ("endpoint", "suffixes"),
    [
        ("https://points.blob.core.windows.net/", PUBLIC),
        ("https://points.z15.blob.storage.azure.net/", PUBLIC),
        ("https://points.blob.core.usgovcloudapi.net/", ("core.usgovcloudapi.net",)),
        ("https://127.0.0.1:10000/points", ("127.0.0.1",)),
    ],
)
def test_the_accounts_own_endpoint_is_asked(endpoint, suffixes):
    assert address(endpoint, suffixes) == f"{endpoint.rstrip('/')}/members?restype=container&comp=acl"


def test_a_container_with_an_odd_name_is_found():
    assert address("https://points.blob.core.windows.net", name="$web") == (
        "https://points.blob.core.windows.net/$web?restype=container&comp=acl"
    )


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://points.blob.evil.example/",
        "https://core.windows.net.evil.example/",
        "https://evilcore.windows.net/",
        "https://points.blob.core.windows.net@evil.example/",
        "https://somebody@points.blob.core.windows.net/",
        "https://evil.example\\.core.windows.net/",
        "https://evil.example%2f.core.windows.net/",
        "https://[::1].core.windows.net/",
        "https://[broken",
        "https://points.blob.core.windows.net:port/",
        "http://points.blob.core.windows.net/",
        "https://points.blob.core.windows.net/?a=b",
        "https://points.blob.core.windows.net/#a",
        "points.blob.core.windows.net",
        "",
        7,
        ["https://points.blob.core.windows.net/"],
    ],
)
def test_no_other_host_is_asked(endpoint):
    gap = address(endpoint)
    assert isinstance(gap, Gap)
    assert (gap.reason, gap.remedy) == (Reason.UNRECOGNISED_VALUE, Remedy.NONE)
    assert gap.detail.startswith("properties.primaryEndpoints.blob = ")


@pytest.mark.parametrize(
    "endpoints", [None, {}, {"blob": None}, {"dfs": "https://a.dfs.core.windows.net/"}, "x"]
)
def test_an_account_that_names_no_endpoint_leaves_a_gap(endpoints):
    found = DataPlane(asker(ScriptedAzure()), PUBLIC).address(ACL, container(endpoints))
    assert found == Gap(container({}).id, ACL.kind, Reason.MISSING, detail="properties.primaryEndpoints.blob")


def test_a_container_whose_account_is_not_known_leaves_a_gap():
    found = {"id": f"{ACCOUNT}/blobServices/default/containers/members"}
    scope = Scope.of(Fact.of("microsoft.storage/storageaccounts/blobservices/containers", found))
    assert DataPlane(asker(ScriptedAzure()), PUBLIC).address(ACL, scope).reason is Reason.MISSING


class Endpoint:
    """Whoever stands at the accounts' endpoints, and where they were asked."""

    host = ""

    def __init__(self):
        self.asked = []

    def ask(self, path_and_query):
        self.asked.append(path_and_query)
        return ok({"name": "c", "properties": {"publicAccess": None, "signedIdentifiers": []}})


def a_subscription_with_two_accounts():
    azure = ScriptedAzure().says(SUB, ok({"id": SUB, "displayName": "架空市"}))
    accounts = [f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{name}" for name in "AB"]
    azure.says(
        f"{SUB}/providers/Microsoft.Storage/storageAccounts",
        page(
            *(
                {
                    "id": own,
                    "properties": {"primaryEndpoints": {"blob": f"https://{own[-1]}.blob.core.windows.net/"}},
                }
                for own in accounts
            )
        ),
    )
    for own in accounts:
        blobs = f"{own}/blobServices/default"
        azure.says(blobs, ok({"id": blobs, "properties": {}}))
        azure.says(f"{blobs}/containers", page({"id": f"{blobs}/containers/c", "name": "c"}))
    return azure


def walk(options, endpoint):
    kept = Records()
    plane = DataPlane(PatientAsker(endpoint, now=lambda: NOW), PUBLIC)
    reading = Reader(asker(a_subscription_with_two_accounts()), data_plane=plane)
    collect_subscription(GUID, plan_for([ACL.kind], options), reading, AtOnce(), quiet, kept)
    return kept


def test_each_container_is_asked_of_the_account_that_it_was_found_beneath():
    endpoint = Endpoint()
    kept = walk({DATA_PLANE}, endpoint)
    assert sorted(endpoint.asked) == [
        f"https://{name}.blob.core.windows.net/c?restype=container&comp=acl" for name in "AB"
    ]
    assert kept.gaps == []
    assert set(kept.listed(ACL.kind).values()) == {1}
    assert kept.ids(ACL.kind) == [
        f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{name}".lower()
        + "/blobservices/default/containers/c/accesspolicies/default"
        for name in "AB"
    ]


def test_without_the_option_each_container_has_a_gap_that_names_it_and_the_right():
    endpoint = Endpoint()
    kept = walk((), endpoint)
    assert not endpoint.asked
    assert not kept.listed(ACL.kind)
    assert {(gap.kind, gap.reason, gap.remedy, gap.detail, gap.action) for gap in kept.gaps} == {
        (ACL.kind, Reason.NOT_ASKED, Remedy.OPTION, DATA_PLANE, ACL.right)
    }
    assert len(kept.gaps) == 2


def test_a_reader_without_the_option_asks_nobody():
    azure = ScriptedAzure()
    (gap,) = Reader(asker(azure)).read(ACL, container({"blob": "https://a.blob.core.windows.net/"})).gaps
    assert (gap.reason, gap.remedy, gap.detail) == (Reason.NOT_ASKED, Remedy.OPTION, "--data-plane")
    assert gap.action == "Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action"
    assert not azure.asked
