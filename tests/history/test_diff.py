"""What became otherwise is named with its cause, and nothing that is unknown is called fixed or gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azlinkscan.model.decision import Excepted, Excepting, Lapse, Lapsed
from azlinkscan.model.difference import Cause, ValueChange
from azlinkscan.model.verdict import Verdict
from azlinkscan.scan.comparing import compare, gate
from azlinkscan.scan.exit_code import Exit
from tests.history.night import (
    CHECK,
    CITY,
    FAIL,
    NONE,
    PASS,
    UNKNOWN,
    Night,
    account,
    criterion,
    gap,
    judged,
    of_scope,
)

OTHER = "/subscriptions/00000000-0000-0000-0000-000000000002"
ACCEPTED = Excepted(Excepting.EXCEPTION, "exceptions.yaml:2", reason="移行中")
REVISED = {CHECK: "b" * 64}


@pytest.fixture
def between(tmp_path):
    """The difference between two nights."""

    def made(old, new):
        return compare(old.write(tmp_path / "old.zip"), new.write(tmp_path / "new.zip"), "yesterday", "today")

    return made


def night(*findings, **more):
    return Night(findings, **more)


def causes(found):
    return [change.causes for change in found.findings]


def test_the_same_facts_differ_in_nothing(between):
    same = night(judged("a"), judged("b", FAIL), judged("c", UNKNOWN))
    assert between(same, same).is_empty


def test_another_clock_and_another_correlation_id_are_no_difference(between):
    asked = [judged("a", UNKNOWN, gaps=(gap(account("a"), number),)) for number in ("1" * 8, "2" * 8)]
    assert between(night(asked[0]), night(asked[1], clock="2026-04-02T00:00:00Z")).is_empty


def test_a_value_that_changed_makes_a_failure(between):
    found = between(night(judged("a")), night(judged("a", FAIL)))
    (change,) = found.findings
    assert change.causes == (Cause.NEWLY_FAILING, Cause.VALUE_CHANGED)
    assert change.values == (ValueChange("https_only", True, False),)
    assert change.is_new_failure


def test_a_value_that_changed_without_another_verdict_is_told(between):
    before, after = (judged("a", observed={"https_only": True, "tls": tls}) for tls in ("1.2", "1.3"))
    (change,) = between(night(before), night(after)).findings
    assert (change.causes, change.is_new_failure) == ((Cause.VALUE_CHANGED,), False)
    assert change.values == (ValueChange("tls", "1.2", "1.3"),)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        (FAIL, PASS, Cause.FIXED),
        (PASS, FAIL, Cause.NEWLY_FAILING),
        (FAIL, UNKNOWN, Cause.EVIDENCE_LOST),
        (PASS, UNKNOWN, Cause.EVIDENCE_LOST),
        (UNKNOWN, PASS, Cause.EVIDENCE_REGAINED),
        (PASS, Verdict.ERROR, Cause.ERROR_NEW),
        (Verdict.ERROR, PASS, Cause.ERROR_GONE),
        (FAIL, NONE, Cause.NO_LONGER_APPLIES),
        (NONE, PASS, Cause.APPLIES_NOW),
    ],
)
def test_another_verdict_has_its_cause(between, old, new, cause):
    seen = {"observed": {"sku": "x"}}
    found = between(night(judged("a", old, **seen)), night(judged("a", new, **seen)))
    assert found.findings[0].causes[0] is cause
    assert found.criteria[0].causes[0] is cause


def test_a_failure_that_comes_out_of_the_dark_is_new_and_regained(between):
    (change,) = between(night(judged("a", UNKNOWN)), night(judged("a", FAIL))).findings
    assert change.causes[:2] == (Cause.NEWLY_FAILING, Cause.EVIDENCE_REGAINED)


def test_gone_takes_a_complete_list(between):
    both, one = night(judged("a"), judged("b", FAIL)), night(judged("a"))
    assert causes(between(both, one)) == [(Cause.RESOURCE_GONE,)]
    assert causes(between(both, replace(one, complete=False))) == [(Cause.EVIDENCE_LOST,)]


def test_the_last_one_that_goes_is_told_once(between):
    assert causes(between(night(judged("a", FAIL)), night(of_scope(NONE)))) == [(Cause.RESOURCE_GONE,)]


def test_a_list_that_is_refused_loses_the_evidence_of_each(between):
    found = between(night(judged("a"), judged("b", FAIL)), night(of_scope(UNKNOWN), complete=False))
    assert causes(found) == [(Cause.EVIDENCE_LOST,)] * 3


def test_new_takes_a_complete_list(between):
    one, both = night(judged("a")), night(judged("a"), judged("b", FAIL))
    assert causes(between(one, both)) == [(Cause.NEWLY_FAILING, Cause.RESOURCE_NEW)]
    unsure = between(replace(one, complete=False), both)
    assert causes(unsure) == [(Cause.NEWLY_FAILING, Cause.EVIDENCE_REGAINED)]


def test_the_first_one_that_comes_is_told_once(between):
    assert causes(between(night(of_scope(NONE)), night(judged("a")))) == [(Cause.RESOURCE_NEW,)]


def test_what_a_filter_may_have_left_out_is_not_called_gone(between):
    found = between(night(judged("a"), judged("b")), night(judged("a"), left_out=1))
    assert causes(found) == [(Cause.SCOPE_CHANGED,)]


def test_a_subscription_that_was_not_scanned_is_another_scope(between):
    found = between(night(judged("a", FAIL)), night(subscriptions=(OTHER,)))
    assert causes(found) == [(Cause.SCOPE_CHANGED,)]


def test_a_check_that_changed_is_a_cause_where_it_changes_something(between):
    same = between(night(judged("a")), night(judged("a"), digests=REVISED))
    assert causes(same) == []
    assert [change.id for change in same.checks] == [CHECK]
    found = between(
        night(judged("a")), night(judged("a", FAIL, observed={"https_only": True}), digests=REVISED)
    )
    assert causes(found) == [(Cause.NEWLY_FAILING, Cause.CHECK_CHANGED)]


def test_other_settings_are_a_cause_and_no_new_finding(between):
    strict = {"settings_digest": "s1", "settings": {"widest_prefix": 28}}
    found = between(night(judged("a")), night(judged("a", FAIL, observed={"https_only": True}, **strict)))
    assert causes(found) == [(Cause.NEWLY_FAILING, Cause.SETTINGS_CHANGED)]


def test_further_settings_are_a_wider_scope(between):
    also = judged("a", settings_digest="s1", settings={"widest_prefix": 28})
    assert causes(between(night(judged("a")), night(judged("a"), also))) == [(Cause.SCOPE_CHANGED,)]


def test_an_exception_is_told_when_it_comes_and_when_it_ends(between):
    failing, accepted = judged("a", FAIL), judged("a", FAIL, excepted=ACCEPTED)
    expired = judged("a", FAIL, lapsed=(Lapsed("exceptions.yaml:2", Lapse.EXPIRED, "2026-03-31"),))
    assert causes(between(night(failing), night(accepted))) == [(Cause.EXCEPTION_ADDED,)]
    assert causes(between(night(accepted), night(failing))) == [(Cause.EXCEPTION_ENDED,)]
    ended = between(night(accepted), night(expired))
    assert causes(ended) == [(Cause.EXCEPTION_EXPIRED,)]
    assert ended.findings[0].is_new_failure


def test_a_failure_that_is_fixed_takes_its_exception_along(between):
    found = between(night(judged("a", FAIL, excepted=ACCEPTED)), night(judged("a")))
    assert causes(found) == [(Cause.FIXED, Cause.VALUE_CHANGED)]


def test_a_criterion_says_which_checks_moved_it(between):
    (change,) = between(night(judged("a")), night(judged("a", FAIL))).criteria
    assert (change.profile, change.id, change.label, change.checks) == ("kakuu", "kakuu-1", "１", (CHECK,))
    assert (change.old.verdict, change.new.verdict) == (PASS, FAIL)


def test_a_criterion_that_is_met_in_another_way_says_so(between):
    same = judged("a")
    (change,) = between(night(same), night(same, criterion=criterion("storage/other"))).criteria
    assert change.causes == (Cause.CRITERIA_CHANGED,)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (FAIL, FAIL, Exit.OK),
        (PASS, FAIL, Exit.FAILED),
        (PASS, Verdict.ERROR, Exit.COULD_NOT_RUN),
        (PASS, UNKNOWN, Exit.UNKNOWN),
        (FAIL, PASS, Exit.OK),
    ],
)
def test_the_gate_lets_nothing_new_through(between, old, new, code):
    assert gate(between(night(judged("a", old)), night(judged("a", new)))) is code


def test_findings_are_matched_whatever_stands_between_them(between):
    names = [f"n{number:03}" for number in range(50)]
    before = [judged(name) for name in names if not name.endswith("3")]
    after = [judged(name, FAIL if name == "n010" else PASS) for name in names if not name.endswith("7")]
    found = between(night(*before), night(*after))
    told = {change.shown.shown_id.rpartition("/")[2]: change.causes[0] for change in found.findings}
    assert told == {
        **{name: Cause.RESOURCE_NEW for name in names if name.endswith("3")},
        **{name: Cause.RESOURCE_GONE for name in names if name.endswith("7")},
        "n010": Cause.NEWLY_FAILING,
    }
    assert CITY in found.findings[0].shown.shown_id
