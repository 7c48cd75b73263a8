"""Azure SQL servers and databases.

https://learn.microsoft.com/rest/api/sql/servers/list, …/firewall-rules/list-by-server, …/databases/list-by-server

…/encryption-protectors/get, …/server-connection-policies/get, …/server-advanced-threat-protection-settings/get,
…/sql-vulnerability-assessments-settings/get, …/server-vulnerability-assessments/get, …/ipv6-firewall-rules/list-by-server,
…/failover-groups/list-by-server, …/managed-instances/list

``$expand`` brings the Entra administrator of every server; recordings without it show it on some servers only.
The two forms of vulnerability assessment have an answer each: the express one says whether it is on, the classic one
whether it recurs (https://learn.microsoft.com/azure/defender-for-cloud/sql-azure-vulnerability-assessment-overview).
A server that does not speak IPv6 has no IPv6 rules in force, so none are asked of it.
``master`` is in every database list and can have neither encryption of its own nor backups that a user keeps.
"""

from azlinkscan.collect.source import Shape, Skip, Source
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact

_API = "2023-08-01"
_CLIENT = "azure.mgmt.sql:SqlManagementClient"
_SERVER = "microsoft.sql/servers"
_DATABASE = "microsoft.sql/servers/databases"


def _is_master(database: Fact) -> bool:
    return arm.name_of(database.id) == "master"


def _speaks_no_ipv6(server: Fact) -> bool:
    properties = server.body.get("properties")
    said = properties.get("isIPv6Enabled") if isinstance(properties, dict) else None
    return said is None or (isinstance(said, str) and said.lower() == "disabled")


def _setting(name: str, which: str, sdk: str, redact: tuple[str, ...] = ()) -> Source:
    """A server's one setting of a kind."""
    return Source(
        kind=f"{_SERVER}/{name.lower()}",
        under=_SERVER,
        path=f"{{parent}}/{name}/{which}",
        api_version=_API,
        right=f"Microsoft.Sql/servers/{name}/read",
        sdk=f"{_CLIENT}:{sdk}.get",
        shape=Shape.ONE,
        redact=redact,
    )


_MASTER = Skip("system-database", _is_master)

TABLE = (
    Source(
        kind=_SERVER,
        path="/subscriptions/{subscription}/providers/Microsoft.Sql/servers",
        query="$expand=administrators/activedirectory",
        api_version=_API,
        right="Microsoft.Sql/servers/read",
        sdk=f"{_CLIENT}:servers.list",
        redact=("properties.administratorLoginPassword",),
    ),
    Source(
        kind=f"{_SERVER}/firewallrules",
        under=_SERVER,
        path="{parent}/firewallRules",
        api_version=_API,
        right="Microsoft.Sql/servers/firewallRules/read",
        sdk=f"{_CLIENT}:firewall_rules.list_by_server",
        names_items=True,
    ),
    Source(
        kind=f"{_SERVER}/virtualnetworkrules",
        under=_SERVER,
        path="{parent}/virtualNetworkRules",
        api_version=_API,
        right="Microsoft.Sql/servers/virtualNetworkRules/read",
        sdk=f"{_CLIENT}:virtual_network_rules.list_by_server",
        names_items=True,
    ),
    Source(
        kind=f"{_SERVER}/auditingsettings",
        under=_SERVER,
        path="{parent}/auditingSettings/default",
        api_version=_API,
        right="Microsoft.Sql/servers/auditingSettings/read",
        sdk=f"{_CLIENT}:server_blob_auditing_policies.get",
        shape=Shape.ONE,
        redact=("properties.storageAccountAccessKey",),
    ),
    Source(
        kind=f"{_SERVER}/ipv6firewallrules",
        under=_SERVER,
        path="{parent}/ipv6FirewallRules",
        api_version=_API,
        right="Microsoft.Sql/servers/ipv6FirewallRules/read",
        sdk=f"{_CLIENT}:ipv6_firewall_rules.list_by_server",
        names_items=True,
        skip=Skip("no-ipv6", _speaks_no_ipv6),
    ),
    _setting("encryptionProtector", "current", "encryption_protectors"),
    _setting("connectionPolicies", "default", "server_connection_policies"),
    _setting("advancedThreatProtectionSettings", "Default", "server_advanced_threat_protection_settings"),
    _setting("sqlVulnerabilityAssessments", "default", "sql_vulnerability_assessments_settings"),
    _setting(
        "vulnerabilityAssessments",
        "default",
        "server_vulnerability_assessments",
        redact=("properties.storageAccountAccessKey", "properties.storageContainerSasKey"),
    ),
    Source(
        kind=f"{_SERVER}/failovergroups",
        under=_SERVER,
        path="{parent}/failoverGroups",
        api_version=_API,
        right="Microsoft.Sql/servers/failoverGroups/read",
        sdk=f"{_CLIENT}:failover_groups.list_by_server",
        names_items=True,
    ),
    Source(
        kind=f"{_SERVER}/elasticpools",
        under=_SERVER,
        path="{parent}/elasticPools",
        api_version=_API,
        right="Microsoft.Sql/servers/elasticPools/read",
        sdk=f"{_CLIENT}:elastic_pools.list_by_server",
        names_items=True,
        follow=True,
    ),
    Source(
        kind=_DATABASE,
        under=_SERVER,
        path="{parent}/databases",
        api_version=_API,
        right="Microsoft.Sql/servers/databases/read",
        sdk=f"{_CLIENT}:databases.list_by_server",
        names_items=True,
    ),
    Source(
        kind=f"{_DATABASE}/transparentdataencryption",
        under=_DATABASE,
        path="{parent}/transparentDataEncryption/current",
        api_version=_API,
        right="Microsoft.Sql/servers/databases/transparentDataEncryption/read",
        sdk=f"{_CLIENT}:transparent_data_encryptions.get",
        shape=Shape.ONE,
        skip=_MASTER,
    ),
    Source(
        kind=f"{_DATABASE}/backupshorttermretentionpolicies",
        under=_DATABASE,
        path="{parent}/backupShortTermRetentionPolicies/default",
        api_version=_API,
        right="Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/read",
        sdk=f"{_CLIENT}:backup_short_term_retention_policies.get",
        shape=Shape.ONE,
        skip=_MASTER,
    ),
    Source(
        kind=f"{_DATABASE}/backuplongtermretentionpolicies",
        under=_DATABASE,
        path="{parent}/backupLongTermRetentionPolicies/default",
        api_version=_API,
        right="Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies/read",
        sdk=f"{_CLIENT}:long_term_retention_policies.get",
        shape=Shape.ONE,
        skip=_MASTER,
    ),
    Source(
        kind="microsoft.sql/managedinstances",
        path="/subscriptions/{subscription}/providers/Microsoft.Sql/managedInstances",
        query="$expand=administrators/activedirectory",
        api_version=_API,
        right="Microsoft.Sql/managedInstances/read",
        sdk=f"{_CLIENT}:managed_instances.list",
        redact=("properties.administratorLoginPassword",),
    ),
)
