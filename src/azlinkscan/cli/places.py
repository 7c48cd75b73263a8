"""Where this user's files lie: what can be made again, and what a scan keeps while it runs."""

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
