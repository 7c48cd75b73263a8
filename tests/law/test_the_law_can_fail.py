"""The properties see what they are there to see: each defect that is planted here is caught by the same property."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from azlinkscan.assess import judge
from azlinkscan.assess.judge import Judge
from azlinkscan.assess.reads import Values
from azlinkscan.collect.reader import Outcome, Reader
from azlinkscan.model import verdict
from azlinkscan.model.facts import Listing, Reason, Remedy
from azlinkscan.model.verdict import Verdict
from tests.law import faults
from tests.law.estate import FOLLOWED, READ_EACH, picks, pieces_of, small_estates
from tests.law.faults import FAMILIES, aims, mixes
from tests.law.odd import styles
from tests.law.scan import Scanner
from tests.law.test_law import ESTATES, the_law
from tests.law.test_neighbour import no_pass_of_a_word, no_pass_rests_on_a_word, same_in_another_spelling

LONG_ENOUGH = settings(ESTATES, max_examples=1000, phases=ESTATES.phases[:1])
estates_and_mixes = (small_estates(), st.lists(mixes(), min_size=4, max_size=4))


def caught(holds, *strategies, says):
    """The property fails, and says what is wrong."""
    with pytest.raises(AssertionError, match=says):
        seed(0)(LONG_ENOUGH(given(*strategies)(holds)))()


def the_law_by(**planted):
    scanner = Scanner(**planted)
    return lambda estate, some: the_law(estate, some, scanner)


# -- planted in the reader ------------------------------------------------------------------------


def whole(row, scope, outcome):
    return replace(outcome, gaps=(), listing=Listing(row.kind, scope.id, len(outcome.facts)))


class SwallowsRefusals(Reader):
    """Takes a refusal for an empty list."""

    def read(self, row, scope):
        outcome = super().read(row, scope)
        refused = any(gap.status == 403 for gap in outcome.gaps)
        return whole(row, scope, outcome) if refused else outcome


class DropsPages(Reader):
    """Calls a list whole that broke off."""

    def read(self, row, scope):
        outcome = super().read(row, scope)
        cut = any(gap.reason is Reason.CUT_SHORT for gap in outcome.gaps)
        return whole(row, scope, outcome) if cut else outcome


class DropsItems(Reader):
    """Leaves out an item that could not be read by itself."""

    def read_item(self, row, scope, item):
        return replace(super().read_item(row, scope, item), gaps=())


class FollowsIntoNothing(Reader):
    """Takes whatever is said of an id that is looked up for "it names nothing"."""

    def look_up(self, row, resource_id):
        outcome = super().look_up(row, resource_id)
        if not outcome.gaps:
            return outcome
        return Outcome(listing=Listing(row.kind, outcome.gaps[0].scope, 0), reads=outcome.reads)


class AsksForRights(Reader):
    """Says "grant the right" of whatever was refused."""

    def read(self, row, scope):
        outcome = super().read(row, scope)
        return replace(outcome, gaps=tuple(replace(gap, remedy=Remedy.RIGHT) for gap in outcome.gaps))


class TurnsPagesForEver(Reader):
    """Follows links without end."""

    def __init__(self, asker, **options):
        super().__init__(asker, page_limit=10**9)


@pytest.mark.parametrize(
    ("reader", "says"),
    [
        (SwallowsRefusals, "vanished|became|came of nothing"),
        (DropsPages, "vanished|became|came of nothing|passed for all"),
        (AsksForRights, "a right is asked for"),
    ],
)
def test_a_reader_that_lies_is_caught(reader, says):
    caught(the_law_by(reader=reader), *estates_and_mixes, says=says)


def test_a_reader_that_drops_items_is_caught():
    read_each = small_estates(picked=picks(some=pieces_of(READ_EACH)))
    items = st.lists(mixes(aimed=aims("items")), min_size=4, max_size=4)
    caught(the_law_by(reader=DropsItems), read_each, items, says="vanished|became|came of nothing")


def test_a_reader_that_follows_ids_into_nothing_is_caught():
    abroad = small_estates(picked=picks(st.integers(0, 3), pieces_of(FOLLOWED)))
    followed = st.lists(mixes(aimed=aims("followed")), min_size=4, max_size=4)
    caught(the_law_by(reader=FollowsIntoNothing), abroad, followed, says="vanished|became|came of nothing")


def test_a_reader_that_turns_pages_for_ever_is_caught(monkeypatch):
    monkeypatch.setattr(faults, "MOST_REQUESTS", 2000)
    endless = tuple(fault for fault in FAMILIES["lists"] if "without end" in fault.name)
    few = st.lists(mixes(st.sampled_from(endless), aims("provider", "all")), min_size=1, max_size=1)
    caught(the_law_by(reader=TurnsPagesForEver), small_estates(), few, says="does not end")


# -- planted in the judge -------------------------------------------------------------------------


class Turned(Judge):
    """Says something else of some findings where not everything was read."""

    def findings(self, *given):
        for finding in super().findings(*given):
            yield from self.turned(finding) if self._world.gaps else (finding,)

    def turned(self, finding):
        raise NotImplementedError


class Flips(Turned):
    def turned(self, finding):
        flipped = finding.verdict is Verdict.PASS and finding.check == "storage/https-only"
        yield replace(finding, verdict=Verdict.FAIL) if flipped else finding


class Hopes(Turned):
    def turned(self, finding):
        hoped = finding.verdict is Verdict.UNKNOWN
        yield replace(finding, verdict=Verdict.PASS, gaps=()) if hoped else finding


class SaysThereIsNone(Turned):
    def turned(self, finding):
        whole_scope = finding.verdict is Verdict.UNKNOWN and finding.resource == finding.subscription
        yield replace(finding, verdict=Verdict.NOT_APPLICABLE, gaps=()) if whole_scope else finding


class Forgets(Turned):
    def turned(self, finding):
        if finding.verdict is not Verdict.UNKNOWN:
            yield finding


class ForgetsWhy(Turned):
    def turned(self, finding):
        yield replace(finding, gaps=())


class BlamesItself(Turned):
    def turned(self, finding):
        blamed = finding.verdict is Verdict.UNKNOWN
        yield replace(finding, verdict=Verdict.ERROR, problem="planted") if blamed else finding


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        (Hopes, "became pass|came of nothing"),
        (SaysThereIsNone, "vanished|became not-applicable|came of nothing"),
        (Forgets, "vanished|has no finding"),
        (ForgetsWhy, "unknown, no gap"),
        (BlamesItself, "planted"),
    ],
)
def test_a_judge_that_lies_is_caught(planted, says):
    caught(the_law_by(judge=planted), *estates_and_mixes, says=says)


def test_one_flipped_verdict_of_one_check_is_caught():
    accounts = small_estates(picked=picks(some=pieces_of({"microsoft.storage/storageaccounts"})))
    some = st.lists(mixes(), min_size=4, max_size=4)
    caught(the_law_by(judge=Flips), accounts, some, says="storage/https-only: .* became fail")


def test_a_criterion_that_overlooks_the_unknown_is_caught(monkeypatch):
    order = tuple(one for one in verdict._ALL_OF if one is not Verdict.UNKNOWN)
    monkeypatch.setattr(verdict, "_ALL_OF", order)
    caught(the_law_by(), *estates_and_mixes, says=r"\('\S+', '\S+'\): \S+ became")


# -- planted in what is read of a value -----------------------------------------------------------


@pytest.fixture
def guesses(monkeypatch):
    """A word that nobody knows counts as the best of those that are known."""
    honest = judge.read_values

    def guessing(specs, fact, world):
        values = honest(specs, fact, world)
        known, gaps = dict(values.known), dict(values.gaps)
        for spec in specs:
            if spec.one_of and any(
                gap.reason is Reason.UNRECOGNISED_VALUE for gap in gaps.get(spec.name, ())
            ):
                known[spec.name] = spec.one_of[-1]
                del gaps[spec.name]
        return Values(known, gaps)

    monkeypatch.setattr(judge, "read_values", guessing)


@pytest.mark.parametrize(
    ("holds", "says"),
    [(no_pass_of_a_word, "passes for Zyzzyva"), (no_pass_rests_on_a_word, "a pass rests on")],
)
def test_an_odd_value_that_becomes_a_pass_is_caught(guesses, holds, says):
    caught(lambda estate, number: holds(estate, number), small_estates(5), st.integers(0, 9999), says=says)


def test_an_id_that_is_compared_as_it_is_spelt_is_caught():
    class Spells(Reader):
        """Keeps a fact by the id as it was sent."""

        def read(self, row, scope):
            outcome = super().read(row, scope)
            facts = tuple(replace(fact, id=fact.shown_id) for fact in outcome.facts)
            return replace(outcome, facts=facts)

    scanner = Scanner(reader=Spells)
    caught(
        lambda estate, style: same_in_another_spelling(estate, style, scanner),
        small_estates(),
        styles(),
        says="judged otherwise",
    )
