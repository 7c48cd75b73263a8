"""Every way to sign in through azure-identity itself, at its edge: success, refusal, and an other side that does not answer.

The edge is HTTP but for the Azure CLI, which is a program; the browser's redirect arrives at a real local port.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import threading
import time
import urllib.parse
import urllib.request
import warnings
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from azlinkscan.errors import CannotRunError, UsageError
from azlinkscan.identity.clouds import CLOUDS
from azlinkscan.identity.credential import credential_for, known_tenant

TENANT = "00000000-0000-0000-0000-0000000000aa"
GUESTS = "00000000-0000-0000-0000-0000000000bb"
CLIENT = "00000000-0000-0000-0000-0000000000cc"
SECRET = "a-secret-that-opens-nothing"
AZURE = CLOUDS["public"]
ENTRA = AZURE.authority
IMDS = "http://169.254.169.254/metadata/identity/oauth2/token"
OIDC = "https://dev.example/oidc"
TOKEN = {"token_type": "Bearer", "expires_in": 3600, "access_token": "a-token"}
REFUSED = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}


@pytest.fixture
def environ(monkeypatch, tmp_path):
    """An environment in which nobody is signed in; what a test sets is set in the process, too."""
    for name in list(os.environ):
        if name.startswith(("AZURE", "IDENTITY_", "MSI_", "SYSTEM_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    class Environ(dict):
        def given(self, **variables):
            for name, value in variables.items():
                monkeypatch.setenv(name, value)
            self.update(variables)
            return self

    return Environ()


class Entra:
    """Microsoft Entra ID at the HTTP edge."""

    def __init__(self, wire):
        self.wire = wire
        wire.get(
            f"{ENTRA}/common/discovery/instance",
            json={
                "tenant_discovery_endpoint": f"{ENTRA}/{TENANT}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [],
            },
        )
        for tenant in (TENANT, GUESTS, "organizations", "kakuu.example.jp"):
            base = f"{ENTRA}/{tenant}"
            wire.get(
                f"{base}/v2.0/.well-known/openid-configuration",
                json={
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                    "issuer": f"{base}/v2.0",
                },
            )

    def answers(self, tenant=TENANT, **reply):
        """What the token endpoint says."""
        self.wire.post(f"{ENTRA}/{tenant}/oauth2/v2.0/token", **reply)

    @property
    def asked(self):
        """The forms that were sent for a token."""
        sent = [call.request for call in self.wire.calls if call.request.url.endswith("/token")]
        return [dict(urllib.parse.parse_qsl(one.body or "")) for one in sent]


@pytest.fixture
def entra():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.add_passthru("http://localhost")
        yield Entra(wire)


def signed_in(auth, environ, **options):
    """The token that a way to sign in gives."""
    credential = credential_for(auth, AZURE, environ=environ, **options)
    return credential.get_token(AZURE.scope).token


def fails(auth, environ, match, **options):
    """The way to sign in is refused in words that help, without the secret."""
    with pytest.raises(CannotRunError, match=match) as caught:
        credential_for(auth, AZURE, environ=environ, **options)
    told = f"{caught.value.title.en} {caught.value.title.ja} {caught.value.hint.en}"
    assert SECRET not in told
    assert f"--auth {auth}" in told
    assert caught.value.hint.ja


LATE = requests.exceptions.ConnectTimeout("nobody answers")


# -- a secret, a certificate -----------------------------------------------------------------------


def service_principal(environ):
    return environ.given(AZURE_TENANT_ID=TENANT, AZURE_CLIENT_ID=CLIENT, AZURE_CLIENT_SECRET=SECRET)


def test_a_secret(environ, entra):
    entra.answers(json=TOKEN)
    assert signed_in("environment", service_principal(environ)) == "a-token"
    assert entra.asked[0]["client_secret"] == SECRET


def test_a_wrong_secret(environ, entra):
    entra.answers(status=401, json=REFUSED)
    fails("environment", service_principal(environ), "AADSTS7000215")


def test_a_secret_where_nobody_answers(environ, entra):
    entra.answers(body=LATE)
    fails("environment", service_principal(environ), "nobody answers")
    assert len(entra.asked) == 3, "twice more, and no longer"


def test_a_secret_in_another_tenant(environ, entra):
    entra.answers(GUESTS, json=TOKEN)
    assert signed_in("environment", service_principal(environ), tenant=GUESTS) == "a-token"
    assert signed_in("auto", service_principal(environ), tenant=GUESTS) == "a-token"


@pytest.fixture
def certificate(tmp_path):
    """A key and its certificate in one PEM file."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "azlinkscan test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "app.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


def with_certificate(environ, path):
    return environ.given(
        AZURE_TENANT_ID=TENANT, AZURE_CLIENT_ID=CLIENT, AZURE_CLIENT_CERTIFICATE_PATH=str(path)
    )


def test_a_certificate(environ, entra, certificate):
    entra.answers(json=TOKEN)
    assert signed_in("environment", with_certificate(environ, certificate)) == "a-token"
    assert entra.asked[0]["client_assertion"].count(".") == 2


def test_a_certificate_that_entra_does_not_know(environ, entra, certificate):
    entra.answers(
        status=401, json={**REFUSED, "error_description": "AADSTS700027: The certificate is not registered."}
    )
    fails("environment", with_certificate(environ, certificate), "AADSTS700027")


def test_a_certificate_that_is_not_there(environ, entra, tmp_path):
    fails("environment", with_certificate(environ, tmp_path / "gone.pem"), "gone.pem")


def test_a_certificate_where_nobody_answers(environ, entra, certificate):
    entra.answers(body=LATE)
    fails("environment", with_certificate(environ, certificate), "nobody answers")


# -- managed identities ----------------------------------------------------------------------------

OF_THE_MACHINE = {
    "access_token": "a-token",
    "expires_in": "3600",
    "resource": AZURE.audience,
    "token_type": "Bearer",
}


def test_a_managed_identity(environ, entra):
    entra.wire.get(IMDS, json=OF_THE_MACHINE)
    assert signed_in("managed-identity", environ) == "a-token"


def test_a_user_assigned_identity(environ, entra):
    entra.wire.get(IMDS, json=OF_THE_MACHINE)
    assert signed_in("managed-identity", environ.given(AZURE_CLIENT_ID=CLIENT)) == "a-token"
    assert CLIENT in entra.wire.calls[-1].request.url


def test_a_machine_without_an_identity(environ, entra):
    entra.wire.get(
        IMDS, status=400, json={"error": "invalid_request", "error_description": "Identity not found"}
    )
    fails("managed-identity", environ, "no managed identity|Identity not found")


def test_a_machine_that_is_not_azures(environ, entra):
    entra.wire.get(IMDS, body=LATE)
    fails("managed-identity", environ, "nobody answers|no response")


# -- federated identities --------------------------------------------------------------------------


def federated(environ, tmp_path):
    token = tmp_path / "federated"
    token.write_text("an-assertion", "utf-8")
    return environ.given(
        AZURE_TENANT_ID=TENANT, AZURE_CLIENT_ID=CLIENT, AZURE_FEDERATED_TOKEN_FILE=str(token)
    )


@pytest.mark.parametrize("auth", ["workload-identity", "auto"])
def test_a_workload_identity(environ, entra, tmp_path, auth):
    entra.answers(json=TOKEN)
    assert signed_in(auth, federated(environ, tmp_path)) == "a-token"
    assert entra.asked[0]["client_assertion"] == "an-assertion"


def test_a_workload_identity_that_is_not_trusted(environ, entra, tmp_path):
    entra.answers(
        status=401, json={**REFUSED, "error_description": "AADSTS70021: No matching federated identity."}
    )
    fails("workload-identity", federated(environ, tmp_path), "AADSTS70021")


def test_a_workload_identity_where_nobody_answers(environ, entra, tmp_path):
    entra.answers(body=LATE)
    fails("workload-identity", federated(environ, tmp_path), "nobody answers")


def pipeline(environ):
    return environ.given(
        AZURESUBSCRIPTION_TENANT_ID=TENANT,
        AZURESUBSCRIPTION_CLIENT_ID=CLIENT,
        AZURESUBSCRIPTION_SERVICE_CONNECTION_ID="connection",
        SYSTEM_ACCESSTOKEN=SECRET,
        SYSTEM_OIDCREQUESTURI=OIDC,
    )


def test_a_pipeline(environ, entra):
    entra.wire.post(OIDC, json={"oidcToken": "of-the-pipeline"})
    entra.answers(json=TOKEN)
    assert signed_in("pipelines", pipeline(environ)) == "a-token"
    assert entra.asked[0]["client_assertion"] == "of-the-pipeline"


def test_a_pipeline_that_gets_no_assertion(environ, entra):
    entra.wire.post(OIDC, status=401, json={"message": "TF400813: not authorized"})
    fails("pipelines", pipeline(environ), "TF400813")


def test_a_pipeline_where_nobody_answers(environ, entra):
    entra.wire.post(OIDC, body=LATE)
    fails("pipelines", pipeline(environ), "nobody answers")


# -- people ----------------------------------------------------------------------------------------

OF_A_PERSON = {**TOKEN, "scope": AZURE.scope, "refresh_token": "another"}
DEVICE = {
    "user_code": "ABCD-EFGH",
    "device_code": "device",
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 900,
    "interval": 1,
    "message": "open and enter",
}


def test_a_device_code(environ, entra):
    entra.wire.post(f"{ENTRA}/{TENANT}/oauth2/v2.0/devicecode", json=DEVICE)
    entra.answers(json={**OF_A_PERSON, **_id_token()})
    shown = []
    assert (
        signed_in("device-code", environ, tenant=TENANT, prompt=lambda *what: shown.append(what)) == "a-token"
    )
    assert shown == [("https://microsoft.com/devicelogin", "ABCD-EFGH")]


def test_a_device_code_that_is_declined(environ, entra):
    entra.wire.post(f"{ENTRA}/{TENANT}/oauth2/v2.0/devicecode", json=DEVICE)
    entra.answers(
        status=400, json={"error": "authorization_declined", "error_description": "AADSTS70000: declined"}
    )
    fails("device-code", environ, "declined", tenant=TENANT, prompt=lambda *what: None)


def test_a_device_code_where_nobody_answers(environ, entra):
    entra.wire.post(f"{ENTRA}/{TENANT}/oauth2/v2.0/devicecode", body=LATE)
    fails("device-code", environ, "nobody answers", tenant=TENANT)


def browser_that(monkeypatch, answer):
    """A browser that comes back to the local port with what Entra would say."""

    nonces = []

    def opened(url):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        nonces.append(asked["nonce"])
        form = urllib.parse.urlencode({**answer, "state": asked["state"]}).encode()

        def come_back():
            with urllib.request.urlopen(asked["redirect_uri"], data=form, timeout=10):
                pass

        threading.Thread(target=come_back, daemon=True).start()
        return True

    monkeypatch.setattr("azure.identity._credentials.browser._open_browser", opened)
    return nonces


def test_a_browser(environ, entra, monkeypatch):
    nonces = browser_that(monkeypatch, {"code": "a-code"})

    def answer(request):
        return 200, {}, json.dumps({**OF_A_PERSON, **_id_token(nonces[-1])})

    entra.wire.add_callback("POST", f"{ENTRA}/{TENANT}/oauth2/v2.0/token", answer)
    assert signed_in("browser", environ, tenant=TENANT) == "a-token"
    assert entra.asked[0]["code"] == "a-code"


def test_a_browser_in_which_somebody_says_no(environ, entra, monkeypatch):
    browser_that(monkeypatch, {"error": "access_denied", "error_description": "AADSTS65004: User declined"})
    fails("browser", environ, "AADSTS65004", tenant=TENANT)


def test_a_browser_that_does_not_open(environ, entra, monkeypatch):
    monkeypatch.setattr("azure.identity._credentials.browser._open_browser", lambda url: False)
    with warnings.catch_warnings():
        # azure-identity leaves its local port to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        fails("browser", environ, "browser", tenant=TENANT)
        gc.collect()


def _id_token(nonce=None):
    """What MSAL keeps an account by. Its signature is not looked at: it came from Entra itself."""
    now = int(time.time())
    claims = {
        "iss": f"{ENTRA}/{TENANT}/v2.0",
        "sub": "s",
        "aud": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "exp": now + 3600,
        "iat": now,
        "tid": TENANT,
        "preferred_username": "somebody@kakuu.example.jp",
        "nonce": nonce,
    }
    parts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
        for one in ({"alg": "none"}, claims)
    ]
    info = base64.urlsafe_b64encode(json.dumps({"uid": "u", "utid": TENANT}).encode()).decode().rstrip("=")
    return {"id_token": ".".join([*parts, "x"]), "client_info": info}


# -- the Azure CLI ---------------------------------------------------------------------------------


def az_that(tmp_path, script):
    az = tmp_path / "az"
    az.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    az.chmod(0o755)


def test_the_cli(environ, tmp_path):
    answer = {"accessToken": "a-token", "expiresOn": "2030-01-01 00:00:00.000000", "expires_on": 1893456000}
    az_that(tmp_path, f"echo '{json.dumps(answer)}'; echo \"$@\" > {tmp_path}/asked")
    environ.given(PATH=f"{tmp_path}:/usr/bin:/bin")
    assert signed_in("cli", environ, tenant="kakuu.example.jp") == "a-token"
    assert "--tenant kakuu.example.jp" in (tmp_path / "asked").read_text("utf-8")


def test_a_cli_in_which_nobody_is_signed_in(environ, tmp_path):
    az_that(tmp_path, "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1")
    fails("cli", environ.given(PATH=f"{tmp_path}:/usr/bin:/bin"), "az login")


def test_a_cli_that_is_not_installed(environ):
    fails("cli", environ, "not found|not installed")


def test_a_cli_that_does_not_come_back(environ, tmp_path, monkeypatch):
    az_that(tmp_path, "exec sleep 30")
    monkeypatch.setattr("azlinkscan.identity.credential.CLI_PATIENCE", 1)
    fails("cli", environ.given(PATH=f"{tmp_path}:/usr/bin:/bin"), "time|Failed to invoke")


# -- the tenant ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tenant", [None, TENANT, "kakuu.example.jp", "kakuu.onmicrosoft.com"])
def test_a_tenant_is_an_id_or_a_domain(tenant):
    known_tenant(tenant)


@pytest.mark.parametrize("tenant", ["", "架空市", "a/b", "-x", "kakuu example"])
def test_what_is_no_tenant_is_told(tenant):
    with pytest.raises(UsageError, match="no tenant"):
        known_tenant(tenant)
