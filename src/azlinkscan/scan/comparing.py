"""Two results compared, wherever they lie, and how the run ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from azlinkscan.errors import Place
from azlinkscan.history import choosing
from azlinkscan.history.diff import difference
from azlinkscan.history.kept import Kept
from azlinkscan.history.store import Store
from azlinkscan.model.difference import Cause, Difference
from azlinkscan.scan.exit_code import Exit
from azlinkscan.scan.keeping import fetched
from azlinkscan.snapshot.result_file import ResultFile


def compare(old: Path, new: Path, old_name: str, new_name: str) -> Difference:
    """What became otherwise.

    Raises ForeignFileError where one of the files is no result of ours.
    """
    with ResultFile(old) as before, ResultFile(new) as after:
        return difference(before, after, old_name, new_name)


@dataclass(frozen=True)
class Asked:
    """Which two results are meant: a file, or what ``choosing`` takes; None of the newer is ``last``, of the older the
    scan before the newer."""

    old: str | None
    new: str | None
    zone: tzinfo
    """Where the days of a date begin and end."""


def compared(asked: Asked, opened: Callable[[], AbstractContextManager[Store]]) -> Difference:
    """What became otherwise between two results that are named; a history is opened only where one is meant.

    Raises UsageError where a name means no result, ForeignFileError where a file is none of ours.
    """
    with contextlib.ExitStack() as stack:
        if _is_file(asked.old) and _is_file(asked.new):
            assert asked.old is not None
            assert asked.new is not None
            return compare(Path(asked.old), Path(asked.new), asked.old, asked.new)
        history = stack.enter_context(opened())
        scans = history.scans()
        new_name, new, newest = stack.enter_context(
            _meant(history, scans, asked.new or choosing.LAST, "NEW", asked)
        )
        word = asked.old
        if word is None:
            place = Place("OLD")
            word = (
                choosing.before(scans, newest, place)
                if newest
                else choosing.chosen(scans, choosing.LAST, asked.zone, place)
            ).id
        old_name, old, _ = stack.enter_context(_meant(history, scans, word, "OLD", asked))
        return compare(old, new, old_name, new_name)


def _is_file(word: str | None) -> bool:
    return word is not None and (word.lower().endswith(".zip") or Path(word).is_file())


@contextlib.contextmanager
def _meant(
    history: Store, scans: list[Kept], word: str, place: str, asked: Asked
) -> Iterator[tuple[str, Path, Kept | None]]:
    """The name of a result, its file for as long as it is looked at, and what is remembered of it."""
    if _is_file(word):
        yield word, Path(word), None
        return
    kept = choosing.chosen(scans, word, asked.zone, Place(place))
    with fetched(history, kept) as path:
        yield kept.id, path, kept


def gate(found: Difference) -> Exit:
    """How a run ends that must not let anything new pass: evidence that was lost is not a pass, either."""
    if any(found.new_failures()):
        return Exit.FAILED
    if any(found.of(Cause.ERROR_NEW)):
        return Exit.COULD_NOT_RUN
    return Exit.UNKNOWN if any(found.of(Cause.EVIDENCE_LOST)) else Exit.OK
