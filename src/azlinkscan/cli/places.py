"""What this machine offers: where this user's files lie, and how many cores there are."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def _folder(variable: str, below_home: str) -> Path:
    if given := os.environ.get(variable):
        return Path(given) / "azlinkscan"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "azlinkscan"
    return Path.home() / below_home / "azlinkscan"


def cache() -> Path:
    """What can be made again."""
    return _folder("XDG_CACHE_HOME", ".cache")


def state() -> Path:
    """Scans while they run."""
    return _folder("XDG_STATE_HOME", ".local/state")


def data() -> Path:
    """What is kept for good."""
    return _folder("XDG_DATA_HOME", ".local/share")


def cores() -> int:
    """Those that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
