"""The client at the HTTP edge: what it sends, what it never sends, and what breaks."""

from __future__ import annotations

import re

import pytest
import requests
import responses
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.rest import HttpRequest
from urllib3.exceptions import NewConnectionError, ProtocolError

from azlinkscan import __version__
from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.client import READING_POSTS, ArmClient, WriteAttempted
from azlinkscan.collect.retry import PatientAsker
from tests.collect.azure import GUID, HOST, NOW, SUB, Naps

PATH = f"{SUB}/providers/Microsoft.Storage/storageAccounts?api-version=2023-05-01"


class SignedIn:
    """Gives tokens that are numbered, and counts."""

    def __init__(self):
        self.scopes = []

    def get_token(self, *scopes, **options):
        self.scopes.append(scopes)
        return AccessToken(f"token-{len(self.scopes)}", 4_102_444_800)


class SignedOut:
    def get_token(self, *scopes, **options):
        raise ClientAuthenticationError("Please run 'az login'; secret-of-the-message")


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def client():
    with ArmClient(HOST + "/", SignedIn(), "https://arm.example/.default", workers=3) as made:
        yield made


def test_a_read_carries_who_asks_and_reads_the_whole_answer(wire, client):
    wire.get(HOST + PATH, body=b'{"value":[]}', headers={"X-MS-Correlation-Request-Id": "c"})
    answer = client.ask(PATH)
    assert (answer.status, answer.body) == (200, b'{"value":[]}')
    assert answer.headers["x-ms-correlation-request-id"] == "c"
    sent = wire.calls[0].request
    assert sent.method == "GET"
    assert sent.headers["Authorization"] == "Bearer token-1"
    assert sent.headers["User-Agent"].startswith(f"azlinkscan/{__version__}")
    assert sent.headers["Accept"] == "application/json"
    assert re.fullmatch(r"[0-9a-f-]{36}", sent.headers["x-ms-client-request-id"])


def test_the_token_is_for_the_cloud_and_asked_for_once(wire):
    wire.get(HOST + PATH, json={})
    somebody = SignedIn()
    with ArmClient(HOST, somebody, "https://arm.example/.default", workers=1) as client:
        client.ask(PATH)
        client.ask(PATH)
    assert somebody.scopes == [("https://arm.example/.default",)]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_anything_but_a_read_is_stopped_before_the_wire(wire, client, method):
    with pytest.raises(WriteAttempted):
        client._send(HttpRequest(method, HOST + PATH))
    assert not wire.calls


def test_no_post_reads_so_far():
    assert not READING_POSTS


def test_a_missing_registration_registers_nothing(wire, client):
    body = {"error": {"code": "MissingSubscriptionRegistration", "message": "namespace 'Microsoft.Storage'"}}
    wire.get(HOST + PATH, status=409, json=body)
    assert client.ask(PATH).status == 409
    assert [call.request.method for call in wire.calls] == ["GET"]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_the_pipeline_repeats_nothing_by_itself(wire, client, status):
    wire.get(HOST + PATH, status=status, headers={"Retry-After": "1"})
    assert client.ask(PATH).status == status
    assert len(wire.calls) == 1


def test_a_redirect_on_the_same_host_is_followed(wire, client):
    wire.get(HOST + PATH, status=307, headers={"Location": "/moved?api-version=1"})
    wire.get(HOST + "/moved", json={"value": []})
    assert client.ask(PATH).status == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/x", "http://arm.example/x", "https://arm.example:8443/x", "https://arm.example@evil.example/x",
     ""],
)  # fmt: skip
def test_the_token_follows_no_redirect_to_another_host(wire, client, target):
    wire.get(HOST + PATH, status=302, headers={"Location": target} if target else {})
    assert client.ask(PATH).status == 302
    assert {call.request.url.split("/")[2] for call in wire.calls} == {"arm.example"}


def test_a_malformed_redirect_is_no_answer(wire, client):
    wire.get(HOST + PATH, status=302, headers={"Location": "https://[broken"})
    assert client.ask(PATH) == Broken(Cause.CUT_OFF, "ValueError")


def test_redirects_in_a_circle_end(wire, client):
    wire.get(HOST + PATH, status=302, headers={"Location": PATH})
    assert client.ask(PATH).status == 302
    assert len(wire.calls) <= 6


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (requests.ConnectTimeout("late"), Cause.CONNECTION),
        (requests.ReadTimeout("late"), Cause.LATE),
        (requests.ConnectionError(NewConnectionError(None, "refused")), Cause.CONNECTION),
        (requests.ConnectionError(ProtocolError("reset by peer", ConnectionResetError())), Cause.CUT_OFF),
        (
            requests.exceptions.ChunkedEncodingError("IncompleteRead(3 bytes read, 7 more expected)"),
            Cause.CUT_OFF,
        ),
        (requests.exceptions.ChunkedEncodingError("garbage"), Cause.CUT_OFF),
        (requests.exceptions.ContentDecodingError("not gzip"), Cause.CUT_OFF),
        (requests.exceptions.ProxyError("no tunnel"), Cause.CONNECTION),
        (requests.exceptions.InvalidURL("odd"), Cause.CUT_OFF),
    ],
)
def test_what_breaks_is_returned(wire, client, error, cause):
    wire.get(HOST + PATH, body=error)
    broken = client.ask(PATH)
    assert isinstance(broken, Broken)
    assert broken.cause is cause
    assert HOST not in broken.detail


def test_an_untrusted_certificate_is_told_from_a_dead_line(wire, client):
    import ssl

    inner = ssl.SSLCertVerificationError("certificate verify failed: unable to get local issuer certificate")
    wire.get(HOST + PATH, body=requests.exceptions.SSLError(inner))
    assert client.ask(PATH).cause is Cause.CERTIFICATE


def test_a_sign_in_that_has_ended_is_returned_without_its_words(wire):
    with ArmClient(HOST, SignedOut(), "scope", workers=1) as client:
        broken = client.ask(PATH)
    assert broken == Broken(Cause.SIGN_IN, "ClientAuthenticationError")
    assert not wire.calls


def test_a_token_that_ends_in_mid_scan_is_replaced_once(wire):
    wire.get(HOST + PATH, status=401, json={"error": {"code": "ExpiredAuthenticationToken", "message": ""}})
    wire.get(HOST + PATH, json={"value": []})
    with ArmClient(HOST, SignedIn(), "scope", workers=1) as client:
        reply = PatientAsker(client, sleep=Naps(), now=lambda: NOW).ask(PATH)
    assert reply.outcome.status == 200
    assert [call.request.headers["Authorization"] for call in wire.calls] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_token_is_never_sent_without_tls(wire):
    with ArmClient("http://arm.example", SignedIn(), "scope", workers=1) as client:
        assert isinstance(client.ask("/subscriptions"), Broken)
    assert not wire.calls


def test_as_many_connections_as_workers(client):
    adapter = client._session.get_adapter(HOST)
    assert adapter._pool_maxsize == 3
    assert adapter.max_retries.total == 0


def test_the_clouds_own_certificates_are_used(wire, monkeypatch):
    used = []
    original = requests.Session.request

    def request(self, *arguments, **options):
        used.append(options["verify"])
        return original(self, *arguments, **options)

    monkeypatch.setattr(requests.Session, "request", request)
    wire.get(HOST + PATH, json={})
    with ArmClient(HOST, SignedIn(), "scope", workers=1, ca_file="/etc/own-ca.pem") as client:
        assert isinstance(client.ask(PATH), Answer)
    assert used == ["/etc/own-ca.pem"]


def test_a_name_with_odd_letters_reaches_azure_whole(wire, client):
    wire.get(re.compile(r"https://arm\.example/.*"), json={})
    client.ask(f"/subscriptions/{GUID}/resourceGroups/%E6%9E%B6%E7%A9%BA%20(1)?api-version=1")
    assert wire.calls[0].request.url.endswith("/resourceGroups/%E6%9E%B6%E7%A9%BA%20(1)?api-version=1")
