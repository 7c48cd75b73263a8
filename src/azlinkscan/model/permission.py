"""What the signed-in identity may do at a scope, and whether that covers a right.

The list gives one entry a role assignment, each with wildcards; what an entry's ``notActions`` take away, another entry
may still give. https://learn.microsoft.com/azure/role-based-access-control/role-definitions,
https://learn.microsoft.com/rest/api/authorization/permissions
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from azlinkscan.model.facts import Json


@dataclass(frozen=True)
class Permission:
    """What one role gives."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()

    def gives(self, right: str) -> bool:
        """Whether this role alone gives a right."""
        return _any_covers(self.actions, right) and not _any_covers(self.not_actions, right)


def permissions_of(items: Iterable[Json]) -> tuple[Permission, ...]:
    """The entries that give something for certain: one of another shape, or under a condition, gives nothing."""
    return tuple(
        Permission(tuple(item["actions"]), tuple(item.get("notActions") or ()))
        for item in items
        if isinstance(item, dict)
        and not item.get("condition")
        and _are_texts(item.get("actions"))
        and _are_texts(item.get("notActions") or [])
    )


def holds(permissions: Iterable[Permission], right: str) -> bool:
    """Whether some role gives a right.

    >>> holds([Permission(("*/read",), ("Microsoft.Web/*",))], "Microsoft.Web/sites/Read")
    False
    """
    return any(permission.gives(right) for permission in permissions)


def _are_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _any_covers(patterns: Iterable[str], right: str) -> bool:
    return any(_compiled(pattern).fullmatch(right) for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A star stands for any characters, slashes too; letter case does not count."""
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)
