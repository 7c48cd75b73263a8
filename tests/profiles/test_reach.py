"""What Azure can show of section ２ is shown by several checks; what it cannot show says why."""

from __future__ import annotations

import time

import pytest

from azlinkscan.assess import scene
from azlinkscan.catalog.mapping import Way, coverage

CITIES = {"chiba-online-linkage": "chiba-2-", "yachiyo-online-linkage": "yachiyo-2-"}
LEAST = 3
"""Checks, supporting ones counted, that speak to a criterion."""
BY_PEOPLE_ALONE = {"chiba-2-1-i", "chiba-2-2-1-b", "yachiyo-2-1-2", "yachiyo-2-2-1-i"}
"""A password's display and the exclusion of other updates: the making of the application, not its configuration."""


@pytest.mark.parametrize("name", CITIES)
def test_what_azure_can_show_of_section_2_is_met_by_three_checks_at_least(name, catalogue, shipped):
    rows = coverage(catalogue, [shipped[name]]).profiles[name]
    second = [row for row in rows if row.criterion.id.startswith(CITIES[name])]
    assert len(second) > 7
    for row in second:
        if row.way in (Way.HAND, Way.NOTHING):
            assert row.criterion.id in BY_PEOPLE_ALONE, f"{row.criterion.id}: say by which checks it is met"
            assert row.criterion.note, f"{row.criterion.id}: say in 'note:' why no check can show it"
        else:
            named = {*row.deciding, *row.supporting}
            assert len(named) >= LEAST, f"{row.criterion.id}: only {sorted(named)} speak to it"


def test_every_example_is_run_in_less_than_twenty_seconds_of_work(catalogue):
    began = time.process_time()
    examples = 0
    for check in catalogue.values():
        stage = scene.Stage(check)
        for example in check.examples:
            assert stage.run(example).holds, f"{example.place}: {example.it}"
            examples += 1
    assert examples > 2000
    assert time.process_time() - began < 20
