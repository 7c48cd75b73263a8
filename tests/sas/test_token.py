"""What a SAS says, without its signature; and what is wrong with a text that is none."""

from __future__ import annotations

import base64
import json
import random
import string
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobSasPermissions,
    ContainerSasPermissions,
    ResourceTypes,
    UserDelegationKey,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from azlinkscan.sas.fields import FIELDS, RIGHTS
from azlinkscan.sas.token import LONGEST, Flaw, Kind, NotASas, Sas, read

KEY = base64.b64encode(b"k" * 64).decode()
START, EXPIRY = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 8, tzinfo=UTC)
SIGNATURE = base64.b64encode(bytes(range(32))).decode()
TOKEN = f"sv=2022-11-02&sr=c&sp=rl&st=2026-04-01T00:00:00Z&se=2026-04-08T00:00:00Z&spr=https&sig={quote(SIGNATURE, safe='')}"
URL = f"https://pointsstore.blob.core.windows.net/members/2026/april.csv?{TOKEN}"


def sas_of(text) -> Sas:
    """A text that is a SAS."""
    found = read(text)
    assert isinstance(found, Sas), found
    return found


def flaw_of(text) -> Flaw:
    """A text that is none."""
    found = read(text)
    assert isinstance(found, NotASas), found
    return found.flaw


# -- tokens of azure-storage-blob itself ------------------------------------------------------------


def test_a_service_sas_of_the_sdk():
    token = generate_blob_sas(
        "pointsstore", "members", "april.csv", account_key=KEY, permission=BlobSasPermissions(read=True),
        start=START, expiry=EXPIRY, ip="203.0.113.0-203.0.113.255", protocol="https",
    )  # fmt: skip
    sas = sas_of(f"https://pointsstore.blob.core.windows.net/members/april.csv?{token}")
    assert (sas.kind, sas.account, sas.service, sas.container) == (
        Kind.SERVICE,
        "pointsstore",
        "blob",
        "members",
    )
    assert sas.values == {
        "version": sas.values["version"],
        "resource": "blob",
        "rights": ["read"],
        "start": "2026-04-01T00:00:00Z",
        "expiry": "2026-04-08T00:00:00Z",
        "addresses": "203.0.113.0-203.0.113.255",
        "protocol": "https",
    }
    assert (sas.malformed, sas.unknown, sas.double_encoded) == ((), 0, False)


def test_an_account_sas_of_the_sdk():
    token = generate_account_sas(
        "pointsstore", KEY, ResourceTypes(service=True, container=True, object=True),
        AccountSasPermissions(read=True, write=True, list=True, delete=True), EXPIRY,
    )  # fmt: skip
    sas = sas_of(token)
    assert sas.kind is Kind.ACCOUNT
    assert sas.account is None
    assert sas.values["services"] == ["blob"]
    assert sas.values["resourceTypes"] == ["service", "container", "object"]
    assert set(sas.values["rights"]) == {"read", "write", "list", "delete"}
    assert "protocol" not in sas.values


def test_a_sas_of_a_stored_policy_has_neither_rights_nor_expiry_of_its_own():
    token = generate_container_sas("pointsstore", "members", account_key=KEY, policy_id="transfer")
    sas = sas_of(token)
    assert sas.values["storedPolicy"] == "transfer"
    assert "expiry" not in sas.values
    assert "rights" not in sas.values


def test_a_user_delegation_sas_of_the_sdk():
    key = UserDelegationKey()
    key.signed_oid = "00000000-0000-0000-0000-00000000000a"
    key.signed_tid = "00000000-0000-0000-0000-00000000000b"
    key.signed_start, key.signed_expiry = "2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"
    key.signed_service, key.signed_version = "b", "2022-11-02"
    key.value = KEY
    token = generate_container_sas(
        "pointsstore", "members", user_delegation_key=key, permission=ContainerSasPermissions(read=True, list=True),
        expiry=START + timedelta(hours=6),
    )  # fmt: skip
    sas = sas_of(token)
    assert sas.kind is Kind.USER_DELEGATION
    assert sas.values["keyObject"] == key.signed_oid
    assert sas.values["keyTenant"] == key.signed_tid
    assert sas.values["keyExpiry"] == "2026-04-02T00:00:00Z"
    assert sas.values["keyService"] == "blob"
    assert sas.values["keyVersion"] == "2022-11-02"


@pytest.mark.parametrize("letters", ["rwdl", *RIGHTS])
def test_every_right_has_a_name(letters):
    assert sas_of(TOKEN.replace("sp=rl", f"sp={letters}")).values["rights"] == [
        RIGHTS[one] for one in letters
    ]


def test_the_fields_of_newer_versions_are_known():
    extra = {
        "ses": "scope-1", "sdd": "2", "saoid": "00000000-0000-0000-0000-00000000000c",
        "scid": "00000000-0000-0000-0000-00000000000d", "sduoid": "00000000-0000-0000-0000-00000000000e",
        "skdutid": "00000000-0000-0000-0000-00000000000f", "srh": "x", "srq": "y",
    }  # fmt: skip
    sas = sas_of(f"{TOKEN}&{urlencode(extra)}")
    assert (sas.values["encryptionScope"], sas.values["directoryDepth"]) == ("scope-1", 2)
    assert (sas.malformed, sas.unknown) == ((), 0)


def test_a_table():
    sas = sas_of(f"sv=2019-02-02&tn=members&sp=r&se=2026-04-08&spk=a&srk=b&sig={quote(SIGNATURE)}")
    assert (sas.service, sas.values["table"]) == ("table", "members")


# -- spelling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"?{TOKEN}",
        f'"{URL}"',
        f"  {URL}\n",
        URL.replace("https://", "HTTPS://", 1),
        URL.replace("%2F", "%2f"),
    ],
)
def test_spelling_does_not_matter(text):
    assert sas_of(text).values == sas_of(TOKEN).values


def test_a_plus_that_became_a_space_is_a_signature_still():
    sas_of(TOKEN.replace(quote(SIGNATURE, safe=""), ("A" * 10 + " " + "A" * 32 + "%3D")))


def test_a_token_that_was_encoded_twice_is_told():
    assert sas_of(TOKEN.replace("%", "%25")).double_encoded is True
    assert sas_of(quote(TOKEN, safe="")).double_encoded is True
    assert sas_of(TOKEN).double_encoded is False


@pytest.mark.parametrize(
    ("host", "account", "service"),
    [
        ("pointsstore.blob.core.windows.net", "pointsstore", "blob"),
        ("pointsstore-secondary.blob.core.windows.net", "pointsstore", "blob"),
        ("pointsstore.z12.file.storage.azure.net", "pointsstore", "file"),
        ("pointsstore.dfs.core.chinacloudapi.cn", "pointsstore", "dfs"),
        ("evil.example", None, "blob"),
        ("pointsstore.blob.core.windows.net@evil.example", None, "blob"),
    ],
)
def test_the_account_comes_from_an_endpoint_of_azures_own_form(host, account, service):
    sas = sas_of(f"https://{host}/members?{TOKEN}")
    assert (sas.account, sas.service) == (account, service)


# -- what is none -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.EMPTY),
        ("   ", Flaw.EMPTY),
        ("hello", Flaw.NOT_A_SAS),
        ("https://pointsstore.blob.core.windows.net/members", Flaw.NOT_A_SAS),
        ("sig=" + SIGNATURE, Flaw.NOT_A_SAS),
        (TOKEN.partition("&sig=")[0], Flaw.NO_SIGNATURE),
        (TOKEN[:-12], Flaw.TRUNCATED),
        (TOKEN.partition("&sig=")[0] + "&sig=", Flaw.TRUNCATED),
        (TOKEN.partition("&sig=")[0] + "&sig=not!base64", Flaw.BAD_SIGNATURE),
        (TOKEN + "AAAAAAAAAAAAAAAA", Flaw.BAD_SIGNATURE),
        (TOKEN + "&se=2099-01-01", Flaw.TWICE),
        (TOKEN + "&sig=" + SIGNATURE, Flaw.TWICE),
        (TOKEN + "\x00", Flaw.NOT_TEXT),
        (TOKEN + "\u202e", Flaw.NOT_TEXT),
        ("a" * (LONGEST + 1), Flaw.TOO_LONG),
    ],
)
def test_what_is_wrong_is_told_apart(text, flaw):
    assert flaw_of(text) is flaw


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("se", "soon"), ("se", "2026-13-01"), ("st", "2026-04-01T25:00Z"), ("sp", "rQ"), ("sip", "203.0.113.0/24"),
        ("sip", "203.0.113.9-203.0.113.1"), ("spr", "ftp"), ("sr", "z"), ("sv", "latest"), ("si", SIGNATURE), ("si", "あ"),
        ("skoid", "nobody"),
    ],
)  # fmt: skip
def test_a_value_of_another_form_is_named_and_not_shown(name, value):
    token = "&".join(part for part in TOKEN.split("&") if not part.startswith(f"{name}="))
    sas = sas_of(f"{token}&{name}={quote(value, safe='')}")
    assert sas.malformed == (name,)
    assert FIELDS[name].name not in sas.values
    assert value not in json.dumps(sas.properties(), ensure_ascii=False)


def test_a_signature_in_the_path_is_not_shown():
    digest = "0123456789abcdef" * 4
    assert sas_of(f"https://pointsstore.blob.core.windows.net/{digest[:63]}/x?{TOKEN}").container is None


def test_ten_thousand_hostile_texts_never_break_it_and_never_show_a_signature():
    chance = random.Random(20260401)
    pieces = [
        *(f"{name}=" for name in FIELDS),
        "sig=",
        "&",
        "?",
        "%",
        "%25",
        "%3D",
        "%00",
        "https://",
        "a.blob.core.windows.net",
        "/",
        "=",
        "\u202e",
        "あ",
        "\ud800",
        ";",
        "'",
        '"',
    ]
    for number in range(10_000):
        secret = base64.b64encode(chance.randbytes(32)).decode()
        shapes = [secret, quote(secret, safe=""), quote(quote(secret, safe=""), safe="")]
        parts = [
            chance.choice([*pieces, *shapes, "".join(chance.choices(string.printable, k=4))])
            for _ in range(chance.randrange(1, 30))
        ]
        if number % 2:
            parts = [TOKEN.partition("&sig=")[0], "&sig=", chance.choice(shapes), *parts]
        found = read("".join(parts))
        shown = repr(found) + (json.dumps(found.properties()) if isinstance(found, Sas) else "")
        assert secret not in shown
        assert secret[:20] not in shown
        assert quote(secret, safe="")[:20] not in shown


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_sas_or_says_why_not(text):
    assert isinstance(read(text), Sas | NotASas)
