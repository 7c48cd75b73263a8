"""``python -m bench.arm``: whole scans against the tests' ARM server, a process of its own with real buckets.

The server answers after 60 ms ± 20 ms and counts requests as Azure does; client and server run on a core of their
own where there are two, and are reported apart. For each estate: wall, processor time of both, the client's a read, peak
memory, requests, 429s, and the lower bound max(R·L/C, (R − 250)/25) with R reads a subscription, L = 60 ms and C = 32 in
flight (the greatest over the subscriptions, since each has its own bucket; R·L/C over all of them together).

What Microsoft.Storage documents beside that (800 reads and 100 lists in five minutes a subscription and region) is a bound
of its own column: the server does not keep to it, since nothing says which calls Azure counts as lists.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.arm.reply import Reply
from tests.arm.server import ArmServer
from tests.arm.throttle import Limit

from azlinkscan.collect.pacing import STORAGE_LISTS, STORAGE_READS, STORAGE_WINDOW
from bench.estate import estate
from bench.surroundings import as_a_user

LATENCY, JITTER, IN_FLIGHT = 0.06, 0.02, 32
ESTATES = ((120, 1), (1200, 1), (6000, 1), (120, 20))


class Jittered(ArmServer):
    """Answers after 60 ms ± 20 ms, the same in every run."""

    chance = random.Random(1)

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> Reply:
        """As the server, later."""
        self.latency = LATENCY + self.chance.uniform(-JITTER, JITTER)
        return super().answer(method, target, authorization, body)


def serve(resources: int, subscriptions: int) -> None:
    """The server's process: says where it is, then what it was asked once its input ends."""
    _pin(1)
    with Jittered(estate(resources, subscriptions), limit=Limit()) as arm:
        print(json.dumps({"cloud": str(arm.cloud_file), "environment": arm.environment}), flush=True)
        sys.stdin.read()
        reads = Counter(one.path.split("/")[2] for one in arm.requests if one.path.count("/") > 1)
        throttled = sum(1 for one in arm.requests if one.status == 429)
        told = {
            "requests": len(arm.requests),
            "reads": reads,
            "throttled": throttled,
            "storage": storage_bound(arm),
            "cpu": time.process_time(),
        }
        print(json.dumps(told), flush=True)


def storage_bound(arm: ArmServer) -> float:
    """Seconds that Microsoft.Storage's documented limits would take, were every GET of a collection a list."""
    region = {own.lower(): body.get("location", "") for own, body in arm.world.bodies.items()}
    asked: Counter[tuple[str, str, bool]] = Counter()
    for request in arm.requests:
        before, provider, after = request.path.lower().partition("/providers/microsoft.storage/")
        if provider:
            names = after.split("/")
            account = region.get(before + provider + "/".join(names[:2]), "")
            asked[before.split("/")[2], account, len(names) % 2 == 1] += 1
    limits = {True: STORAGE_LISTS, False: STORAGE_READS}
    return max(
        (((count - 1) // limits[lists]) * STORAGE_WINDOW for (_, _, lists), count in asked.items()),
        default=0.0,
    )


def _pin(core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def measure(resources: int, subscriptions: int) -> dict[str, float | int]:
    """One scan of one estate."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.arm", "--serve", str(resources), str(subscriptions)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    told = json.loads(server.stdout.readline())
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        scan = subprocess.Popen(
            [
                *(sys.executable, "-m", "azlinkscan", "scan", "--all-subscriptions", "--auth", "environment"),
                *(
                    "--cloud",
                    told["cloud"],
                    "--output",
                    str(Path(folder) / "report.json"),
                    "--fail-on",
                    "never",
                ),
            ],
            env={**as_a_user(), **told["environment"], "XDG_STATE_HOME": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: _pin(0),
        )
        _, status, used = os.wait4(scan.pid, 0)
        wall = time.perf_counter() - started
    assert os.waitstatus_to_exitcode(status) in (0, 3), "the scan did not end as it should"
    out, _ = server.communicate("")
    asked = json.loads(out.splitlines()[-1])
    reads = sum(asked["reads"].values())
    most = max(asked["reads"].values())
    cpu = used.ru_utime + used.ru_stime
    return {
        "wall": wall,
        "bound": max(reads * LATENCY / IN_FLIGHT, (most - 250) / 25),
        "cpu": cpu,
        "cpu_per_read_ms": cpu / reads * 1000,
        "peak_mb": used.ru_maxrss // 1024,
        "requests": asked["requests"],
        "throttled": asked["throttled"],
        "storage": asked["storage"],
        "server_cpu": asked["cpu"],
    }


def main() -> None:
    """Print a row for each estate that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.arm", description=__doc__)
    parser.add_argument("--serve", nargs=2, type=int, metavar=("RESOURCES", "SUBSCRIPTIONS"))
    parser.add_argument("--only", action="append", metavar="RESOURCESxSUBSCRIPTIONS")
    given = parser.parse_args()
    if given.serve:
        serve(*given.serve)
        return
    chosen = [tuple(map(int, one.split("x"))) for one in given.only] if given.only else ESTATES
    print(
        "estate      wall     bound    wall/bound  CPU      CPU/read  server   peak     requests  429s  Storage's bound"
    )
    for resources, subscriptions in chosen:
        row = measure(resources, subscriptions)
        print(
            f"{resources} × {subscriptions:<4} {row['wall']:7.1f} s {row['bound']:6.1f} s {row['wall'] / row['bound']:9.2f}"
            f"   {row['cpu']:5.1f} s {row['cpu_per_read_ms']:6.2f} ms {row['server_cpu']:6.1f} s {row['peak_mb']:5} MB {row['requests']:9}"
            f" {row['throttled']:5} {row['storage']:9.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
