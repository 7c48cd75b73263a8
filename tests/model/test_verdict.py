"""How verdicts fold: what is not known never becomes a pass."""

from __future__ import annotations

import itertools

import pytest

from azlinkscan.model.verdict import Verdict, all_of, any_of

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
NOT_APPLICABLE, ERROR, BY_HAND = Verdict.NOT_APPLICABLE, Verdict.ERROR, Verdict.BY_HAND
DECIDED = (PASS, FAIL)


def test_all_of_is_fail_then_error_then_unknown_then_by_hand_then_pass():
    order = [FAIL, ERROR, UNKNOWN, BY_HAND, PASS]
    for index, verdict in enumerate(order):
        assert all_of(order[index:]) is verdict


def test_any_of_passes_with_one_and_fails_last():
    assert any_of([FAIL, PASS, UNKNOWN, ERROR]) is PASS
    assert any_of([FAIL, UNKNOWN]) is UNKNOWN
    assert any_of([FAIL, BY_HAND]) is BY_HAND
    assert any_of([FAIL, FAIL]) is FAIL


@pytest.mark.parametrize("fold", [all_of, any_of])
def test_members_that_do_not_apply_drop_out_and_so_does_a_group_of_them(fold):
    assert fold([NOT_APPLICABLE, NOT_APPLICABLE]) is NOT_APPLICABLE
    assert fold([]) is NOT_APPLICABLE
    assert fold([NOT_APPLICABLE, PASS]) is PASS
    assert fold([NOT_APPLICABLE, FAIL]) is FAIL


@pytest.mark.parametrize("fold", [all_of, any_of])
def test_making_one_member_unknown_never_flips_a_fold(fold):
    for members in itertools.product((*DECIDED, NOT_APPLICABLE, BY_HAND), repeat=3):
        clean = fold(members)
        for index in range(3):
            if members[index] in DECIDED:
                faulty = fold([*members[:index], UNKNOWN, *members[index + 1 :]])
                assert faulty in (clean, UNKNOWN), (members, index)


def test_every_verdict_has_a_word_in_both_languages():
    labels = {verdict: (verdict.label.ja, verdict.label.en) for verdict in Verdict}
    assert len({ja for ja, _ in labels.values()}) == len(Verdict)
    assert labels[Verdict.UNKNOWN] == ("未確認", "unknown")
