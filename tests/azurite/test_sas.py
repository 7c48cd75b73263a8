"""What is said of a token and what the emulator does with it are of one mind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from azure.storage.blob import ContainerSasPermissions, generate_container_sas

from azlinkscan.sas.token import Flaw, NotASas, Sas, read
from tests.arm.tls import Certificates
from tests.azurite.emulator import ACL, KEY, Azurite

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def container(azurite: Azurite) -> str:
    azurite.put("points", "sas-tokens")
    return "sas-tokens"


def token(container: str, expiry: datetime, **rights: bool) -> str:
    return generate_container_sas(
        "points", container, account_key=KEY, permission=ContainerSasPermissions(**rights), expiry=expiry
    )


def accepted(azurite: Azurite, certificates: Certificates, container: str, sas: str) -> bool:
    """Whether the emulator lists the container's blobs with this token."""
    url = f"{azurite.url}/points/{container}?restype=container&comp=list&{sas}"
    # plain HTTP: the SDK would mend a token before it sends it
    answer = requests.get(
        url, verify=str(certificates.ca), headers={"x-ms-version": ACL.api_version}, timeout=30
    )
    return answer.status_code == 200


def test_a_good_token(azurite, certificates, container):
    sas = token(container, NOW + timedelta(hours=1), read=True, list=True)
    found = read(sas)
    assert isinstance(found, Sas)
    assert found.values["rights"] == ["read", "list"]
    assert accepted(azurite, certificates, container, sas)


def test_a_token_without_the_right(azurite, certificates, container):
    sas = token(container, NOW + timedelta(hours=1), read=True)
    found = read(sas)
    assert isinstance(found, Sas)
    assert found.values["rights"] == ["read"]
    assert not accepted(azurite, certificates, container, sas)


def test_an_expired_token(azurite, certificates, container):
    sas = token(container, NOW - timedelta(hours=1), read=True, list=True)
    found = read(sas)
    assert isinstance(found, Sas)
    assert str(found.values["expiry"]) < NOW.isoformat()
    assert not accepted(azurite, certificates, container, sas)


def test_a_token_that_was_cut_off(azurite, certificates, container):
    sas = token(container, NOW + timedelta(hours=1), read=True, list=True)[:-14]
    found = read(sas)
    assert isinstance(found, NotASas)
    assert found.flaw is Flaw.TRUNCATED
    assert not accepted(azurite, certificates, container, sas)


def test_a_token_that_was_encoded_twice(azurite, certificates, container):
    sas = token(container, NOW + timedelta(hours=1), read=True, list=True).replace("%", "%25")
    found = read(sas)
    assert isinstance(found, Sas)
    assert found.double_encoded
    assert accepted(azurite, certificates, container, sas), (
        "the emulator decodes it twice: it is as good as its original"
    )
