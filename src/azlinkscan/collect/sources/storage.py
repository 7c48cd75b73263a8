"""Storage accounts and their services.

https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list
https://learn.microsoft.com/rest/api/storagerp/blob-services, …/file-services, …/encryption-scopes

An account of a kind without blobs (FileStorage) or files (BlobStorage, BlockBlobStorage) says so with 400
FeatureNotSupportedForAccount: https://github.com/turbot/steampipe-plugin-azure/issues/474,
https://github.com/Azure/PSRule.Rules.Azure/issues/464.

A share's stored access policies (``signedIdentifiers``) are in the share's GET and never in the list, as every
public recording shows; hence ``each``. A container's are in neither: Get Container ACL at the account's own endpoint
tells them. It takes Microsoft Entra ID since 2025 (https://devblogs.microsoft.com/azure-sdk/azure-storage-apis-gain-entra-id-and-rbac-support/,
and the notes on azure-storage-blob 12.26: hence the version) and a right of its own, which no role that only reads
holds: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations.
"""

from azlinkscan.collect.source import DATA_PLANE, Shape, Source

_API = "2023-05-01"
_CLIENT = "azure.mgmt.storage:StorageManagementClient"
_NOT_OF_THIS_ACCOUNT = ((400, "FeatureNotSupportedForAccount"),)

TABLE = (
    Source(
        kind="microsoft.storage/storageaccounts",
        path="/subscriptions/{subscription}/providers/Microsoft.Storage/storageAccounts",
        api_version=_API,
        right="Microsoft.Storage/storageAccounts/read",
        sdk=f"{_CLIENT}:storage_accounts.list",
    ),
    Source(
        kind="microsoft.storage/storageaccounts/blobservices",
        under="microsoft.storage/storageaccounts",
        path="{parent}/blobServices/default",
        api_version=_API,
        right="Microsoft.Storage/storageAccounts/blobServices/read",
        sdk=f"{_CLIENT}:blob_services.get_service_properties",
        shape=Shape.ONE,
        none_when=_NOT_OF_THIS_ACCOUNT,
    ),
    Source(
        kind="microsoft.storage/storageaccounts/blobservices/containers",
        under="microsoft.storage/storageaccounts/blobservices",
        path="{parent}/containers",
        api_version=_API,
        right="Microsoft.Storage/storageAccounts/blobServices/containers/read",
        sdk=f"{_CLIENT}:blob_containers.list",
        names_items=True,
    ),
    Source(
        kind="microsoft.storage/storageaccounts/blobservices/containers/accesspolicies",
        under="microsoft.storage/storageaccounts/blobservices/containers",
        path="{parent}/accessPolicies/default",
        api_version="2025-07-05",
        right="Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action",
        sdk=None,
        no_sdk="azure-storage-blob's ContainerClient.get_container_access_policy: not Resource Manager's",
        shape=Shape.ONE,
        query="restype=container&comp=acl",
        option=DATA_PLANE,
        service="blob",
    ),
    Source(
        kind="microsoft.storage/storageaccounts/fileservices",
        under="microsoft.storage/storageaccounts",
        path="{parent}/fileServices/default",
        api_version=_API,
        right="Microsoft.Storage/storageAccounts/fileServices/read",
        sdk=f"{_CLIENT}:file_services.get_service_properties",
        shape=Shape.ONE,
        none_when=_NOT_OF_THIS_ACCOUNT,
    ),
    Source(
        kind="microsoft.storage/storageaccounts/fileservices/shares",
        under="microsoft.storage/storageaccounts/fileservices",
        path="{parent}/shares",
        api_version=_API,
        right="Microsoft.Storage/storageAccounts/fileServices/shares/read",
        sdk=f"{_CLIENT}:file_shares.list",
        each=True,
        names_items=True,
    ),
    Source(
        kind="microsoft.storage/storageaccounts/encryptionscopes",
        under="microsoft.storage/storageaccounts",
        path="{parent}/encryptionScopes",
        api_version=_API,
        right="Microsoft.Storage/storageAccounts/encryptionScopes/read",
        sdk=f"{_CLIENT}:encryption_scopes.list",
        names_items=True,
    ),
)
