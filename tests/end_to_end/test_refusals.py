"""A read that is refused turns exactly the findings that depend on it into unknown, naming the right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import Pattern
from typing import Any

import pytest

from azlinkscan.collect.source import Scope, Source
from azlinkscan.collect.sources import SOURCES
from azlinkscan.model import arm
from azlinkscan.model.facts import Reason, Remedy
from azlinkscan.model.verdict import Verdict
from tests.arm import faults
from tests.arm.faults import Fault
from tests.end_to_end.costs import (
    differing,
    independent_of,
    newly_unknown,
    nothing_flips,
    reads_directly,
)
from tests.end_to_end.scans import KINDS, ROWS, Scan, scan_of
from tests.law.catalogue import CHECKS

COSTS_NOTHING = {
    (arm.INVENTORY, None): "only the ledger of coverage counts by it",
}
"""Rows that are read with a kind that some check needs, though no check looks at what they give; why."""
NEVER_READ: dict[str, str] = {}
"""Rows that no scan reads, since no check needs them; why."""


def named(row: Source) -> str:
    """How a row is called in a test's name."""
    return row.kind if row.under is None else f"{row.kind} under {row.under}"


def reads_of(row: Source) -> Pattern[str]:
    """The canonical paths of a row's requests: its lists, and its items where each is read by itself."""
    parent = f"/.+{_place_of(row.under)}" if row.under else ""
    path = row.path.lower().replace("{parent}", parent).replace("{subscription}", "[^/]+")
    item = f"|/.+{_place_of(row.kind)}" if row.each else ""
    return re.compile(f"^({path}{item})$")


def _place_of(kind: str) -> str:
    """How the path of a resource ends."""
    if kind == arm.RESOURCE_GROUP:
        return "/resourcegroups/[^/]+"
    namespace, *types = kind.split("/")
    return f"/providers/{namespace}" + "".join(f"/{one}/[^/]+" for one in types)


def keeps_to_its_row(clean: Scan, refused: Scan, row: Source) -> None:
    """What holds of every scan in which nothing but reads of one row was refused."""
    nothing_flips(clean, refused)
    assert differing(clean, refused) <= CHECKS.keys() - independent_of({row.kind})
    for finding in newly_unknown(clean, refused):
        rights = {(gap.action or "").lower() for gap in finding.gaps}
        assert row.right.lower() in rights, f"{finding.key} names {rights or 'no right'}"
    assert refused.gaps
    assert {(gap.reason, gap.remedy) for gap in refused.gaps} == {(Reason.REFUSED, Remedy.RIGHT)}
    assert {(gap.action or "").lower() for gap in refused.gaps} == {row.right.lower()}


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_right_that_is_lacking_costs_what_it_reads(city, clean, row):
    refused = scan_of(city(faults=[Fault(reads_of(row), faults.refused)]))
    keeps_to_its_row(clean, refused, row)
    assert bool(newly_unknown(clean, refused)) is ((row.kind, row.under) not in COSTS_NOTHING)
    subjects = {fact.id for one in clean.subscriptions for fact in one.facts if fact.kind == row.kind}
    decided = {finding.resource for finding in refused.findings.values() if finding.kind == row.kind}
    decided -= {one.resource for one in refused.findings.values() if one.verdict is Verdict.UNKNOWN}
    assert not subjects & decided, "what could not be read was judged"


def single_reads() -> Iterator[Any]:
    for row in ROWS:
        if row.under:
            yield pytest.param(row, False, id=f"one {row.under}: {row.kind}")
        if row.each:
            yield pytest.param(row, True, id=f"one {row.kind}")


@pytest.mark.parametrize(("row", "is_item"), tuple(single_reads()))
def test_one_resource_that_may_not_be_read_costs_no_other(city, clean, row, is_item):
    owner = item_of(clean, row) if is_item else parent_of(clean, row)
    path = owner if is_item else arm.canonical(row.plain_path(Scope.named(owner)))
    refused = scan_of(city(faults=[Fault(re.compile(f"^{re.escape(path)}$"), faults.refused)]))
    keeps_to_its_row(clean, refused, row)
    around = {*arm.scopes(owner)}
    for finding in newly_unknown(clean, refused):
        own = finding.resource in around or finding.resource.startswith(f"{owner}/")
        assert own or not reads_directly(CHECKS[finding.check], row), (
            f"{finding.key} does not rest on {owner}"
        )


def item_of(clean: Scan, row: Source) -> str:
    """A resource that is read by its own id."""
    return min(fact.id for one in clean.subscriptions for fact in one.facts if fact.kind == row.kind)


def parent_of(clean: Scan, row: Source) -> str:
    """A resource under which a row finds something; where it finds nothing anywhere, one under which it looks."""
    found = [scope for scope in clean.places[row.kind] if arm.type_of(scope) == row.under]
    looked = (fact.id for one in clean.subscriptions for fact in one.facts if fact.kind == row.under)
    return min(found or looked)


def test_every_row_that_is_not_refused_here_is_needed_by_no_check():
    refused = {(row.kind, row.under) for row in ROWS}
    left = {row.kind for row in SOURCES if (row.kind, row.under) not in refused and row.option is None}
    assert left == NEVER_READ.keys()
    assert not left & KINDS


def test_the_clean_scan_is_worth_comparing_with(clean):
    assert clean.gaps == ()
    verdicts = {finding.verdict for finding in clean.findings.values()}
    assert {Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE} <= verdicts
    assert Verdict.ERROR not in verdicts
    assert {row.kind for row in ROWS} <= clean.places.keys(), "a kind of which the city has nothing"
