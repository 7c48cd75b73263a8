"""Which ports the Internet reaches through a network security group, after all its rules in their order.

Rules are processed by priority, lowest number first, and the first that matches a packet decides; whatever
matches none is denied by the default rules
(https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from itertools import islice
from typing import Any

from azlinkscan.assess import ranges
from azlinkscan.assess.ranges import Range

# What cannot come from the Internet: private, shared, loopback, link-local and multicast space (RFC 6890), and of
# IPv6 all but the one block of global addresses (RFC 4291).
_UNROUTED = ranges.union(
    "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3 "
    "::/3 4000::/2 8000::/1".split()
)
# https://learn.microsoft.com/azure/virtual-network/service-tags-overview. "Any" and 0.0.0.0/0 mean every address,
# as the page on the groups says; AzureCloud also covers the machines that other customers rent.
_ANYBODY = frozenset({"*", "any", "0.0.0.0/0", "internet"})
_ANYBODY_IN_AZURE = "azurecloud"
_NOT_THE_INTERNET = frozenset(
    """
    ActionGroup ApiManagement AppConfiguration ApplicationInsightsAvailability AppService AppServiceManagement
    AutonomousDevelopmentPlatform AzureActiveDirectory AzureActiveDirectoryDomainServices
    AzureAdvancedThreatProtection AzureArcInfrastructure AzureAttestation AzureBackup AzureBotService
    AzureCognitiveSearch AzureConnectors AzureContainerAppsService AzureContainerRegistry AzureCosmosDB
    AzureDatabricks AzureDataExplorerManagement AzureDataLake AzureDeviceUpdate AzureDevSpaces AzureDevOps
    AzureDigitalTwins AzureEventGrid AzureFrontDoor AzureHealthcareAPIs AzureInformationProtection AzureIoTHub
    AzureKeyVault AzureLoadBalancer AzureLoadTestingInstanceManagement AzureMachineLearning
    AzureMachineLearningInference AzureManagedGrafana AzureMonitor AzureMonitorForSAP AzureOpenDatasets
    AzurePlatformDNS AzurePlatformIMDS AzurePlatformLKM AzurePortal AzureResourceManager AzureSecurityCenter
    AzureSentinel AzureSignalR AzureSiteRecovery AzureSphere AzureSpringCloud AzureStack AzureTrafficManager
    AzureUpdateDelivery AzureVideoAnalyzerForMedia AzureWebPubSub BatchNodeManagement ChaosStudio
    CognitiveServicesFrontend CognitiveServicesManagement DataFactory DataFactoryManagement
    Dynamics365BusinessCentral Dynamics365ForMarketingEmail EOPExternalPublishedIPs EventHub GatewayManager
    Grafana GuestAndHybridManagement HDInsight KustoAnalytics LogicApps LogicAppsManagement
    M365ManagementActivityApi M365ManagementActivityApiWebhook Marketplace MicrosoftAzureFluidRelay
    MicrosoftCloudAppSecurity MicrosoftContainerRegistry MicrosoftDefenderForEndpoint
    MicrosoftPurviewPolicyDistribution OneDsCollector PowerBI PowerPlatformInfra PowerPlatformPlex
    PowerQueryOnline Scuba SerialConsole ServiceBus ServiceFabric Sql SqlManagement Storage StorageMover
    StorageSyncService VideoIndexer VirtualNetwork WindowsAdminCenter WindowsVirtualDesktop
    """.lower().split()
)
_TAG = re.compile(r"[a-z][a-z0-9]*(\.[a-z0-9]+)*")
_PROTOCOLS = frozenset({"tcp", "udp", "icmp", "esp", "ah", "*", "any"})
# Of an inbound packet the destination lies in the virtual network: the public address is translated before.
_EVERY_DESTINATION = frozenset({"*", "any", "0.0.0.0/0", "virtualnetwork"})


@dataclass(frozen=True)
class Source:
    """Whom a rule is about."""

    addresses: tuple[Range, ...]
    """The addresses on the Internet, merged."""
    unknown: frozenset[str] = frozenset()
    """What else it names that we do not know."""


@dataclass(frozen=True)
class Rule:
    """One inbound rule."""

    name: str
    priority: float
    allows: bool
    protocol: str
    ports: tuple[tuple[int, int], ...]
    body: Mapping[str, Any]

    def bears_on(self, protocol: str, port: int) -> bool:
        """Whether the rule can match a packet to this port."""
        return self.protocol in ("*", "any", protocol) and any(
            first <= port <= last for first, last in self.ports
        )

    @cached_property
    def source(self) -> Source:
        """Whom the rule lets in or keeps out."""
        if _list(self.body, "sourceApplicationSecurityGroups"):
            return Source(())
        prefixes: list[str] = []
        unknown: set[str] = set()
        for text in _texts(self.body, "sourceAddressPrefix"):
            tag = _tag(text.lower())
            if text.lower() in _ANYBODY or (tag == _ANYBODY_IN_AZURE and self.allows):
                return Source(INTERNET)
            if _is_prefix(text):
                prefixes.append(text)
            elif tag != _ANYBODY_IN_AZURE and tag not in _NOT_THE_INTERNET:
                unknown.add(text)
        return Source(_without(ranges.union(prefixes), _UNROUTED), frozenset(unknown))

    @cached_property
    def destination(self) -> frozenset[str]:
        """The addresses, tags and application security groups that the rule is about."""
        groups = _list(self.body, "destinationApplicationSecurityGroups")
        written = [str(group["id"]) for group in groups] or _texts(self.body, "destinationAddressPrefix")
        return frozenset(text.lower() for text in written)

    @cached_property
    def from_every_port(self) -> bool:
        """Whether the caller's own port does not matter."""
        return bool({"*", "any", "0-65535"} & {text.lower() for text in _texts(self.body, "sourcePortRange")})

    def shuts_out(self, other: Rule) -> bool:
        """Whether this rule, a denial, matches whatever the other lets in, source aside."""
        if self.allows or not self.from_every_port:
            return False
        if self.destination & _EVERY_DESTINATION or other.destination <= self.destination:
            return True
        try:
            return ranges.covers(self.destination, other.destination)
        except ValueError:  # tags and groups: not known to lie within one another
            return False


def open_ports(rules: Iterable[Any], protocol: str, ports: Iterable[int], widest_prefix: int) -> list[str]:
    """The ports that the Internet reaches, each with the rules that let it in: ``TCP 445 (allow-smb)``.

    A port counts as open where the public addresses that reach it come, together, to more than one block of
    ``widest_prefix``, so that two half ranges count as the whole. Raises ValueError where a rule has a form
    or names a source that is not known and the answer depends on it.
    """
    inbound = sorted(_inbound(rules), key=lambda rule: rule.priority)
    found: list[str] = []
    doubts: set[str] = set()
    for port in ports:
        bearing = [rule for rule in inbound if rule.bears_on(protocol.lower(), port)]
        if through := _open_to(bearing, widest_prefix, doubt_opens=False):
            found.append(f"{protocol.upper()} {port} ({', '.join(through)})")
        elif _open_to(bearing, widest_prefix, doubt_opens=True):
            doubts |= {text for rule in bearing for text in rule.source.unknown}
    if doubts and not found:
        raise ValueError(f"a source of the rules is not known: {', '.join(sorted(doubts))}")
    return found


def _open_to(bearing: list[Rule], widest_prefix: int, *, doubt_opens: bool) -> list[str]:
    """The names of the rules that let the Internet in; none where those let in are few enough."""
    let_in = [(rule, left) for rule in bearing if (left := _let_in(rule, bearing, doubt_opens))]
    wide = ranges.widest(_text(item) for _, left in let_in for item in left) < widest_prefix
    return [rule.name for rule, _ in let_in] if wide else []


def _let_in(rule: Rule, bearing: list[Rule], doubt_opens: bool) -> Sequence[Range]:
    """Whom on the Internet a rule lets in after the denials before it: at least, or at most."""
    if not rule.allows:
        return ()
    left: Sequence[Range] = INTERNET if rule.source.unknown and doubt_opens else rule.source.addresses
    for before in bearing:
        if before is rule or not left:
            break
        if before.shuts_out(rule):
            shut_out = INTERNET if before.source.unknown and not doubt_opens else before.source.addresses
            left = _without(left, shut_out)
    return left


def _inbound(rules: Iterable[Any]) -> Iterator[Rule]:
    for rule in rules:
        body = _map(rule, "properties")
        if _one_of(body, "direction", ("inbound", "outbound")) == "outbound":
            continue
        priority = body.get("priority")
        if isinstance(priority, bool) or not isinstance(priority, int | float):
            raise ValueError(f"priority = {priority!r}")
        yield Rule(
            name=str(rule.get("name") or int(priority)),
            priority=priority,
            allows=_one_of(body, "access", ("allow", "deny")) == "allow",
            protocol=_one_of(body, "protocol", _PROTOCOLS),
            ports=tuple(_ports(text) for text in _texts(body, "destinationPortRange")),
            body=body,
        )


def _map(value: Any, name: str) -> Mapping[str, Any]:
    inner = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(inner, Mapping):
        raise ValueError(f"a rule has no {name}")
    return inner


def _one_of(body: Mapping[str, Any], name: str, known: Iterable[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or value.lower() not in known:
        raise ValueError(f"{name} = {value!r}")
    return value.lower()


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is not None and not isinstance(value, list):
        raise ValueError(f"{name} = {value!r}")
    return value or []


def _texts(body: Mapping[str, Any], name: str) -> list[str]:
    """What a rule says in the singular or the plural of a property; the other is absent, "" or []."""
    one = body.get(name)
    written = [*_list(body, f"{name}es" if name.endswith("Prefix") else f"{name}s"), *([one] if one else [])]
    if not written or not all(isinstance(text, str) and text.strip() for text in written):
        raise ValueError(f"{name} = {written!r}")
    return [text.strip() for text in written]


def _ports(text: str) -> tuple[int, int]:
    first, _, last = ("0-65535" if text.lower() in ("*", "any") else text).partition("-")
    low, high = int(first), int(last or first)
    if not 0 <= low <= high <= 65535:
        raise ValueError(f"{text!r} is no range of ports")
    return low, high


def _tag(text: str) -> str:
    """The service tag that a text is, without its region; empty where it is none."""
    return text.partition(".")[0] if _TAG.fullmatch(text) else ""


def _is_prefix(text: str) -> bool:
    try:
        return bool(ranges.union([text]))
    except ValueError:
        return False


def _without(whole: Sequence[Range], part: Sequence[Range]) -> tuple[Range, ...]:
    """What is left of some ranges when others are taken out; both merged and in order."""
    ends = [(gone.version, gone.last) for gone in part]
    left: list[Range] = []
    for item in whole:
        first = item.first
        for gone in islice(part, bisect_left(ends, (item.version, item.first)), None):
            if gone.version != item.version or gone.first > item.last:
                break
            if first < gone.first:
                left.append(Range(item.version, first, gone.first - 1))
            first = gone.last + 1
        if first <= item.last:
            left.append(Range(item.version, first, item.last))
    return tuple(left)


def _text(item: Range) -> str:
    address = IPv4Address if item.version == 4 else IPv6Address
    return f"{address(item.first)}-{address(item.last)}"


INTERNET = _without(ranges.union(["0.0.0.0/0", "::/0"]), _UNROUTED)
"""Every address that can be routed on the Internet."""
