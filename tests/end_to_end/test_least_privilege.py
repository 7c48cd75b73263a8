"""The role that `permissions` prints is enough for a scan, and nothing in it is too much."""

from __future__ import annotations

import json

import pytest

from azlinkscan.model.facts import Reason
from tests.end_to_end.costs import newly_unknown
from tests.end_to_end.scans import ROWS, scan_of
from tests.end_to_end.test_refusals import COSTS_NOTHING


def printed(machine, *arguments):
    """The actions of the role."""
    ended = machine.run("permissions", "--format", "json", *arguments)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)["Actions"]


def test_the_role_gives_a_scan_without_a_refusal(machine, city, clean):
    scan = scan_of(city(allowed_actions=printed(machine)))
    assert scan.gaps == ()
    assert newly_unknown(clean, scan) == ()


def test_nothing_in_the_role_writes_lists_keys_or_reads_data(machine):
    for action in printed(machine):
        assert action.lower().endswith("/read"), action
        assert "listkeys" not in action.lower()


def test_what_reads_beyond_reader_is_named_with_its_option_only(machine):
    beyond = set(printed(machine, "--data-plane")) - set(printed(machine))
    assert beyond == {"Microsoft.Storage/storageAccounts/blobServices/containers/getAcl/action"}


def test_a_choice_of_checks_takes_fewer_rights(machine):
    some = set(printed(machine, "--check", "storage/https-only"))
    assert "Microsoft.Storage/storageAccounts/read" in some
    assert not [action for action in some if action.startswith("Microsoft.Sql")]


RIGHTS = sorted({row.right for row in ROWS}, key=str.lower)


@pytest.mark.parametrize("right", RIGHTS)
def test_without_any_one_right_something_is_unknown_and_names_it(machine, city, clean, right):
    left = [action for action in printed(machine) if action.lower() != right.lower()]
    scan = scan_of(city(allowed_actions=left))
    gaps = [gap for gap in scan.gaps if gap.reason is Reason.REFUSED]
    assert {(gap.action or "").lower() for gap in gaps} == {right.lower()}
    kinds = {(row.kind, row.under) for row in ROWS if row.right == right}
    if kinds <= COSTS_NOTHING.keys():
        return  # its gap is in the ledger; no verdict depends on it
    named = {(gap.action or "").lower() for finding in newly_unknown(clean, scan) for gap in finding.gaps}
    assert right.lower() in named
