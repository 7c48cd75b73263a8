"""Which ports the Internet reaches through security rules, in the forms in which Azure writes them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azlinkscan.assess.security_rules import open_ports

the_same_every_time = settings(derandomize=True, deadline=None)


def rule(name="rule", priority=100, access="Allow", source="*", ports="445", protocol="Tcp", **more):
    """An inbound rule; further properties by their own names, None to leave one out."""
    written = {
        "direction": "Inbound",
        "access": access,
        "priority": priority,
        "protocol": protocol,
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": ports,
        **more,
    }
    return {"name": name, "properties": {key: value for key, value in written.items() if value is not None}}


def opened(*rules, protocol="Tcp", ports=(445,), widest=16):
    return open_ports(rules, protocol, ports, widest)


@pytest.mark.parametrize(
    "source",
    [
        "*",
        "0.0.0.0/0",
        "Internet",
        "INTERNET",
        "internet",
        "Any",
        "0.0.0.0-255.255.255.255",
        "AzureCloud",
        "::/0",
    ],
)
def test_everybody_is_the_internet_however_it_is_written(source):
    assert opened(rule("smb", source=source)) == ["TCP 445 (smb)"]


def test_a_region_of_azure_is_open_to_its_other_customers():
    assert opened(rule("smb", source="AzureCloud.JapanEast")) == ["TCP 445 (smb)"]


@pytest.mark.parametrize(
    "source",
    [
        "VirtualNetwork",
        "AzureLoadBalancer",
        "GatewayManager",
        "Storage.JapanEast",
        "AzureFrontDoor.Backend",
        "203.0.113.7",
        "203.0.113.0/24",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fd00::/8",
    ],
)
def test_a_named_service_a_private_network_or_a_narrow_range_is_not_the_internet(source):
    assert opened(rule(source=source)) == []


def test_two_halves_are_the_internet():
    assert opened(rule("a", 100, source="0.0.0.0/1"), rule("b", 200, source="128.0.0.0/1")) == [
        "TCP 445 (a, b)"
    ]


def test_a_list_of_narrow_ranges_is_measured_together():
    many = [f"203.{number}.0.0/16" for number in range(3)]
    assert opened(rule("smb", source=None, sourceAddressPrefixes=many)) == ["TCP 445 (smb)"]
    assert opened(rule(source=None, sourceAddressPrefixes=many), widest=8) == []


def test_the_limit_itself_is_narrow_enough():
    assert opened(rule(source="203.0.0.0/16"), widest=16) == []
    assert opened(rule("smb", source="203.0.0.0/15"), widest=16) == ["TCP 445 (smb)"]


@pytest.mark.parametrize("ports", ["445", "440-450", "0-65535", "*", "445-445"])
def test_a_port_is_written_alone_in_a_range_or_as_all(ports):
    assert opened(rule("smb", ports=ports)) == ["TCP 445 (smb)"]


@pytest.mark.parametrize("unused", [None, "", "445"])
def test_the_plural_counts_whatever_the_singular_holds(unused):
    assert opened(rule("smb", ports=unused, destinationPortRanges=["80", "445"])) == ["TCP 445 (smb)"]


@pytest.mark.parametrize("unused", [None, []])
def test_the_singular_counts_whatever_form_the_unused_plural_has(unused):
    assert opened(rule("smb", destinationPortRanges=unused, sourceAddressPrefixes=unused)) == [
        "TCP 445 (smb)"
    ]


def test_another_port_or_another_protocol_is_another_matter():
    assert opened(rule(ports="443")) == []
    assert opened(rule(ports="446-65535")) == []
    assert opened(rule(protocol="Udp")) == []


@pytest.mark.parametrize("protocol", ["Tcp", "TCP", "tcp", "*", "Any"])
def test_the_protocol_is_compared_without_case_and_all_includes_it(protocol):
    assert opened(rule("smb", protocol=protocol)) == ["TCP 445 (smb)"]


def test_each_port_is_told_with_its_rules():
    told = opened(rule("web", 100, ports="443"), rule("all", 200, ports="*", protocol="*"), ports=(443, 445))
    assert told == ["TCP 443 (web, all)", "TCP 445 (all)"]


def test_what_goes_out_does_not_come_in():
    assert opened(rule(direction="Outbound")) == []
    assert opened(rule(direction="outbound")) == []


def test_no_rule_lets_nobody_in():
    assert opened() == []


def test_an_earlier_denial_closes_the_port():
    assert opened(rule("allow", 200), rule("deny", 100, "Deny")) == []
    assert opened(rule("allow", 200), rule("deny", 100, "Deny", source="Internet")) == []
    assert (
        opened(rule("allow", 200, source="Internet"), rule("deny", 100, "Deny", ports="*", protocol="*"))
        == []
    )


def test_a_later_denial_comes_too_late():
    assert opened(rule("deny", 300, "Deny"), rule("allow", 200)) == ["TCP 445 (allow)"]


@pytest.mark.parametrize(
    "narrower",
    [
        {"source": "203.0.113.0/24"},
        {"source": "VirtualNetwork"},
        {"source": "AzureCloud"},
        {"ports": "139"},
        {"protocol": "Udp"},
        {"sourcePortRange": "1024-65535"},
        {"destinationAddressPrefix": "10.0.0.4"},
        {
            "destinationAddressPrefix": None,
            "destinationApplicationSecurityGroups": [{"id": "/subscriptions/s/a"}],
        },
    ],
)
def test_a_denial_of_something_narrower_does_not_close_the_port(narrower):
    assert opened(rule("deny", 100, "Deny", **narrower), rule("allow", 200)) == ["TCP 445 (allow)"]


def test_two_denials_close_the_port_together():
    halves = rule("low", 100, "Deny", source="0.0.0.0/1"), rule("high", 110, "Deny", source="128.0.0.0/1")
    ipv6 = rule("six", 120, "Deny", source="2000::/3")
    assert opened(*halves, ipv6, rule("allow", 200)) == []
    assert opened(*halves, rule("allow", 200)) == ["TCP 445 (allow)"]


def test_a_denial_reaches_what_lies_within_its_destination():
    def deny(destination):
        return rule("deny", 100, "Deny", destinationAddressPrefix=destination)

    one = rule("allow", 200, destinationAddressPrefix="10.0.0.4")
    assert opened(deny("10.0.0.0/24"), one) == []
    assert opened(deny("10.0.0.4"), one) == []
    assert opened(deny("VirtualNetwork"), one) == []
    assert opened(deny("10.0.1.0/24"), one) == ["TCP 445 (allow)"]


def test_machines_named_as_a_source_are_not_the_internet():
    groups = [
        {"id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/web"}
    ]
    assert opened(rule(source="", sourceAddressPrefixes=[], sourceApplicationSecurityGroups=groups)) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"direction": "Sideways"},
        {"direction": None},
        {"access": "Perhaps"},
        {"access": None},
        {"protocol": "Carrier-pigeon"},
        {"priority": None},
        {"priority": "100"},
        {"priority": True},
        {"ports": None},
        {"ports": ""},
        {"ports": "smb"},
        {"ports": "450-440"},
        {"ports": "70000"},
        {"ports": 445},
        {"destinationPortRanges": "445"},
        {"destinationPortRanges": [None]},
        {"source": None},
        {"source": ""},
        {"source": "Zyzzyva"},
        {"source": "789"},
        {"source": "203.0.113.0/33"},
        {"source": 3},
        {"sourceAddressPrefixes": "203.0.113.0/24"},
    ],
)
def test_an_unknown_form_is_refused_not_guessed(odd):
    with pytest.raises(ValueError, match=r".+"):
        opened(rule(**odd))


@pytest.mark.parametrize("odd", [None, 3, "rule", [], {}, {"properties": None}])
def test_what_is_no_rule_is_refused(odd):
    with pytest.raises(ValueError, match="properties"):
        opened(odd)


def test_an_unknown_source_does_not_hide_an_open_port():
    assert opened(rule("odd", 100, source="Zyzzyva"), rule("smb", 200)) == ["TCP 445 (smb)"]


def test_an_unknown_source_of_another_port_does_not_matter():
    assert opened(rule(source="Zyzzyva", ports="443")) == []


def test_an_unknown_source_that_an_earlier_denial_covers_does_not_matter():
    assert opened(rule("deny", 100, "Deny"), rule("odd", 200, source="Zyzzyva")) == []


def test_a_denial_of_an_unknown_source_proves_neither():
    with pytest.raises(ValueError, match="Zyzzyva"):
        opened(rule("odd", 100, "Deny", source="Zyzzyva"), rule("smb", 200))


prefixes = st.tuples(st.integers(0, 255), st.integers(0, 12)).map(lambda pair: f"{pair[0]}.0.0.0/{pair[1]}")
some_rules = st.lists(
    st.tuples(
        st.sampled_from(["Allow", "Deny"]), prefixes | st.sampled_from(["*", "Internet", "VirtualNetwork"])
    ),
    max_size=6,
).map(lambda picked: [rule(f"r{n}", 100 + n, access, source) for n, (access, source) in enumerate(picked)])


@the_same_every_time
@given(some_rules, st.randoms())
def test_the_order_in_which_rules_are_listed_does_not_matter(rules, random):
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert opened(*shuffled) == opened(*rules)


@the_same_every_time
@given(some_rules)
def test_a_denial_of_everybody_before_all_closes_the_port(rules):
    assert opened(rule("first", 50, "Deny"), *rules) == []


@the_same_every_time
@given(some_rules)
def test_a_grant_to_everybody_before_all_opens_the_port(rules):
    assert opened(rule("first", 50), *rules)[0].startswith("TCP 445 (first")


@the_same_every_time
@given(some_rules, prefixes)
def test_a_further_denial_never_opens_and_a_further_grant_never_closes(rules, source):
    if not opened(*rules):
        assert not opened(rule("deny", 50, "Deny", source), *rules)
    else:
        assert opened(rule("allow", 50, "Allow", source), *rules)
