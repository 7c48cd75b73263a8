"""Which rights a list of effective permissions holds: only those that it gives for certain."""

from __future__ import annotations

import pytest

from azlinkscan.model.permission import Permission, holds, permissions_of

SITES = "Microsoft.Web/sites/Read"


@pytest.mark.parametrize(
    ("actions", "not_actions", "held"),
    [
        (("*",), (), True),
        (("*/read",), (), True),
        (("microsoft.web/*",), (), True),
        (("Microsoft.Web/*/read",), (), True),
        (("MICROSOFT.WEB/SITES/READ",), (), True),
        ((), (), False),
        (("Microsoft.Web/sites/*/read",), (), False),
        (("Microsoft.Web/site",), (), False),
        (("Microsoft.Web/sites/write",), (), False),
        (("Microsoft-Web/sites/read",), (), False),
        (("*",), ("*/read",), False),
        (("*",), ("Microsoft.Web/*",), False),
        (("*",), ("Microsoft.Sql/*",), True),
    ],
)
def test_wildcards_cover_any_characters_and_no_case(actions, not_actions, held):
    assert holds([Permission(actions, not_actions)], SITES) is held


def test_what_one_role_takes_away_another_still_gives():
    roles = [Permission(("*",), ("Microsoft.Web/*",)), Permission((SITES,))]
    assert holds(roles, SITES)
    assert not holds(roles, "Microsoft.Web/sites/slots/Read")


@pytest.mark.parametrize(
    "item",
    [
        None,
        "*",
        {},
        {"actions": None},
        {"actions": "*"},
        {"actions": ["*", 1]},
        {"actions": ["*"], "notActions": "none"},
        {"actions": ["*"], "condition": "@Resource[x] StringEquals 'y'"},
    ],
)
def test_an_entry_of_another_shape_or_under_a_condition_gives_nothing(item):
    assert not holds(permissions_of([item]), SITES)


def test_an_entry_without_exclusions_gives_what_it_says():
    for without in ({}, {"notActions": None}, {"notActions": []}):
        assert holds(permissions_of([{"actions": ["*/read"], **without}]), SITES)
