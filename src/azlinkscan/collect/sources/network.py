"""Networks: security groups, virtual networks, private endpoints, public addresses.

https://learn.microsoft.com/rest/api/virtualnetwork
"""

from azlinkscan.collect.source import Source

_CLIENT = "azure.mgmt.network:NetworkManagementClient"


def _row(name: str, sdk: str, follow: bool = False) -> Source:
    return Source(
        kind=f"microsoft.network/{name.lower()}",
        path=f"/subscriptions/{{subscription}}/providers/Microsoft.Network/{name}",
        api_version="2024-05-01",
        right=f"Microsoft.Network/{name}/read",
        sdk=f"{_CLIENT}:{sdk}",
        follow=follow,
    )


TABLE = (
    _row("networkSecurityGroups", "network_security_groups.list_all", follow=True),
    _row("virtualNetworks", "virtual_networks.list_all"),
    _row("privateEndpoints", "private_endpoints.list_by_subscription"),
    _row("publicIPAddresses", "public_ip_addresses.list_all"),
)
