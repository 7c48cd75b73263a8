"""The subscription and its resource groups.

https://learn.microsoft.com/rest/api/resources/subscriptions/get
https://learn.microsoft.com/rest/api/resources/resource-groups/list
https://learn.microsoft.com/rest/api/resources/resources/list (what the ledger of coverage counts by)
"""

from azlinkscan.collect.source import Shape, Source

TABLE = (
    Source(
        kind="microsoft.resources/subscriptions",
        path="/subscriptions/{subscription}",
        api_version="2021-01-01",
        right="Microsoft.Resources/subscriptions/read",
        sdk="azure.mgmt.resource.subscriptions:SubscriptionClient:subscriptions.get",
        shape=Shape.ONE,
    ),
    Source(
        kind="microsoft.resources/resourcegroups",
        path="/subscriptions/{subscription}/resourcegroups",
        api_version="2022-09-01",
        right="Microsoft.Resources/subscriptions/resourceGroups/read",
        sdk="azure.mgmt.resource.resources:ResourceManagementClient:resource_groups.list",
    ),
    Source(
        kind="microsoft.resources/resources",
        path="/subscriptions/{subscription}/resources",
        api_version="2022-09-01",
        right="Microsoft.Resources/subscriptions/resources/read",
        sdk="azure.mgmt.resource.resources:ResourceManagementClient:resources.list",
    ),
)
