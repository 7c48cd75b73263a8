"""A scan that is killed: the next one reads only what is missing, and says the same, byte for byte."""

from __future__ import annotations

import re
import time

import pytest

from azlinkscan.snapshot.facts_file import Snapshot
from tests.arm import faults
from tests.end_to_end.machine import FIRST, QUICK, SECOND, finished


def until(holds, seconds: float = 60) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def asked_of(subscription):
    """Whatever is asked of a subscription."""
    return re.compile(f"^/subscriptions/{subscription}")


def beneath(requests, subscription):
    """Those within a subscription."""
    return [one for one in requests if one.path.lower().startswith(f"/subscriptions/{subscription}")]


def killed(machine, arm, first, *arguments):
    """A scan that is killed when one subscription is kept and the other one is not."""
    process = machine.start("scan", *machine.to(arm), *arguments)
    scans = machine.state / "azlinkscan" / "scans"
    until(lambda: any(scans.rglob(f"{first}.jsonl")) or process.poll() is not None)
    process.kill()
    assert finished(process).code == -9
    [kept] = scans.rglob("*.jsonl")
    assert kept.stem == first


@pytest.mark.parametrize(("first", "last"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_after_a_kill_only_what_is_missing_is_read(machine, city, first, last):
    whole = machine.scan(city(), *QUICK, "--result", "whole.zip", "--snapshot", "whole-snapshot.zip")
    # What the other subscription is asked for does not come back: it cannot be finished.
    arm = city()
    arm.fault(asked_of(last), faults.slow(600))
    killed(machine, arm, first, *QUICK)
    arm.faults = faults.Faults(())
    before = len(arm.requests)
    resumed = machine.scan(
        arm, *QUICK, "--resume", "--result", "resumed.zip", "--snapshot", "resumed-snapshot.zip"
    )
    assert resumed.code == whole.code, resumed.err
    assert beneath(arm.requests[before:], first) == [], "what was read is not read again"
    assert beneath(arm.requests[before:], last)
    told = {name: Snapshot(machine.here / f"{name}-snapshot.zip") for name in ("whole", "resumed")}
    for snapshot in told.values():
        snapshot.close()
    assert told["whole"].digest == told["resumed"].digest
    # The killed scan ran on the wall clock, and going on keeps to it: judged at one moment, the bytes are equal.
    for name in told:
        machine.run("assess", f"{name}-snapshot.zip", *QUICK, "--at", "2026-04-01", "--result", f"{name}.zip")
    assert (machine.here / "resumed.zip").read_bytes() == (machine.here / "whole.zip").read_bytes()
    assert not (machine.state / "azlinkscan" / "scans").exists() or not any(
        (machine.state / "azlinkscan" / "scans").iterdir()
    ), "a scan that came to its end leaves nothing to go on with"


def test_another_choice_cannot_go_on_with_it(machine, city):
    arm = city()
    arm.fault(asked_of(SECOND), faults.slow(600))
    killed(machine, arm, FIRST, *QUICK)
    machine.scan(arm, "--check", "sql/*", "--resume").is_refused(2, "--resume", "storage/https-only")


def test_a_subscription_that_refuses_everything_is_a_row_of_unknown_where_it_is_named(machine, city):
    arm = city()
    arm.fault(asked_of(SECOND), faults.refused)
    ended = machine.scan(arm, *QUICK, "--subscription", SECOND, "--format", "json", every=False)
    assert ended.code == 3, ended.err
    [finding] = ended.document["findings"]
    assert (finding["verdict"], finding["resource"]) == ("unknown", f"/subscriptions/{SECOND}")
    assert {gap["reason"] for gap in finding["gaps"]} == {"refused"}
