"""What every word goes through before its answer reaches the engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from azlinkscan.assess.words import Words
from azlinkscan.assess.world import Unreadable
from azlinkscan.model.facts import Reason


@pytest.fixture
def words():
    return Words(datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def field(words):
    return words.guarded("field", words.field, frozenset({0, 2}))


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 1e300, True])
def test_a_number_that_the_engine_holds_comes_through(field, number):
    assert field({"days": number}, "days") == number


@pytest.mark.parametrize("odd", [2**63, -(2**63) - 1, [1, 10**30], {"days": {"count": 10**30}}])
def test_a_number_beyond_the_engine_is_a_gap(words, field, odd):
    with pytest.raises(Unreadable):
        field({"days": odd}, "days")
    (gap,) = words.gaps
    assert gap.reason is Reason.UNRECOGNISED_VALUE
    assert gap.detail == "field: a whole number beyond 64 bits, which the engine cannot hold"
