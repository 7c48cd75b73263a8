"""Networks: security groups, virtual networks, gateways, firewalls, lines, what records traffic.

https://learn.microsoft.com/rest/api/virtualnetwork
https://learn.microsoft.com/rest/api/application-gateway
https://learn.microsoft.com/rest/api/network-gateway
https://learn.microsoft.com/rest/api/network-watcher/flow-logs
https://learn.microsoft.com/rest/api/expressroute/express-route-circuits/list-all

Peerings and subnets stand inside their network, rules inside their group. VPN gateways and connections have no list
of a whole subscription: they are asked for group by group.
"""

from azlinkscan.collect.source import Source
from azlinkscan.model import arm

_API = "2024-05-01"
_CLIENT = "azure.mgmt.network:NetworkManagementClient"


def _row(name: str, sdk: str, follow: bool = False, redact: tuple[str, ...] = ()) -> Source:
    return Source(
        kind=f"microsoft.network/{name.lower()}",
        path=f"/subscriptions/{{subscription}}/providers/Microsoft.Network/{name}",
        api_version=_API,
        right=f"Microsoft.Network/{name}/read",
        sdk=f"{_CLIENT}:{sdk}",
        follow=follow,
        redact=redact,
    )


def _of_group(name: str, sdk: str, *redact: str, each: bool = False) -> Source:
    return Source(
        kind=f"microsoft.network/{name.lower()}",
        under=arm.RESOURCE_GROUP,
        path=f"{{parent}}/providers/Microsoft.Network/{name}",
        api_version=_API,
        right=f"Microsoft.Network/{name}/read",
        sdk=f"{_CLIENT}:{sdk}",
        each=each,
        redact=redact,
    )


TABLE = (
    _row("networkSecurityGroups", "network_security_groups.list_all", follow=True),
    _row("virtualNetworks", "virtual_networks.list_all"),
    _row("privateEndpoints", "private_endpoints.list_by_subscription"),
    _row("publicIPAddresses", "public_ip_addresses.list_all"),
    _row("networkInterfaces", "network_interfaces.list_all"),
    _row(
        "applicationGateways",
        "application_gateways.list_all",
        redact=(
            "properties.sslCertificates[*].properties.data",
            "properties.sslCertificates[*].properties.password",
        ),
    ),
    _row(
        "ApplicationGatewayWebApplicationFirewallPolicies",
        "web_application_firewall_policies.list_all",
        follow=True,
    ),
    _row("azureFirewalls", "azure_firewalls.list_all"),
    _row("firewallPolicies", "firewall_policies.list_all", follow=True),
    _row("bastionHosts", "bastion_hosts.list"),
    _row(
        "expressRouteCircuits",
        "express_route_circuits.list_all",
        redact=("properties.serviceKey", "properties.authorizations[*].properties.authorizationKey"),
    ),
    _row("networkWatchers", "network_watchers.list_all"),
    Source(
        kind="microsoft.network/networkwatchers/flowlogs",
        under="microsoft.network/networkwatchers",
        path="{parent}/flowLogs",
        api_version=_API,
        right="Microsoft.Network/networkWatchers/flowLogs/read",
        sdk=f"{_CLIENT}:flow_logs.list",
    ),
    _of_group(
        "virtualNetworkGateways",
        "virtual_network_gateways.list",
        "properties.vpnClientConfiguration.radiusServerSecret",
        "properties.vpnClientConfiguration.radiusServers[*].radiusServerSecret",
    ),
    _of_group(
        "connections",
        "virtual_network_gateway_connections.list",
        "properties.sharedKey",
        "properties.authorizationKey",
        each=True,  # connectionStatus is documented for one connection; a list may come without it
    ),
)
