"""Which ids inside facts are worth a look-up beyond the subscription's own lists."""

from __future__ import annotations

from collections.abc import Collection

from azlinkscan.model import arm
from azlinkscan.model.facts import Fact


class Trail:
    """The ids of followed kinds that facts named, and those that are known already."""

    def __init__(self, kinds: Collection[str]) -> None:
        self._kinds = frozenset(kinds)
        self._named: set[str] = set()
        self._known: set[str] = set()

    def see(self, fact: Fact) -> None:
        """Takes note of a fact and of what it names."""
        if fact.kind in self._kinds:
            self._known.add(fact.id)
        if self._kinds:
            self._named |= {
                name for name in arm.ids_in(fact.raw.decode()) if arm.type_of(name) in self._kinds
            }

    def settle(self, resource_id: str) -> None:
        """An id that was looked up, whatever came of it."""
        self._known.add(resource_id)

    def open_ends(self, subscription: str, complete: Collection[str]) -> tuple[str, ...]:
        """Ids that lie elsewhere, or here though a complete list of their kind does not have them; in order."""
        return tuple(
            sorted(
                name
                for name in self._named - self._known
                if arm.subscription_of(name) != subscription or arm.type_of(name) in complete
            )
        )
