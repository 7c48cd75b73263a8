"""Secrets planted where Azure really sends them, and where nobody would look for one."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azlinkscan.collect.redaction import REDACTED, redact, redacted_text
from azlinkscan.collect.sources import SOURCES

STORAGE_KEY = "Zm9vYmFy" * 10 + "Zm9vYm" + "=="
BUS_KEY = "QmFyRm9v" * 5 + "QmF" + "="
ENTRA_SECRET = "abc8Q~" + "x1Y2_z3-" * 4
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl"
SIGNATURE = "pL4nted%2BSignature%3D"

# What is planted, and the part of it that must never be kept.
PLANTED = {
    "a SAS URL": (f"https://points.blob.core.windows.net/b?sv=2022-11-02&sp=rw&sig={SIGNATURE}&se=2030", SIGNATURE),
    "a SAS token": (f"?sv=2022-11-02&sig={SIGNATURE}", SIGNATURE),
    "a SAS token that starts with its signature": (f"sig={SIGNATURE}&sv=2022-11-02", SIGNATURE),
    "a SAS URL in a URL": (f"https://a.example/?next=https%3A%2F%2Fb.example%3Fsig%3D{SIGNATURE}", SIGNATURE),
    "a SAS URL in XML": (f'<Blob Url="https://b.example/?sv=1&amp;sig={SIGNATURE}"/>', SIGNATURE),
    "a storage key": (STORAGE_KEY, STORAGE_KEY),
    "a storage key in a sentence": (f"the key is {STORAGE_KEY}, keep it", STORAGE_KEY),
    "a bus key": (BUS_KEY, BUS_KEY),
    "a storage connection string": (
        f"DefaultEndpointsProtocol=https;AccountName=points;AccountKey={STORAGE_KEY};EndpointSuffix=core.windows.net",
        STORAGE_KEY,
    ),
    "a bus connection string": (
        "Endpoint=sb://bus.example/;SharedAccessKeyName=Root;SharedAccessKey=c2hvcnQ=", "c2hvcnQ",
    ),
    "a database connection string": ("Server=tcp:sql.example;User ID=app;Password=hunter two!;Encrypt=True", "hunter"),
    "a quoted password": ('Server=sql.example;Pwd="semi;colon";', "semi;colon"),
    "an odd connection string": ("server=x;password = spaced-out", "spaced-out"),
    "an Insights connection string": (
        "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=https://in.example/", "11111111-2222",
    ),
    "a function key": ("https://f.example/api/run?code=fUnCt10nKey==", "fUnCt10nKey"),
    "a runbook's web hook": ("https://h.example/webhooks?token=r9nB00k%3d", "r9nB00k"),
    "an API key in a query": ("https://h.example/?subscription-key=0123456789abcdef", "0123456789abcdef"),
    "a bearer token": ("Authorization: Bearer abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwx"),
    "basic credentials": ("Basic dXNlcjpwYXNzd29yZDEyMw==", "dXNlcjpwYXNzd29yZDEyMw"),
    "a JWT": (f"seen {JWT} in a log", JWT.split(".")[1]),
    "a client secret": (ENTRA_SECRET, ENTRA_SECRET),
    "a private key": ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"),
    "half a private key": ("-----BEGIN PRIVATE KEY-----\nMIIEvQ", "MIIEvQ"),
    "a URL with a password": ("https://deploy:let-me-in@git.example/points.git", "let-me-in"),
    "a compose file": ("COMPOSE|dmVyc2lvbjogIjMi", "dmVyc2lvbjogIjMi"),
}  # fmt: skip
planted = pytest.mark.parametrize(("text", "secret"), PLANTED.values(), ids=PLANTED.keys())

BODY = {
    "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Web/sites/points",
    "name": "points",
    "tags": {"owner": "架空市"},
    "properties": {
        "text": "plain",
        "deep": {"list": ["one", {"name": "two", "value": "three"}, ["four"]]},
        "count": 3,
        "off": False,
        "nothing": None,
    },
}


def leaves(value, path=()):
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*path, key))
        else:
            yield (*path, key)


def planted_at(path, text):
    body = copy.deepcopy(BODY)
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = text
    return body


@planted
def test_a_secret_is_found_wherever_it_is_planted(text, secret):
    for path in leaves(BODY):
        kept, taken = redact(planted_at(path, text), ())
        assert secret not in kept, path
        assert json.dumps(secret)[1:-1] not in kept, path
        assert any(place.startswith(str(path[0])) for place in taken), (
            "the read says where something was taken out"
        )


@planted
def test_a_secret_in_the_place_of_a_name_is_found(text, secret):
    kept, taken = redact({"tags": {text: "x", "team": {text: ["y"]}}}, ())
    assert secret not in kept
    assert secret not in "".join(taken)


@planted
def test_redacting_twice_changes_nothing(text, secret):
    once = redacted_text(text)
    assert redacted_text(once) == once


@pytest.mark.parametrize(
    "name",
    ["password", "administratorLoginPassword", "adminPassword", "db-password", "clientSecret", "accessKey", "primaryKey",
     "PrimaryConnectionString", "connection_string", "InstrumentationKey", "apiKey", "api-key", "sasToken", "passwd"],
)  # fmt: skip
def test_what_only_ever_holds_a_secret_is_taken_by_its_name(name):
    assert redact({"properties": {name: "x"}}, ())[0] == f'{{"properties":{{"{name}":"REDACTED"}}}}'


def test_a_variable_is_taken_by_the_name_beside_it():
    kept, _ = redact(
        {"env": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "COLOUR", "value": "blue"}]}, ()
    )
    assert "hunter2" not in kept
    assert "blue" in kept


# What looks like a secret and is needed by a check, or by a person who reads the report.
INNOCENT = {
    "allowSharedKeyAccess": True,
    "keySource": "Microsoft.Keyvault",
    "keyCreationTime": {"key1": "2024-01-01T00:00:00Z", "key2": None},
    "keyPolicy": {"keyExpirationPeriodInDays": 90},
    "authConfig": {"passwordAuth": "Enabled", "activeDirectoryAuth": "Disabled"},
    "clientSecretSettingName": "GITHUB_SECRET_SETTING",
    "isStorageSecondaryKeyInUse": False,
    "sasPolicy": {"sasExpirationPeriod": "1.00:00:00", "expirationAction": "Log"},
    "eventHubAuthorizationRuleId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/n/"
    "authorizationRules/RootManageSharedAccessKey",
    "keyVaultUri": "https://vault.example/keys/points/0123456789abcdef0123456789abcdef",
    "signedIdentifiers": [
        {"id": "MTIz", "accessPolicy": {"expiryTime": "2030-01-01T00:00:00Z", "permission": "r"}}
    ],
    "ipSecurityRestrictions": [
        {"ipAddress": "203.0.113.0/24", "name": "key office", "value": "203.0.113.0/24"}
    ],
    "sku": {"name": "Basic", "tier": "Basic"},
    "path": "/basicPublishingCredentialsPolicies/ftp",
    "etag": "W/\"datetime'2024-01-01T00%3A00%3A00Z'\"",
    "email": "someone@example.com",
    "linuxFxVersion": "DOCKER|registry.example/points:1.2",
    "password": "",
    "secret": None,
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_is_no_secret_stays_as_azure_sent_it(name):
    body = {"properties": {name: INNOCENT[name]}}
    kept, taken = redact(copy.deepcopy(body), ())
    assert json.loads(kept) == body
    assert taken == ()


def row(kind):
    return next(row for row in SOURCES if row.kind == kind)


def test_a_receivers_address_is_kept_without_what_calls_it():
    group = {
        "properties": {
            "enabled": True,
            "webhookReceivers": [
                {"name": "chat", "serviceUri": "https://hooks.example/services/T0/B0/pathIsTheSecret"}
            ],
            "automationRunbookReceivers": [
                {"name": "run", "serviceUri": "https://run.example/webhooks?token=abc"}
            ],
            "logicAppReceivers": [
                {"name": "flow", "callbackUrl": "https://logic.example:443/workflows/1?sig=abc"}
            ],
            "azureFunctionReceivers": [{"name": "f", "httpTriggerUrl": "https://f.example/api/run?code=abc"}],
            "emailReceivers": [{"name": "ops", "emailAddress": "ops@example.jp", "status": "Enabled"}],
        }
    }
    kept, taken = redact(group, row("microsoft.insights/actiongroups").redact)
    properties = json.loads(kept)["properties"]
    assert properties["webhookReceivers"] == [
        {"name": "chat", "serviceUri": "https://hooks.example/REDACTED"}
    ]
    assert properties["logicAppReceivers"][0]["callbackUrl"] == "https://logic.example:443/REDACTED"
    assert properties["emailReceivers"][0] == {
        "name": "ops",
        "emailAddress": "ops@example.jp",
        "status": "Enabled",
    }
    assert set(taken) == {
        "properties.webhookReceivers[0].serviceUri",
        "properties.automationRunbookReceivers[0].serviceUri",
        "properties.logicAppReceivers[0].callbackUrl",
        "properties.azureFunctionReceivers[0].httpTriggerUrl",
    }


@pytest.mark.parametrize(
    ("kind", "body", "secret"),
    [
        ("microsoft.web/sites/backups", {"properties": {"storageAccountUrl": "https://b.example/c?x=1"}}, "x=1"),
        ("microsoft.web/sites/slots/config/web", {"properties": {"PublishingPassword": "hush"}}, "hush"),
        ("microsoft.web/sites/config/web", {"properties": {"appSettings": [{"name": "A", "value": "hush"}]}}, "hush"),
        ("microsoft.web/sites/config/web", {"properties": {"azureStorageAccounts": {"m": {"accessKey": "hush"}}}}, "hush"),
        ("microsoft.web/sites", {"properties": {"siteConfig": {"appCommandLine": "run --key hush"}}}, "hush"),
        ("microsoft.insights/webtests", {"properties": {"Configuration": {"WebTest": "<WebTest hush/>"}}}, "hush"),
        ("microsoft.insights/webtests", {"properties": {"Request": {"Headers": [{"key": "X", "value": "hush"}]}}}, "hush"),
        ("microsoft.insights/metricalerts", {"properties": {"actions": [{"webHookProperties": {"a": "hush"}}]}}, "hush"),
        ("microsoft.compute/virtualmachines", {"properties": {"osProfile": {"customData": "hush"}}}, "hush"),
        ("microsoft.sql/servers/auditingsettings", {"properties": {"storageAccountAccessKey": "hush"}}, "hush"),
        ("microsoft.network/connections", {"properties": {"sharedKey": "hush"}}, "hush"),
        ("microsoft.network/connections", {"properties": {"authorizationKey": "hush"}}, "hush"),
        ("microsoft.network/expressroutecircuits", {"properties": {"serviceKey": "hush"}}, "hush"),
        ("microsoft.network/virtualnetworkgateways", {"properties": {"vpnClientConfiguration": {"radiusServers": [{"radiusServerSecret": "hush"}]}}}, "hush"),
        ("microsoft.network/applicationgateways", {"properties": {"sslCertificates": [{"properties": {"data": "hush"}}]}}, "hush"),
        ("microsoft.web/certificates", {"properties": {"pfxBlob": "hush"}}, "hush"),
    ],
)  # fmt: skip
def test_the_paths_that_a_row_names_are_reduced(kind, body, secret):
    kept, taken = redact(body, row(kind).redact)
    assert secret not in kept
    assert len(taken) == 1


def test_an_absent_or_empty_secret_stays_absent_or_empty():
    body = {"properties": {"storageAccountUrl": "", "log": None, "databases": [{"connectionString": None}]}}
    kept, taken = redact(copy.deepcopy(body), row("microsoft.web/sites/backups").redact)
    assert json.loads(kept) == body
    assert taken == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_json_passes_through_and_stays_json(value):
    body = {"properties": value}
    kept, taken = redact(copy.deepcopy(body), ("properties.a[*].b", "properties.*"))
    assert isinstance(json.loads(kept.encode("utf-8", "replace")), dict)
    if not taken:
        assert json.loads(kept) == body


def test_the_marker_says_that_something_was_there():
    assert REDACTED in redact({"password": "x"}, ())[0]
