"""Which resources are judged. A scope limits what is judged, never what relations may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from azlinkscan.errors import Place, UsageError
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact
from azlinkscan.model.text import Text
from azlinkscan.scan.choice import matches


@dataclass(frozen=True)
class Scope:
    """Filters, each a list of patterns without regard to case; one that begins with ``!`` leaves out.

    What lies in no resource group (the subscription, subscription-wide settings) is always judged
    under a group or tag filter: leaving it out could turn a criterion into a pass unseen.
    """

    resource_groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """``name=value`` or ``name``."""
    resources: tuple[str, ...] = ()
    """Patterns on the ARM id, or a resource's plain name."""

    exactly: tuple[str, ...] | None = None
    """Canonical ids: these and no others. Where names were replaced, no pattern on them would fit any more."""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Scope:
        """The inverse of :meth:`to_json`."""
        return cls(**{name: tuple(map(str, values)) for name, values in row.items()})

    def to_json(self) -> dict[str, Any]:
        """The filters that are set."""
        given = {
            "resource_groups": list(self.resource_groups),
            "tags": list(self.tags),
            "resources": list(self.resources),
        }
        found: dict[str, Any] = {name: value for name, value in given.items() if value}
        if self.exactly is not None:
            found["exactly"] = list(self.exactly)
        return found

    def test(self, fact_of: Callable[[str], Fact | None]) -> Callable[[Fact], bool]:
        """A test of one fact; ``fact_of`` finds the resources above it, whose tags count too."""
        if self.exactly is not None:
            only = frozenset(self.exactly)
            return lambda fact: fact.id in only
        groups = tuple(pattern.lower() for pattern in self.resource_groups)
        resources = tuple(one for pattern in self.resources for one in _resource_patterns(pattern))

        def in_scope(fact: Fact) -> bool:
            group = arm.resource_group_of(fact.id)
            if groups and group and not matches(group, groups):
                return False
            if resources and not matches(fact.id, resources):
                return False
            return not (self.tags and group) or self._tagged(fact, fact_of)

        return in_scope

    def _tagged(self, fact: Fact, fact_of: Callable[[str], Fact | None]) -> bool:
        tags: dict[str, str] = {}
        for own in arm.scopes(fact.id):
            found = fact if own == fact.id else fact_of(own)
            given = found.body.get("tags") if found else None
            if isinstance(given, Mapping):
                for name, value in given.items():
                    tags.setdefault(str(name).lower(), str(value))
        words = [f"{name}={value}" for name, value in tags.items()] + list(tags)
        including = [tag for tag in self.tags if not tag.startswith("!")]
        leaving_out = [tag[1:] for tag in self.tags if tag.startswith("!")]
        if any(_tag(tag) in words for tag in leaving_out):
            return False
        if not including or any(_tag(tag) in words for tag in including):
            return True
        # The tags of a group that could not be read are not known: what may be meant is judged.
        above = [own for own in arm.scopes(fact.id) if arm.type_of(own) == arm.RESOURCE_GROUP]
        return any(fact_of(group) is None for group in above)


def _tag(text: str) -> str:
    name, equals, value = text.partition("=")
    return f"{name.lower()}{equals}{value}"


def _resource_patterns(pattern: str) -> tuple[str, str]:
    """A resource and what lies beneath it."""
    out, plain = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if not plain.strip("/"):
        raise UsageError(
            Text(en="an empty resource", ja="リソースの指定が空である"),
            hint=Text(en="give an ARM id, a name or a pattern", ja="ARM の ID、名前又はパターンを指定する"),
            place=Place("--resource"),
        )
    lowered = plain.lower()
    if arm.is_id(lowered):
        lowered = arm.canonical(lowered)
    elif "/" not in lowered:
        lowered = f"*/{lowered}"
    return out + lowered, f"{out}{lowered}/*"
