"""A list that Azure writes as one text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azlinkscan.assess.words import Words

KNOWN = ["SMB2.1", "SMB3.0", "SMB3.1.1"]


@pytest.fixture(scope="module")
def words():
    return Words(datetime(2026, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SMB2.1;SMB3.0;SMB3.1.1", KNOWN),
        ("SMB3.1.1;", ["SMB3.1.1"]),
        (" smb3.1.1 , SMB3.0 ", ["SMB3.1.1", "SMB3.0"]),
        ("", []),
    ],
)
def test_its_words_are_spelt_as_the_known_ones(words, text, said):
    assert words.listed(text, KNOWN) == said


@pytest.mark.parametrize("text", ["SMB3.0;SMB4.0", "SMB3.0 SMB3.1.1", "none"])
def test_a_word_that_nobody_knows_is_refused(words, text):
    with pytest.raises(ValueError, match=r"names"):
        words.listed(text, KNOWN)


@given(st.lists(st.sampled_from(KNOWN)), st.sampled_from([";", ",", "; ", " ,"]))
def test_what_is_joined_comes_apart_again(chosen, between):
    words = Words(datetime(2026, 4, 1, tzinfo=UTC))
    assert words.listed(between.join(chosen).lower(), KNOWN) == chosen
