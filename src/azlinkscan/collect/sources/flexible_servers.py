"""PostgreSQL and MySQL flexible servers.

https://learn.microsoft.com/rest/api/postgresql/servers, https://learn.microsoft.com/rest/api/mysql
https://learn.microsoft.com/rest/api/postgresql/configurations/list-by-server
https://learn.microsoft.com/rest/api/postgresql/advanced-threat-protection-settings/get

The parameters of a server are one list of some three hundred; a dozen checks look at it, so it is read whole, once.
"""

from azlinkscan.collect.source import Shape, Source


def _rows(provider: str, api_version: str, client: str, listing: str) -> tuple[Source, ...]:
    kind = f"{provider.lower()}/flexibleservers"
    return (
        Source(
            kind=kind,
            path=f"/subscriptions/{{subscription}}/providers/{provider}/flexibleServers",
            api_version=api_version,
            right=f"{provider}/flexibleServers/read",
            sdk=f"{client}:{listing}",
            redact=("properties.administratorLoginPassword",),
        ),
        Source(
            kind=f"{kind}/firewallrules",
            under=kind,
            path="{parent}/firewallRules",
            api_version=api_version,
            right=f"{provider}/flexibleServers/firewallRules/read",
            sdk=f"{client}:firewall_rules.list_by_server",
            # Microsoft's own example of a MySQL list carries items without an id
            names_items=True,
        ),
        Source(
            kind=f"{kind}/configurations",
            under=kind,
            path="{parent}/configurations",
            api_version=api_version,
            right=f"{provider}/flexibleServers/configurations/read",
            sdk=f"{client}:configurations.list_by_server",
            names_items=True,
        ),
        Source(
            kind=f"{kind}/advancedthreatprotectionsettings",
            under=kind,
            path="{parent}/advancedThreatProtectionSettings/Default",
            api_version=api_version,
            right=f"{provider}/flexibleServers/advancedThreatProtectionSettings/read",
            sdk=f"{client}:advanced_threat_protection_settings.get",
            shape=Shape.ONE,
        ),
    )


TABLE = (
    *_rows(
        "Microsoft.DBforPostgreSQL",
        "2024-08-01",
        "azure.mgmt.postgresqlflexibleservers:PostgreSQLManagementClient",
        "servers.list_by_subscription",
    ),
    *_rows(
        "Microsoft.DBforMySQL",
        "2023-12-30",
        "azure.mgmt.mysqlflexibleservers:MySQLManagementClient",
        "servers.list",
    ),
    Source(
        kind="microsoft.dbformysql/flexibleservers/administrators",
        under="microsoft.dbformysql/flexibleservers",
        path="{parent}/administrators",
        api_version="2023-12-30",
        right="Microsoft.DBforMySQL/flexibleServers/administrators/read",
        sdk="azure.mgmt.mysqlflexibleservers:MySQLManagementClient:azure_ad_administrators.list_by_server",
        names_items=True,
    ),
)
