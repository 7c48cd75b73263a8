"""Subscriptions read by the workers of a real Dask cluster on this machine."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from azlinkscan import __version__
from azlinkscan.cli import on_a_worker
from azlinkscan.scan import spread
from tests.end_to_end.machine import FIRST, QUICK, SECOND

pytest.importorskip("distributed")
LATENCY = 0.1
"""Before each answer: there is time to kill a worker in the midst of its work."""


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    address: str
    workers: list[subprocess.Popen[bytes]]

    @property
    def spread(self) -> tuple[str, str]:
        """The option that leads here."""
        return "--spread", f"dask://{self.address}"


@contextmanager
def cluster(folder, workers=2, **environment) -> Iterator[Cluster]:
    """A cluster whose workers have an environment of their own."""
    folder.mkdir()
    told = folder / "scheduler.json"
    env = {**os.environ, "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "", **environment}

    def begun(what, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1", *arguments]
        with (folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    with ExitStack() as ending:

        def ended(process):
            process.kill()
            process.wait()

        scheduler = begun("scheduler", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", told)
        ending.callback(ended, scheduler)
        until(lambda: told.exists() and told.read_text().strip().endswith("}"))
        address = told.read_text().partition("tcp://")[2].partition('"')[0]
        alone = ("--no-nanny", "--no-dashboard", "--nthreads", "1")
        here = [begun("worker", f"tcp://{address}", *alone, "--name", str(n)) for n in range(workers)]
        for worker in here:
            ending.callback(ended, worker)
        yield Cluster(address, here)


def until(holds, seconds: float = 60) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def begun(arm, subscription):
    """How often the reading of a subscription was begun."""
    return sum(1 for one in arm.requests if one.path.lower() == f"/subscriptions/{subscription}")


def test_a_worker_is_killed_and_the_result_is_the_same_byte_for_byte(machine, city, tmp_path):
    assert machine.scan(city(), "--result", "alone.zip").code == 1
    slow = city(latency=LATENCY)
    to = machine.to(slow)

    def kill(worker):
        until(lambda: begun(slow, FIRST) and begun(slow, SECOND) and len(slow.requests) > 40)
        worker.kill()

    with cluster(tmp_path / "cluster") as two:
        killing = threading.Thread(target=kill, args=two.workers[:1])
        killing.start()
        ended = machine.run("scan", *to, *two.spread, "--result", "spread.zip")
        killing.join()
        assert two.workers[0].wait(10) == -signal.SIGKILL
    assert ended.code == 1, ended.err
    assert begun(slow, FIRST) + begun(slow, SECOND) == 3, "one of them was begun again, elsewhere"
    assert (machine.here / "spread.zip").read_bytes() == (machine.here / "alone.zip").read_bytes()
    assert slow.writes == []


def test_a_worker_signs_in_with_what_it_holds_itself(machine, city, tmp_path):
    arm = city()
    to = machine.to(arm)
    with cluster(tmp_path / "cluster", 1, AZURE_CLIENT_SECRET="another") as one:
        machine.run("scan", *to, *one.spread, *QUICK).is_refused(5, "on a worker: ", "environment")
    assert arm.environment["AZURE_CLIENT_SECRET"] not in (tmp_path / "cluster" / "scheduler.log").read_text()


def test_nothing_secret_is_in_what_a_worker_is_told(machine, city, monkeypatch):
    arm = city()
    told = []

    def instead(cluster, scan, asked):
        told.extend(asked.errand(one) for one in scan.subscriptions)
        return ()

    monkeypatch.setattr("azlinkscan.scan.scanning.read_elsewhere", instead)
    assert machine.scan(arm, "--spread", "dask://127.0.0.1:8786", *QUICK).code in (0, 1, 3)
    assert [errand.subscription[0][-36:] for errand in told] == [FIRST, SECOND]
    for errand in told:
        sent = pickle.dumps(errand)
        for name, value in arm.environment.items():
            assert name.endswith("TENANT_ID") or value.encode() not in sent, name
        assert b"Bearer" not in sent


def test_another_version_on_a_worker_is_told(monkeypatch):
    asked = spread.Errand(
        "0.0.0", (f"/subscriptions/{FIRST}", "one"), "environment", None, "public", frozenset(), "arm", (), {}
    )
    made = on_a_worker.read(asked)
    assert isinstance(made, spread.Failed)
    assert __version__ in made.title.en


def test_a_cluster_that_does_not_answer_is_told(machine, city, monkeypatch):
    monkeypatch.setattr(spread, "_PATIENCE", "1s")
    machine.scan(city(), "--spread", "dask://127.0.0.1:1", *QUICK).is_refused(
        5, "dask://127.0.0.1:1", "--resume "
    )


@pytest.mark.parametrize(
    "text", ["127.0.0.1:8786", "dask://127.0.0.1", "dask://:8786", "dask://host:port", "tcp://h:1"]
)
def test_what_is_no_cluster_is_refused(machine, text):
    machine.run("scan", "--spread", text, *QUICK).is_refused(2, "--spread", "dask://HOST:PORT")


def test_nobody_can_sign_in_on_every_worker(machine):
    machine.run("scan", "--spread", "dask://h:1", "--auth", "browser").is_refused(
        2, "--auth browser", "managed-identity"
    )


def test_without_the_extra_its_name_is_told(machine, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    machine.run("scan", "--spread", "dask://h:1").is_refused(2, "pip install 'azlinkscan[dask]'")
