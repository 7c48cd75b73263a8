"""The law's neighbour: what is odd but true is never our error, and what nobody knows never makes a pass.

Odd values are true of another world, so verdicts may differ from the clean run's. The same world in another spelling,
in other pages or in another order must be judged the same.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from azlinkscan.model.check import UNSET
from azlinkscan.model.verdict import Verdict
from azlinkscan.snapshot.result_file import finding_json
from tests.law.catalogue import CHECKS
from tests.law.estate import EstateAsker, kind_of, small_estates
from tests.law.law import is_sound
from tests.law.odd import (
    ABSENT,
    UNKNOWN_WORD,
    ShufflingPool,
    Style,
    StyledAsker,
    all_edits,
    at,
    changed,
    edited,
    places,
    places_of_words,
    shuffled_plan,
    styles,
    watching,
)
from tests.law.scan import Scanner
from tests.law.test_law import ESTATES, MIXES

SCANNER = Scanner()
shards = pytest.mark.parametrize("shard", range(max(4, MIXES // 5000)), ids="seed-{}".format)


def some(count):
    return settings(ESTATES, max_examples=count)


def scanned(world, estate, scanner=SCANNER):
    return scanner.scan(StyledAsker(world, Style(estate.page_size)), estate.scanned)


def verdicts(scan):
    return {
        (subscription, finding.key): finding.verdict
        for subscription, found in scan.findings.items()
        for finding in found
    }


def differences(one, other):
    """The findings that are not the same in two scans, each with its two verdicts."""
    before, after = verdicts(one), verdicts(other)
    keys = before.keys() | after.keys()
    return {key[1]: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def written(scan):
    """The findings as a result holds them."""
    return [
        json.dumps(finding_json(finding), ensure_ascii=False)
        for found in scan.findings.values()
        for finding in found
    ]


# -- another world --------------------------------------------------------------------------------


@shards
def test_what_is_odd_but_true_is_never_our_error(shard):
    @seed(shard)
    @some(100)
    @given(small_estates(), all_edits())
    def holds(estate, edits):
        is_sound(scanned(edited(estate.world, edits), estate))

    holds()


@shards
def test_null_is_absence(shard):
    @seed(shard)
    @some(60)
    @given(small_estates(4), st.integers(0, 9999))
    def holds(estate, number):
        known = [(own, path) for own, path in places(estate.world) if isinstance(path[-1], str)]
        if known:
            own, path = known[number % len(known)]
            null, absent = (
                scanned(changed(estate.world, own, path, value), estate) for value in (None, ABSENT)
            )
            assert not differences(null, absent), f"{path} of {own}"

    holds()


@shards
def test_a_word_that_nobody_knows_makes_no_pass(shard):
    """Nothing that was no pass becomes one because a known word gives way to an unknown one."""

    @seed(shard)
    @some(60)
    @given(small_estates(5), st.integers(0, 9999))
    def holds(estate, number):
        no_pass_of_a_word(estate, number)

    holds()


def no_pass_of_a_word(estate, number, scanner=SCANNER):
    known = places_of_words(estate.world)
    if not known:
        return
    own, path = known[number % len(known)]
    clean = verdicts(scanned(estate.world, estate, scanner))
    strange = verdicts(scanned(changed(estate.world, own, path, UNKNOWN_WORD), estate, scanner))
    for key, verdict in strange.items():
        if verdict is Verdict.PASS:
            was = at(estate.world.bodies[own], path)
            assert clean.get(key, verdict) is Verdict.PASS, (
                f"{key} passes for {UNKNOWN_WORD} in place of {was} in {path}"
            )


@shards
def test_a_pass_does_not_depend_on_a_word_that_nobody_knows(shard):
    """Where a check passes though a word of a ``one-of`` is unknown, it passes whichever known word stands there."""

    @seed(shard)
    @some(60)
    @given(small_estates(4), st.integers(0, 9999))
    def holds(estate, number):
        no_pass_rests_on_a_word(estate, number)

    holds()


def no_pass_rests_on_a_word(estate, number, scanner=SCANNER):
    known = list(read_words(estate.world))
    if not known:
        return
    check, spec, own, path = known[number % len(known)]

    def passes(word):
        scan = scanned(changed(estate.world, own, path, word), estate, scanner)
        return {
            key
            for key, verdict in verdicts(scan).items()
            if verdict is Verdict.PASS and key[1].startswith(check)
        }

    strange = passes(UNKNOWN_WORD)
    for word in spec.one_of if strange else ():
        assert strange <= passes(word), f"{check}: a pass rests on {spec.path} = {UNKNOWN_WORD}"
    if spec.absent is UNSET and strange:
        assert passes(ABSENT) <= strange


def read_words(world):
    for check in CHECKS.values():
        for spec in check.read:
            if spec.one_of:
                kinds = {f"{kind}/{spec.child}" if spec.child else kind for kind in check.resource}
                for own, body in sorted(world.bodies.items()):
                    if kind_of(own) in kinds and spec.field in set(leaves_of(body, spec.field)):
                        yield check.id, spec, own, spec.field


def leaves_of(body, field):
    try:
        at(body, field)
    except (KeyError, IndexError, TypeError):
        return
    yield field


# -- the same world in another spelling -----------------------------------------------------------


@shards
def test_the_same_world_in_another_spelling_is_judged_the_same(shard):
    @seed(shard)
    @some(60)
    @given(small_estates(), styles())
    def holds(estate, style):
        same_in_another_spelling(estate, style)

    holds()


def same_in_another_spelling(estate, style, scanner=SCANNER):
    plain = scanner.scan(EstateAsker(estate.world), estate.scanned)
    again = scanner.scan(StyledAsker(estate.world, style), estate.scanned)
    is_sound(again)
    otherwise = differences(plain, again)
    assert not otherwise, f"judged otherwise: {otherwise}"
    assert again.criteria == plain.criteria


@shards
def test_the_same_world_in_another_order_gives_the_same_bytes(shard):
    @seed(shard)
    @some(60)
    @given(small_estates(), styles(), st.integers(0, 2**16))
    def holds(estate, style, order):
        shuffled = Scanner(plan=shuffled_plan(order), pool=lambda: ShufflingPool(order), progress=watching)
        plain = StyledAsker(estate.world, Style(ids=style.ids))
        again = shuffled.scan(StyledAsker(estate.world, style), estate.scanned)
        assert written(again) == written(SCANNER.scan(plain, estate.scanned))

    holds()
