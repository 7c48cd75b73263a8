"""PostgreSQL and MySQL flexible servers.

https://learn.microsoft.com/rest/api/postgresql/servers, https://learn.microsoft.com/rest/api/mysql
"""

from azlinkscan.collect.source import Source


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
)
