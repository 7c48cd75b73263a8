"""Subscriptions judged by several processes, since one keeps to one core: what each wrote is put together in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from azlinkscan.errors import UserError
from azlinkscan.model.verdict import Verdict
from azlinkscan.scan.judging import Assessment, Judged, Judging
from azlinkscan.snapshot.facts_file import Snapshot
from azlinkscan.snapshot.result_file import ResultWriter

WORTH_A_PROCESS = 16 << 20
"""Bytes of a snapshot that take about as long to judge as a process takes to begin."""


def workers_for(snapshot: Snapshot, cores: int) -> int:
    """How many processes are worth their beginning."""
    return max(1, min(cores, len(snapshot.header.subscriptions), snapshot.size // WORTH_A_PROCESS))


def in_processes(
    snapshot: Snapshot, given: Assessment, judging: Judging, writer: ResultWriter, folder: Path, workers: int
) -> Iterator[Judged]:
    """Each subscription judged, in order; ``folder`` is where the others' parts lie until their turn comes.

    Raises ForeignFileError where the snapshot is damaged.
    """
    known = tuple(own for own, _ in snapshot.header.subscriptions)
    workers = min(workers, len(known))
    if workers < 2:
        for own in known:
            yield judging.subscription(snapshot, own, writer)
        return
    pool = ProcessPoolExecutor(
        workers,
        # not a fork: whoever calls may have threads
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(snapshot.path, given),
    )
    try:
        asked = [pool.submit(_judge, own, folder / str(number)) for number, own in enumerate(known)]
        for number, own in enumerate(known):
            part = _part(asked[number])
            if part is None:
                yield judging.subscription(snapshot, own, writer)
            else:
                writer.take(folder / str(number), part.counts, part.excepted)
                yield part.judged
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Part(NamedTuple):
    judged: Judged
    counts: Counter[Verdict]
    excepted: int


def _part(asked: Future[_Part | None]) -> _Part | None:
    """What a process made; None where it could not, or was killed: then the work is done here, and fails here."""
    try:
        return asked.result()
    except BrokenProcessPool:
        return None


# -- in each of the processes ------------------------------------------------------------------------

_here: tuple[Snapshot, Judging] | None = None


def _begin(path: Path, given: Assessment) -> None:
    global _here
    # Ctrl-C goes to the whole group: whoever began this process ends it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _here = (Snapshot(path, verified=True), Judging(given))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge(own: str, folder: Path) -> _Part | None:
    assert _here is not None
    snapshot, judging = _here
    writer = ResultWriter(folder)
    try:
        return _Part(judging.subscription(snapshot, own, writer), writer.counts, writer.excepted)
    except UserError:
        return None
    finally:
        writer.close()
