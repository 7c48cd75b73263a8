"""The law over real sockets: the same comparison, with TLS, the real client and its threads between us and the faults."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from azlinkscan.collect.client import ArmClient
from azlinkscan.collect.retry import Patience
from azlinkscan.identity.clouds import cloud_of
from azlinkscan.identity.credential import credential_for
from tests.arm import faults
from tests.arm.faults import FORGEABLE, Fault
from tests.law.estate import EstateAsker, small_estates
from tests.law.law import is_sound, keeps_the_law
from tests.law.scan import Scanner
from tests.law.test_law import ESTATES

SHARDS, MIXES_A_SHARD = 4, 25
WORKERS = 4
READ_TIMEOUT = 0.3
LATE = {"slow": faults.slow(2 * READ_TIMEOUT)}

rules = st.tuples(
    st.sampled_from(FORGEABLE),
    st.integers(0, 99),
    st.sampled_from(("this", "beneath", "kind", "provider", "all")),
    st.sampled_from((None, None, 1, 2)),
    st.sampled_from((0, 0, 1, 5)),
)


def fault(rule, known):
    """A rule of the server, aimed at one of the requests of the clean scan."""
    name, number, at, times, after = rule
    asked = known[number % len(known)]
    matches = {
        "this": asked.place,
        "beneath": f"{asked.place}*",
        "kind": asked.kind,
        "provider": f"{asked.type.partition('/')[0]}/*",
        "all": "*",
    }[at]
    # a time-out costs real time: it is met once or twice
    return Fault(matches, LATE.get(name, faults.BY_NAME[name]), 2 if name in LATE else times, after)


@pytest.fixture
def online(arm_server, kakuu_city, monkeypatch):
    """A server and a client that is signed in to it."""
    server = arm_server(kakuu_city)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    cloud = cloud_of(str(server.cloud_file))
    credential = credential_for("environment", cloud, environ=server.environment)
    with (
        ArmClient(
            cloud.resource_manager,
            credential,
            cloud.scope,
            workers=WORKERS,
            ca_file=cloud.ca_file,
            read_timeout=READ_TIMEOUT,
        ) as client,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        yield server, client, Scanner(patience=Patience(attempts=2, seconds=4), pool=lambda: pool)


@pytest.mark.parametrize("shard", range(SHARDS), ids="seed-{}".format)
def test_the_law_holds_over_sockets(online, shard):
    server, client, scanner = online

    @seed(shard)
    @settings(ESTATES, max_examples=MIXES_A_SHARD)
    @given(small_estates(3), st.lists(rules, min_size=1, max_size=3))
    def holds(estate, some):
        asker = EstateAsker(estate.world, estate.page_size)
        clean = scanner.scan(asker, estate.scanned[:1])
        is_sound(clean)
        known = tuple(asker.asked(address) for address in asker.answers)
        server.world, server.page_size = estate.world, estate.page_size
        server.faults.clear()
        for rule in some:
            server.faults.add(fault(rule, known))
        keeps_the_law(clean, scanner.scan(client, estate.scanned[:1]))

    holds()
    assert server.writes == []


def test_a_scan_over_sockets_gives_what_a_scan_in_process_gives(online):
    server, client, scanner = online
    guids = tuple(one.rpartition("/")[2] for one in server.world.subscriptions())
    over_sockets, in_process = scanner.scan(client, guids), scanner.scan(EstateAsker(server.world), guids)
    assert over_sockets.findings == in_process.findings
    assert over_sockets.criteria == in_process.criteria
