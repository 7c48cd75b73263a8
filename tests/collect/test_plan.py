"""From wanted kinds to rows: what they hang under is read too, in order, and nothing else."""

from __future__ import annotations

import pytest

from azlinkscan.collect.plan import ALL_KINDS, calls, plan_for
from azlinkscan.collect.sources import SOURCES
from azlinkscan.model.facts import KindAsked

SUBSCRIPTION = "microsoft.resources/subscriptions"
DIAGNOSTICS = "microsoft.insights/diagnosticsettings"


def kinds(*wanted):
    return [(row.kind, row.under) for row in plan_for(wanted).rows]


def test_the_subscription_is_always_read_and_comes_first():
    assert kinds() == [(SUBSCRIPTION, None)]
    assert kinds("microsoft.authorization/locks")[0] == (SUBSCRIPTION, None)


def test_what_a_kind_hangs_under_is_read_too():
    assert kinds("microsoft.storage/storageaccounts/blobservices/containers") == [
        (SUBSCRIPTION, None),
        ("microsoft.storage/storageaccounts", None),
        ("microsoft.storage/storageaccounts/blobservices", "microsoft.storage/storageaccounts"),
        (
            "microsoft.storage/storageaccounts/blobservices/containers",
            "microsoft.storage/storageaccounts/blobservices",
        ),
    ]


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: f"{row.kind} under {row.under}")
def test_parents_stand_before_children(row):
    order = [one.kind for one in plan_for([row.kind, *filter(None, [row.under])]).rows]
    assert row.under is None or order.index(row.under) < len(order) - 1 - order[::-1].index(row.kind)


def test_letter_case_does_not_matter():
    assert kinds("Microsoft.Storage/storageAccounts") == kinds("microsoft.storage/storageaccounts")


def test_diagnostic_settings_are_read_where_something_else_is_wanted():
    assert kinds(DIAGNOSTICS) == [(SUBSCRIPTION, None), (DIAGNOSTICS, None)]
    under = {
        under for kind, under in kinds(DIAGNOSTICS, "microsoft.sql/servers/databases") if kind == DIAGNOSTICS
    }
    assert under == {None, "microsoft.sql/servers/databases"}


def test_a_kind_that_nothing_reads_is_named():
    plan = plan_for(["microsoft.unheard/of", "microsoft.authorization/locks"])
    assert plan.unreadable == {"microsoft.unheard/of"}
    assert plan.kinds == {SUBSCRIPTION, "microsoft.authorization/locks"}


def test_the_whole_table_can_be_planned():
    assert set(plan_for(ALL_KINDS).rows) == set(SOURCES)


def test_every_row_is_recorded_as_asked():
    asked = plan_for(["microsoft.sql/servers/firewallrules"]).asked()
    assert asked == (
        KindAsked(SUBSCRIPTION, None),
        KindAsked("microsoft.sql/servers", None),
        KindAsked("microsoft.sql/servers/firewallrules", "microsoft.sql/servers"),
    )


def test_rights_are_named_once_and_in_order():
    rights = plan_for(["microsoft.web/sites/config/web", "microsoft.web/sites/config/authsettingsv2"]).rights
    assert rights == (
        "Microsoft.Resources/subscriptions/read",
        "Microsoft.Web/sites/Read",
        "Microsoft.Web/sites/config/Read",
    )


POLICIES = "microsoft.storage/storageaccounts/blobservices/containers/accesspolicies"


def test_a_right_beyond_reader_stands_apart_whether_its_option_is_given_or_not():
    get_acl = "Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action"
    for options in ((), ("--data-plane",)):
        plan = plan_for([POLICIES], options)
        assert plan.beyond_reader == (("--data-plane", get_acl),)
        assert get_acl not in plan.rights
    assert plan_for(["microsoft.storage/storageaccounts"]).beyond_reader == ()


@pytest.mark.parametrize(
    ("kind", "en", "ja"),
    [
        ("microsoft.authorization/locks", "1", "1"),
        ("microsoft.web/sites", "1 + 1 per App Service app", "1 ＋ App Service アプリごとに 1"),
        ("microsoft.sql/servers/firewallrules", "1 per SQL server", "SQL サーバーごとに 1"),
        (
            "microsoft.storage/storageaccounts/fileservices/shares",
            "1 per storage account with files + 1 per file share",
            "ファイル共有のあるストレージアカウントごとに 1 ＋ ファイル共有ごとに 1",
        ),
    ],
)
def test_the_number_of_calls_is_said_in_words(kind, en, ja):
    row = next(row for row in SOURCES if row.kind == kind)
    assert (calls(row).en, calls(row).ja) == (en, ja)


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: f"{row.kind} under {row.under}")
def test_the_number_of_calls_is_said_of_every_row(row):
    first = "0" if row.items_of else "1"
    assert calls(row).en.startswith(first)
    assert first in calls(row).ja
