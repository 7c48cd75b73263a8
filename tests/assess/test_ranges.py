"""What a list of address rules admits when it is taken together."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, ip_address
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azlinkscan.assess import ranges

the_same_every_time = settings(derandomize=True, deadline=None)
addresses = st.integers(0, 2**32 - 1)
# A small space, so that rules overlap and touch often.
near = st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def rule(first: int, last: int) -> str:
    return f"{IPv4Address(first)}-{IPv4Address(last)}"


rules = st.lists(near.map(lambda pair: rule(*pair)), max_size=8)


def members(texts: list[str]) -> set[int]:
    return {
        address
        for text in texts
        for item in [ranges.parse(text)]
        for address in range(item.first, item.last + 1)
    }


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.7"),
        ("203.0.113.0/24", "203.0.113.0", "203.0.113.255"),
        ("203.0.113.9/24", "203.0.113.0", "203.0.113.255"),
        ("203.0.113.4-203.0.113.9", "203.0.113.4", "203.0.113.9"),
        (" 203.0.113.4 - 203.0.113.9 ", "203.0.113.4", "203.0.113.9"),
        ("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ],
)
def test_a_rule_is_an_address_a_prefix_or_a_range(text, first, last):
    parsed = ranges.parse(text)
    assert (parsed.first, parsed.last) == (int(ip_address(first)), int(ip_address(last)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zyzzyva",
        "789",
        "203.0.113.0/33",
        "203.0.113.256",
        "203.0.113.9-203.0.113.4",
        "203.0.113.4-",
        "-",
        "203.0.113.4-2001:db8::1",
    ],
)
def test_what_names_no_addresses_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        ranges.parse(text)


@pytest.mark.parametrize(
    "texts",
    [
        ["0.0.0.0-255.255.255.255"],
        ["0.0.0.1-255.255.255.255"],
        ["0.0.0.0-255.255.255.254"],
        ["0.0.0.0/0"],
        ["0.0.0.0-127.255.255.255", "128.0.0.0-255.255.255.255"],
        ["1.0.0.0-127.255.255.255", "128.0.0.0-255.255.255.254"],
    ],
)
def test_any_address_counts_as_any_however_it_is_written(texts):
    assert ranges.widest(texts) == 0


def test_three_hundred_rules_that_open_half_the_internet_together_count_as_half_of_it():
    step = 2**31 // 300
    pieces = [rule(number * step, (number + 1) * step) for number in range(300)]
    assert min(ranges.parse(piece).prefix for piece in pieces) == 9
    assert ranges.widest(pieces) == 1


def test_no_rule_admits_nobody():
    assert ranges.widest([]) == 33
    assert ranges.count([]) == 0
    assert ranges.union([]) == ()


def test_one_ipv6_network_counts_as_one_address():
    assert ranges.widest(["2001:db8::/64"]) == ranges.widest(["203.0.113.7"]) == 32
    assert ranges.widest(["2001:db8::1"]) == 32
    assert ranges.widest(["::/0"]) == 0


def test_the_wider_of_both_versions_counts():
    assert ranges.widest(["203.0.113.0/24", "2001:db8::/32"]) == 16
    assert ranges.widest(["203.0.113.0/24", "2001:db8::/56"]) == 24


def test_the_versions_never_merge_nor_cover_each_other():
    assert ranges.union(["0.0.0.0-0.0.0.9", "::-::9"]) == (ranges.Range(4, 0, 9), ranges.Range(6, 0, 9))
    assert not ranges.covers(["0.0.0.0/0"], ["2001:db8::1"])


def test_covering_takes_the_outer_rules_together():
    assert ranges.covers(["203.0.113.0/25", "203.0.113.128/25"], ["203.0.113.100-203.0.113.200"])
    assert not ranges.covers(["203.0.113.0/25", "203.0.113.130/31"], ["203.0.113.100-203.0.113.200"])
    assert ranges.covers(["203.0.113.0/24"], [])
    assert not ranges.covers([], ["203.0.113.7"])


def test_several_ranges_in_one_text_are_several_rules():
    assert ranges.count(["203.0.113.0/30,198.51.100.7"]) == 5


@the_same_every_time
@given(st.integers(0, 32), addresses)
def test_a_prefix_is_as_long_as_it_says(length, address):
    text = str(IPv4Network((address, length), strict=False))
    assert ranges.parse(text).prefix == length
    assert ranges.widest([text]) == length


@the_same_every_time
@given(addresses, addresses)
def test_a_prefix_of_that_length_holds_the_range_and_a_longer_one_does_not(one, other):
    item = ranges.parse(rule(min(one, other), max(one, other)))
    assert item.size <= 2 ** (32 - item.prefix)
    assert item.prefix == 32 or item.size > 2 ** (31 - item.prefix)


@the_same_every_time
@given(rules)
def test_a_union_is_disjoint_in_order_and_admits_the_same(texts):
    merged = ranges.union(texts)
    assert all(left.last + 1 < right.first for left, right in pairwise(merged))
    assert {address for item in merged for address in range(item.first, item.last + 1)} == members(texts)
    assert ranges.count(texts) == len(members(texts))


@the_same_every_time
@given(rules, st.randoms())
def test_neither_order_nor_repetition_matters(texts, random):
    shuffled = [*texts, *texts]
    random.shuffle(shuffled)
    assert ranges.union(shuffled) == ranges.union(texts)
    assert ranges.widest(shuffled) == ranges.widest(texts)


@the_same_every_time
@given(rules, rules)
def test_covering_is_inclusion(outer, inner):
    assert ranges.covers(outer, inner) == (members(inner) <= members(outer))


@the_same_every_time
@given(rules, near)
def test_a_further_rule_never_narrows(texts, pair):
    assert ranges.widest([*texts, rule(*pair)]) <= ranges.widest(texts)
