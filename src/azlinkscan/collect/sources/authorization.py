"""Locks and roles.

https://learn.microsoft.com/rest/api/resources/management-locks/list-at-subscription-level
https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription
https://learn.microsoft.com/rest/api/authorization/role-definitions/list

All three answer what lies at, beneath and (for roles) above the subscription.
"""

from azlinkscan.collect.source import Source

_CLIENT = "azure.mgmt.authorization:AuthorizationManagementClient"

TABLE = (
    Source(
        kind="microsoft.authorization/locks",
        path="/subscriptions/{subscription}/providers/Microsoft.Authorization/locks",
        api_version="2020-05-01",
        right="Microsoft.Authorization/locks/read",
        sdk="azure.mgmt.resource.locks:ManagementLockClient:management_locks.list_at_subscription_level",
    ),
    Source(
        kind="microsoft.authorization/roleassignments",
        path="/subscriptions/{subscription}/providers/Microsoft.Authorization/roleAssignments",
        api_version="2022-04-01",
        right="Microsoft.Authorization/roleAssignments/read",
        sdk=f"{_CLIENT}:role_assignments.list_for_subscription",
    ),
    Source(
        kind="microsoft.authorization/roledefinitions",
        path="/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions",
        api_version="2022-04-01",
        right="Microsoft.Authorization/roleDefinitions/read",
        sdk=f"{_CLIENT}:role_definitions.list",
    ),
)
