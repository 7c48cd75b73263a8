"""Azure Resource Manager ids: one canonical form, their type, and what stands above them.

Azure answers with ids in any case, with ``/resourcegroups/`` or ``/resourceGroups/``, now and then without the
leading slash. Ids compare without case (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules),
so the canonical form is lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

SUBSCRIPTION = "microsoft.resources/subscriptions"
RESOURCE_GROUP = "microsoft.resources/resourcegroups"
INVENTORY = "microsoft.resources/resources"
"""Resource Manager's own list of what there is: a witness to count by, never a fact that is judged."""

_ID_IN_TEXT = re.compile(r'"/?(subscriptions/[^"\\?#]+)"', re.IGNORECASE)


def canonical(resource_id: str) -> str:
    """Lower case, one leading slash, no doubled or trailing slash.

    >>> canonical("subscriptions/S/resourcegroups/RG/")
    '/subscriptions/s/resourcegroups/rg'
    """
    lowered = resource_id.strip().lower()
    if lowered.startswith("/") and not lowered.endswith("/") and "//" not in lowered:
        return lowered
    return "/" + "/".join(part for part in lowered.split("/") if part)


def is_id(value: object) -> bool:
    """Whether a value looks like the id of something in a subscription."""
    return isinstance(value, str) and value.lstrip("/").lower().startswith("subscriptions/")


@lru_cache(maxsize=65536)
def type_of(canonical_id: str) -> str:
    """The ARM type that an id names, lower case.

    >>> type_of("/subscriptions/s/resourcegroups/rg/providers/microsoft.sql/servers/a/databases/b")
    'microsoft.sql/servers/databases'
    """
    head, provider, rest = canonical_id.rpartition("/providers/")
    if not provider:
        return RESOURCE_GROUP if "/resourcegroups/" in head + rest else SUBSCRIPTION
    namespace, *segments = rest.split("/")
    return "/".join([namespace, *segments[0::2]])


@lru_cache(maxsize=65536)
def parent(canonical_id: str) -> str | None:
    """The id one step above: the parent resource, the extended resource, the group, the subscription.

    >>> parent("/subscriptions/s/resourcegroups/rg/providers/microsoft.sql/servers/a/databases/b")
    '/subscriptions/s/resourcegroups/rg/providers/microsoft.sql/servers/a'
    >>> parent("/subscriptions/s") is None
    True
    """
    head, provider, rest = canonical_id.rpartition("/providers/")
    if provider:
        segments = rest.split("/")
        if len(segments) > 3:
            return f"{head}{provider}{'/'.join(segments[:-2])}"
        return head or None
    if "/resourcegroups/" in canonical_id:
        return canonical_id.split("/resourcegroups/", 1)[0]
    return None


def scopes(canonical_id: str) -> Iterator[str]:
    """The id itself and everything above it, nearest first, ending with the subscription."""
    current: str | None = canonical_id
    while current:
        yield current
        current = parent(current)


def subscription_of(canonical_id: str) -> str:
    """The id of the subscription that an id lies in, or an empty text where it lies in none."""
    parts = canonical_id.split("/")
    return "/".join(parts[:3]) if len(parts) > 2 and parts[1] == "subscriptions" else ""


def resource_group_of(canonical_id: str) -> str:
    """The name of the resource group that an id lies in, lower case, or an empty text."""
    parts = canonical_id.split("/")
    return parts[4] if len(parts) > 4 and parts[3] == "resourcegroups" else ""


def name_of(resource_id: str) -> str:
    """The last segment of an id, as it was written."""
    return resource_id.rstrip("/").rpartition("/")[2]


def ids_in(text: str) -> set[str]:
    """Every ARM id that stands as a whole string in a JSON text, canonical."""
    return {canonical(match) for match in _ID_IN_TEXT.findall(text)}
