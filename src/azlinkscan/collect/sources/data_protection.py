"""Backup vaults (Data Protection): blobs, disks and PostgreSQL databases, which Recovery Services vaults do not take.

https://learn.microsoft.com/rest/api/dataprotection

Jobs are listed without a filter: Azure then answers every job that it keeps.
"""

from azlinkscan.collect.source import Source

_API = "2024-04-01"
_CLIENT = "azure.mgmt.dataprotection:DataProtectionMgmtClient"
_VAULT = "microsoft.dataprotection/backupvaults"


def _in_vault(name: str, sdk: str, *, redact: tuple[str, ...] = ()) -> Source:
    return Source(
        kind=f"{_VAULT}/{name.lower()}",
        under=_VAULT,
        path=f"{{parent}}/{name}",
        api_version=_API,
        right=f"Microsoft.DataProtection/backupVaults/{name}/read",
        sdk=f"{_CLIENT}:{sdk}",
        redact=redact,
    )


TABLE = (
    Source(
        kind=_VAULT,
        path="/subscriptions/{subscription}/providers/Microsoft.DataProtection/backupVaults",
        api_version=_API,
        right="Microsoft.DataProtection/backupVaults/read",
        sdk=f"{_CLIENT}:backup_vaults.get_in_subscription",
    ),
    _in_vault(
        "backupInstances",
        "backup_instances.list",
        redact=("properties.datasourceAuthCredentials.secretStoreResource.*",),
    ),
    _in_vault("backupPolicies", "backup_policies.list"),
    _in_vault("backupJobs", "jobs.list"),
)
