"""Which actions a caller may perform, by the patterns of a role."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from typing import Any


def allows(granted: Iterable[str], action: str) -> bool:
    """Whether one of the patterns (``*/read``, ``Microsoft.Sql/servers/*``) covers the action."""
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in granted)


def permissions(granted: Iterable[str]) -> dict[str, Any]:
    """What ``providers/Microsoft.Authorization/permissions`` says to a caller with these rights."""
    role = {"actions": sorted(granted), "notActions": [], "dataActions": [], "notDataActions": []}
    return {"value": [role]}
