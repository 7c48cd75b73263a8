"""Ctrl-C and SIGTERM in mid-scan: the partial report is written, and nothing is left half done."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from azlinkscan.snapshot.facts_file import Snapshot
from tests.arm.server import ArmServer
from tests.end_to_end.machine import Machine, finished

LATENCY = 0.15
"""Before each answer: a whole scan takes some seconds."""
FILES = ("report.json", "report.sarif", "snapshot.zip", "result.zip")
both_signals = pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)


@pytest.fixture
def slow_city(city) -> ArmServer:
    """The city, answering late."""
    return city(latency=LATENCY)


def started(machine: Machine, arm: ArmServer) -> subprocess.Popen[bytes]:
    """A scan that has read a part of the city, but not all of it."""
    outputs = ("--output", FILES[0], "--output", FILES[1], "--snapshot", FILES[2], "--result", FILES[3])
    process = machine.start("scan", *machine.to(arm), *outputs)
    until(lambda: len(arm.requests) > 60 or process.poll() is not None)
    assert process.poll() is None, finished(process).err
    return process


def until(holds, seconds: float = 60) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def private(folder: Path) -> Iterator[tuple[Path, int]]:
    """Everything in a folder, and the folder, with its permissions."""
    for path in (folder, *folder.rglob("*")):
        yield path, stat.S_IMODE(path.stat().st_mode)


@both_signals
def test_what_was_read_is_reported(machine, slow_city, sent):
    process = started(machine, slow_city)
    process.send_signal(sent)
    ended = finished(process)
    assert ended.code == 130, ended.err
    assert "stopping" in ended.err
    assert ended.out == b"", "the report was asked for in files"
    report = json.loads((machine.here / "report.json").read_bytes())
    assert report["header"]["cut_short"] is True
    assert not all(one["complete"] for one in report["subscriptions"])
    counts = report["counts"]["findings"]
    assert counts["unknown"] > 0
    assert counts["error"] == 0
    # what takes an option that this scan was not given is asked for in no scan of these
    gaps = [gap for one in report["findings"] for gap in one["gaps"]]
    reasons = {gap["reason"] for gap in gaps if not str(gap.get("detail")).startswith("--")}
    assert "not-reached" in reasons
    assert reasons <= {"not-reached", "missing"}, (
        "one old account does not say everything, and nothing went wrong"
    )
    assert {one["verdict"] for one in report["findings"] if one["gaps"]} == {"unknown"}
    sarif = json.loads((machine.here / "report.sarif").read_bytes())
    (invocation,) = sarif["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False


@both_signals
def test_no_file_is_half_written(machine, slow_city, sent):
    process = started(machine, slow_city)
    process.send_signal(sent)
    assert finished(process).code == 130
    assert sorted(path.name for path in machine.here.iterdir()) == sorted(FILES)
    for name in ("snapshot.zip", "result.zip"):
        with zipfile.ZipFile(machine.here / name) as archive:
            assert archive.testzip() is None
    assert machine.left_overs() == []
    with Snapshot(machine.here / "snapshot.zip") as snapshot:
        assert snapshot.cut_short
    again = machine.run("assess", "snapshot.zip", "--format", "json")
    report = json.loads((machine.here / "report.json").read_bytes())
    assert again.document["findings"] == report["findings"], "the snapshot holds what was reported"


def test_what_is_kept_meanwhile_is_its_owners_only(machine, slow_city):
    process = started(machine, slow_city)
    ours = machine.state / "azlinkscan"
    until(lambda: any(ours.rglob("*.jsonl")))
    kept = dict(private(ours))
    process.send_signal(signal.SIGINT)
    assert finished(process).code == 130
    assert any(path.suffix == ".jsonl" for path in kept)
    for path, mode in kept.items():
        is_file = path.suffix or path.name == "lock"
        assert mode == (0o600 if is_file else 0o700), f"{path} is {mode:o}"
    assert not any(ours.rglob("*.jsonl")), "once it is in the report, nothing more is kept"


def test_a_second_signal_ends_it_at_once(machine, city):
    slow_city = city(latency=2)
    process = machine.start("scan", *machine.to(slow_city), "--output", "report.json")
    until(lambda: len(slow_city.requests) > 2)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    told = b""
    while b"stopping" not in told:
        told += process.stderr.readline()
    process.send_signal(signal.SIGINT)
    ended = finished(process)
    assert ended.code == 130
    assert "interrupted" in ended.err
    assert list(machine.here.iterdir()) == []


@both_signals
def test_a_signal_while_judging_leaves_nothing_half_done(machine, city, sent):
    # The report goes into a pipe that nobody reads: the scan stands still in the midst of writing it.
    process = machine.start("scan", *machine.to(city()), "--format", "json", "--output", "report.sarif")
    assert process.stdout is not None
    assert process.stdout.read(1) == b"{"
    process.send_signal(sent)
    ended = finished(process)
    assert ended.code == 130, ended.err
    assert "interrupted" in ended.err
    assert machine.left_overs() == []
    assert list(machine.here.iterdir()) == []
