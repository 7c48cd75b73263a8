"""The law: no mix of faults turns a verdict into another, makes a finding vanish or ends a scan.

Each shard is a run of its own, by its seed, so that the shards run side by side and a failure is played back by the
name of its test. ``SOAK=100000`` makes as many shards as that takes.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.law.estate import EstateAsker, small_estates
from tests.law.faults import FaultyAsker, mixes
from tests.law.law import is_sound, keeps_the_law
from tests.law.scan import Scanner, VirtualClock

MIXES_AN_ESTATE = 4
MIXES_A_SHARD = 256
MIXES = max(2048, int(os.environ.get("SOAK", "0")))
SHRINK = (Phase.shrink,) if os.environ.get("SHRINK") else ()

ESTATES = settings(
    max_examples=MIXES_A_SHARD // MIXES_AN_ESTATE,
    deadline=None,
    database=None,
    phases=(Phase.generate, *SHRINK),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


SCANNER = Scanner()


def the_law(estate, some, scanner=SCANNER):
    """The property: a clean scan of an estate, and one scan of it through each mix."""
    asker = EstateAsker(estate.world, estate.page_size)
    clean = scanner.scan(asker, estate.scanned)
    is_sound(clean)
    assert clean.seen is not None
    assert {*estate.scanned} <= clean.seen
    for mix in some:
        clock = VirtualClock()
        faulty = FaultyAsker(asker, mix, clock)
        keeps_the_law(clean, scanner.scan(faulty, estate.scanned, clock, faulty.cancelled))


@pytest.mark.parametrize("shard", range(-(-MIXES // MIXES_A_SHARD)), ids="seed-{}".format)
def test_the_law(shard):
    @seed(shard)
    @ESTATES
    @given(small_estates(), st.lists(mixes(), min_size=MIXES_AN_ESTATE, max_size=MIXES_AN_ESTATE))
    def holds(estate, some):
        the_law(estate, some)

    holds()
