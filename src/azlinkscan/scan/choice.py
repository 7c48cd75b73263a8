"""What a user chose of the catalogue, and how a pattern chooses."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

from azlinkscan.errors import Place


@dataclass(frozen=True)
class Choice:
    """What the user asked for; empty means everything."""

    checks: tuple[str, ...] = ()
    """Patterns on ids; one that begins with ``!`` leaves out."""
    severities: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    checks_folders: tuple[Path, ...] = ()
    profiles_folders: tuple[Path, ...] = ()
    cache: Path | None = None
    """Where parsed files are kept between runs."""
    checks_place: Place = Place("--check")
    """Where ``checks`` was written."""
    profiles_place: Place = Place("--profile")
    """Where ``profiles`` was written."""


def matches(value: str, patterns: tuple[str, ...]) -> bool:
    """Whether a value is chosen: by one pattern at least (if any includes), and by none that leaves out."""
    including = [pattern for pattern in patterns if not pattern.startswith("!")]
    leaving_out = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    if any(fnmatch.fnmatchcase(value, pattern) for pattern in leaving_out):
        return False
    return not including or any(fnmatch.fnmatchcase(value, pattern) for pattern in including)
