"""Recovery Services vaults and what Azure Backup keeps in them.

https://learn.microsoft.com/rest/api/recoveryservices, https://learn.microsoft.com/rest/api/backup

Most listed vaults in public recordings lack ``securitySettings``, which a vault's GET has; hence ``each``.
Jobs are listed without a filter: Azure then answers every job that it keeps.
"""

from azlinkscan.collect.source import Shape, Source

_API = "2024-04-01"
_CLIENT = "azure.mgmt.recoveryservicesbackup:RecoveryServicesBackupClient"
_VAULT = "microsoft.recoveryservices/vaults"


def _in_vault(name: str, sdk: str, *, leaf: str = "") -> Source:
    return Source(
        kind=f"{_VAULT}/{name.lower()}",
        under=_VAULT,
        path=f"{{parent}}/{name}{leaf}",
        api_version=_API,
        right=f"Microsoft.RecoveryServices/Vaults/{name}/read",
        sdk=f"{_CLIENT}:{sdk}",
        shape=Shape.ONE if leaf else Shape.LIST,
    )


TABLE = (
    Source(
        kind=_VAULT,
        path="/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/vaults",
        api_version="2024-10-01",
        right="Microsoft.RecoveryServices/Vaults/read",
        sdk="azure.mgmt.recoveryservices:RecoveryServicesClient:vaults.list_by_subscription_id",
        each=True,
    ),
    _in_vault("backupPolicies", "backup_policies.list"),
    _in_vault("backupProtectedItems", "backup_protected_items.list"),
    _in_vault("backupJobs", "backup_jobs.list"),
    _in_vault("backupconfig", "backup_resource_vault_configs.get", leaf="/vaultconfig"),
    _in_vault(
        "backupstorageconfig", "backup_resource_storage_configs_non_crr.get", leaf="/vaultstorageconfig"
    ),
)
