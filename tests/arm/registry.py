"""The resource types that this Azure knows, and the api-versions that each answers to.

A wrong api-version would otherwise show up only at a customer's. The versions are those of Azure/bicep-types-az
(generated from Azure/azure-rest-api-specs) and of the management clients; the oldest are left out. Where the
collector needs another one, look it up there and add it here.
"""

from __future__ import annotations

from collections.abc import Mapping

_RECENT: Mapping[str, str] = {
    "microsoft.resources/subscriptions": (
        "2016-06-01 2019-06-01 2019-11-01 2020-01-01 2021-01-01 2021-10-01 2022-12-01"
    ),
    "microsoft.resources/resourcegroups": (
        "2019-10-01 2020-06-01 2020-10-01 2021-01-01 2021-04-01 2022-09-01 2023-07-01 2024-03-01 2024-07-01 "
        "2024-11-01 2025-03-01 2025-04-01"
    ),
    "microsoft.resources/resources": (
        "2019-10-01 2020-06-01 2020-10-01 2021-01-01 2021-04-01 2022-09-01 2023-07-01 2024-03-01 2024-07-01 "
        "2024-11-01 2025-03-01 2025-04-01"
    ),
    "microsoft.web": (
        "2018-11-01 2019-08-01 2020-06-01 2020-09-01 2020-10-01 2020-12-01 2021-01-01 2021-01-15 2021-02-01 "
        "2021-03-01 2022-03-01 2022-09-01 2023-01-01 2023-12-01 2024-04-01 2024-11-01 2025-03-01 2025-05-01"
    ),
    "microsoft.storage": (
        "2019-06-01 2020-08-01-preview 2021-01-01 2021-02-01 2021-04-01 2021-06-01 2021-08-01 2021-09-01 "
        "2022-05-01 2022-09-01 2023-01-01 2023-04-01 2023-05-01 2024-01-01 2025-01-01 2025-06-01 2025-08-01 "
        "2026-04-01 2026-06-01 2026-09-01"
    ),
    "microsoft.sql": (
        "2020-11-01-preview 2021-02-01-preview 2021-05-01-preview 2021-08-01-preview 2021-11-01 "
        "2021-11-01-preview 2022-02-01-preview 2022-05-01-preview 2022-08-01-preview 2022-11-01-preview "
        "2023-02-01-preview 2023-05-01-preview 2023-08-01 2023-08-01-preview 2024-05-01-preview "
        "2024-11-01-preview 2025-01-01"
    ),
    "microsoft.dbforpostgresql/flexibleservers": (
        "2021-06-01 2022-01-20-preview 2022-12-01 2023-03-01-preview 2023-06-01-preview 2023-12-01-preview "
        "2024-03-01-preview 2024-08-01 2024-11-01-preview 2025-01-01-preview 2025-06-01-preview 2025-08-01 "
        "2026-01-01-preview 2026-04-01-preview 2026-07-01-preview 2026-10-01"
    ),
    "microsoft.dbformysql/flexibleservers": (
        "2021-05-01 2021-12-01-preview 2022-01-01 2022-09-30-preview 2023-06-01-preview 2023-06-30 "
        "2023-10-01-preview 2023-12-01-preview 2023-12-30 2024-06-01-preview 2024-10-01-preview 2024-12-30"
    ),
    "microsoft.network": (
        "2020-11-01 2021-02-01 2021-03-01 2021-05-01 2021-08-01 2022-01-01 2022-05-01 2022-07-01 2022-09-01 "
        "2022-11-01 2023-02-01 2023-04-01 2023-05-01 2023-06-01 2023-09-01 2023-11-01 2024-01-01 2024-03-01 "
        "2024-05-01 2024-07-01 2024-10-01 2025-01-01 2025-03-01 2025-05-01 2025-07-01 2025-09-01 2026-01-01 "
        "2026-03-01"
    ),
    "microsoft.compute": (
        "2021-07-01 2021-11-01 2022-03-01 2022-08-01 2022-11-01 2023-03-01 2023-07-01 2023-09-01 2024-03-01 "
        "2024-07-01 2024-11-01 2025-04-01"
    ),
    "microsoft.insights/metricalerts": "2018-03-01",
    "microsoft.insights/activitylogalerts": "2017-03-01-preview 2017-04-01 2020-10-01 2023-01-01-preview",
    "microsoft.insights/actiongroups": (
        "2018-03-01 2018-09-01 2019-03-01 2019-06-01 2021-09-01 2022-04-01 2022-06-01 2023-01-01 "
        "2024-10-01-preview"
    ),
    "microsoft.insights/components": "2015-05-01 2018-05-01-preview 2020-02-02-preview 2020-02-02",
    "microsoft.insights/webtests": "2015-05-01 2018-05-01-preview 2020-10-05-preview 2022-06-15",
    "microsoft.insights/diagnosticsettings": "2016-09-01 2017-05-01-preview 2021-05-01-preview",
    "microsoft.alertsmanagement/actionrules": "2018-11-02-privatepreview 2019-05-05-preview 2021-08-08-preview 2021-08-08",
    "microsoft.operationalinsights": (
        "2020-08-01 2020-10-01 2021-06-01 2021-12-01-preview 2022-10-01 2023-09-01 2025-02-01 2025-07-01 "
        "2026-03-01"
    ),
    "microsoft.recoveryservices": (
        "2021-06-01 2021-08-01 2021-12-01 2022-01-01 2022-02-01 2022-03-01 2022-04-01 2022-10-01 2023-01-01 "
        "2023-02-01 2023-04-01 2023-06-01 2023-08-01 2024-01-01 2024-02-01 2024-04-01 2024-10-01 2025-01-01 "
        "2025-02-01 2025-08-01 2026-01-01 2026-02-01 2026-05-01 2026-07-01"
    ),
    "microsoft.authorization/locks": "2015-01-01 2016-09-01 2017-04-01 2020-05-01",
    "microsoft.authorization/roleassignments": (
        "2015-07-01 2018-01-01-preview 2018-09-01-preview 2020-04-01-preview 2020-08-01-preview "
        "2020-10-01-preview 2022-04-01"
    ),
    "microsoft.authorization/roledefinitions": "2015-07-01 2018-01-01-preview 2022-04-01 2022-05-01-preview",
    "microsoft.authorization/permissions": "2015-07-01 2018-01-01-preview 2022-04-01",
    "microsoft.authorization/policyassignments": "2019-09-01 2020-03-01 2020-09-01 2021-06-01 2022-06-01 2023-04-01",
    "microsoft.security/pricings": "2018-06-01 2022-03-01 2023-01-01 2024-01-01",
    "microsoft.security/securitycontacts": "2017-08-01-preview 2020-01-01-preview 2023-12-01-preview",
    "microsoft.insights/scheduledqueryrules": (
        "2018-04-16 2020-05-01-preview 2021-02-01-preview 2021-08-01 2022-06-15 2022-08-01-preview"
    ),
    "microsoft.insights/autoscalesettings": "2014-04-01 2015-04-01 2021-05-01-preview 2022-10-01",
    "microsoft.dataprotection": (
        "2021-07-01 2022-01-01 2022-05-01 2022-12-01 2023-01-01 2023-05-01 2023-11-01 2023-12-01 2024-03-01 2024-04-01"
    ),
}

TYPES = frozenset(
    """
    microsoft.resources/subscriptions microsoft.resources/resourcegroups
    microsoft.web/hostingenvironments microsoft.web/hostingenvironments/configurations
    microsoft.web/serverfarms microsoft.web/sites microsoft.web/sites/slots
    microsoft.web/sites/config microsoft.web/sites/slots/config
    microsoft.web/sites/basicpublishingcredentialspolicies
    microsoft.web/sites/slots/basicpublishingcredentialspolicies
    microsoft.web/sites/backups microsoft.web/sites/slots/backups
    microsoft.storage/storageaccounts microsoft.storage/storageaccounts/encryptionscopes
    microsoft.storage/storageaccounts/blobservices microsoft.storage/storageaccounts/blobservices/containers
    microsoft.storage/storageaccounts/fileservices microsoft.storage/storageaccounts/fileservices/shares
    microsoft.sql/servers microsoft.sql/servers/firewallrules microsoft.sql/servers/virtualnetworkrules
    microsoft.sql/servers/auditingsettings microsoft.sql/servers/elasticpools microsoft.sql/servers/databases
    microsoft.sql/servers/ipv6firewallrules microsoft.sql/servers/encryptionprotector
    microsoft.sql/servers/connectionpolicies microsoft.sql/servers/advancedthreatprotectionsettings
    microsoft.sql/servers/sqlvulnerabilityassessments microsoft.sql/servers/vulnerabilityassessments
    microsoft.sql/servers/failovergroups microsoft.sql/managedinstances
    microsoft.sql/servers/databases/transparentdataencryption
    microsoft.sql/servers/databases/backupshorttermretentionpolicies
    microsoft.sql/servers/databases/backuplongtermretentionpolicies
    microsoft.dbforpostgresql/flexibleservers microsoft.dbforpostgresql/flexibleservers/firewallrules
    microsoft.dbforpostgresql/flexibleservers/configurations
    microsoft.dbforpostgresql/flexibleservers/advancedthreatprotectionsettings
    microsoft.dbformysql/flexibleservers microsoft.dbformysql/flexibleservers/firewallrules
    microsoft.dbformysql/flexibleservers/configurations microsoft.dbformysql/flexibleservers/administrators
    microsoft.dbformysql/flexibleservers/advancedthreatprotectionsettings
    microsoft.network/networksecuritygroups microsoft.network/virtualnetworks
    microsoft.network/virtualnetworks/subnets microsoft.network/privateendpoints
    microsoft.network/publicipaddresses microsoft.network/networkinterfaces
    microsoft.network/applicationgateways
    microsoft.network/applicationgatewaywebapplicationfirewallpolicies
    microsoft.network/azurefirewalls microsoft.network/firewallpolicies microsoft.network/bastionhosts
    microsoft.network/expressroutecircuits microsoft.network/networkwatchers
    microsoft.network/networkwatchers/flowlogs microsoft.network/virtualnetworkgateways
    microsoft.network/connections microsoft.web/certificates
    microsoft.compute/virtualmachines
    microsoft.insights/metricalerts microsoft.insights/activitylogalerts microsoft.insights/actiongroups
    microsoft.insights/components microsoft.insights/webtests microsoft.insights/diagnosticsettings
    microsoft.alertsmanagement/actionrules microsoft.operationalinsights/workspaces
    microsoft.recoveryservices/vaults microsoft.recoveryservices/vaults/backuppolicies
    microsoft.recoveryservices/vaults/backupprotecteditems microsoft.recoveryservices/vaults/backupjobs
    microsoft.recoveryservices/vaults/backupconfig microsoft.recoveryservices/vaults/backupstorageconfig
    microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems
    microsoft.authorization/locks microsoft.authorization/roleassignments
    microsoft.authorization/roledefinitions microsoft.authorization/permissions
    microsoft.security/pricings microsoft.security/securitycontacts
    microsoft.authorization/policyassignments
    microsoft.insights/scheduledqueryrules microsoft.insights/autoscalesettings
    microsoft.operationalinsights/workspaces/tables
    microsoft.dataprotection/backupvaults microsoft.dataprotection/backupvaults/backupinstances
    microsoft.dataprotection/backupvaults/backuppolicies microsoft.dataprotection/backupvaults/backupjobs
    """.split()
)
NAMESPACES = frozenset(kind.partition("/")[0] for kind in TYPES)


def versions(kind: str) -> tuple[str, ...]:
    """The api-versions of a type, or nothing where they are not kept."""
    while kind:
        if kind in _RECENT:
            return tuple(_RECENT[kind].split())
        kind = kind.rpartition("/")[0]
    return ()
