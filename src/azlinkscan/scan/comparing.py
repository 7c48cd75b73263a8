"""Two results that lie in files compared, and how the run ends."""

from __future__ import annotations

from pathlib import Path

from azlinkscan.history.diff import difference
from azlinkscan.model.difference import Cause, Difference
from azlinkscan.scan.exit_code import Exit
from azlinkscan.snapshot.result_file import ResultFile


def compare(old: Path, new: Path, old_name: str, new_name: str) -> Difference:
    """What became otherwise.

    Raises ForeignFileError where one of the files is no result of ours.
    """
    with ResultFile(old) as before, ResultFile(new) as after:
        return difference(before, after, old_name, new_name)


def gate(found: Difference) -> Exit:
    """How a run ends that must not let anything new pass: evidence that was lost is not a pass, either."""
    if any(found.new_failures()):
        return Exit.FAILED
    if any(found.of(Cause.ERROR_NEW)):
        return Exit.COULD_NOT_RUN
    return Exit.UNKNOWN if any(found.of(Cause.EVIDENCE_LOST)) else Exit.OK
