"""What is there, that there is none, and what cannot be told."""

from __future__ import annotations

import pytest

from azlinkscan.assess.world import Unreadable, World
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Reason

SUB = "/subscriptions/s"
RG = f"{SUB}/resourcegroups/rg"
ALERTS, GROUPS = "microsoft.insights/metricalerts", "microsoft.insights/actiongroups"
SERVERS, DATABASES, TDE = (
    "microsoft.sql/servers",
    "microsoft.sql/servers/databases",
    "microsoft.sql/servers/databases/transparentdataencryption",
)
LOCKS, SETTINGS = "microsoft.authorization/locks", "microsoft.insights/diagnosticsettings"
SERVER = f"{RG}/providers/microsoft.sql/servers/a"
DB = f"{SERVER}/databases/d"


def fact(kind, own, scope=None, **properties):
    return Fact.of(kind, {"id": own, "properties": properties}, scope=scope)


def alert(name, *scopes):
    return fact(ALERTS, f"{RG}/providers/microsoft.insights/metricalerts/{name}", scopes=list(scopes))


def world(facts=(), gaps=(), listed=(), asked=()):
    return World(SUB, facts, gaps, [Listing(k, s, 0) for k, s in listed], [KindAsked(k, u) for k, u in asked])


def ids(found):
    return [one.id.rpartition("/")[2] for one in found]


def test_an_alert_is_about_what_its_scopes_name_and_all_beneath_it():
    here = world(
        [alert("own", DB.upper()), alert("server", SERVER), alert("group", RG), alert("other", f"{SERVER}2")],
        listed=[(ALERTS, SUB)],
        asked=[(ALERTS, None)],
    )
    found, holes = here.about(ALERTS, DB)
    assert ids(found) == ["group", "own", "server"]
    assert holes == ()


def test_an_extension_is_about_what_it_stands_on():
    lock = fact(LOCKS, f"{RG}/providers/microsoft.authorization/locks/keep")
    elsewhere = fact(LOCKS, f"{SUB}/resourcegroups/other/providers/microsoft.authorization/locks/keep")
    here = world([lock, elsewhere], listed=[(LOCKS, SUB)], asked=[(LOCKS, None)])
    assert [one.id for one in here.about(LOCKS, DB)[0]] == [lock.id]


def test_a_refused_diagnostic_setting_of_one_resource_says_nothing_of_another():
    refused = Gap(f"{SERVER}/databases/other", SETTINGS, Reason.REFUSED)
    here = world(
        [fact(DATABASES, DB), fact(DATABASES, f"{SERVER}/databases/other")],
        [refused],
        listed=[(SETTINGS, DB), (DATABASES, SUB)],
        asked=[(DATABASES, None), (SETTINGS, DATABASES)],
    )
    assert here.about(SETTINGS, DB)[1] == ()
    assert here.about(SETTINGS, f"{SERVER}/databases/other")[1] == (refused,)


def test_a_broken_list_of_other_parents_says_nothing_of_what_hangs_on_this_one():
    accounts = "microsoft.storage/storageaccounts"
    here = world(
        [fact(DATABASES, DB)],
        [Gap(SUB, accounts, Reason.REFUSED)],
        listed=[(SETTINGS, DB), (DATABASES, SUB)],
        asked=[(DATABASES, None), (accounts, None), (SETTINGS, DATABASES), (SETTINGS, accounts)],
    )
    assert here.about(SETTINGS, DB)[1] == ()


def test_a_kind_that_was_never_asked_for_is_not_an_empty_list():
    [gap] = world().holes(ALERTS)
    assert gap.reason is Reason.NOT_ASKED


def test_a_list_that_was_not_reached_is_not_an_empty_list():
    [gap] = world(asked=[(ALERTS, None)]).holes(ALERTS)
    assert (gap.reason, gap.scope) == (Reason.NOT_REACHED, SUB)


def test_children_of_one_parent_are_complete_though_a_sibling_was_refused():
    other = f"{RG}/providers/microsoft.sql/servers/b"
    here = world(
        [fact(SERVERS, SERVER), fact(SERVERS, other), fact(DATABASES, DB)],
        [Gap(other, DATABASES, Reason.REFUSED)],
        listed=[(SERVERS, SUB), (DATABASES, SERVER)],
        asked=[(SERVERS, None), (DATABASES, SERVERS)],
    )
    assert here.children(DATABASES, SERVER)[1] == ()
    assert here.children(DATABASES, other)[1] != ()
    assert here.children(DATABASES, SUB)[1] != ()


def test_a_broken_list_of_parents_hides_children_of_the_subscription_but_not_of_a_parent_that_was_seen():
    here = world(
        [fact(SERVERS, SERVER), fact(DATABASES, DB), fact(TDE, f"{DB}/transparentdataencryption/current")],
        [Gap(SUB, SERVERS, Reason.CUT_SHORT)],
        listed=[(DATABASES, SERVER), (TDE, DB)],
        asked=[(SERVERS, None), (DATABASES, SERVERS), (TDE, DATABASES)],
    )
    assert here.children(DATABASES, SUB)[1] != ()
    assert here.children(DATABASES, SERVER)[1] == ()
    child, holes = here.child(TDE, DB)
    assert child is not None
    assert holes == ()


def test_an_id_in_a_complete_list_that_names_nothing_names_nothing():
    here = world(listed=[(GROUPS, SUB)], asked=[(GROUPS, None)])
    assert here.fact(f"{RG}/providers/Microsoft.Insights/actionGroups/gone") is None


@pytest.mark.parametrize("list_state", ["refused", "never asked"])
def test_an_id_in_a_list_that_is_not_complete_cannot_be_told(list_state):
    refused = list_state == "refused"
    here = world(
        gaps=[Gap(SUB, GROUPS, Reason.REFUSED)] if refused else [], asked=[(GROUPS, None)] if refused else []
    )
    with pytest.raises(Unreadable):
        here.fact(f"{RG}/providers/microsoft.insights/actiongroups/x")


def test_an_id_in_another_subscription_is_out_of_scope_unless_it_was_followed():
    foreign = "/subscriptions/t/resourcegroups/rg/providers/microsoft.insights/actiongroups/x"
    listed = {"listed": [(GROUPS, SUB)], "asked": [(GROUPS, None)]}
    with pytest.raises(Unreadable) as caught:
        world(**listed).fact(foreign)
    assert caught.value.gaps[0].reason is Reason.OUT_OF_SCOPE
    followed = fact(GROUPS, foreign, enabled=True)
    there = world([followed], **listed)
    assert there.fact(foreign.upper()) == followed
    assert there.of_kind(GROUPS) == ()
    refused = Gap(foreign, GROUPS, Reason.REFUSED)
    with pytest.raises(Unreadable) as caught:
        world(gaps=[refused], **listed).fact(foreign)
    assert caught.value.gaps == (refused,)
