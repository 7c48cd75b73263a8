"""``python -m bench``: the start of the command line, the demo, and evaluations a second on one core.

Each figure is the median of several runs of a whole process or of a whole pass, after one that does not count.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from azlinkscan.assess.judge import Judge
from azlinkscan.assess.scene import DEFAULT_CLOCK
from azlinkscan.assess.tasks import plan
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Listing
from azlinkscan.scan import catalogue
from azlinkscan.scan.choice import Choice
from azlinkscan.snapshot.facts_file import Snapshot, SubscriptionFacts
from azlinkscan.snapshot.result_file import ResultFile
from bench.multiply import multiplied
from bench.surroundings import as_a_user

DEMO = Path(__file__).parent.parent / "fixtures" / "kakuu-city" / "snapshot.zip"
RUNS = 5
LARGE = (100, 13)
"""Subscriptions, and how often the demo stands in each: together some 100,000 resources."""


def median(measure: Callable[[], float], runs: int = RUNS) -> float:
    """The median of several measurements, after one that does not count."""
    measure()
    return statistics.median(measure() for _ in range(runs))


def process(*arguments: str) -> Callable[[], float]:
    """The wall seconds of one run of the command line."""

    def run() -> float:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "azlinkscan", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=as_a_user(),
            check=False,
        )
        return time.perf_counter() - started

    return run


def copied(facts: SubscriptionFacts, times: int) -> World:
    """The demo's estate several times over, each copy in resource groups of its own."""

    def renamed(text: str, number: int) -> str:
        return text.replace("/resourcegroups/", f"/resourcegroups/c{number}-").replace(
            "/resourceGroups/", f"/resourceGroups/c{number}-"
        )

    every: list[Fact] = []
    gaps: list[Gap] = list(facts.gaps)
    listings: list[Listing] = list(facts.listings)
    for number in range(times):
        for fact in facts.facts:
            if fact.kind == arm.SUBSCRIPTION:
                every.extend([fact] if number == 0 else [])
                continue
            every.append(
                Fact(
                    fact.kind,
                    renamed(fact.id, number),
                    renamed(fact.scope, number),
                    renamed(fact.raw.decode(), number).encode(),
                    fact.api_version,
                )
            )
        listings.extend(
            Listing(one.kind, renamed(one.scope, number), one.count, one.because) for one in facts.listings
        )
    return World(facts.id, every, gaps, listings, facts.asked)


def evaluations(times: int) -> tuple[int, int, float]:
    """Resources, findings, and findings a second in one process on one core."""
    found = catalogue.load(Choice())
    with Snapshot(DEMO) as snapshot:
        own, _ = snapshot.header.subscriptions[0]
        facts = snapshot.subscription(own)
    words = Words(DEFAULT_CLOCK)
    tasks = plan(found.checks, found.profiles.values(), {}, words).tasks
    world = copied(facts, times)
    judge = Judge(words, world)
    started = time.perf_counter()
    count = sum(1 for task in tasks for _ in judge.findings(task))
    return (
        sum(len(world.of_kind(kind)) for kind in world.kinds()),
        count,
        count / (time.perf_counter() - started),
    )


def large(subscriptions: int, copies: int) -> tuple[str, str]:
    """``azlinkscan assess`` of the demo many times over, on all cores: the row's name and its figures.

    Peak memory is the sum over all processes at the worst moment, looked at ten times a second.
    """
    with tempfile.TemporaryDirectory() as folder:
        snapshot = multiplied(DEMO, Path(folder), subscriptions, copies)
        with Snapshot(snapshot) as opened:
            own, _ = opened.header.subscriptions[0]
            kinds = [fact.kind for fact in opened.subscription(own).facts]
        resources = subscriptions * kinds.count(arm.INVENTORY)
        kept = Path(folder) / "result.zip"
        command = [sys.executable, "-m", "azlinkscan", "assess", str(snapshot), "--result", str(kept)]
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--fail-on", "never", "--format", "json"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=as_a_user(),
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.1)
        wall = time.perf_counter() - started
        with ResultFile(kept) as result:
            count = sum(result.counts().values())
    return (
        f"assessing {resources:,} resources in {subscriptions} subscriptions, whole process: {count:,} findings",
        f"{count / wall:,.0f} a second, {wall:.0f} s, {peak >> 20} MB at most",
    )


def resident(pid: int) -> int:
    """Bytes in memory of a process and those that it began (Linux; what they share counts for each)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


def main() -> None:
    """Print the table."""
    print(f"python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    rows = [
        ("azlinkscan --help", f"{median(process('--help')):.2f} s"),
        ("azlinkscan assess (demo snapshot), whole process", f"{median(process('assess', str(DEMO))):.2f} s"),
    ]
    for times in (1, 20, 200):
        resources, count, rate = evaluations(times)
        rows.append((f"judging {resources} facts: {count} findings", f"{rate:,.0f} a second on one core"))
    rows.append(large(*LARGE))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows.append(("peak memory of the above", f"{peak} MB"))
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:{width}}  {figure}")


if __name__ == "__main__":
    main()
