"""An app's settings: what kind each value is of, and no value."""

from __future__ import annotations

import json

import pytest

from azlinkscan.sas.settings import reduced
from tests.sas.test_token import SIGNATURE, TOKEN, URL

SECRET = "bm90IGEgcmVhbCBrZXkgYnV0IGxvbmcgZW5vdWdo"


def kinds(**settings):
    """The kind of each setting; nothing of a value is kept."""
    body = reduced({"id": "/subscriptions/s", "name": "appsettings", "properties": settings})
    text = json.dumps(body)
    assert SECRET not in text
    assert SIGNATURE not in text
    assert TOKEN.rpartition("=")[2] not in text
    return {one["name"]: one["kind"] for one in body["properties"]["settings"]}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (None, "empty"),
        ("@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x)", "key-vault"),
        (
            f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={SECRET};EndpointSuffix=core.windows.net",
            "account-key",
        ),
        (URL, "sas"),
        (f"BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature={TOKEN}", "sas"),
        (
            f"Endpoint=sb://b.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey={SECRET}",
            "access-key",
        ),
        (f"Server=tcp:s.database.windows.net;User ID=u;Password={SECRET};", "password"),
        (f"postgresql://u:{SECRET}@pg.postgres.database.azure.com/points", "password"),
        ("Server=tcp:s.database.windows.net;Authentication=Active Directory Default;", "other"),
        ("https://example.com/", "other"),
        ("~4", "other"),
    ],
)
def test_a_value_is_reduced_to_its_kind(value, kind):
    assert kinds(X=value) == {"X": kind}
    assert kinds(X={"value": value, "type": "Custom"}) == {"X": kind}


@pytest.mark.parametrize("name", ["DB_PASSWORD", "ClientSecret", "api-key", "GITHUB_TOKEN"])
def test_a_name_may_say_that_its_value_is_a_secret(name):
    assert kinds(**{name: SECRET}) == {name: "secret-name"}


def test_a_sas_that_is_found_is_a_token_of_its_own():
    body = reduced({"properties": {"ONE": URL, "TWO": f"{URL} {URL}"}})
    assert [one["name"] for one in body["properties"]["tokens"]] == ["ONE", "TWO", "TWO-2"]
    assert body["properties"]["tokens"][0]["properties"]["expiry"] == "2026-04-08T00:00:00Z"


@pytest.mark.parametrize("body", [{}, {"properties": None}, {"properties": []}, {"properties": {"X": 5}}])
def test_an_odd_answer_is_no_reason_to_keep_anything(body):
    assert reduced(body)["properties"]["tokens"] == []
