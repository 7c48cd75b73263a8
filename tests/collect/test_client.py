"""The client at the HTTP edge: what it sends, what it never sends, and what breaks."""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass, field

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError
from azure.core.rest import HttpRequest
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3 import exceptions as broken

from azlinkscan import __version__
from azlinkscan.collect.answer import Broken, Cause
from azlinkscan.collect.client import READING_POSTS, ArmClient, WriteAttempted
from azlinkscan.collect.retry import PatientAsker
from azlinkscan.errors import CannotRunError
from tests.arm.tls import issue
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


@dataclass
class Sent:
    method: str
    path: str
    headers: dict
    body: bytes | None


@dataclass
class Wire:
    """Stands where urllib3 would connect: answers by path, each answer once, the last one for ever."""

    calls: list[Sent] = field(default_factory=list)
    answers: dict[str, list] = field(default_factory=dict)

    def get(self, path, json_body=None, *, body=b"", status=200, headers=None, error=None):
        content = json.dumps(json_body).encode() if json_body is not None else body
        self.answers.setdefault(path, []).append(error or (status, headers or {}, content))

    def urlopen(self, pool, method, path, body=None, headers=None, **options):
        assert options["retries"] is False
        assert options["redirect"] is False
        self.calls.append(Sent(method, path, dict(headers), body))
        script = self.answers.get(path) or self.answers["*"]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        status, sent, content = answer
        return HTTPResponse(content, headers=sent, status=status)


@pytest.fixture
def wire(monkeypatch):
    found = Wire()

    def urlopen(pool, method, path, **options):
        return found.urlopen(pool, method, path, **options)

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", urlopen)
    return found


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in (
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "REQUESTS_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def kakuu_ca(tmp_path_factory):
    return issue(tmp_path_factory.mktemp("tls")).ca


@pytest.fixture
def client():
    with ArmClient(HOST + "/", SignedIn(), "https://arm.example/.default", workers=3) as made:
        yield made


def test_a_read_carries_who_asks_and_reads_the_whole_answer(wire, client):
    wire.get(PATH, body=b'{"value":[]}', headers={"X-MS-Correlation-Request-Id": "c"})
    answer = client.ask(PATH)
    assert (answer.status, answer.body) == (200, b'{"value":[]}')
    assert answer.headers["x-ms-correlation-request-id"] == "c"
    (sent,) = wire.calls
    assert sent.method == "GET"
    assert sent.headers["Authorization"] == "Bearer token-1"
    assert sent.headers["User-Agent"].startswith(f"azlinkscan/{__version__}")
    assert sent.headers["Accept"] == "application/json"
    assert re.fullmatch(r"[0-9a-f-]{36}", sent.headers["x-ms-client-request-id"])


def test_the_token_is_for_the_cloud_and_asked_for_once(wire):
    wire.get(PATH, json_body={})
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


def test_the_one_post_that_reads_is_a_query_of_resource_graph(client):
    assert set(READING_POSTS) == {
        "/providers/microsoft.resourcegraph/resources",
        "/config/appsettings/list",
        "/config/connectionstrings/list",
    }
    with pytest.raises(WriteAttempted):
        client.post("/providers/Microsoft.ResourceGraph/resources/1", b"{}")


def test_a_missing_registration_registers_nothing(wire, client):
    body = {"error": {"code": "MissingSubscriptionRegistration", "message": "namespace 'Microsoft.Storage'"}}
    wire.get(PATH, status=409, json_body=body)
    assert client.ask(PATH).status == 409
    assert [call.method for call in wire.calls] == ["GET"]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_the_pipeline_repeats_nothing_by_itself(wire, client, status):
    wire.get(PATH, status=status, headers={"Retry-After": "1"})
    assert client.ask(PATH).status == status
    assert len(wire.calls) == 1


def test_a_redirect_on_the_same_host_is_followed(wire, client):
    wire.get(PATH, status=307, headers={"Location": "/moved?api-version=1"})
    wire.get("/moved?api-version=1", json_body={"value": []})
    assert client.ask(PATH).status == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/x", "http://arm.example/x", "https://arm.example:8443/x", "https://arm.example@evil.example/x",
     ""],
)  # fmt: skip
def test_the_token_follows_no_redirect_to_another_host(wire, client, target):
    wire.get(PATH, status=302, headers={"Location": target} if target else {})
    assert client.ask(PATH).status == 302
    assert [call.path for call in wire.calls] == [PATH]


def test_a_malformed_redirect_is_not_followed(wire, client):
    wire.get(PATH, status=302, headers={"Location": "https://[broken"})
    assert client.ask(PATH).status == 302
    assert len(wire.calls) == 1


def test_a_challenge_that_nobody_can_read_is_no_answer(wire, client):
    challenge = 'Bearer error="insufficient_claims", claims="gICA"'
    wire.get(PATH, status=401, headers={"WWW-Authenticate": challenge})
    assert client.ask(PATH).cause is Cause.CUT_OFF


def test_a_challenge_is_met_with_a_token_for_what_it_claims(wire):
    asked = []

    class Challenged:
        def get_token(self, *scopes, **options):
            asked.append(options.get("claims"))
            return AccessToken(f"token-{len(asked)}", 4_102_444_800)

    challenge = 'Bearer error="insufficient_claims", claims="eyJhIjoxfQ"'
    wire.get(PATH, status=401, headers={"WWW-Authenticate": challenge})
    wire.get(PATH, {"value": []})
    with ArmClient(HOST, Challenged(), "scope", workers=1) as client:
        assert client.ask(PATH).status == 200
    assert asked == [None, '{"a":1}']


def test_redirects_in_a_circle_end(wire, client):
    wire.get(PATH, status=302, headers={"Location": PATH})
    assert client.ask(PATH).status == 302
    assert len(wire.calls) <= 6


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (broken.ConnectTimeoutError(None, "late"), Cause.CONNECTION),
        (broken.ReadTimeoutError(None, "", "late"), Cause.LATE),
        (broken.NewConnectionError(None, "refused"), Cause.CONNECTION),
        (broken.NameResolutionError(HOST, None, OSError("no such name")), Cause.CONNECTION),
        (broken.ProxyError("no tunnel", OSError()), Cause.CONNECTION),
        (broken.SSLError("handshake failed"), Cause.CONNECTION),
        (broken.ProtocolError("reset by peer", ConnectionResetError()), Cause.CUT_OFF),
        (broken.IncompleteRead(3, 7), Cause.CUT_OFF),
        (broken.DecodeError("not gzip"), Cause.CUT_OFF),
        (broken.InvalidChunkLength(HTTPResponse(), b"x"), Cause.CUT_OFF),
        (broken.LocationParseError("odd"), Cause.CUT_OFF),
    ],
)
def test_what_breaks_is_returned(wire, client, error, cause):
    wire.get(PATH, error=error)
    broken = client.ask(PATH)
    assert isinstance(broken, Broken)
    assert broken.cause is cause
    assert HOST not in broken.detail


def test_an_untrusted_certificate_is_told_from_a_dead_line(wire, client):
    inner = ssl.SSLCertVerificationError("certificate verify failed: unable to get local issuer certificate")
    wire.get(PATH, error=broken.SSLError(inner))
    assert client.ask(PATH).cause is Cause.CERTIFICATE
    wire.get("/proxied", error=broken.ProxyError("Unable to connect to proxy", broken.SSLError(inner)))
    assert client.ask("/proxied").cause is Cause.CERTIFICATE


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ClientAuthenticationError("x"), Cause.SIGN_IN),
        (ServiceRequestError("no network"), Cause.CONNECTION),
        (HttpResponseError("busy"), Cause.CUT_OFF),
    ],
)
def test_a_token_that_cannot_be_renewed_says_why(wire, error, cause):
    class Failing:
        def get_token(self, *scopes, **options):
            raise error

    with ArmClient(HOST, Failing(), "scope", workers=1) as client:
        assert client.ask(PATH) == Broken(cause, type(error).__name__)
    assert not wire.calls


def test_a_sign_in_that_has_ended_is_returned_without_its_words(wire):
    with ArmClient(HOST, SignedOut(), "scope", workers=1) as client:
        broken = client.ask(PATH)
    assert broken == Broken(Cause.SIGN_IN, "ClientAuthenticationError")
    assert not wire.calls


def test_a_token_that_ends_in_mid_scan_is_replaced_once(wire):
    wire.get(PATH, status=401, json_body={"error": {"code": "ExpiredAuthenticationToken", "message": ""}})
    wire.get(PATH, json_body={"value": []})
    with ArmClient(HOST, SignedIn(), "scope", workers=1) as client:
        reply = PatientAsker(client, sleep=Naps(), now=lambda: NOW).ask(PATH)
    assert reply.outcome.status == 200
    assert [call.headers["Authorization"] for call in wire.calls] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_token_is_never_sent_without_tls(wire):
    with ArmClient("http://arm.example", SignedIn(), "scope", workers=1) as client:
        assert isinstance(client.ask("/subscriptions"), Broken)
    assert not wire.calls


def pool_of(client):
    return client._transport._pool


def test_as_many_connections_as_workers(client):
    assert pool_of(client).pool.maxsize == 3
    assert pool_of(client).block


def test_the_clouds_own_certificates_are_trusted_and_no_others(tmp_path, kakuu_ca):
    with ArmClient(HOST, SignedIn(), "scope", workers=1, ca_file=str(kakuu_ca)) as client:
        context = pool_of(client).conn_kw["ssl_context"]
    assert len(context.get_ca_certs()) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_the_environments_certificates_are_trusted_where_the_cloud_names_none(monkeypatch, kakuu_ca):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(kakuu_ca))
    with ArmClient(HOST, SignedIn(), "scope", workers=1) as client:
        assert len(pool_of(client).conn_kw["ssl_context"].get_ca_certs()) == 1


def test_certificates_that_cannot_be_read_are_said(tmp_path):
    with pytest.raises(CannotRunError, match=r"gone\.pem.*REQUESTS_CA_BUNDLE"):
        ArmClient(HOST, SignedIn(), "scope", workers=1, ca_file=str(tmp_path / "gone.pem"))


def test_the_environments_proxy_is_used_for_all_but_those_that_it_leaves_out(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:word@proxy.example:8080")
    with ArmClient(HOST, SignedIn(), "scope", workers=1) as client:
        pool = pool_of(client)
        assert (pool.proxy.host, pool.proxy.port) == ("proxy.example", 8080)
        assert "Proxy-Authorization" in pool.proxy_headers
        assert (pool.scheme, pool.host) == ("https", "arm.example")
    monkeypatch.setenv("NO_PROXY", "arm.example")
    with ArmClient(HOST, SignedIn(), "scope", workers=1) as client:
        assert pool_of(client).proxy is None


def test_all_connections_share_one_context(client):
    assert isinstance(pool_of(client), HTTPSConnectionPool)
    first, second = (pool_of(client)._new_conn() for _ in range(2))
    assert first.ssl_context is second.ssl_context


def test_a_post_that_reads_carries_its_body(wire, client):
    wire.get("*", {"data": []})
    assert client.post("/providers/Microsoft.ResourceGraph/resources?api-version=1", b"{}").status == 200
    (sent,) = wire.calls
    assert (sent.method, sent.body) == ("POST", b"{}")
    assert sent.headers["Content-Type"] == "application/json"


def test_a_request_is_logged_with_its_end_and_without_the_token(wire, client, caplog):
    wire.get(PATH, {"value": []})
    with caplog.at_level("DEBUG", "azlinkscan.collect.http"):
        client.ask(PATH)
    (record,) = caplog.records
    assert re.fullmatch(rf"GET {re.escape(HOST + PATH)}: 200 in \d+\.\d+ s", record.getMessage())


def test_a_name_with_odd_letters_reaches_azure_whole(wire, client):
    wire.get("*", {})
    client.ask(f"/subscriptions/{GUID}/resourceGroups/%E6%9E%B6%E7%A9%BA%20(1)?api-version=1")
    assert wire.calls[0].path.endswith("/resourceGroups/%E6%9E%B6%E7%A9%BA%20(1)?api-version=1")
