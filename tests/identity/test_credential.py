"""Signing in: which credential is built, that it is proved at once, and what a failure says (and does not)."""

from __future__ import annotations

import azure.identity
import pytest
import responses
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from azlinkscan.errors import CannotRunError, UsageError
from azlinkscan.identity.clouds import CLOUDS, Cloud
from azlinkscan.identity.credential import AUTHS, NEXT, credential_for

KAKUU = Cloud(
    "kakuu.toml",
    "https://arm.example",
    "https://login.example",
    "https://arm.example",
    ca_file="/etc/own-ca.pem",
    instance_discovery=False,
)
TENANT = "00000000-0000-0000-0000-0000000000aa"
SECRET = "a-secret-that-opens-nothing"
ENVIRONMENT = {
    "AZURE_TENANT_ID": TENANT,
    "AZURE_CLIENT_ID": "00000000-0000-0000-0000-0000000000cc",
    "AZURE_CLIENT_SECRET": SECRET,
}
BUILT = {
    "cli": "AzureCliCredential",
    "environment": "EnvironmentCredential",
    "managed-identity": "ManagedIdentityCredential",
    "workload-identity": "WorkloadIdentityCredential",
    "browser": "InteractiveBrowserCredential",
    "device-code": "DeviceCodeCredential",
    "pipelines": "AzurePipelinesCredential",
    "auto": "ChainedTokenCredential",
}
PIPELINE = {
    "AZURESUBSCRIPTION_TENANT_ID": TENANT,
    "AZURESUBSCRIPTION_CLIENT_ID": "c",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "s",
    "SYSTEM_ACCESSTOKEN": SECRET,
}


@pytest.fixture
def built(monkeypatch):
    """Every credential class of azure-identity replaced by one that remembers; ``error`` is what it raises."""
    made = []

    class Error:
        raised = None

    def stand_in(name):
        class StandIn:
            def __init__(self, *chain, **options):
                made.append((name, chain, options))

            def get_token(self, *scopes, **options):
                made.append(("token", scopes, options))
                if Error.raised:
                    raise Error.raised
                return AccessToken("t", 4_102_444_800)

        return StandIn

    for name in {*BUILT.values(), "AzurePowerShellCredential", "AzureDeveloperCliCredential"}:
        monkeypatch.setattr(azure.identity, name, stand_in(name))
    return made, Error


def options_of(made, name):
    return next(options for one, _, options in made if one == name)


@pytest.mark.parametrize("auth", AUTHS)
def test_every_way_to_sign_in_builds_its_credential_and_proves_it(built, auth):
    made, _ = built
    credential_for(auth, CLOUDS["usgov"], environ=PIPELINE)
    assert BUILT[auth] in [name for name, _, _ in made]
    assert made[-1] == ("token", ("https://management.core.usgovcloudapi.net/.default",), {})


@pytest.mark.parametrize("auth", ["environment", "workload-identity", "browser", "device-code", "pipelines"])
def test_a_cloud_of_ones_own_is_asked_for_the_token(built, auth):
    made, _ = built
    credential_for(auth, KAKUU, environ=PIPELINE)
    options = options_of(made, BUILT[auth])
    assert options["authority"] == "https://login.example"
    assert options["disable_instance_discovery"] is True
    assert options["connection_verify"] == "/etc/own-ca.pem"


def test_a_tenant_is_handed_on(built):
    made, _ = built
    credential_for("cli", CLOUDS["public"], environ={}, tenant=TENANT)
    assert options_of(made, "AzureCliCredential")["tenant_id"] == TENANT


def test_a_user_assigned_identity_is_named_by_the_environment(built):
    made, _ = built
    credential_for("managed-identity", CLOUDS["public"], environ=ENVIRONMENT)
    assert options_of(made, "ManagedIdentityCredential") == {"client_id": ENVIRONMENT["AZURE_CLIENT_ID"]}


def test_what_a_machine_was_set_up_with_comes_before_who_is_signed_in(built):
    made, _ = built
    credential_for("auto", CLOUDS["public"], environ={"AZURE_FEDERATED_TOKEN_FILE": "/token"})
    assert [name for name, _, _ in made][:6] == [
        "EnvironmentCredential",
        "WorkloadIdentityCredential",
        "ManagedIdentityCredential",
        "AzureCliCredential",
        "AzurePowerShellCredential",
        "AzureDeveloperCliCredential",
    ]


def test_a_device_code_is_shown_by_whoever_asked(built):
    made, _ = built
    shown = []
    credential_for("device-code", CLOUDS["public"], environ={}, prompt=lambda *words: shown.append(words))
    options_of(made, "DeviceCodeCredential")["prompt_callback"](
        "https://microsoft.example/devicelogin", "ABC", None
    )
    assert shown == [("https://microsoft.example/devicelogin", "ABC")]


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize(
    "error",
    [
        ClientAuthenticationError("refused"),
        ServiceRequestError("no way"),
        ValueError("odd tenant"),
        OSError("no file"),
    ],
)
def test_a_sign_in_that_fails_says_which_and_what_to_do(built, auth, error):
    _, broken = built
    broken.raised = error
    with pytest.raises(CannotRunError) as caught:
        credential_for(auth, KAKUU, environ=PIPELINE)
    assert f"--auth {auth}, https://login.example): {error}" in caught.value.title.en
    assert NEXT[auth].en in caught.value.hint.en
    assert NEXT[auth].ja in caught.value.hint.ja
    assert f"|{auth}|" not in f"|{caught.value.hint.en.partition('other ways: --auth ')[2]}|"


def test_every_credential_that_was_tried_has_its_say(built):
    _, broken = built
    broken.raised = ClientAuthenticationError(
        message="ChainedTokenCredential failed to retrieve a token from the included credentials.\n"
        "Attempted credentials:\n\tEnvironmentCredential: not configured\n\tAzureCliCredential: Please run 'az login'\n"
        "To mitigate this issue, please refer to the guidelines."
    )
    with pytest.raises(CannotRunError) as caught:
        credential_for("auto", CLOUDS["public"], environ={})
    assert (
        "EnvironmentCredential: not configured; AzureCliCredential: Please run 'az login'"
        in caught.value.title.en
    )
    assert "mitigate" not in caught.value.title.en


@pytest.mark.parametrize(
    "name",
    ["AZURE_CLIENT_SECRET", "AZURE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "SYSTEM_ACCESSTOKEN"],
)
def test_a_secret_that_the_message_repeats_is_left_out(built, name):
    _, broken = built
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.sig"
    broken.raised = ClientAuthenticationError(f"the secret {SECRET} or the token {token} is wrong")
    with pytest.raises(CannotRunError) as caught:
        credential_for("environment", CLOUDS["public"], environ={name: SECRET})
    said = f"{caught.value.title} {caught.value.hint} {caught.value}"
    assert SECRET not in said
    assert token not in said
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_long_story_is_cut(built):
    _, broken = built
    broken.raised = ClientAuthenticationError("x" * 5000)
    with pytest.raises(CannotRunError) as caught:
        credential_for("cli", CLOUDS["public"], environ={})
    assert len(caught.value.title.en) < 500


def test_a_pipeline_that_hands_over_too_little_is_told_what_is_missing(built):
    made, _ = built
    with pytest.raises(CannotRunError, match=r"not set: AZURESUBSCRIPTION_TENANT_ID, .*SYSTEM_ACCESSTOKEN"):
        credential_for("pipelines", CLOUDS["public"], environ={"AZURESUBSCRIPTION_CLIENT_ID": "c"})
    assert made == []


def test_an_unknown_way_is_a_usage_error_that_names_the_ways():
    with pytest.raises(UsageError, match=r"'magic'.*auto, cli"):
        credential_for("magic", CLOUDS["public"], environ={})


# -- azure-identity itself, at the HTTP edge -------------------------------------------------------


@pytest.fixture
def entra(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    base = f"https://login.example/{TENANT}"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.get(
            f"{base}/v2.0/.well-known/openid-configuration",
            json={
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "issuer": f"{base}/v2.0",
            },
        )
        yield wire, f"{base}/oauth2/v2.0/token"


def test_a_client_secret_signs_in_at_the_clouds_own_authority(entra):
    wire, endpoint = entra
    wire.post(endpoint, json={"token_type": "Bearer", "expires_in": 3600, "access_token": "own-token"})
    credential = credential_for("environment", KAKUU, environ=ENVIRONMENT)
    assert credential.get_token(KAKUU.scope).token == "own-token"
    assert {call.request.url.split("/")[2] for call in wire.calls} == {"login.example"}


def test_a_wrong_client_secret_is_told_in_entras_words(entra):
    wire, endpoint = entra
    wire.post(
        endpoint,
        status=401,
        json={"error": "invalid_client", "error_description": f"AADSTS7000215: Invalid {SECRET}."},
    )
    with pytest.raises(CannotRunError, match="AADSTS7000215") as caught:
        credential_for("environment", KAKUU, environ=ENVIRONMENT)
    assert SECRET not in str(caught.value)


def test_an_environment_that_is_not_set_says_so(monkeypatch):
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CannotRunError, match=r"not fully configured.*AZURE_CLIENT_SECRET"):
        credential_for("environment", CLOUDS["public"], environ={})
