"""The client of the blob endpoints: what it sends, what it never sends, and that whatever fails is a gap."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests
import responses
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.rest import HttpRequest
from urllib3.exceptions import NewConnectionError, ProtocolError

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.blob_client import BlobClient, reduced
from azlinkscan.collect.client import WriteAttempted
from azlinkscan.collect.data_plane import DataPlane
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.model.facts import Reason, Remedy
from tests.collect.azure import NOW, Naps, ScriptedAzure, asker
from tests.collect.test_data_plane import ACL, container

HOST = "https://points.blob.core.windows.net"
URL = f"{HOST}/members?restype=container&comp=acl"
TYPE = "application/xml"
XML = '\ufeff<?xml version="1.0" encoding="utf-8"?>'
ONE = (
    f"{XML}<SignedIdentifiers><SignedIdentifier><Id>monthly</Id><AccessPolicy>"
    "<Start>2026-04-01T00:00:00.0000000Z</Start><Expiry>2026-05-01T00:00:00.0000000Z</Expiry>"
    "<Permission>r</Permission></AccessPolicy></SignedIdentifier></SignedIdentifiers>"
)
NONE = f"{XML}<SignedIdentifiers />"


class SignedIn:
    """Gives tokens that are numbered, and remembers for whom."""

    def __init__(self, lifetime=3600):
        self.scopes = []
        self._lifetime = lifetime

    def get_token(self, *scopes, **options):
        self.scopes.append(scopes)
        return AccessToken(f"token-{len(self.scopes)}", int(NOW.timestamp()) + self._lifetime)


class SignedOut:
    def get_token(self, *scopes, **options):
        raise ClientAuthenticationError("Please run 'az login'; secret-of-the-message")


def error(code, message="…"):
    return f"{XML}<Error><Code>{code}</Code><Message>{message}\nRequestId:1</Message></Error>"


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def client_of():
    made = []

    def make(credential, **options):
        made.append(
            BlobClient(credential, workers=2, api_version=ACL.api_version, now=lambda: NOW, **options)
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def read(client_of):
    """Reads the ACL of a container as the collector would, with three tries."""

    def read_acl(credential=None):
        client = client_of(credential or SignedIn())
        patient = PatientAsker(client, Patience(attempts=3), sleep=Naps(), now=lambda: NOW)
        plane = DataPlane(patient, ("core.windows.net",))
        return Reader(asker(ScriptedAzure()), data_plane=plane).read(ACL, container({"blob": f"{HOST}/"}))

    return read_acl


def test_one_get_that_carries_who_asks(wire, client_of):
    wire.get(f"{HOST}/members", body=NONE, content_type=TYPE)
    client_of(SignedIn()).ask(URL)
    (call,) = wire.calls
    assert call.request.url == URL
    assert call.request.headers["Authorization"] == "Bearer token-1"
    assert call.request.headers["x-ms-version"] == ACL.api_version
    assert call.request.headers["User-Agent"].startswith("azlinkscan/")


def test_the_answer_is_a_fact_and_a_complete_list(wire, read):
    wire.get(f"{HOST}/members", body=ONE, content_type=TYPE, headers={"x-ms-blob-public-access": "blob"})
    outcome = read()
    (fact,) = outcome.facts
    assert fact.body == {
        "name": "members",
        "properties": {
            "publicAccess": "blob",
            "signedIdentifiers": [
                {
                    "id": "monthly",
                    "accessPolicy": {
                        "startTime": "2026-04-01T00:00:00.0000000Z",
                        "expiryTime": "2026-05-01T00:00:00.0000000Z",
                        "permission": "r",
                    },
                }
            ],
        },
    }
    assert outcome.listing is not None
    assert not outcome.gaps


@pytest.mark.parametrize(
    ("inner", "policy"),
    [
        ("<AccessPolicy />", {"accessPolicy": {}}),
        ("", {}),
        (
            "<AccessPolicy><Expiry /><Permission>r</Permission></AccessPolicy>",
            {"accessPolicy": {"expiryTime": "", "permission": "r"}},
        ),
    ],
)
def test_what_a_policy_leaves_out_is_left_out(inner, policy):
    xml = f"<SignedIdentifiers><SignedIdentifier><Id>a</Id>{inner}</SignedIdentifier></SignedIdentifiers>"
    assert reduced(xml.encode(), "members", None)["properties"]["signedIdentifiers"] == [
        {"id": "a", **policy}
    ]


def test_a_policys_name_is_kept_though_it_may_look_like_a_key(wire, read):
    name = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
    wire.get(f"{HOST}/members", body=ONE.replace("monthly", name), content_type=TYPE)
    (fact,) = read().facts
    assert fact.body["properties"]["signedIdentifiers"][0]["id"] == name


# What fails


R, U, M = Reason.REFUSED, Reason.UNAVAILABLE, Reason.MISSING


@pytest.mark.parametrize(
    ("status", "code", "reason", "remedy", "tries"),
    [
        (403, "AuthorizationPermissionMismatch", R, Remedy.RIGHT, 1),
        (403, "AuthorizationFailure", R, Remedy.NETWORK, 1),
        (403, "AuthenticationFailed", R, Remedy.NONE, 1),
        (403, "AccountIsDisabled", R, Remedy.NONE, 1),
        (401, "InvalidAuthenticationInfo", R, Remedy.NONE, 2),
        (404, "ContainerNotFound", M, Remedy.RETRY, 1),
        (404, "ResourceNotFound", M, Remedy.RETRY, 1),
        (409, "ContainerBeingDeleted", U, Remedy.RETRY, 1),
        (409, "ContainerDisabled", U, Remedy.RETRY, 1),
        (400, "InvalidHeaderValue", U, Remedy.NONE, 1),
        (500, "InternalError", U, Remedy.RETRY, 3),
        (500, "OperationTimedOut", U, Remedy.RETRY, 3),
        (503, "ServerBusy", U, Remedy.RETRY, 3),
    ],
)
def test_an_error_is_a_gap_with_what_would_help(wire, read, status, code, reason, remedy, tries):
    wire.get(
        f"{HOST}/members",
        status=status,
        body=error(code),
        content_type=TYPE,
        headers={"x-ms-request-id": "request-1"},
    )
    outcome = read()
    assert (outcome.facts, outcome.listing) == ((), None)
    (gap,) = outcome.gaps
    assert (gap.reason, gap.remedy, gap.status, gap.code) == (reason, remedy, status, code)
    assert gap.correlation_id == "request-1"
    assert (gap.action == ACL.right) == (remedy is Remedy.RIGHT)
    assert len(wire.calls) == tries, "only our own patience repeats"


def test_what_was_busy_is_read_in_the_end(wire, read):
    wire.get(f"{HOST}/members", status=503, body=error("ServerBusy"), content_type=TYPE)
    wire.get(f"{HOST}/members", body=NONE, content_type=TYPE)
    assert read().facts


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body>Sign in to the hotel's network</body></html>",
        '{"value": []}',
        "[]",
        f"{XML}<Error><Code>A</Code></Error>",
        f"{XML}<SignedIdentifiers><SignedIdentifier><Id>a</Id>",
        f"{XML}<SignedIdentifiers><Blob /></SignedIdentifiers>",
        b"\xff\xfe\x00",
        '<?xml version="1.0" encoding="nobody-knows"?><SignedIdentifiers />',
    ],
)
def test_an_answer_that_is_no_list_of_policies_never_says_that_there_are_none(wire, read, body, capfd):
    wire.get(f"{HOST}/members", body=body, content_type=TYPE)
    outcome = read()
    assert (outcome.facts, outcome.listing) == ((), None)
    (gap,) = outcome.gaps
    assert (gap.reason, gap.remedy) == (U, Remedy.RETRY)
    assert len(wire.calls) == 3
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("body", ["", "<html>503</html>", '{"error": {"code": "A"}}', "plain words"])
def test_an_error_of_another_shape_is_a_gap_and_prints_nothing(wire, read, body, capfd):
    wire.get(f"{HOST}/members", status=403, body=body)
    (gap,) = read().gaps
    assert (gap.reason, gap.status) == (R, 403)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("fault", "cause", "reason", "remedy"),
    [
        (requests.ConnectTimeout("late"), Cause.CONNECTION, U, Remedy.NETWORK),
        (requests.ReadTimeout("late"), Cause.LATE, U, Remedy.RETRY),
        (requests.ConnectionError(NewConnectionError(None, "refused")), Cause.CONNECTION, U, Remedy.NETWORK),
        (
            requests.ConnectionError(ProtocolError("reset by peer", ConnectionResetError())),
            Cause.CUT_OFF,
            U,
            Remedy.RETRY,
        ),
        (requests.exceptions.ProxyError("no tunnel"), Cause.CONNECTION, U, Remedy.NETWORK),
        (requests.exceptions.SSLError("self-signed"), Cause.CERTIFICATE, U, Remedy.NETWORK),
        (
            requests.exceptions.ChunkedEncodingError("IncompleteRead(3 bytes read, 7 more expected)"),
            Cause.CUT_OFF,
            U,
            Remedy.RETRY,
        ),
        (requests.exceptions.ContentDecodingError("not gzip"), None, U, None),
    ],
)
def test_what_breaks_is_a_gap(wire, client_of, read, fault, cause, reason, remedy):
    wire.get(f"{HOST}/members", body=fault)
    broken = client_of(SignedIn()).ask(URL)
    assert isinstance(broken, Broken)
    assert "points" not in broken.detail
    (gap,) = read().gaps
    assert gap.reason is reason
    assert cause in (None, broken.cause)
    assert remedy in (None, gap.remedy)


# Where the token goes


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "HEAD"])
def test_anything_but_a_get_is_stopped_before_the_wire(wire, client_of, method):
    with pytest.raises(WriteAttempted):
        client_of(SignedIn())._transport.send(HttpRequest(method, URL))
    assert not wire.calls


@pytest.mark.parametrize("target", ["https://evil.example/x", f"{HOST}/elsewhere", "https://[broken", ""])
def test_no_redirect_is_followed(wire, client_of, target):
    wire.get(f"{HOST}/members", status=302, headers={"Location": target} if target else {})
    outcome = client_of(SignedIn()).ask(URL)
    assert isinstance(outcome, Broken) or outcome.status == 302
    assert len(wire.calls) == 1


def test_a_challenge_gets_no_token_for_anything_else(wire, client_of):
    tenant = "00000000-0000-0000-0000-0000000000ff"
    challenge = (
        f"Bearer authorization_uri=https://login.microsoftonline.com/{tenant}/oauth2/authorize "
        "resource_id=https://management.azure.com"
    )
    wire.get(
        f"{HOST}/members",
        status=401,
        body=error("A"),
        content_type=TYPE,
        headers={"WWW-Authenticate": challenge},
    )
    somebody = SignedIn()
    assert client_of(somebody).ask(URL).status == 401
    assert set(somebody.scopes) == {("https://storage.azure.com/.default",)}


def test_a_token_is_asked_for_once_and_renewed_before_it_ends(wire, client_of):
    wire.get(f"{HOST}/members", body=NONE, content_type=TYPE)
    lasting, ending = SignedIn(), SignedIn(lifetime=60)
    for somebody, times in ((lasting, 1), (ending, 3)):
        client = client_of(somebody)
        for _ in range(3):
            client.ask(URL)
        assert len(somebody.scopes) == times


def test_a_token_that_ends_in_mid_scan_is_replaced_once(wire, read):
    wire.get(f"{HOST}/members", status=401, body=error("InvalidAuthenticationInfo"), content_type=TYPE)
    wire.get(f"{HOST}/members", body=NONE, content_type=TYPE)
    assert read().facts
    assert [call.request.headers["Authorization"] for call in wire.calls] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_sign_in_that_has_ended_is_returned_without_its_words(wire, client_of):
    assert client_of(SignedOut()).ask(URL) == Broken(Cause.SIGN_IN, "ClientAuthenticationError")
    assert not wire.calls


def test_a_token_is_never_sent_without_tls(wire, client_of):
    assert isinstance(client_of(SignedIn()).ask("http://points.blob.core.windows.net/members"), Broken)
    assert not wire.calls


def test_the_clouds_own_certificates_are_used(wire, client_of, monkeypatch):
    used = []
    original = requests.Session.request

    def request(self, *arguments, **options):
        used.append(options["verify"])
        return original(self, *arguments, **options)

    monkeypatch.setattr(requests.Session, "request", request)
    wire.get(f"{HOST}/members", body=NONE, content_type=TYPE)
    assert isinstance(client_of(SignedIn(), ca_file="/etc/own-ca.pem").ask(URL), Answer)
    assert used == ["/etc/own-ca.pem"]


def test_the_storage_sdk_is_not_loaded_before_it_is_needed():
    code = (
        "import sys, azlinkscan.scan.scanning, azlinkscan.collect.sources;"
        "assert not [name for name in sys.modules if name.startswith('azure.storage')]"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
