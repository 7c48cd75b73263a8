"""A container's access policies, read with our own client from the real emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from azure.core.credentials import AccessToken
from azure.storage.blob import AccessPolicy

from azlinkscan.collect.blob_client import AUDIENCE, BlobClient
from azlinkscan.collect.data_plane import DataPlane
from azlinkscan.collect.reader import Outcome, Reader
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.collect.source import Scope
from azlinkscan.model.facts import Fact, Reason, Remedy
from tests.arm.sign_in import SignIn
from tests.arm.tls import HOST, Certificates
from tests.azurite.emulator import ACL, Azurite
from tests.azurite.gate import Gate
from tests.collect.azure import GROUP, ScriptedAzure
from tests.collect.azure import asker as arm_asker

ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/points"


class Entra:
    """Gives tokens for the audience that is asked for, or always for another."""

    def __init__(self, audience: str | None = None) -> None:
        self._audience = audience
        self._sign_in = SignIn()

    def get_token(self, *scopes: str, **options: object) -> AccessToken:
        audience = self._audience or scopes[0].removesuffix("/.default")
        return AccessToken(self._sign_in.issue(audience=audience), 4_102_444_800)


@pytest.fixture
def client_of(certificates: Certificates) -> Iterator[Callable[..., BlobClient]]:
    """A factory of clients that trust the emulator's certificate."""
    made: list[BlobClient] = []

    def make(credential: object) -> BlobClient:
        made.append(
            BlobClient(credential, workers=2, api_version=ACL.api_version, ca_file=str(certificates.ca))  # type: ignore[arg-type]
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def read(gate: Gate, client_of: Callable[..., BlobClient]) -> Callable[..., Outcome]:
    """Reads the ACL of a container as the collector would."""

    def read_acl(container: str, credential: object | None = None) -> Outcome:
        body = {"id": ACCOUNT, "properties": {"primaryEndpoints": {"blob": f"{gate.url}/points"}}}
        account = Scope.of(Fact.of("microsoft.storage/storageaccounts", body))
        found = {"id": f"{ACCOUNT}/blobServices/default/containers/{container}"}
        scope = Scope.of(Fact.of("microsoft.storage/storageaccounts/blobservices/containers", found), account)
        asker = PatientAsker(
            client_of(credential or Entra()), Patience(attempts=2), sleep=lambda seconds: None
        )
        return Reader(arm_asker(ScriptedAzure()), data_plane=DataPlane(asker, (HOST,))).read(ACL, scope)

    return read_acl


def policy(permission: str = "r", **times: datetime) -> AccessPolicy:
    return AccessPolicy(permission=permission, **times)


def test_the_policies_of_a_container_are_read_in_the_words_of_a_share(azurite, read):
    until = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    azurite.put(
        "points",
        "outbound",
        {
            "monthly": policy("rl", start=datetime(2026, 4, 1, tzinfo=UTC), expiry=until),
            "受渡し": policy("r"),
        },
        public_access="container",
    )
    outcome = read("outbound")
    (fact,) = outcome.facts
    assert outcome.listing is not None
    assert fact.id == f"{ACCOUNT}/blobServices/default/containers/outbound/accessPolicies/default".lower()
    assert fact.body == {
        "name": "outbound",
        "properties": {
            "publicAccess": "container",
            "signedIdentifiers": [
                {
                    "id": "monthly",
                    "accessPolicy": {
                        "startTime": "2026-04-01T00:00:00Z",
                        "expiryTime": "2026-05-01T09:30:00Z",
                        "permission": "rl",
                    },
                },
                {"id": "受渡し", "accessPolicy": {"permission": "r"}},
            ],
        },
    }


def test_a_container_without_policies_has_an_empty_list_and_no_public_access(azurite, read):
    azurite.put("points", "inbound")
    (fact,) = read("inbound").facts
    assert fact.body["properties"] == {"publicAccess": None, "signedIdentifiers": []}


def test_every_request_is_a_get_of_the_acl(azurite, gate, read):
    azurite.put("points", "gets-only")
    read("gets-only")
    assert gate.asked == [("GET", "/points/gets-only?restype=container&comp=acl")]


def test_the_read_is_recorded_with_the_accounts_own_address(azurite, gate, read):
    azurite.put("points", "recorded")
    (made,) = read("recorded").reads
    assert made.url == f"{gate.url}/points/recorded?restype=container&comp=acl"
    assert (made.method, made.status, made.api_version) == ("GET", 200, ACL.api_version)


def test_a_container_that_went_away_in_mid_scan_is_missing(read):
    outcome = read("gone")
    assert outcome.listing is None
    (gap,) = outcome.gaps
    assert (gap.reason, gap.remedy, gap.status, gap.code) == (
        Reason.MISSING,
        Remedy.RETRY,
        404,
        "ContainerNotFound",
    )
    assert gap.correlation_id


def test_a_token_for_another_service_is_refused(azurite, read):
    azurite.put("points", "guarded")
    outcome = read("guarded", Entra("https://management.azure.com"))
    (gap,) = outcome.gaps
    assert (gap.reason, gap.status, gap.code) == (Reason.REFUSED, 403, "AuthenticationFailed")


def test_the_token_is_for_storage(azurite, read):
    azurite.put("points", "audience")
    assert AUDIENCE == "https://storage.azure.com"
    assert read("audience").facts


def test_azurite_itself_takes_no_token_for_an_acl_hence_the_gate(azurite: Azurite, client_of):
    azurite.put("points", "ungated")
    answer = client_of(Entra()).ask(f"{azurite.url}/points/ungated?restype=container&comp=acl")
    assert answer.status == 403, "Azurite has learned it: take the gate away"
