"""What a person calls a resource: short beside its subscription, never ambiguous with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from azlinkscan.model import arm
from azlinkscan.model.result import SubscriptionSummary


def resource_name(shown_id: str) -> str:
    """The names in an id without the types between them; of a group or subscription its last segment.

    >>> resource_name("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/a/databases/b")
    'a/b'
    """
    _, *extended = shown_id.split("/providers/")
    names = [name for one in extended for name in one.split("/")[2::2]]
    return "/".join(names) or arm.name_of(shown_id)


def resource_group(shown_id: str) -> str:
    """The group that a resource lies in, as Azure wrote it; empty for a group itself and a subscription.

    >>> resource_group("/subscriptions/s/resourceGroups/RG/providers/Microsoft.Sql/servers/a")
    'RG'
    """
    parts = shown_id.split("/")
    inside = len(parts) > 5 and parts[3].lower() == "resourcegroups"
    return parts[4] if inside else ""


class SubscriptionNames:
    """Display names of subscriptions; where two share one, the id stands beside it."""

    def __init__(self, subscriptions: Iterable[SubscriptionSummary]) -> None:
        self._names = {one.id: one.name for one in subscriptions}
        self._times = Counter(self._names.values())

    def __getitem__(self, subscription: str) -> str:
        name = self._names.get(subscription)
        if not name:
            return arm.name_of(subscription)
        return name if self._times[name] == 1 else f"{name} ({arm.name_of(subscription)})"
