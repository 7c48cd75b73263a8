"""Our catalogue, parsed once for every process of a run.

A package brings its catalogue parsed. In a checkout whose files have changed since it was set up, each process would
parse them anew, which takes it seconds; so a run does that once, ahead of its workers.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import azlinkscan
from azlinkscan.catalog.folders import files, shipped, shipped_trees
from azlinkscan.catalog.tree_cache import ship
from azlinkscan.errors import UsageError


def refresh() -> None:
    """Parses what we ship, if that is due."""
    try:
        ours = [path for part in ("checks", "profiles") for _, path in files(shipped(part), part)]
        if is_due(shipped_trees(), ours):
            ship(ours, shipped_trees())
    except UsageError:
        pass  # a file that cannot be parsed: whoever tests it says so


def is_due(out: Path, ours: Iterable[Path]) -> bool:
    """Whether a file, or what parses it, is newer than what was parsed."""
    package = Path(azlinkscan.__file__)
    parsers = (package, *package.parent.glob("catalog/*.py"))
    return not out.exists() or out.stat().st_mtime_ns <= max(
        path.stat().st_mtime_ns for path in (*ours, *parsers)
    )
