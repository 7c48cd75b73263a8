"""A scan only ever reads, and reads once."""

from __future__ import annotations

from collections import Counter

from tests.arm.asked import Asked
from tests.end_to_end.machine import verdicts


def test_a_full_scan_sends_nothing_but_gets(machine, city):
    arm = city()
    ended = machine.scan(arm, "--format", "json")
    assert len(verdicts(ended.document)) > 600
    assert len(arm.requests) > 300, "the log holds every request but those for tokens"
    assert arm.writes == []
    assert {request.method for request in arm.requests} == {"GET"}
    assert {request.status for request in arm.requests} <= {200, 400}, (
        "400: an account that can have no files"
    )


def test_nothing_is_read_twice(machine, city):
    arm = city(page_size=1000)
    machine.scan(arm, "--format", "json")
    asked = Counter(f"{one.path}?{one.query}".lower() for one in arm.requests)
    twice = {line for line, times in asked.items() if times > 1}
    # The subscriptions are listed to choose from, and each is read as a fact.
    assert {Asked.of("GET", line).type for line in twice} <= {"microsoft.resources/subscriptions"}


def test_the_plan_signs_in_nowhere(machine, city):
    arm = city()
    ended = machine.run("scan", "--plan", *machine.to(arm))
    assert ended.code == 0
    assert b"Microsoft.Storage/storageAccounts/read" in ended.out
    assert arm.requests == []
