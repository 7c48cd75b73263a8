"""``python -m tests.history.killed FOLDER TIMES SEED RESULT…``: kills a process that keeps scans, at random moments.

One process imports everything once and forks those that are killed, so that a kill costs milliseconds. Each of them
keeps results in turn and drops what is there already, and says so through a pipe: ``+id`` once the history said that it
was kept, ``-id`` before it is dropped. After each kill everything that was kept must be there, whole. Every twentieth
kill the history is a new one, so that some hit it while its tables are made.

Prints what was seen as JSON: kills, scans that were kept, moments at which a transaction was cut off.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import alembic.command
import alembic.config  # noqa: F401 - likewise

from azlinkscan.history.database import sqlite
from azlinkscan.scan.keeping import fetched, keep

NOW = datetime(2026, 4, 30, tzinfo=UTC)
ANEW = 20
LINES = (0, 0, 1, 2, 3)
"""How much a process gets to say before its last moments: chosen at random."""


def keeps(history: Path, results: Sequence[Path], told: int) -> None:
    """Keep and drop until the end."""
    store = sqlite(history)
    for result in cycle(results):
        kept, is_new = keep(store, result, NOW)
        if is_new:
            os.write(told, f"+{kept.id}\n".encode())
        else:
            os.write(told, f"-{kept.id}\n".encode())
            store.drop([kept.id])


def killed_once(history: Path, results: Sequence[Path], lines: int, seconds: float) -> list[str]:
    """What a process said before it was killed, so long after so many lines; a line that was cut off is none."""
    hears, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(hears)
            keeps(history, results, says)
        finally:
            os._exit(1)
    os.close(says)
    said = b""
    with os.fdopen(hears, "rb", buffering=0) as pipe:
        while said.count(b"\n") < lines:
            said += pipe.read(1)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        said += pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended before it was killed"
    return said.decode().rpartition("\n")[0].split()


def seconds_of(folder: Path, result: Path) -> tuple[float, float]:
    """How long it takes here and now to make a history and keep a scan, and to keep one in a history that is there."""
    spent = []
    for _ in range(2):
        started = time.perf_counter()
        store = sqlite(folder / "measured.db")
        kept, _ = keep(store, result, NOW)
        spent.append(time.perf_counter() - started)
        store.drop([kept.id])
        store.close()
    return spent[0], spent[1]


def main(folder: str, times: str, seed: str, *results: str) -> None:
    """Kill so often, and look after each time."""
    chance = random.Random(int(seed))
    acknowledged = readable = 0
    must: set[str] = set()
    history = Path(folder)
    first, later = seconds_of(history, Path(results[0]))
    for number in range(int(times)):
        if number % ANEW == 0:
            history, must = Path(folder) / f"history{number}.db", set()
        lines = chance.choice(LINES)
        most = later if history.exists() or lines else first
        seconds = chance.uniform(0, 1.5 * most)
        said = killed_once(history, [Path(one) for one in results], lines, seconds)
        for line in said:
            own = line[1:]
            if line[0] == "+":
                must.add(own)
                acknowledged += 1
            else:
                # It may have been dropped, or not.
                must.discard(own)
        store = sqlite(history)
        there = store.scans()
        found = {one.id for one in there}
        assert must <= found, f"after kill {number} these are lost: {must - found}"
        for one in there:
            with fetched(store, one) as path:
                assert path.stat().st_size == one.size
                readable += 1
        store.close()
        # What is there now was committed, whether its process came to say so or not.
        must = found
    print(json.dumps({"kills": int(times), "kept": acknowledged, "read": readable}))


if __name__ == "__main__":
    main(*sys.argv[1:])
