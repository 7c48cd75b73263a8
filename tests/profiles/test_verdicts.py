"""What the mapping makes of findings: the readings that the notes promise."""

from __future__ import annotations

from collections import defaultdict

import pytest

from azlinkscan.assess.criteria import fold
from azlinkscan.model.profile import ByHand, Group, NotCovered
from azlinkscan.model.verdict import Verdict

SETTLED = {Verdict.PASS, Verdict.FAIL}


def leaves(shipped):
    return {leaf.id: leaf for profile in shipped.values() for leaf in profile.leaves()}


def verdicts(shipped, everything, **but):
    """Every criterion's verdict where all checks say the same, but for some (``sql/a-b`` is written sql__a_b)."""
    said = defaultdict(lambda: everything)
    for name, verdict in but.items():
        said[name.replace("__", "/").replace("_", "-")] = verdict
    return {key: fold(leaf.met_by, said) for key, leaf in leaves(shipped).items()}


def needs_a_person(tree):
    match tree:
        case ByHand():
            return True
        case Group(fold="all-of", members=members):
            return any(needs_a_person(member) for member in members)
        case Group(members=members):
            return all(needs_a_person(member) for member in members)
        case _:
            return False


def test_where_every_check_passes_only_what_a_person_must_see_is_open(shipped):
    for key, verdict in verdicts(shipped, Verdict.PASS).items():
        tree = leaves(shipped)[key].met_by
        if isinstance(tree, NotCovered):
            assert verdict is Verdict.NOT_COVERED
        else:
            assert verdict is (Verdict.BY_HAND if needs_a_person(tree) else Verdict.PASS), key


def test_where_every_check_fails_nothing_passes(shipped):
    assert Verdict.PASS not in verdicts(shipped, Verdict.FAIL).values()


def test_where_nothing_could_be_read_nothing_is_settled_by_a_check(shipped):
    for key, verdict in verdicts(shipped, Verdict.UNKNOWN).items():
        assert verdict not in SETTLED, key


def test_where_there_is_nothing_to_judge_nothing_passes_or_fails(shipped):
    for key, verdict in verdicts(shipped, Verdict.NOT_APPLICABLE).items():
        assert verdict not in SETTLED, key


@pytest.mark.parametrize("key", ["chiba-2-1-u", "yachiyo-2-1-3", "stated-1-1-2"])
def test_a_database_that_lets_anybody_call_fails_the_other_partys_verification(key, shipped):
    assert verdicts(shipped, Verdict.PASS, sql__azure_services_refused=Verdict.FAIL)[key] is Verdict.FAIL


@pytest.mark.parametrize("key", ["chiba-2-1-u", "yachiyo-2-1-3"])
def test_an_open_app_is_left_to_a_person_for_it_may_verify_its_callers_itself(key, shipped):
    said = verdicts(
        shipped,
        Verdict.PASS,
        appservice__access_restricted=Verdict.FAIL,
        appservice__client_certificate_required=Verdict.FAIL,
        ase__internal_load_balancer=Verdict.FAIL,
    )
    assert said[key] is Verdict.BY_HAND


@pytest.mark.parametrize(
    "key", ["chiba-2-1-a", "chiba-2-1-e", "yachiyo-2-1-1", "yachiyo-2-1-4", "stated-1-2-2a"]
)
def test_a_container_that_anybody_can_read_fails(key, shipped):
    assert verdicts(shipped, Verdict.PASS, storage__containers_private=Verdict.FAIL)[key] is Verdict.FAIL


def test_policies_of_containers_that_were_not_read_leave_the_period_unknown_and_a_failure_is_never_hidden(
    shipped,
):
    def said(verdict):
        return verdicts(shipped, Verdict.PASS, storage__container_policies_expire=verdict)

    assert said(Verdict.UNKNOWN)["stated-1-2-2b"] is Verdict.UNKNOWN
    assert said(Verdict.FAIL)["stated-1-2-2b"] is Verdict.FAIL
    assert said(Verdict.FAIL)["chiba-2-1-e"] is said(Verdict.PASS)["chiba-2-1-e"]


def test_an_apps_own_sign_in_is_left_to_a_person(shipped):
    said = verdicts(shipped, Verdict.PASS, appservice__authentication_required=Verdict.FAIL)
    assert {said[key] for key in ("chiba-2-1-a", "yachiyo-2-1-1", "stated-1-2-1a")} == {Verdict.BY_HAND}


def test_a_missing_alert_breaks_the_stated_sentence_but_not_the_criterion_which_is_content_with_looking(
    shipped,
):
    said = verdicts(shipped, Verdict.PASS, monitor__plan_cpu_alert=Verdict.FAIL)
    assert said["stated-1-3-1a"] is Verdict.FAIL
    assert said["chiba-2-2-1-a"] is said["yachiyo-2-2-1-a"] is Verdict.BY_HAND


def test_a_database_whose_backups_are_too_short_fails_recovery(shipped):
    said = verdicts(shipped, Verdict.PASS, sql__short_term_retention=Verdict.FAIL)
    assert {said[key] for key in ("chiba-2-2-2-b", "yachiyo-2-2-2-i", "stated-2-2-2")} == {Verdict.FAIL}
