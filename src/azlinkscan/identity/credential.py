"""A credential, however the user signs in. azure-identity does the work; we choose, prove it once, and say what failed.

https://learn.microsoft.com/python/api/overview/azure/identity-readme
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.identity.clouds import Cloud
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

_SECRET_VARIABLES = (
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_PASSWORD",
    "SYSTEM_ACCESSTOKEN",
)
_PIPELINE_VARIABLES = {
    "tenant_id": "AZURESUBSCRIPTION_TENANT_ID",
    "client_id": "AZURESUBSCRIPTION_CLIENT_ID",
    "service_connection_id": "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    "system_access_token": "SYSTEM_ACCESSTOKEN",
}
_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+")
_TENANT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""As azure-identity takes it: letters, digits, dots and hyphens."""
_LONGEST = 300
CLI_PATIENCE = 30
"""Seconds for the Azure CLI and its kin to answer: a cold start of theirs takes several."""
PATIENCE: Mapping[str, Any] = {
    "connection_timeout": 10,
    "read_timeout": 30,
    "retry_total": 2,
    "retry_backoff_max": 5,
}
"""Of one request to sign in. azure-core's own five minutes, three times over, would look like a scan that hangs."""

NEXT = {
    "auto": Text(
        en="sign in with 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
        ja="az login でサインインするか、AZURE_TENANT_ID、AZURE_CLIENT_ID 及び AZURE_CLIENT_SECRET を設定する",
    ),
    "cli": Text(
        en="run 'az login' (in another cloud, 'az cloud set' first)",
        ja="az login を実行する（別のクラウドの場合は、先に az cloud set を実行する）",
    ),
    "environment": Text(
        en="set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH) "
        "of an app registration whose secret has not expired",
        ja="有効期限内のシークレットを持つアプリ登録の AZURE_TENANT_ID、AZURE_CLIENT_ID 及び AZURE_CLIENT_SECRET"
        "（又は AZURE_CLIENT_CERTIFICATE_PATH）を設定する",
    ),
    "managed-identity": Text(
        en="give this machine a managed identity; name a user-assigned one in AZURE_CLIENT_ID",
        ja="このマシンにマネージド ID を割り当てる。ユーザー割り当てのものは AZURE_CLIENT_ID で指定する",
    ),
    "workload-identity": Text(
        en="set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE",
        ja="AZURE_TENANT_ID、AZURE_CLIENT_ID 及び AZURE_FEDERATED_TOKEN_FILE を設定する",
    ),
    "browser": Text(
        en="finish the sign-in in the browser, or use --auth device-code where there is none",
        ja="ブラウザーでサインインを完了する。ブラウザーがない場合は --auth device-code を使用する",
    ),
    "device-code": Text(
        en="open the address that is shown and enter the code before it expires",
        ja="表示されたアドレスを開き、有効期限内にコードを入力する",
    ),
    "pipelines": Text(
        en="run in an AzureCLI@2 task and pass SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
        ja="AzureCLI@2 タスクの中で実行し、SYSTEM_ACCESSTOKEN: $(System.AccessToken) を渡す",
    ),
}
"""What to do where a way to sign in fails; its keys are the ways that there are."""

AUTHS: tuple[str, ...] = tuple(NEXT)
"""The values of ``--auth``."""

Prompt = Callable[[str, str], None]
"""Shows the address to open and the code to enter there."""


def known_way(auth: str, place: Place = Place("--auth")) -> None:
    """Raises UsageError where there is no such way to sign in."""
    if auth not in NEXT:
        raise UsageError(
            Text(
                en=f"there is no way to sign in called '{auth}'", ja=f"「{auth}」というサインイン方法はない"
            ),
            hint=Text(
                en=f"give one of: {', '.join(AUTHS)}", ja=f"次のいずれかを指定する：{', '.join(AUTHS)}"
            ),
            place=place,
        )


def known_tenant(tenant: str | None, place: Place = Place("--tenant")) -> None:
    """Raises UsageError where this can be neither the id nor the domain of a tenant."""
    if tenant is None or _TENANT.fullmatch(tenant):
        return
    raise UsageError(
        Text(en=f"'{tenant}' is no tenant", ja=f"「{tenant}」はテナントではない"),
        hint=Text(
            en="give its id or one of its domains, such as city.example.jp",
            ja="テナントの ID 又はドメイン（city.example.jp 等）を指定する",
        ),
        place=place,
    )


def credential_for(
    auth: str,
    cloud: Cloud,
    *,
    environ: Mapping[str, str],
    tenant: str | None = None,
    prompt: Prompt | None = None,
) -> TokenCredential:
    """A credential that has just given a token for the cloud's Resource Manager.

    ``environ`` is the process's environment as the command line read it. Raises UsageError for an unknown ``auth``,
    CannotRunError where the sign-in fails: with what was tried and what each said, never with a secret.
    """
    known_way(auth)
    from azure.core.exceptions import AzureError

    try:
        credential = _build(auth, cloud, environ, tenant, prompt)
        credential.get_token(cloud.scope)
    except (AzureError, ValueError, OSError) as error:
        said = _without_secrets(str(getattr(error, "message", None) or error), environ)
        raise _failure(auth, cloud, said) from None
    return credential


def _build(
    auth: str, cloud: Cloud, environ: Mapping[str, str], tenant: str | None, prompt: Prompt | None
) -> TokenCredential:
    import azure.identity as identity

    entra: dict[str, Any] = {
        "authority": cloud.authority,
        "disable_instance_discovery": not cloud.instance_discovery,
        "connection_verify": cloud.ca_file or True,
        **PATIENCE,
    }
    by_tenant: dict[str, Any] = {"tenant_id": tenant} if tenant else {}
    match auth:
        case "cli":
            return identity.AzureCliCredential(process_timeout=CLI_PATIENCE, **by_tenant)
        case "environment":
            return _environment(tenant, entra)
        case "managed-identity":
            return identity.ManagedIdentityCredential(client_id=environ.get("AZURE_CLIENT_ID"))
        case "workload-identity":
            return identity.WorkloadIdentityCredential(**by_tenant, **entra)
        case "browser":
            return identity.InteractiveBrowserCredential(**by_tenant, **entra)
        case "device-code":
            return identity.DeviceCodeCredential(
                prompt_callback=lambda address, code, until: prompt(address, code) if prompt else None,
                **by_tenant,
                **entra,
            )
        case "pipelines":
            given = {name: environ.get(variable, "") for name, variable in _PIPELINE_VARIABLES.items()}
            missing = [_PIPELINE_VARIABLES[name] for name, value in given.items() if not value]
            if missing:
                raise ValueError(f"not set: {', '.join(missing)}")
            return identity.AzurePipelinesCredential(**{**given, **by_tenant}, **entra)
    return _chain(environ, tenant, by_tenant, entra)


def _environment(tenant: str | None, entra: dict[str, Any]) -> TokenCredential:
    """What AZURE_* variables describe. ``--tenant`` names the tenant to act in; the application's own stays its home.

    EnvironmentCredential takes no tenant of its own; a multi-tenant application is let into a further one by name.
    """
    import azure.identity as identity

    further = {"additionally_allowed_tenants": [tenant]} if tenant else {}
    credential = identity.EnvironmentCredential(**further, **entra)
    return EnvironmentCredentialInTenant(credential, tenant) if tenant else credential


class EnvironmentCredentialInTenant:
    """Asks for tokens in one tenant, whatever it was set up with. Failures name it by its class."""

    def __init__(self, credential: TokenCredential, tenant: str) -> None:
        self._credential, self._tenant = credential, tenant

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """As the credential, in the tenant."""
        return self._credential.get_token(
            *scopes, **{**options, "tenant_id": options.get("tenant_id") or self._tenant}
        )


def _chain(
    environ: Mapping[str, str], tenant: str | None, by_tenant: dict[str, Any], entra: dict[str, Any]
) -> TokenCredential:
    """What a machine was set up with, then what a person signed in with.

    Not DefaultAzureCredential: that leaves a custom authority out of workload identities and asks caches of editors.
    A credential that is set up and fails ends the search: to go on as somebody else would surprise.
    """
    import azure.identity as identity

    chain: list[Any] = [_environment(tenant, entra)]
    if environ.get("AZURE_FEDERATED_TOKEN_FILE"):
        chain.append(identity.WorkloadIdentityCredential(**by_tenant, **entra))
    chain += [
        identity.ManagedIdentityCredential(client_id=environ.get("AZURE_CLIENT_ID")),
        identity.AzureCliCredential(process_timeout=CLI_PATIENCE, **by_tenant),
        identity.AzurePowerShellCredential(**by_tenant),
        identity.AzureDeveloperCliCredential(**by_tenant),
    ]
    return identity.ChainedTokenCredential(*chain)


def _without_secrets(text: str, environ: Mapping[str, str]) -> str:
    for name in _SECRET_VARIABLES:
        if value := environ.get(name):
            text = text.replace(value, "REDACTED")
    return _TOKEN.sub("REDACTED", text)


def _failure(auth: str, cloud: Cloud, said: str) -> CannotRunError:
    tried = [line.strip() for line in said.splitlines() if line.startswith("\t")] or [
        next((line.strip() for line in said.splitlines() if line.strip()), "no reason given")
    ]
    reasons = "; ".join(reason if len(reason) <= _LONGEST else reason[:_LONGEST] + "…" for reason in tried)
    others = "|".join(way for way in AUTHS if way != auth)
    return CannotRunError(
        Text(
            en=f"sign-in failed (--auth {auth}, {cloud.authority}): {reasons}",
            ja=f"サインインに失敗した（--auth {auth}、{cloud.authority}）：{reasons}",
        ),
        hint=Text(
            en=f"{NEXT[auth].en}; other ways: --auth {others}",
            ja=f"{NEXT[auth].ja}。他の方法：--auth {others}",
        ),
    )
