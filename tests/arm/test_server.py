"""The server answers like Azure Resource Manager, and breaks like it when told to."""

from __future__ import annotations

import itertools

import pytest
import urllib3
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError

from tests.arm import faults
from tests.arm.client import Client
from tests.arm.faults import Fault
from tests.arm.reply import error
from tests.arm.throttle import Limit
from tests.arm.world import World

SUB = "/subscriptions/00000000-0000-0000-0000-000000000001"
OTHER = "/subscriptions/00000000-0000-0000-0000-000000000009"
GROUP = f"{SUB}/resourceGroups/rg-one"
ACCOUNTS = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/rsv"
SITE = f"{GROUP}/providers/Microsoft.Web/sites/portal"


def body(resource_id, **more):
    return {"id": resource_id, "name": resource_id.rpartition("/")[2], **more}


def job(name, start, **properties):
    return body(f"{VAULT}/backupJobs/{name}", properties={"startTime": start, "endTime": start, **properties})


WORLD = World.of(
    {"id": SUB, "subscriptionId": SUB.rpartition("/")[2], "displayName": "本番", "state": "Enabled"},
    body(GROUP, location="japaneast"),
    *(body(f"{ACCOUNTS}/account{n}", location="japaneast", properties={}) for n in range(5)),
    body(f"{ACCOUNTS}/account0/blobServices/default", properties={"cors": {"corsRules": []}}),
    body(
        f"{ACCOUNTS}/account0/blobServices/default/containers/documents", properties={"publicAccess": "None"}
    ),
    body(
        f"{ACCOUNTS}/account0/fileServices/default/shares/s",
        properties={"shareQuota": 5, "signedIdentifiers": []},
    ),
    body(SITE, location="Japan East", identity={"type": "SystemAssigned"}, properties={}),
    body(f"{SITE}/config/web", properties={"minTlsVersion": "1.2"}),
    body(f"{SITE}/providers/microsoft.insights/diagnosticSettings/to-log", properties={"logs": []}),
    body(f"{SUB}/providers/microsoft.insights/diagnosticSettings/activity", properties={"logs": []}),
    body(f"{GROUP}/providers/Microsoft.Authorization/locks/keep", properties={"level": "CanNotDelete"}),
    body(f"{SITE}/providers/Microsoft.Authorization/locks/keep-site", properties={"level": "CanNotDelete"}),
    body("/providers/Microsoft.Authorization/roleAssignments/at-root", properties={}),
    body(f"{SUB}/providers/Microsoft.Authorization/roleAssignments/at-sub", properties={}),
    body(f"{SITE}/providers/Microsoft.Authorization/roleAssignments/at-site", properties={}),
    body(VAULT, location="japaneast", properties={}),
    body(
        f"{VAULT}/backupFabrics/Azure/protectionContainers/StorageContainer;a/protectedItems/AzureFileShare;b",
        properties={"backupManagementType": "AzureStorage"},
    ),
    job("old", "2026-01-01T00:00:00Z", status="Completed"),
    job("new", "2026-03-31T16:30:00Z", status="Failed"),
)


@pytest.fixture
def client(arm_server):
    with Client(arm_server(WORLD)) as one:
        yield one


@pytest.fixture
def client_of(arm_server):
    """A client of a server with options."""
    running = []

    def start(world=WORLD, **options):
        running.append(Client(arm_server(world, **options)).__enter__())
        return running[-1]

    yield start
    for one in running:
        one.__exit__()


# -- what is there ----------------------------------------------------------------------------------


def test_a_resource_is_found_in_any_letter_case(client):
    found = client.get(f"{ACCOUNTS}/account3".upper().replace("/PROVIDERS/", "/providers/"))
    assert found.status == 200
    assert found.json() == WORLD.bodies[f"{ACCOUNTS}/account3".lower()]


def test_a_list_holds_what_hangs_under_its_path(client):
    accounts = [f"account{n}" for n in range(5)]
    assert client.names(f"{SUB}/providers/Microsoft.Storage/storageAccounts") == accounts
    assert client.names(ACCOUNTS) == accounts
    assert client.names(f"{ACCOUNTS}/account0/blobServices/default/containers") == ["documents"]
    assert client.names(f"{SUB}/resourcegroups") == ["rg-one"]
    assert client.names(f"{SUB}/providers/Microsoft.Sql/servers") == []


def test_the_subscriptions_are_listed(client):
    assert [one["displayName"] for one in client.get("/subscriptions").json()["value"]] == ["本番"]


def test_resources_of_every_type_are_listed_in_short(client):
    listed = client.get(f"{SUB}/resources").json()["value"]
    assert {item["name"] for item in listed} == {*(f"account{n}" for n in range(5)), "portal", "rsv"}
    assert not any("properties" in item for item in listed)


def test_a_listed_item_says_less_than_the_resource(client):
    shares = f"{ACCOUNTS}/account0/fileServices/default/shares"
    assert client.get(shares).json()["value"][0]["properties"] == {"shareQuota": 5}
    assert client.get(f"{shares}/s").json()["properties"] == {"shareQuota": 5, "signedIdentifiers": []}
    assert "identity" not in client.get(f"{SUB}/providers/Microsoft.Web/sites").json()["value"][0]


def test_extensions_are_listed_where_azure_lists_them(client):
    insights, rights = "providers/microsoft.insights", "providers/Microsoft.Authorization"
    assert client.names(f"{SUB}/{insights}/diagnosticSettings") == ["activity"]
    assert client.names(f"{SITE}/{insights}/diagnosticSettings") == ["to-log"]
    assert client.names(f"{SUB}/{rights}/locks") == ["keep", "keep-site"]
    assert client.names(f"{SUB}/{rights}/roleAssignments") == ["at-root", "at-sub", "at-site"]
    assert client.names(f"{SUB}/{rights}/roleAssignments", "&$filter=atScope()") == ["at-root", "at-sub"]


def test_protected_items_and_jobs_are_listed_at_the_vault(client):
    items, jobs = f"{VAULT}/backupProtectedItems", f"{VAULT}/backupJobs"
    assert client.names(items) == ["AzureFileShare;b"]
    assert client.names(items, "&$filter=backupManagementType%20eq%20'AzureIaasVM'") == []
    since = (
        "startTime%20eq%20'2026-03-01%2000:00:00%20AM'%20and%20endTime%20eq%20'2026-04-01%2000:00:00%20AM'"
    )
    assert client.names(jobs) == ["old", "new"]
    assert client.names(jobs, f"&$filter={since}") == ["new"]


def test_a_filter_that_azure_would_not_take_is_refused(client):
    answer = client.get(f"{VAULT}/backupJobs", "&$filter=newest")
    assert (answer.status, answer.json()["error"]["code"]) == (400, "BadRequest")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_pages_join_to_the_whole_list(client_of, size):
    client = client_of(page_size=size)
    pages = list(client.pages(f"{SUB}/providers/Microsoft.Storage/storageAccounts"))
    assert [item["name"] for page in pages for item in page] == [f"account{n}" for n in range(5)]
    assert all(len(page) <= size for page in pages)


# -- what is not ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (OTHER, "SubscriptionNotFound"),
        (f"{OTHER}/resourcegroups", "SubscriptionNotFound"),
        (f"{SUB}/resourceGroups/none", "ResourceGroupNotFound"),
        (f"{SUB}/resourceGroups/none/providers/Microsoft.Web/sites/x", "ResourceGroupNotFound"),
        (f"{ACCOUNTS}/none", "ResourceNotFound"),
        (f"{ACCOUNTS}/none/blobServices/default", "ParentResourceNotFound"),
        (f"{ACCOUNTS}/none/encryptionScopes", "ParentResourceNotFound"),
        (f"{SUB}/providers/Microsoft.Storage/fridges", "InvalidResourceType"),
        (f"{SUB}/providers/Microsoft.Fridge/fridges", "InvalidResourceNamespace"),
    ],
)
def test_what_is_missing_is_said_in_azures_words(client, path, code):
    assert client.error(path) == (404, code)


def test_an_api_version_is_demanded_and_must_exist(client):
    path = f"{SUB}/providers/Microsoft.Storage/storageAccounts"
    answers = [
        client.send("GET", path + query) for query in ("", "?api-version=new", "?api-version=2030-01-01")
    ]
    codes = ["MissingApiVersionParameter", "InvalidApiVersionParameter", "InvalidResourceType"]
    assert [answer.json()["error"]["code"] for answer in answers] == codes
    assert [answer.status for answer in answers] == [400, 400, 404]


def test_what_a_resource_cannot_have_is_said_for_all_beneath_it(client_of):
    refusal = error(400, "FeatureNotSupportedForAccount", "Blob is not supported for the account.")
    client = client_of(World(WORLD.bodies, {f"{ACCOUNTS}/account1/blobServices".lower(): refusal}))
    for path in ("blobServices", "blobServices/default", "blobServices/default/containers"):
        assert client.error(f"{ACCOUNTS}/account1/{path}") == (400, "FeatureNotSupportedForAccount")


def test_a_world_without_a_resource_lacks_its_children_too(client_of):
    client = client_of(WORLD.without(f"{ACCOUNTS}/account0"))
    assert client.error(f"{ACCOUNTS}/account0/blobServices/default") == (404, "ParentResourceNotFound")
    assert "account0" not in client.names(ACCOUNTS)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_is_refused_and_remembered(client, method):
    answer = client.send(method, f"{ACCOUNTS}/account0?api-version=2023-05-01", body=b"{}")
    assert answer.status == 405
    assert [(write.method, write.path) for write in client.arm.writes] == [(method, f"{ACCOUNTS}/account0")]
    assert client.get(f"{ACCOUNTS}/account0").status == 200


# -- who asks ---------------------------------------------------------------------------------------


def test_without_a_token_nobody_is_answered(client_of):
    client = client_of()
    client.token = ""
    answer = client.get(SUB)
    assert (answer.status, answer.json()["error"]["code"]) == (401, "AuthenticationFailed")
    assert answer.headers["WWW-Authenticate"].startswith(f'Bearer authorization_uri="{client.arm.url}/')


def test_a_token_ends(client):
    assert client.get(SUB).status == 200
    client.arm.sign_in.expire()
    assert client.error(SUB) == (401, "ExpiredAuthenticationToken")
    client.token = client.arm.sign_in.issue()
    assert client.get(SUB).status == 200


def test_a_stranger_to_the_authority_does_not_get_in(client):
    with urllib3.PoolManager(retries=False) as stranger, pytest.raises(SSLError):
        stranger.request("GET", client.arm.url + SUB)


def test_azure_identity_signs_in(client):
    from azure.core.exceptions import ClientAuthenticationError
    from azure.identity import ClientSecretCredential

    given = client.arm.environment

    def credential(secret):
        return ClientSecretCredential(
            given["AZURE_TENANT_ID"],
            given["AZURE_CLIENT_ID"],
            secret,
            authority=client.arm.url,
            disable_instance_discovery=True,
            connection_verify=str(client.arm.ca_file),
        )

    with credential(given["AZURE_CLIENT_SECRET"]) as good:
        client.token = good.get_token(f"{client.arm.url}/.default").token
    assert client.get(SUB).status == 200
    with credential("wrong") as bad, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        bad.get_token(f"{client.arm.url}/.default")


def test_rights_that_are_missing_are_refused_in_azures_words(client_of):
    client = client_of(allowed_actions={"Microsoft.Resources/*/read", "Microsoft.Web/sites/read"})
    assert client.get(f"{SUB}/providers/Microsoft.Web/sites").status == 200
    refused = client.get(f"{SITE}/config/web")
    assert (refused.status, refused.json()["error"]["code"]) == (403, "AuthorizationFailed")
    message = refused.json()["error"]["message"]
    assert (
        f"does not have authorization to perform action 'Microsoft.Web/sites/config/read' over scope '{SITE}/config/web'"
        in message
    )
    rights = client.get(f"{SUB}/providers/Microsoft.Authorization/permissions").json()["value"]
    assert rights[0]["actions"] == ["Microsoft.Resources/*/read", "Microsoft.Web/sites/read"]


# -- how fast ---------------------------------------------------------------------------------------


def test_every_answer_is_numbered_and_says_how_many_reads_remain(client):
    first, second = client.get(SUB).headers, client.get(SUB).headers
    assert first["x-ms-correlation-request-id"] != second["x-ms-correlation-request-id"]
    assert int(first["x-ms-ratelimit-remaining-subscription-reads"]) > 0


@pytest.mark.parametrize(("hint", "expected"), [(True, True), (False, False)])
def test_too_many_requests_are_throttled_for_one_subscription(client_of, hint, expected):
    client = client_of(limit=Limit(size=2, per_second=0.001, retry_after=hint))
    assert [client.get(SUB).status for _ in range(3)] == [200, 200, 429]
    throttled = client.get(SUB)
    assert throttled.json()["error"]["code"] == "SubscriptionRequestsThrottled"
    assert ("Retry-After" in throttled.headers) is expected
    assert client.get("/subscriptions").status == 200


def test_the_log_says_what_was_asked(client):
    client.get(f"{SITE}/config/web")
    last = client.arm.requests[-1]
    assert (last.method, last.path, last.status) == ("GET", f"{SITE}/config/web", 200)
    assert (last.kind, last.action) == ("microsoft.web/sites/config/web", "Microsoft.Web/sites/config/read")


# -- what goes wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "matches",
    ["*/storageaccounts", "microsoft.storage/storageaccounts", "Microsoft.Storage/storageAccounts/read"],
)
def test_a_fault_takes_requests_by_path_type_or_right(client_of, matches):
    client = client_of(faults=[Fault(matches, faults.refused)])
    assert client.error(ACCOUNTS) == (403, "AuthorizationFailed")
    assert client.get(f"{SITE}/config/web").status == 200


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("refused", 403, "AuthorizationFailed"),
        ("missing", 404, "ResourceNotFound"),
        ("unregistered", 409, "MissingSubscriptionRegistration"),
        ("locked", 409, "ScopeLocked"),
        ("throttled", 429, "SubscriptionRequestsThrottled"),
        ("broken", 500, "InternalServerError"),
        ("expired", 401, "ExpiredAuthenticationToken"),
    ],
)
def test_faults_that_azure_words(client, answer, status, code):
    client.arm.fault(ACCOUNTS, faults.BY_NAME[answer])
    assert client.error(ACCOUNTS) == (status, code)


@pytest.mark.parametrize(
    ("answer", "status", "type", "start"),
    [
        ("unavailable", 503, "application/json", b'{"Code"'),
        ("html", 200, "text/html", b"<!DOCTYPE"),
        ("bad-gateway", 502, "text/html", b"<html>"),
        ("empty", 200, "application/json", b""),
        ("truncated", 200, "application/json", b'{"value":['),
    ],
)
def test_faults_that_are_no_json_to_rely_on(client, answer, status, type, start):
    whole = client.get(ACCOUNTS).data
    client.arm.fault(ACCOUNTS, faults.BY_NAME[answer])
    got = client.get(ACCOUNTS)
    assert (got.status, got.headers["Content-Type"].partition(";")[0]) == (status, type)
    assert got.data.startswith(start)
    assert got.data != whole


def test_a_fault_ends_after_its_times_and_begins_after_others(client):
    client.arm.fault(SUB, faults.expired, times=1)
    client.arm.fault(SUB, faults.broken, times=2, after=1)
    assert [client.get(SUB).status for _ in range(6)] == [401, 200, 500, 500, 200, 200]


def test_a_connection_is_reset(client):
    client.arm.fault(SUB, faults.reset, times=1)
    with pytest.raises((ProtocolError, ConnectionResetError, SSLError)):
        client.get(SUB)
    assert client.get(SUB).status == 200


def test_a_body_is_cut_off(client):
    client.arm.fault(ACCOUNTS, faults.cut_off, times=1)
    with pytest.raises(ProtocolError, match="more expected"):
        client.get(ACCOUNTS)
    assert client.get(ACCOUNTS).status == 200


def test_a_slow_answer_outlasts_the_client_but_not_the_server(client_of):
    client = client_of(faults=[Fault(SUB, faults.slow(600))])
    with pytest.raises(ReadTimeoutError):
        client.send("GET", f"{SUB}?api-version=2021-01-01", timeout=0.05)


def test_a_list_goes_round_in_circles(client_of):
    client = client_of(page_size=2)
    client.arm.fault(ACCOUNTS, faults.looped)
    first, *others = itertools.islice(client.pages(ACCOUNTS), 4)
    assert len(first) == 2
    assert others == [first] * 3


def test_a_list_breaks_off(client):
    client.arm.fault(ACCOUNTS, faults.broken_off)
    page = client.get(ACCOUNTS).json()
    assert [item["name"] for item in page["value"]] == ["account0", "account1"]
    assert client.send("GET", page["nextLink"]).status == 500


def test_every_named_fault_changes_the_answer(client):
    slow = {"slow", "reset", "cut-off"}
    for name in set(faults.BY_NAME) - slow:
        whole = client.get(ACCOUNTS)
        client.arm.fault(ACCOUNTS, faults.BY_NAME[name])
        changed = client.get(ACCOUNTS)
        assert (changed.status, changed.data) != (whole.status, whole.data), name
        client.arm.faults.clear()
