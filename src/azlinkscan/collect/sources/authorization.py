"""Locks, roles and policy assignments.

https://learn.microsoft.com/rest/api/resources/management-locks/list-at-subscription-level
https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription
https://learn.microsoft.com/rest/api/authorization/role-definitions/list
https://learn.microsoft.com/rest/api/policyauthorization/policy-assignments/list

All answer what lies at, beneath and (for roles and policies) above the subscription.
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
    Source(
        kind="microsoft.authorization/policyassignments",
        path="/subscriptions/{subscription}/providers/Microsoft.Authorization/policyAssignments",
        api_version="2022-06-01",
        right="Microsoft.Authorization/policyAssignments/read",
        sdk=None,
        no_sdk="azure-mgmt-resource 25 has no policies any more; they are a package of their own for one list",
        redact=("properties.parameters.*.value",),
    ),
)
