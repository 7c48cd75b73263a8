"""What a caller lacks of the rights that a scan takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from azlinkscan.model.permission import Permission, holds


@dataclass(frozen=True)
class Lacking:
    """One right that no role of the caller gives at a scope."""

    right: str
    checks: tuple[str, ...]
    """Ids of the checks that will be unknown for it."""


def lacking(
    permissions: Iterable[Permission], rights: Iterable[str], waiting: Mapping[str, tuple[str, ...]]
) -> tuple[Lacking, ...]:
    """The rights that are missing, in order; ``waiting`` names the checks by right in lower case."""
    held = tuple(permissions)
    return tuple(Lacking(right, waiting.get(right.lower(), ())) for right in rights if not holds(held, right))
