"""What was judged once is not judged again, and nobody can tell the difference."""

from __future__ import annotations

import pytest

from azlinkscan.assess import judge as judging
from azlinkscan.assess.judge import Judge
from azlinkscan.assess.scene import DEFAULT_CLOCK
from azlinkscan.assess.tasks import plan
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.catalog.checks import load_checks
from azlinkscan.snapshot.facts_file import Snapshot
from tests.fixtures.goldens import SNAPSHOT


def findings():
    words = Words(DEFAULT_CLOCK)
    tasks = plan(load_checks(), (), {}, words).tasks
    made = []
    with Snapshot(SNAPSHOT) as snapshot:
        for own, _ in snapshot.header.subscriptions:
            facts = snapshot.subscription(own)
            judge = Judge(words, World(own, facts.facts, facts.gaps, facts.listings, facts.asked))
            made.extend(finding for task in tasks for finding in judge.findings(task))
    return made


def test_remembered_answers_are_the_ones_that_would_be_given_again(monkeypatch):
    remembered = findings()
    monkeypatch.setattr(judging, "_REMEMBERED", 0)
    assert findings() == remembered


@pytest.mark.parametrize(
    ("check", "by_values"),
    [
        ("storage/https-only", True),
        ("storage/network-ranges-narrow", True),
        ("monitor/plan-cpu-alert", False),
        ("appservice/access-restricted", False),
    ],
)
def test_only_a_check_that_looks_at_nothing_else_is_remembered(check, by_values):
    words = Words(DEFAULT_CLOCK)
    [task] = plan({check: load_checks()[check]}, (), {}, words).tasks
    assert task.compiled.by_values is by_values
