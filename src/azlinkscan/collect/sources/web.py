"""App Service: environments, plans, sites and their slots.

https://learn.microsoft.com/rest/api/appservice/app-service-environments
https://learn.microsoft.com/rest/api/appservice/app-service-plans/list
https://learn.microsoft.com/rest/api/appservice/web-apps
https://learn.microsoft.com/rest/api/appservice/certificates/list

Lists of environments and sites are read again item by item: in public recordings no listed site carries
``privateEndpointConnections`` or ``identity``, which the same site's GET does, and an absent property must not
pass for an empty one. TLS, FTP and restrictions are ``null`` on a site in both; they are in ``config/web``.
"""

from dataclasses import replace

from azlinkscan.collect.source import Shape, Skip, Source
from azlinkscan.model.facts import Fact

_API = "2023-12-01"
_CLIENT = "azure.mgmt.web:WebSiteManagementClient"
_SITE_CONFIG_SECRETS = (
    "publishingUsername",
    "publishingPassword",
    "runtimeADUserPassword",
    "appCommandLine",
    "appSettings[*].value",
    "metadata[*].value",
    "connectionStrings[*].connectionString",
    "machineKey.validation",
    "machineKey.validationKey",
    "machineKey.decryption",
    "machineKey.decryptionKey",
    "azureStorageAccounts.*.accessKey",
    "siteAuthSettings.clientSecret",
    "siteAuthSettings.googleClientSecret",
    "siteAuthSettings.facebookAppSecret",
    "siteAuthSettings.gitHubClientSecret",
    "siteAuthSettings.twitterConsumerSecret",
    "siteAuthSettings.microsoftAccountClientSecret",
)


def _is_older_environment(environment: Fact) -> bool:
    return str(environment.body.get("kind", "")).lower() in ("asev1", "asev2")


def _of_site(kind: str, slot: bool) -> str:
    return f"microsoft.web/sites/slots/{kind}" if slot else f"microsoft.web/sites/{kind}"


def _site_rows(slot: bool) -> tuple[Source, ...]:
    """What hangs under a site hangs under a slot as well, each as a kind of its own."""
    under = "microsoft.web/sites/slots" if slot else "microsoft.web/sites"
    action = "Microsoft.Web/sites/slots" if slot else "Microsoft.Web/sites"
    ending = "_slot" if slot else ""
    return (
        Source(
            kind=_of_site("config/web", slot),
            under=under,
            path="{parent}/config/web",
            api_version=_API,
            right=f"{action}/config/Read",
            sdk=f"{_CLIENT}:web_apps.get_configuration{ending}",
            shape=Shape.ONE,
            redact=tuple(f"properties.{path}" for path in _SITE_CONFIG_SECRETS),
        ),
        Source(
            kind=_of_site("config/authsettingsv2", slot),
            under=under,
            # without /list, which would answer the secrets and take config/list/action
            path="{parent}/config/authsettingsV2",
            api_version=_API,
            right=f"{action}/config/Read",
            sdk=f"{_CLIENT}:web_apps.get_auth_settings_v2_without_secrets{ending}",
            shape=Shape.ONE,
        ),
        Source(
            kind=_of_site("basicpublishingcredentialspolicies", slot),
            under=under,
            path="{parent}/basicPublishingCredentialsPolicies",
            api_version=_API,
            right=f"{action}/basicPublishingCredentialsPolicies/Read",
            sdk=f"{_CLIENT}:web_apps.list_basic_publishing_credentials_policies{ending}",
            names_items=True,
        ),
        Source(
            kind=_of_site("backups", slot),
            under=under,
            path="{parent}/backups",
            api_version=_API,
            right=f"{action}/backups/Read",
            sdk=f"{_CLIENT}:web_apps.list_backups{ending}",
            names_items=True,
            redact=(
                "properties.storageAccountUrl",
                "properties.log",
                "properties.databases[*].connectionString",
            ),
        ),
    )


_SITE = Source(
    kind="microsoft.web/sites",
    path="/subscriptions/{subscription}/providers/Microsoft.Web/sites",
    api_version=_API,
    right="Microsoft.Web/sites/Read",
    sdk=f"{_CLIENT}:web_apps.list",
    each=True,
    redact=tuple(f"properties.siteConfig.{path}" for path in _SITE_CONFIG_SECRETS),
)

TABLE = (
    Source(
        kind="microsoft.web/hostingenvironments",
        path="/subscriptions/{subscription}/providers/Microsoft.Web/hostingEnvironments",
        api_version=_API,
        right="Microsoft.Web/hostingEnvironments/Read",
        sdk=f"{_CLIENT}:app_service_environments.list",
        each=True,
        follow=True,
    ),
    Source(
        kind="microsoft.web/hostingenvironments/configurations/networking",
        under="microsoft.web/hostingenvironments",
        path="{parent}/configurations/networking",
        api_version=_API,
        right="Microsoft.Web/hostingEnvironments/configurations/networking/Read",
        sdk=f"{_CLIENT}:app_service_environments.get_ase_v3_networking_configuration",
        shape=Shape.ONE,
        skip=Skip("older-than-v3", _is_older_environment),
    ),
    Source(
        kind="microsoft.web/serverfarms",
        path="/subscriptions/{subscription}/providers/Microsoft.Web/serverfarms",
        api_version=_API,
        right="Microsoft.Web/serverfarms/Read",
        sdk=f"{_CLIENT}:app_service_plans.list",
        follow=True,
    ),
    Source(
        kind="microsoft.web/certificates",
        path="/subscriptions/{subscription}/providers/Microsoft.Web/certificates",
        api_version=_API,
        right="Microsoft.Web/certificates/Read",
        sdk=f"{_CLIENT}:certificates.list",
        redact=(
            "properties.pfxBlob",
            "properties.password",
            "properties.cerBlob",
            "properties.publicKeyHash",
        ),
    ),
    _SITE,
    *_site_rows(slot=False),
    replace(
        _SITE,
        kind="microsoft.web/sites/slots",
        under="microsoft.web/sites",
        path="{parent}/slots",
        right="Microsoft.Web/sites/slots/Read",
        sdk=f"{_CLIENT}:web_apps.list_slots",
    ),
    *_site_rows(slot=True),
)
