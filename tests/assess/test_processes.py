"""Subscriptions judged by several processes: the same bytes, whatever becomes of the processes."""

from __future__ import annotations

import signal
from datetime import datetime

import pytest

from azlinkscan.errors import ForeignFileError
from azlinkscan.scan import catalogue, processes
from azlinkscan.scan.assessing import Assessment, assess
from azlinkscan.scan.choice import Choice
from azlinkscan.snapshot.facts_file import Snapshot
from tests.fixtures.goldens import SNAPSHOT

FOUND = catalogue.load(Choice(checks=("storage/*", "sql/*")))


def judged(out, workers, *, at=None, own_networks=()):
    """The bytes of the fictional city's result."""
    with Snapshot(SNAPSHOT) as snapshot:
        given = Assessment(
            FOUND, at or datetime.fromisoformat(snapshot.header.started), own_networks=own_networks
        )
        assess(snapshot, given, out, workers=workers)
    return out.read_bytes()


@pytest.fixture(scope="module")
def by_one(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("one") / "result.zip", 1)


@pytest.mark.parametrize("workers", [2, 7])
def test_several_processes_write_the_same_bytes_as_one(tmp_path, by_one, workers):
    assert judged(tmp_path / "result.zip", workers) == by_one


def test_every_setting_reaches_the_processes(tmp_path):
    given = {"at": datetime.fromisoformat("2027-01-01T00:00:00+00:00"), "own_networks": ("203.0.113.0/24",)}
    assert judged(tmp_path / "two.zip", 2, **given) == judged(tmp_path / "one.zip", 1, **given)


def test_a_process_that_is_killed_costs_time_only(tmp_path, by_one, monkeypatch):
    class Killed(processes.ProcessPoolExecutor):
        def submit(self, do, own, folder):
            return super().submit(_kill_itself if own.endswith("1") else do, own, folder)

    monkeypatch.setattr(processes, "ProcessPoolExecutor", Killed)
    assert judged(tmp_path / "result.zip", 2) == by_one


def _kill_itself(*_):
    signal.raise_signal(signal.SIGKILL)


def test_what_a_process_cannot_judge_is_told_as_by_one(tmp_path, monkeypatch):
    first = Snapshot.subscription

    def damaged(snapshot, own):
        if own.endswith("2"):
            raise snapshot._damaged("a line of another kind")
        return first(snapshot, own)

    monkeypatch.setattr(Snapshot, "subscription", damaged)
    monkeypatch.setattr(processes, "_part", lambda asked: asked.result() and None)
    with pytest.raises(ForeignFileError, match="a line of another kind"):
        judged(tmp_path / "result.zip", 2)
    assert not (tmp_path / "result.zip").exists()


@pytest.mark.parametrize(
    ("size", "cores", "expected"), [(0, 8, 1), (5 << 20, 8, 1), (64 << 20, 8, 2), (64 << 20, 1, 1)]
)
def test_a_process_is_begun_where_it_is_worth_it(size, cores, expected, monkeypatch):
    monkeypatch.setattr(Snapshot, "size", size)
    with Snapshot(SNAPSHOT) as snapshot:
        assert len(snapshot.header.subscriptions) == 2
        assert processes.workers_for(snapshot, cores) == expected
