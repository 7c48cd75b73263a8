"""Settings and connection strings of apps and slots, and the shared access signatures that stand in them.

https://learn.microsoft.com/rest/api/appservice/web-apps/list-application-settings

Azure reads them by POST, and the action is not in the Reader role: an option asks for them. Every value is reduced to
its kind on the spot; see ``sas.settings``.
"""

from azlinkscan.collect.source import APP_SETTINGS, Shape, Source

TOKENS = "azlinkscan.sas/tokens"
"""A kind of ours: Azure itself has no list of the signatures that were given out."""
_API = "2024-04-01"
_CLIENT = "azure.mgmt.web:WebSiteManagementClient:web_apps"


def _settings(under: str, name: str, sdk: str) -> tuple[Source, Source]:
    kind = f"{under}/config/{name}"
    types = "/".join(part for part in ("sites", *under.split("/")[2:]))
    return (
        Source(
            kind=kind,
            under=under,
            path=f"{{parent}}/config/{name}/list",
            api_version=_API,
            right=f"Microsoft.Web/{types}/config/list/action",
            sdk=f"{_CLIENT}.{sdk}",
            shape=Shape.ONE,
            option=APP_SETTINGS,
            method="POST",
            reduced_by="app settings",
        ),
        Source(
            kind=TOKENS,
            under=kind,
            path="{parent}/sastokens",
            api_version=_API,
            right=f"Microsoft.Web/{types}/config/list/action",
            sdk=None,
            no_sdk="the tokens stand in the answer about the settings",
            option=APP_SETTINGS,
            items_of=("properties", "tokens"),
        ),
    )


TABLE = (
    *_settings("microsoft.web/sites", "appsettings", "list_application_settings"),
    *_settings("microsoft.web/sites", "connectionstrings", "list_connection_strings"),
    *_settings("microsoft.web/sites/slots", "appsettings", "list_application_settings_slot"),
    *_settings("microsoft.web/sites/slots", "connectionstrings", "list_connection_strings_slot"),
)
